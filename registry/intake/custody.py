"""What custodians do with what the look behind shields found: write what a row says of a shielded child, or let it go.

Each writing is an act of the file's own source, one of the acts by which the file was applied, so that undoing the file
takes it back as well. A row that a custodian takes is theirs from then on, and nobody else's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Case, Q, QuerySet, When
from django.utils import timezone

from childindex import acts
from childindex.models import Act, SourceKind, User
from registry import conflicts
from registry.disclosure import Context
from registry.intake import consequences, corrections, repeating
from registry.intake.answering import CannotDecide
from registry.intake.applying import REASON_CODE, WILL_DO
from registry.intake.behind_shields import row_of
from registry.intake.contested import refresh_confirmed
from registry.intake.holding import held_of
from registry.intake.outcomes import come_to
from registry.intake.weighing import settle, terms_for
from registry.intake.writing import Writing
from registry.models import (
    Child,
    Delivery,
    DeliveryAct,
    DeliveryRow,
    FindingKind,
    FindingState,
    Outcome,
    ShieldedFinding,
    Stage,
)

NOT_APPLIED = "The file has not been applied yet. What it says is written once it is."
DECIDED = "Somebody has decided this meanwhile. Look at the list again."
EARLY = Q(delivery__isnull=False) & ~Q(delivery__stage=Stage.APPLIED) & ~Q(kind=FindingKind.UNDONE)
"""As `ShieldedFinding.is_early` says of one."""
ASKS = "Say for each thing on which the file and the index differ which of the two is right."
CANNOT = "There is nothing of this that could be written. Look at both records, and let it go."
WRITTEN = ("outcome", "for_custodians", "child", "revision", "changes", "questions", "decision", "waits")


def findings_open_to(to: Context) -> QuerySet[ShieldedFinding]:
    """What waits, but for what is about somebody's own family; last, what waits for its file to be applied."""
    found = ShieldedFinding.objects.open().exclude(child__in=to.family).exclude(other__in=to.family)
    found = found.select_related("delivery__source", "delivery__feed", "row")
    return found.order_by(Case(When(EARLY, then=1), default=0), "found_at", "pk")


def rehearse(finding: ShieldedFinding, decision: Mapping[str, Any] | None = None) -> DeliveryRow | None:
    """The row as it would come to, compared with all that is held of the child; nothing is written."""
    row = _missing(finding) if finding.kind == FindingKind.ABSENT else row_of(finding)
    if row is None or finding.delivery is None:
        return None
    row.child_id, row.decision, row.questions = finding.child_id, dict(decision or {}), []
    held = held_of([finding.child_id]).get(finding.child_id)
    come_to(row, held, terms_for(finding.delivery)(row.claim))
    return row


def write(finding: ShieldedFinding, decision: Mapping[str, Any], *, by: User, because: str = "") -> Act:
    """Write what a row says of a shielded child, or what became of one missing from a list. Raises CannotDecide."""
    return _write([finding.pk], decision, by=by, because=because)


def write_confirming(*, by: User) -> int:
    """Write all that only confirms what is on record, a file at a time; how many findings that were.

    A list of a service does more: that the child is listed stands on the record from then on.
    """
    waiting = ShieldedFinding.objects.open().filter(kind=FindingKind.MET, delivery__stage=Stage.APPLIED)
    waiting = waiting.exclude(delivery__source__kind=SourceKind.AGENCY)
    by_file: dict[int, list[int]] = defaultdict(list)
    family = conflicts.family_of(by, behind_shields=True)
    for finding in waiting.select_related("row", "delivery__feed", "delivery__source").order_by("pk"):
        row = rehearse(finding)
        if row is not None and row.outcome == Outcome.CONFIRMED and finding.child_id not in family:
            by_file[finding.delivery_id or 0].append(finding.pk)
    for pks in by_file.values():
        _write(pks, {}, by=by, because="")
    return sum(map(len, by_file.values()))


def let_go(finding: ShieldedFinding, *, by: User, because: str) -> None:
    """Do nothing with a finding, for a reason. Raises CannotDecide."""
    if not because.strip():
        raise CannotDecide("Say why nothing is done with this.")
    with transaction.atomic():
        _decided(_locked([finding.pk], by)[0], FindingState.LET_GO, by, because)


@transaction.atomic
def _write(pks: Sequence[int], decision: Mapping[str, Any], *, by: User, because: str) -> Act:
    file_id = ShieldedFinding.objects.filter(pk__in=pks).values_list("delivery", flat=True).first()
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("feed", "source").get(
        pk=file_id or 0
    )  # fmt: skip
    findings = _locked(pks, by)
    if delivery.stage != Stage.APPLIED:
        raise CannotDecide(NOT_APPLIED)
    list(Child.objects.in_lock_order().filter(pk__in={one.child_id for one in findings}).values_list("pk"))
    for finding in findings:
        _take(finding, decision, by)
    reason = f"{delivery.feed}: {delivery.name}, as of {delivery.as_of:%-d %B %Y}"
    with acts.act(by=by, source=delivery.source, reason_code=REASON_CODE, reason=reason) as deed:
        Writing(delivery, deed, for_custodians=True).write(WILL_DO)
        corrections.note(delivery, deed, for_custodians=True)
        others = delivery.all_rows.exclude(pk__in=[one.row_id for one in findings])
        consequences.of_applying(delivery, deed, list(others.values_list("pk", flat=True)))
    refresh_confirmed([deed])
    repeating.remember(delivery, deed, for_custodians=True)
    DeliveryAct.objects.create(delivery=delivery, act=deed)
    delivery.all_rows.filter(for_custodians=True, waits=True).update(waits=False)
    settle(delivery, stage=Stage.APPLIED)
    for finding in findings:
        _decided(finding, FindingState.WRITTEN, by, because)
    return deed


def _take(finding: ShieldedFinding, decision: Mapping[str, Any], by: User) -> None:
    row = rehearse(finding, decision)
    if row is None:
        raise CannotDecide(CANNOT)
    if row.outcome == Outcome.TO_DECIDE:
        raise CannotDecide(ASKS)
    row.for_custodians, row.waits = True, row.outcome in WILL_DO
    row.decided_by, row.decided_at, row.candidates = by, timezone.now(), []
    row.save()
    finding.row = row


def _missing(finding: ShieldedFinding) -> DeliveryRow:
    """A row for a shielded child who is missing from a list: no row of the file."""
    return DeliveryRow(delivery=finding.delivery, number=None, for_custodians=True)


def _locked(pks: Sequence[int], by: User) -> list[ShieldedFinding]:
    found = ShieldedFinding.objects.select_for_update(of=("self",)).filter(pk__in=pks, state=FindingState.WAITS)
    findings = list(found.select_related("row", "delivery__feed", "delivery__source").order_by("pk"))
    if len(findings) != len(pks):
        raise CannotDecide(DECIDED)
    family = conflicts.family_of(by, behind_shields=True)
    if any({one.child_id, one.other_id} & family for one in findings):
        raise CannotDecide("This is about a child of your own family. Ask another custodian.")
    return findings


def _decided(finding: ShieldedFinding, state: FindingState, by: User, because: str) -> None:
    finding.state, finding.decided_by, finding.decided_at = state, by, timezone.now()
    finding.because = because.strip()[:200]
    finding.save()
