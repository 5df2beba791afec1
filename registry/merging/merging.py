"""Joining two records that describe one child.

Nothing is deleted. The superseded record stays, findable by its number, and points at the survivor; what was recorded
of it moves across. Facts that say the same over the same days become one, confirmed by all who confirmed either. The
manifest lists what moved, was combined, chosen and made, with what each row was before, so that the two can be taken
apart again at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from childindex import acts
from childindex.models import Source, User
from registry.merging import decisions, following, own, saying
from registry.merging.combining import Combination
from registry.merging.images import Image, image, label_of_model
from registry.merging.own import Side
from registry.merging.pinning import join_pins
from registry.merging.rehearsing import CannotMerge, Rehearsal, answers, details_key, fresh, rehearse
from registry.models import Child, ChildState, Fact, Merge, Verdict
from registry.recording import SavedMeanwhile

REASON_CODE = "merged"


class _MergedAlready(Exception):
    """Somebody has done it meanwhile."""


def merge(
    *,
    survivor: Child,
    superseded: Child,
    reason: str,
    by: User,
    choices: Mapping[str, str] | None = None,
    revisions: tuple[int, int] | None = None,
) -> Merge:
    """Make `survivor` the only current record of this child, as one act. Merged already, nothing is written.

    `choices` answers the questions of the rehearsal by their keys, `revisions` are those it was worked out from.
    Raises CannotMerge, with a sentence for the person asking, where something stands in the way or is not answered, and
    SavedMeanwhile where either record has moved on since the rehearsal.
    """
    if not reason.strip():
        raise CannotMerge("Say why these are the same child.")
    try:
        with (
            transaction.atomic(),
            acts.act(by=by, source=Source.council(), reason_code=REASON_CODE, reason=reason),
        ):
            lock(survivor, superseded, revisions=revisions)
            if standing(survivor, superseded):
                raise _MergedAlready
            rehearsal = rehearse(survivor, superseded, by=by)
            if rehearsal.stops:
                raise CannotMerge(" ".join(rehearsal.stops))
            return _Merging(rehearsal, answers(rehearsal.questions, choices or {})).do(reason)
    except _MergedAlready:
        return Merge.objects.standing().get(survivor=survivor, superseded=superseded)
    except IntegrityError as refusal:
        raise CannotMerge("Something that both records have cannot be on one. Nothing was changed.") from refusal


def standing(survivor: Child, superseded: Child) -> bool:
    """Whether these two are merged, this way round."""
    return Merge.objects.standing().filter(survivor=survivor, superseded=superseded).exists()


def lock(survivor: Child, superseded: Child, *, revisions: tuple[int, int] | None) -> None:
    """Lock both records, in order of id. Raises SavedMeanwhile where one is no longer at its revision."""
    locked = {child.pk: child for child in Child.objects.in_lock_order().filter(pk__in=[survivor.pk, superseded.pk])}
    for child, revision in zip((survivor, superseded), revisions or (), strict=False):
        if locked[child.pk].revision != revision:
            raise SavedMeanwhile(locked[child.pk])


class _Merging:
    """Carrying one rehearsal out, inside the open act, and noting what was done."""

    def __init__(self, rehearsal: Rehearsal, answered: Mapping[str, str]) -> None:
        self.rehearsal = rehearsal
        self.answered = answered
        self.survivor, self.superseded = rehearsal.survivor, rehearsal.superseded
        self.kept = {(one.kind, row.pk): one.kept.pk for one in rehearsal.combining for row in one.rows}

    def do(self, reason: str) -> Merge:
        before = {"survivor": image(self.survivor), "superseded": image(self.superseded)}
        manifest = {
            "followed": following.follow(self.survivor, self.superseded),
            "combined": self._combine(),
            "moved": self._move(),
            "carried": self._carry(),
            "pins": self._pins(),
            "children": {**before, "after": self._own_rows()},
            "choices": dict(self.answered),
        }
        decisions.remember(self.survivor, self.superseded, Verdict.SAME, reason=reason)
        return Merge.objects.create(
            survivor=self.survivor, superseded=self.superseded, act=acts.current(), manifest=manifest
        )

    def _combine(self) -> list[dict[str, Any]]:
        return [self._one(self._chosen(combination)) for combination in self.rehearsal.combining]

    def _chosen(self, combination: Combination) -> Combination:
        """The combination with the details that somebody chose."""
        answer = self.answered.get(details_key(combination))
        if answer is None:
            return combination
        return Combination(combination.rows, next(row for row in combination.rows if str(row.pk) == answer))

    def _one(self, combination: Combination) -> dict[str, Any]:
        """Make one combination's rows one: take the others away, then let the kept one span them all."""
        model, before = type(combination.kept), [image(row) for row in combination.rows]
        for row in combination.withdrawn:
            model._default_manager.filter(pk=row.pk).delete()
        model._default_manager.filter(pk=combination.kept.pk).update(**combination.values)
        pairs = {(combination.kind, row.pk): [combination.kept.pk] for row in combination.withdrawn}
        saying.repeat(pairs, act=acts.current())
        after = model._default_manager.get(pk=combination.kept.pk)
        return {"model": label_of_model(model), "before": before, "after": image(after)}

    def _move(self) -> list[dict[str, Any]]:
        by_model: dict[type[Fact], list[Fact]] = {}
        for fact in self.rehearsal.moving:
            by_model.setdefault(type(fact), []).append(fact)
        for model, facts in by_model.items():
            model._default_manager.filter(pk__in=[fact.pk for fact in facts]).update(child=self.survivor)
        return [
            {"model": label_of_model(model), "before": image(fact)} for model, rows in by_model.items() for fact in rows
        ]

    def _carry(self) -> list[dict[str, Any]]:
        for row, column in self.rehearsal.carried:
            type(row)._base_manager.filter(pk=row.pk).update(**{column: self.survivor})
        return [
            {"model": label_of_model(type(row)), "column": column, "id": row.pk}
            for row, column in self.rehearsal.carried
        ]

    def _pins(self) -> dict[str, list[Image]]:
        answers = {one.slot: self.answered[one.key] for one in self.rehearsal.contests}
        chosen = {slot: int(answer) for slot, answer in answers.items() if answer}
        return join_pins(self.survivor, self.superseded, kept=self.kept, chosen=chosen)

    def _own_rows(self) -> Image:
        """Write both records' own rows. Raises CannotMerge where the chosen parts do not go together."""
        values = self._settled()
        Child.objects.filter(pk=self.superseded.pk).update(state=ChildState.SUPERSEDED, superseded_by=self.survivor)
        if values:
            joined = own.with_parts(self.survivor, values)
            try:
                joined.full_clean(validate_unique=False)
            except ValidationError as refusal:
                raise CannotMerge(" ".join(refusal.messages)) from refusal
            joined.save(update_fields=list(values))
        return image(fresh(self.survivor))

    def _settled(self) -> dict[str, Any]:
        """The columns of the survivor's own row that the other's replace."""
        sides = {**self.rehearsal.settled, **{name: self.answered[name] for name in own.PARTS if name in self.answered}}
        taken = [name for name, side in sides.items() if side == Side.SUPERSEDED]
        return {column: value for name in taken for column, value in own.part(self.superseded, name).items()}
