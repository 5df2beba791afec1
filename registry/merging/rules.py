"""What becomes of each table's rows when one record of a child gives way to another.

Every model with a foreign key to Child declares a rule; a test fails for one that has none. The rooms above declare
theirs, and the stops they know of, from `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model

from childindex.recorded import HistoryRow
from registry.models import (
    BalanceMove,
    BalancePlace,
    Care,
    Child,
    Correction,
    Decision,
    DeclaredRelative,
    DeliveryRow,
    EducationArrangement,
    Enrolment,
    FirstLoadSuspect,
    Identifier,
    IndexEntry,
    IndexKey,
    Merge,
    Name,
    Pin,
    Recognition,
    Registration,
    Residence,
    SealedLink,
    Shield,
    ShieldedFinding,
    ShieldRequest,
    SourceRecord,
    Suspicion,
    ToCompare,
    WhereaboutsMark,
)


class Rule(Enum):
    """What a merge does to the rows of the record that gives way."""

    MOVE = "move"
    COMBINE = "combine"
    KEEP = "keep"
    FORBID = "forbid"
    DERIVE = "derive"
    """Made again from the facts, and so nobody's to move."""


Stops = Callable[[Child, Child], Iterable[str]]
Said = Callable[[Any], str]
Stays = Callable[[Any, Child], bool]

_rules: dict[type[Model], Rule] = {}
_said: dict[type[Model], Said] = {}
_untold: set[type[Model]] = set()
_stays: dict[type[Model], Stays] = {}
_stops: list[Stops] = []


def merge_rule(
    model: type[Model], rule: Rule, *, said: Said | None = None, is_told: bool = True, stays: Stays | None = None
) -> None:
    """Declare what a merge does to a model's rows.

    Rows that MOVE follow the child to the survivor, and go back when the two are taken apart. Facts and pins alone know
    how to COMBINE. FORBID stops a merge while the record that gives way has such a row. `said` puts a row into words
    for those who may merge; without it they see only of what kind it is, and nothing at all of what is not told.
    Of rows that MOVE, one that `stays` (the row, the survivor) is left on the record that gives way, where moving it
    would break a rule and a stop would tell of what is hidden.
    """
    _rules[model] = rule
    (_untold.discard if is_told else _untold.add)(model)
    if stays is not None:
        _stays[model] = stays
    if said is not None:
        _said[model] = said


def said_of_row(row: Model) -> str:
    """A row that moves, in the words that its room has for it."""
    said = _said.get(type(row))
    return said(row) if said else ""


def stays_behind(row: Model, survivor: Child) -> bool:
    """Whether a row is left on the record that gives way."""
    stays = _stays.get(type(row))
    return stays is not None and stays(row, survivor)


def is_told(row: Model) -> bool:
    """Whether whoever merges is shown that this row moves."""
    return type(row) not in _untold


def merge_stop(stops: Stops) -> Stops:
    """Register a function giving sentences, each a reason why these two (survivor, superseded) must not be merged."""
    if stops not in _stops:
        _stops.append(stops)
    return stops


def rule_of(model: type[Model]) -> Rule | None:
    """The rule a model has declared, if it has."""
    return _rules.get(model)


def models_under(rule: Rule) -> list[type[Model]]:
    """The models that have declared this rule, in the order in which they did."""
    return [model for model, declared in _rules.items() if declared is rule]


def registered_stops(survivor: Child, superseded: Child) -> Iterator[str]:
    """The reasons against a merge that the rooms above know of."""
    for stops in _stops:
        yield from stops(survivor, superseded)


def keyed_to_a_child() -> list[type[Model]]:
    """Every model with a foreign key to Child, histories apart: those keep saying what was so."""
    return [model for model in apps.get_models() if not issubclass(model, HistoryRow) and columns_of(model)]


def columns_of(model: type[Model]) -> list[str]:
    """The names of a model's foreign keys to Child."""
    return [one.name for one in model._meta.concrete_fields if isinstance(one, ForeignKey) and _is_child(one)]


def _is_child(field: ForeignKey) -> bool:
    return field.related_model is Child


for _fact in (Name, Identifier, Residence, Care, Enrolment, EducationArrangement, Registration):
    merge_rule(_fact, Rule.COMBINE)
merge_rule(Pin, Rule.COMBINE)
for _follows in (SourceRecord, Correction):
    merge_rule(_follows, Rule.MOVE)
for _own in (Shield, Child, Merge, Decision, Recognition, Suspicion, DeliveryRow, FirstLoadSuspect, BalanceMove):
    merge_rule(_own, Rule.KEEP)
merge_rule(ShieldedFinding, Rule.KEEP, is_told=False)
for _derived in (IndexEntry, IndexKey, ToCompare, BalancePlace, WhereaboutsMark):
    merge_rule(_derived, Rule.DERIVE)


def _is_declared_there(one: DeclaredRelative, survivor: Child) -> bool:
    return DeclaredRelative.objects.filter(child=survivor, user=one.user_id).exists()


def _is_asked_there(one: ShieldRequest, survivor: Child) -> bool:
    asked = ShieldRequest.objects.filter(child=survivor, asked_by=one.asked_by_id, decided_at=None)
    return one.decided_at is None and asked.exists()


merge_rule(SealedLink, Rule.MOVE, is_told=False)
merge_rule(ShieldRequest, Rule.MOVE, is_told=False, stays=_is_asked_there)
merge_rule(DeclaredRelative, Rule.MOVE, is_told=False, stays=_is_declared_there)
