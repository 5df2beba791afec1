"""When things happen: two years up to a given day, the school year in them, and the days on which lists arrive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

YEAR_CODES = {-2: "N1", -1: "N2", 0: "R"}
SHORTEST = 40
RETURNS = ((9, 12, "September admissions"), (10, 8, "Autumn"), (1, 22, "Spring"), (5, 20, "Summer"))


@dataclass(frozen=True)
class Years:
    """The time in which the city is watched: from `start`, when the index begins, to the day before `today`."""

    start: date
    today: date

    def september_firsts(self) -> list[date]:
        """The beginnings of school years in between."""
        years = range(self.start.year, self.today.year + 1)
        return [day for year in years if self.start < (day := date(year, 9, 1)) < self.today - timedelta(days=20)]

    def returns(self, offset: int) -> list[tuple[date, str]]:
        """The days on which a school sends its roll, `offset` days after the day asked for, and what each is called."""
        found = []
        for year in range(self.start.year, self.today.year + 1):
            for month, day, term in RETURNS:
                on = date(year, month, day) + timedelta(days=offset)
                if self.start + timedelta(days=14) < on < self.today:
                    what = f"{term} {year}" if month == 9 else f"{term} roll return {year}"
                    found.append((on, what))
        return sorted(found)

    def every(self, days: int, offset: int) -> list[date]:
        """Each so many days, from `offset` days after the start."""
        return list(self._every(days, offset))

    def _every(self, days: int, offset: int) -> Iterator[date]:
        on = self.start + timedelta(days=offset)
        while on < self.today:
            yield on
            on += timedelta(days=days)


def watched(today: date, years: int) -> Years:
    """The last `years` years before `today`; with none, the few weeks that the first lists take to arrive."""
    return Years(today - timedelta(days=max(365 * years + 1, SHORTEST)), today)


def year_of(born: date, on: date) -> int:
    """The school year of a child born then on that day: 0 is Reception, -1 and -2 nursery, 14 and above no more."""
    return _school_year(on) - _school_year(born) - 5


def entry_of(born: date, year: int) -> date:
    """The day in early September on which a child begins that school year."""
    return date(_school_year(born) + 5 + year, 9, 4)


def code(year: int) -> str:
    """How a return writes a school year."""
    return YEAR_CODES.get(year, str(year))


def _school_year(day: date) -> int:
    return day.year if day.month >= 9 else day.year - 1
