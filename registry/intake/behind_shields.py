"""The look behind shields: what a file says of shielded children, for custodians alone, who decide what becomes of it.

The open look (`weighing`) has decided what everybody else reads. This one matches every row anew with shielded children
alone and with all that is held of them, and writes down what it finds: rows that the open look left to custodians, rows
that only what is hidden tells are a shielded child's, numbers of a shielded child or of a closed identity that stand in
somebody else's row, and shielded children missing from a full list. Nothing of it changes what anybody else may read.

It is work of its own, done after the other, so that how long a file takes tells nothing of what this finds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from registry.intake import absent
from registry.intake.bodies import Bodies
from registry.intake.meeting import Shielded
from registry.intake.open_rows import Columns
from registry.intake.weighing import add_to, empty_columns, weigh_again
from registry.linking.lists import Link, link
from registry.linking.looks import BEHIND_SHIELDS
from registry.matching import linking
from registry.models import Delivery, DeliveryRow, FindingKind, FindingState, Outcome, ShieldedFinding, Stage

PART = 5_000
COMPARED = (Stage.COMPARED, Stage.HELD, Stage.APPLIED)
WILL_DO = (Outcome.CONFIRMED, Outcome.CHANGED, Outcome.JOINED, Outcome.LEFT)
NUMBERED = ("upn", "former_upn", "nhs_number", "uln")
NUMBERS = """
    SELECT i.value, i.child_id FROM registry_identifier i
    JOIN registry_indexentry e ON e.child_id = i.child_id AND e.shielded
"""


@dataclass(frozen=True)
class Seen:
    """One row as it stands in its file, as far as the look behind shields needs it."""

    pk: int
    claim: dict[str, str]
    child_id: int | None
    score: float | None
    for_custodians: bool


def look(delivery: Delivery) -> int:
    """Find what a compared file says of shielded children, and how much that is. What was decided stays."""
    shielded = Shielded()
    with transaction.atomic():
        locked = Delivery.objects.select_for_update(of=("self",)).select_related("feed", "source").get(pk=delivery.pk)
        before = dict(locked.findings.open().filter(kind=FindingKind.MET).values_list("row", "child"))
        locked.findings.open().delete()
        if locked.stage not in COMPARED:
            return 0
        found = list(_of_rows(locked, shielded)) if shielded.ids else []
        found += _of_rows_that_wait(locked, shielded, before, {one.row_id: one.child_id for one in found})
        found += _of_the_missing(locked, {one.child_id for one in found})
        ShieldedFinding.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


def _of_rows_that_wait(
    delivery: Delivery, shielded: Shielded, before: Mapping[Any, int], found: Mapping[Any, int]
) -> list[ShieldedFinding]:
    """Rows that were left to custodians, and of which nothing was found now: none is lost to everybody.

    They are whose somebody said, or whose the row is with which they share a reference. Where neither is shielded any
    more, the row is the officers' again.
    """
    waiting = delivery.all_rows.filter(for_custodians=True, decided_by=None, number__isnull=False)
    rows = list(waiting.values_list("pk", "claim__reference"))
    by_reference = {reference: found[pk] for pk, reference in rows if reference and pk in found}
    left, made = [], []
    for pk, reference in rows:
        child_id = before.get(pk) or by_reference.get(reference or "")
        if pk in found:
            continue
        if child_id in shielded.ids:
            made.append(ShieldedFinding(kind=FindingKind.MET, delivery=delivery, row_id=pk, child_id=child_id))
        else:
            left.append(pk)
    if left:
        weigh_again(delivery, left)
        if delivery.is_applied:
            delivery.all_rows.filter(pk__in=left, outcome__in=WILL_DO).update(waits=True)
    return made


def _of_rows(delivery: Delivery, shielded: Shielded) -> Iterator[ShieldedFinding]:
    numbers = numbers_of_the_shielded()
    rows = delivery.all_rows.filter(number__isnull=False, decided_by=None).exclude(
        changes=[{"says": "", "do": "repeat"}]
    )
    rows = rows.exclude(outcome=Outcome.REFUSED, for_custodians=False).order_by("number")
    part: list[Seen] = []
    for row in rows.values_list("pk", "claim", "child", "score", "for_custodians").iterator(PART):
        part.append(Seen(*row))
        if len(part) == PART:
            yield from _of_part(delivery, shielded, numbers, part)
            part = []
    yield from _of_part(delivery, shielded, numbers, part)


def _of_part(
    delivery: Delivery, shielded: Shielded, numbers: dict[str, int], part: list[Seen]
) -> Iterator[ShieldedFinding]:
    if not part:
        return
    columns: Columns = empty_columns()
    for row in part:
        add_to(columns, row.claim)
    references = [row.claim.get("reference", "") for row in part]
    linked = link(columns.texts, source=delivery.source, references=references, look=BEHIND_SHIELDS)
    for row, found in zip(part, linked, strict=True):
        if (one := _found(row, found, shielded, numbers)) is not None:
            one.delivery = delivery
            yield one


def _found(row: Seen, found: Link, shielded: Shielded, numbers: dict[str, int]) -> ShieldedFinding | None:
    best = found.candidates[0] if found.candidates and found.outcome != linking.Outcome.NONE else None
    evidence = {"score": best.score, "reasons": best.reasons} if best else {}
    if row.for_custodians:
        child_id = best.child_id if best else next(iter(sorted(shielded.met_by(row.claim))), None)
        return _finding(row, FindingKind.MET, child_id, **evidence)
    if best and found.child_id is not None and (row.child_id is None or best.score >= (row.score or 0.0)):
        return _finding(row, FindingKind.BEYOND, found.child_id, **evidence)
    for key in NUMBERED:
        if owner := numbers.get(row.claim.get(key, "")):
            return _finding(row, FindingKind.NUMBER, owner, said=row.claim[key])
    return None


def _finding(row: Seen, kind: FindingKind, child_id: int | None, **said: object) -> ShieldedFinding | None:
    if child_id is None or child_id == row.child_id:
        return None
    return ShieldedFinding(kind=kind, row_id=row.pk, child_id=child_id, other_id=row.child_id, **said)


def numbers_of_the_shielded() -> dict[str, int]:
    """Whose each number of a shielded child is, or was; a closed identity is a shielded one."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS)
        return dict(cursor.fetchall())


