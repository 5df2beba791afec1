"""Rows that say the same of one child over days they share become one row over all those days.

Pure: it works on facts already read, and says what each row would become. Nothing here depends on which of two records
a row comes from, so that several records may be joined in any order with the same result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.models import Fact, FactKind
from registry.models.facts import kind_of

ENDING: dict[str, tuple[str, ...]] = {
    FactKind.ENROLMENT: ("leaving_regime", "leaving_ground", "destination_school_id", "destination")
}
"""Columns that go with the last day of a fact, by kind."""

LastSaid = Mapping[tuple[str, int], date]


@dataclass(frozen=True)
class Combination:
    """Rows that become one. `kept` is the row that stays, `details` the row whose details stand."""

    rows: tuple[Fact, ...]
    details: Fact

    @property
    def kept(self) -> Fact:
        return self.rows[0]

    @property
    def withdrawn(self) -> tuple[Fact, ...]:
        return self.rows[1:]

    @property
    def kind(self) -> str:
        return kind_of(self.kept)

    @property
    def differing(self) -> tuple[str, ...]:
        """Details on which the rows do not agree, so that one row's stand."""
        columns = [name for name in detail_columns(type(self.kept)) if name != "source_id"]
        return tuple(name for name in columns if len({getattr(row, name) for row in self.rows}) > 1)

    @property
    def values(self) -> dict[str, Any]:
        """What the one row says, by column, the child's apart."""
        details = {name: getattr(self.details, name) for name in detail_columns(type(self.kept))}
        said = {name: getattr(self.kept, name) for name in self.kept.identity}
        starts = [row.from_date for row in self.rows if row.from_date]
        return {**said, **details, "from_date": min(starts, default=None), **self._ending()}

    def _ending(self) -> dict[str, Any]:
        columns = ENDING.get(self.kind, ())
        if any(row.to_date is None for row in self.rows):
            blank = type(self.kept)()
            return {"to_date": None, **{name: getattr(blank, name) for name in columns}}
        last = max(self.rows, key=lambda row: (row.to_date, _comparable(row, columns)))
        return {"to_date": last.to_date, **{name: getattr(last, name) for name in columns}}


def combinations(facts: Iterable[Fact], *, last_said: LastSaid) -> list[Combination]:
    """What becomes one among these facts of a kind, whoever's they are; of each, the row that comes first stays.

    The details of the row that a source repeated last stand, by `last_said`.
    """
    alike: dict[tuple[Any, ...], list[Fact]] = defaultdict(list)
    for fact in facts:
        alike[tuple(getattr(fact, name) for name in fact.identity)].append(fact)
    found = [group for rows in alike.values() for group in _groups(rows)]
    return [Combination(tuple(rows), details=latest(rows, last_said)) for rows in found if len(rows) > 1]


def latest(rows: Iterable[Fact], last_said: LastSaid) -> Fact:
    """The row that was repeated last; of two on one day, one chosen by what they say, never by whose they are."""

    def order(row: Fact) -> tuple[date, tuple[str, ...]]:
        day = last_said.get((kind_of(row), row.pk), date.min)
        return day, _comparable(row, detail_columns(type(row)))

    return max(rows, key=order)


def overlap(one: Fact, other: Fact) -> bool:
    """Whether two facts hold over some day together, as the database's `registry_said_once` reads their dates."""
    (starts, ends), (other_starts, other_ends) = _span(one), _span(other)
    return starts <= other_ends and other_starts <= ends


def begins(fact: Fact) -> date:
    """The first day a fact is taken to have held; the last possible for one of which no day is known."""
    return fact.from_date or fact.to_date or date.max


def detail_columns(model: type[Fact]) -> list[str]:
    """The columns that are neither what a fact says nor its days: its details, and who said it."""
    left_out = {"id", "child_id", "from_date", "to_date", *model.identity, *ENDING.get(kind_of(model), ())}
    return [one.attname for one in model._meta.concrete_fields if one.attname not in left_out]


def _span(fact: Fact) -> tuple[date, date]:
    return begins(fact), fact.to_date or date.max


def _groups(rows: list[Fact]) -> list[list[Fact]]:
    """The rows in groups that hang together by days they share, each in the order given."""
    groups: list[list[Fact]] = []
    for row in rows:
        touching = [group for group in groups if any(overlap(row, other) for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([*(one for group in touching for one in group), row])
    order = {id(row): place for place, row in enumerate(rows)}
    return [sorted(group, key=lambda row: order[id(row)]) for group in groups]


def _comparable(row: Fact, columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(getattr(row, name)) for name in columns)
