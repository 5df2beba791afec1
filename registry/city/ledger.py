"""What is to be written, deed by deed: gathered child by child, and handed over in the order in which it happened."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from registry.city.rows import line


@dataclass(eq=False, slots=True)
class Deed:
    """One act to come: its moment, its source, and the rows it inserts, confirms and changes.

    `changes` maps a table and the columns to change to rows of (id, *values).
    """

    at: datetime
    day: date
    source: int
    reason_code: str
    reason: str
    by: int | None = None
    rows: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    confirmations: list[str] = field(default_factory=list)
    changes: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def is_empty(self) -> bool:
        return not (self.rows or self.confirmations or self.changes)


@dataclass(eq=False, slots=True)
class Agenda:
    """The days on which one source speaks, and what it says on each."""

    deeds: list[Deed]
    days: list[date] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.deeds.sort(key=lambda deed: deed.at)
        self.days = [deed.day for deed in self.deeds]

    def after(self, day: date) -> Deed | None:
        """The first word of this source on `day` or later; None where it has not spoken since."""
        place = bisect_left(self.days, day)
        return self.deeds[place] if place < len(self.deeds) else None

    def last(self, back: int = 0) -> Deed:
        """Its latest word, or the one `back` before."""
        return self.deeds[max(len(self.deeds) - 1 - back, 0)]

    @property
    def first(self) -> Deed:
        return self.deeds[0]


class Ids:
    """Ids that the sequences have not given out yet, counted here so that rows can refer to one another."""

    def __init__(self, used: dict[str, int]) -> None:
        self.last = dict(used)

    def next(self, table: str) -> int:
        self.last[table] += 1
        return self.last[table]


class Ledger:
    """The deeds of one part of the city."""

    def __init__(self, ids: Ids, zone: Any) -> None:
        self.ids = ids
        self.zone = zone
        self._deeds: list[Deed] = []

    def deed(
        self, day: date, source: int, reason_code: str, reason: str, *, minute: int = 0, by: int | None = None
    ) -> Deed:
        """A new deed on a working morning of `day`, `minute` minutes after eight."""
        at = datetime.combine(day, time(8), tzinfo=self.zone) + timedelta(minutes=minute)
        made = Deed(at, day, source, reason_code, reason, by)
        self._deeds.append(made)
        return made

    def agenda(
        self, days: Iterable[date], source: int, reason_code: str, reasons: Iterable[str], minute: int
    ) -> Agenda:
        said = zip(days, reasons, strict=True)
        return Agenda([self.deed(day, source, reason_code, reason, minute=minute) for day, reason in said])

    def insert(self, deed: Deed, table: str, *values: object) -> int:
        """Add a row, and return the id it will have. Values stand in the order of `rows.TABLES`, id left out."""
        pk = self.ids.next(table)
        deed.rows[table].append(line((pk, *values)))
        return pk

    def confirm(self, deed: Deed, kind: str, fact: int, record: int) -> None:
        """Note that the deed's source, which knows the child as `record`, says so on the day of the deed."""
        pk = self.ids.next("registry_confirmation")
        deed.confirmations.append(f"{pk}\t{kind}\t{fact}\t{record}\t{deed.day}")

    def change(self, deed: Deed, table: str, pk: int, **values: object) -> None:
        deed.changes[table, tuple(values)].append((pk, *values.values()))

    def in_order(self) -> Iterator[Deed]:
        """Every deed that says something, from the first to the last."""
        return iter(sorted((deed for deed in self._deeds if not deed.is_empty), key=lambda deed: deed.at))