def _of_the_missing(delivery: Delivery, listed: set[int]) -> list[ShieldedFinding]:
    """Shielded children whom the source of a full list has, and whom no row of it means."""
    if not delivery.feed.is_full:
        return []
    had, wanted = absent.had_by(delivery, Bodies(delivery))
    decided = set(delivery.all_rows.filter(for_custodians=True).values_list("child", flat=True))
    decided |= set(delivery.findings.filter(kind=FindingKind.ABSENT).values_list("child", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT had.child_id FROM ({had}) had"
            " JOIN registry_indexentry e ON e.child_id = had.child_id AND e.shielded ORDER BY 1",
            wanted,
        )
        missing = [pk for (pk,) in cursor.fetchall() if pk not in listed | decided]
    return [ShieldedFinding(kind=FindingKind.ABSENT, delivery=delivery, child_id=pk) for pk in missing]


def tell_custodians(delivery: Delivery) -> None:
    """Of a file that is undone nothing waits any more but to be told: what custodians had written was taken back."""
    delivery.findings.open().delete()
    written = delivery.findings.filter(state=FindingState.WRITTEN)
    waits = {"state": FindingState.WAITS, "decided_by": None, "decided_at": None}
    written.update(kind=FindingKind.UNDONE, found_at=timezone.now(), **waits)


def note_number(child_id: int, number: str) -> None:
    """Tell custodians where somebody was given a number that a shielded child or a closed identity has, or had.

    Whoever gave it is told nothing: to them it is a number that nobody has.
    """
    owner = numbers_of_the_shielded().get(number)
    if owner is None or owner == child_id:
        return
    waiting = ShieldedFinding.objects.open().filter(kind=FindingKind.NUMBER, child=owner, other=child_id, said=number)
    if not waiting.exists():
        ShieldedFinding.objects.create(kind=FindingKind.NUMBER, child_id=owner, other_id=child_id, said=number)


def row_of(finding: ShieldedFinding) -> DeliveryRow | None:
    """The row that a finding is about, where custodians may still write what it says.

    A row that only what is hidden ties to the child stays the officers': were it taken from them, its sender would see
    that a guess was right. Custodians write on the record by hand what is true of it.
    """
    row = finding.row
    if row is None or finding.state != FindingState.WAITS or finding.kind != FindingKind.MET:
        return None
    return row if row.for_custodians else None
