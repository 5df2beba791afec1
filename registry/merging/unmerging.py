"""Taking two merged records apart again, at any time after.

The manifest says what each row was; what has happened since is kept and goes where it belongs (`parting`). One act, and
no blind undoing. It undoes the act of the merge, so that what was repeated there onto rows that became one counts no
more: of two stretches at one address each has its own word again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from childindex import acts
from childindex.models import Act, Source, User
from registry.merging import decisions, following, saying
from registry.merging.merging import lock
from registry.merging.own import Side
from registry.merging.parting import Parting, rehearse_unmerging
from registry.merging.rehearsing import fact_models, facts_of
from registry.models import Child, Merge, Pin, Shield, Verdict
from registry.recording import CannotRecord

REASON_CODE = "unmerged"
NOT_WRITTEN = {"id", "index_number", "revision"}


class CannotUnmerge(CannotRecord):
    """The two stay joined; the text says why."""


class _PartedAlready(Exception):
    """Somebody has done it meanwhile."""


def unmerge(
    *,
    merge: Merge,
    reason: str,
    by: User,
    choices: Mapping[str, str] | None = None,
    revisions: tuple[int, int] | None = None,
) -> Merge:
    """Make two current records again of what `merge` made one, as one act. Taken apart already, nothing is written.

    `choices` says for each collision of the rehearsal who keeps the edit. Raises CannotUnmerge, with a sentence for the
    person asking, where something stands in the way or is not answered, and SavedMeanwhile where either record has
    moved on since `revisions`.
    """
    if not reason.strip():
        raise CannotUnmerge("Say why these are two children.")
    if Merge.objects.filter(pk=merge.pk).exclude(undone_by=None).exists():
        return Merge.objects.get(pk=merge.pk)
    said: dict[str, Any] = {"by": by, "source": Source.council(), "reason_code": REASON_CODE, "reason": reason}
    try:
        with transaction.atomic(), acts.act(**said, undoes=merge.act) as deed:
            lock(merge.survivor, merge.superseded, revisions=revisions)
            held = Merge.objects.select_related("survivor", "superseded", "act").get(pk=merge.pk)
            if held.undone_by_id:
                raise _PartedAlready
            parting = rehearse_unmerging(held, by=by, choices=choices)
            _refuse(parting, choices or {})
            _carry_out(parting, deed)
            decisions.remember(held.survivor, held.superseded, Verdict.NOT_SAME, reason=reason)
            Merge.objects.filter(pk=held.pk).update(undone_by=deed)
    except _PartedAlready:
        pass
    except IntegrityError as refusal:
        if Merge.objects.filter(pk=merge.pk).exclude(undone_by=None).exists():
            return Merge.objects.get(pk=merge.pk)
        raise CannotUnmerge("What was recorded since does not go with what was there before.") from refusal
    return Merge.objects.get(pk=merge.pk)


def _refuse(parting: Parting, choices: Mapping[str, str]) -> None:
    if parting.stops:
        raise CannotUnmerge(" ".join(parting.stops))
    if any(choices.get(one.key) not in one.options for one in parting.collisions):
        raise CannotUnmerge("Say for each edit made since which record keeps it.")


def _carry_out(parting: Parting, deed: Act) -> None:
    _own_rows(parting.own_rows)
    for model in fact_models():
        held = [*facts_of(model, parting.survivor), *facts_of(model, parting.superseded)]
        wanted = [one.fact for one in parting.placements if isinstance(one.fact, model)]
        _settle(model, held, wanted, first=parting.superseded)
    pins = Pin.objects.filter(child__in=[parting.survivor, parting.superseded])
    _settle(Pin, pins, parting.pins, first=parting.superseded)
    for row, column in parting.carried:
        type(row)._base_manager.filter(pk=row.pk).update(**{column: parting.superseded})
    for shield in parting.shields:
        Shield.objects.create(
            child=parting.superseded,
            from_date=shield.from_date,
            review_date=shield.review_date,
            ground=shield.ground,
        )
    following.go_back(parting.merge.manifest.get("followed", ()))
    _repeat(parting, deed)


def _own_rows(rows: Sequence[Child]) -> None:
    for row in rows:
        try:
            row.full_clean(validate_unique=False)
        except ValidationError as refusal:
            raise CannotUnmerge(" ".join(refusal.messages)) from refusal
        row.save(update_fields=[one.name for one in row._meta.concrete_fields if one.name not in NOT_WRITTEN])


def _settle(model: type[Model], held: Iterable[Model], wanted: Sequence[Model], *, first: Child) -> None:
    """Make the held rows those that are wanted: take away, change (those that go to `first` first), put back."""
    before = {row.pk: row for row in held}
    rows = model._base_manager
    rows.filter(pk__in=before.keys() - {row.pk for row in wanted}).delete()
    changed = [row for row in wanted if row.pk in before and _state(row) != _state(before[row.pk])]
    columns = [one.name for one in model._meta.concrete_fields if not one.primary_key]
    for goes in (True, False):
        group = [row for row in changed if _goes_to(first, row) is goes]
        if group:
            rows.bulk_update(group, columns)
    rows.bulk_create([row for row in wanted if row.pk not in before])


def _state(row: Model) -> tuple[object, ...]:
    return tuple(getattr(row, one.attname) for one in row._meta.concrete_fields)


def _goes_to(child: Child, row: Any) -> bool:
    return bool(row.child_id == child.pk)


def _repeat(parting: Parting, deed: Act) -> None:
    """What each record's sources have said of a fact since the merge is repeated on that record's row of it."""
    for side, child in ((Side.SURVIVOR, parting.survivor), (Side.SUPERSEDED, parting.superseded)):
        pairs: dict[saying.Pair, list[int]] = {}
        for placement in parting.placements:
            if placement.side == side and placement.heard is not None:
                pairs.setdefault(placement.heard, []).append(placement.fact.pk)
        saying.repeat(pairs, act=deed, since=parting.merge.act, of=child)
