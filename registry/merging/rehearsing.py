"""What a merge would do, decided before anything is done.

Of the record that gives way every fact moves to the survivor, or becomes one with a fact that says the same over the
same days; its source records and what the rooms above declared move with them. Where the two records' own rows differ,
somebody chooses; where facts then contest a slot, somebody may pin one or leave it to the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Model

from childindex.models import User
from registry import precedence
from registry.merging import own, rules
from registry.merging.combining import Combination, combinations
from registry.merging.own import Side
from registry.merging.saying import last_said
from registry.merging.stops import stops
from registry.models import Child, Fact
from registry.recording import CannotRecord


class CannotMerge(CannotRecord):
    """The two records stay as they are; the text says why."""


@dataclass(frozen=True)
class Question:
    """Something to choose. `default` is taken where nothing is said; None means that somebody must say."""

    key: str
    options: tuple[str, ...]
    default: str | None = None


@dataclass(frozen=True)
class Contest:
    """A slot that facts of both records would fill: their kind, and their ids after combining."""

    slot: str
    kind: str
    fact_ids: tuple[int, ...]

    @property
    def key(self) -> str:
        return f"slot.{self.slot}"


@dataclass(frozen=True)
class Rehearsal:
    """Everything that would move, combine and conflict, and what stands in the way."""

    survivor: Child
    superseded: Child
    settled: Mapping[str, Side]
    moving: tuple[Fact, ...]
    combining: tuple[Combination, ...]
    carried: tuple[tuple[Model, str], ...]
    contests: tuple[Contest, ...]
    questions: tuple[Question, ...]
    stops: tuple[str, ...]

    @property
    def revisions(self) -> tuple[int, int]:
        """Which state of the two records this was worked out from: survivor's, then superseded's."""
        return self.survivor.revision, self.superseded.revision


def rehearse(survivor: Child, superseded: Child, *, by: User) -> Rehearsal:
    """Work out the merge for the person asking; nothing is written."""
    survivor, superseded = fresh(survivor), fresh(superseded)
    moving, combining = _facts(survivor, superseded)
    contests = _contests(survivor, superseded, combining)
    settled = {name: own.whose(name, survivor, superseded) for name in own.PARTS}
    return Rehearsal(
        survivor=survivor,
        superseded=superseded,
        settled={name: side for name, side in settled.items() if side},
        moving=tuple(moving),
        combining=tuple(combining),
        carried=tuple(_carried(superseded, survivor)),
        contests=tuple(contests),
        questions=(
            *(Question(name, tuple(Side)) for name, side in settled.items() if side is None),
            *(_details(one) for one in combining if one.differing),
            *(Question(one.key, ("", *map(str, one.fact_ids)), default="") for one in contests),
        ),
        stops=tuple(stops(survivor, superseded, by=by)),
    )


def fresh(child: Child) -> Child:
    """The record as it stands now."""
    return Child.objects.select_related("superseded_by").get(pk=child.pk)


def details_key(combination: Combination) -> str:
    """The key of the question whose details stand."""
    return f"details.{combination.kind}.{combination.kept.pk}"


def answers(questions: tuple[Question, ...], choices: Mapping[str, str]) -> dict[str, str]:
    """The answer to every question. Raises CannotMerge for one that must be answered and is not."""
    found = {question.key: choices.get(question.key, question.default) for question in questions}
    for question in questions:
        if found[question.key] is None or found[question.key] not in question.options:
            raise CannotMerge(f"Choose which {own.WORDS.get(question.key, 'of the two')} stands.")
    return {key: str(value) for key, value in found.items()}


def _facts(survivor: Child, superseded: Child) -> tuple[list[Fact], list[Combination]]:
    moving: list[Fact] = []
    combining: list[Combination] = []
    for model in fact_models():
        theirs = facts_of(model, superseded)
        rows = [*facts_of(model, survivor), *theirs]
        found = combinations(rows, last_said=last_said(rows) if theirs else {})
        gone = {row.pk for one in found for row in one.rows}
        moving += [row for row in theirs if row.pk not in gone]
        combining += found
    return moving, combining


def fact_models() -> list[type[Fact]]:
    """The models of dated facts that combine."""
    return [model for model in rules.models_under(rules.Rule.COMBINE) if issubclass(model, Fact)]


def facts_of(model: type[Fact], child: Child) -> list[Fact]:
    """A record's facts of a kind, in order of id, with what they refer to."""
    related = [one.name for one in model._meta.concrete_fields if one.is_relation and one.name != "child"]
    return list(model._default_manager.filter(child=child).select_related(*related).order_by("pk"))


def _carried(superseded: Child, survivor: Child) -> list[tuple[Model, str]]:
    """The rows that change hands whole, each with the column that names the child."""
    return [
        (row, column)
        for model in rules.models_under(rules.Rule.MOVE)
        for column in rules.columns_of(model)
        for row in model._base_manager.filter(**{column: superseded}).order_by("pk")
        if not rules.stays_behind(row, survivor)
    ]


def _contests(survivor: Child, superseded: Child, combining: list[Combination]) -> list[Contest]:
    """Slots that both fill, and with more than one fact between them once those that say the same are one."""
    kept = {(one.kind, row.pk): one.kept.pk for one in combining for row in one.rows}
    leads = precedence.leads([survivor.pk, superseded.pk])
    mine, theirs = leads.get(survivor.pk, {}), leads.get(superseded.pk, {})
    found = []
    for slot in (slot for slot in precedence.PLACES if slot in mine and slot in theirs):
        kind = precedence.PLACES[slot].kind
        ids = [pk for lead in (mine[slot], theirs[slot]) for pk in (lead.fact_id, *lead.rivals)]
        facts = tuple(dict.fromkeys(kept.get((kind, pk), pk) for pk in ids))
        if len(facts) > 1:
            found.append(Contest(slot=slot, kind=kind, fact_ids=facts))
    return found


def _details(combination: Combination) -> Question:
    options = tuple(str(row.pk) for row in combination.rows)
    return Question(details_key(combination), options, default=str(combination.details.pk))
