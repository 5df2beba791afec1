"""Counting school days: a school's own terms go before the council's, and the council's before the usual ones.

    calendar = Calendar.of(schools)
    calendar.count(school, first, last)   # school days from first to last, both counted
    calendar.after(school, day, 10)       # the tenth school day after a day

Two queries, however many schools.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from functools import lru_cache

from django.db.models import Q

from registry.dates import school_year
from schools.models import ClosedDay, TermDates
from schools.terms import estimated
from schools.terms.estimated import Stretch

COUNCIL = None
FRIDAY = 4


class Calendar:
    """The school days of some schools, by their ids; for None the council's own."""

    def __init__(
        self, terms: Iterable[tuple[int | None, date, date]], closed: Iterable[tuple[int | None, date]]
    ) -> None:
        self._terms: dict[tuple[int | None, int], list[Stretch]] = defaultdict(list)
        for school, first, last in terms:
            self._terms[school, school_year(first)].append((first, last))
        self._closed: dict[int | None, set[date]] = defaultdict(set)
        for school, day in closed:
            self._closed[school].add(day)
        self._days: dict[tuple[int | None, int], list[date]] = {}

    @classmethod
    def of(cls, school_ids: Collection[int | None] = ()) -> Calendar:
        """As it is entered now, for these schools and for the council."""
        whose = Q(school=None) | Q(school__in=[pk for pk in school_ids if pk is not None])
        return cls(
            TermDates.objects.filter(whose).values_list("school_id", "first_day", "last_day"),
            ClosedDay.objects.filter(whose).values_list("school_id", "day"),
        )

    def is_estimated(self, school_id: int | None, year: int) -> bool:
        """Whether nobody has entered the terms of a school year, so that the usual ones are counted."""
        return not (self._terms.get((school_id, year)) or self._terms.get((COUNCIL, year)))

    def stretches(self, school_id: int | None, year: int) -> list[Stretch]:
        """The terms of a school in a school year, with their halves apart where they were entered so."""
        found = self._terms.get((school_id, year)) or self._terms.get((COUNCIL, year))
        return sorted(found) if found else estimated.stretches(year)

    def is_open(self, school_id: int | None, day: date) -> bool:
        days = self._of_year(school_id, school_year(day))
        place = bisect_left(days, day)
        return place < len(days) and days[place] == day

    def count(self, school_id: int | None, first: date, last: date) -> int:
        """How many school days there are from `first` to `last`, both among them; none where `last` comes before."""
        years = range(school_year(first), school_year(last) + 1)
        return sum(
            max(0, bisect_right(days, last) - bisect_left(days, first))
            for days in (self._of_year(school_id, year) for year in years)
        )

    def after(self, school_id: int | None, day: date, number: int) -> date:
        """The so-manieth school day after a day."""
        year, left = school_year(day), number
        while True:
            days = self._of_year(school_id, year)
            place = bisect_right(days, day) + left - 1
            if place < len(days):
                return days[place]
            left -= len(days) - bisect_right(days, day)
            year += 1

    def last_day(self, school_id: int | None, year: int) -> date:
        """The last school day of a school year."""
        return self._of_year(school_id, year)[-1]

    def first_day(self, school_id: int | None, year: int) -> date:
        return self._of_year(school_id, year)[0]

    def _of_year(self, school_id: int | None, year: int) -> list[date]:
        found = self._days.get((school_id, year))
        if found is None:
            closed = self._closed[COUNCIL] | self._closed[school_id] if self._closed else set()
            entered = self._terms.get((school_id, year)) or self._terms.get((COUNCIL, year))
            found = list(_usual(year)) if entered is None else list(_weekdays(tuple(sorted(entered))))
            found = [day for day in found if day not in closed]
            self._days[school_id, year] = found
        return found


@lru_cache(maxsize=32)
def _usual(year: int) -> tuple[date, ...]:
    closed = estimated.closed(year)
    return tuple(day for day in _weekdays(tuple(estimated.stretches(year))) if day not in closed)


@lru_cache(maxsize=1024)
def _weekdays(stretches: tuple[Stretch, ...]) -> tuple[date, ...]:
    return tuple(
        sorted(
            {
                day
                for first, last in stretches
                for day in (first + timedelta(days=more) for more in range((last - first).days + 1))
                if day.weekday() <= FRIDAY
            }
        )
    )
