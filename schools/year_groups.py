"""Year groups in their order: what each becomes in September, and with which of them pupils leave a school."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from itertools import pairwise

from django.db import connection

from registry.dates.holding import lasts
from registry.models import YearGroup

FOLLOWED: list[str] = [str(year) for year in YearGroup.values if year != YearGroup.NOT_FOLLOWED]
PLACES = {year: place for place, year in enumerate(FOLLOWED)}
UP = dict(pairwise(FOLLOWED))
"""What each year group becomes on the first of September."""
ENDS_ANYWHERE = frozenset({YearGroup.YEAR_11.value, YearGroup.YEAR_13.value, YearGroup.YEAR_14.value})
"""Compulsory schooling ends with Year 11: whoever stays for a sixth form is entered anew, and so after Year 13."""
NURSERY = frozenset({YearGroup.NURSERY_FIRST.value, YearGroup.NURSERY_SECOND.value})
A_YEAR = timedelta(days=400)
FEW = 0.02
"""A year group of fewer than this share of a roll is a slip, or a pupil taught out of year: it says nothing."""
ON_ROLLS = f"""
    SELECT y.school_id, s.high_age, array_agg(y.year_group) FROM (
        SELECT e.school_id, e.year_group, count(*) AS pupils, sum(count(*)) OVER (PARTITION BY e.school_id) AS everybody
        FROM registry_enrolment e
        WHERE e.school_id = ANY(%s) AND e.year_group <> '' AND e.year_group <> 'X'
          AND {lasts("e", on="%s")} GROUP BY 1, 2
    ) AS y JOIN registry_school s ON s.id = y.school_id
    WHERE y.pupils >= %s * y.everybody GROUP BY 1, 2
"""


def place(year: str) -> int:
    """Where a year group stands among the others; before all of them, if none is followed."""
    return PLACES.get(year, -1)


def last_year_of_age(age: int) -> str:
    """The year group in which pupils become so old: 11 in Year 6."""
    return FOLLOWED[min(max(PLACES["R"] + age - 5, 0), len(FOLLOWED) - 1)]


def final_year(years: Iterable[str], high_age: int | None) -> str:
    """With which year group pupils leave a school; none while it grows, a year group each year, towards its oldest."""
    oldest = max(years, key=place, default="")
    grows = high_age is not None and oldest not in NURSERY and place(oldest) < place(last_year_of_age(high_age))
    return "" if grows else oldest


def final_years(school_ids: Collection[int], on: date) -> dict[int, str]:
    """The final year group of each school, by the rolls of the year up to a day and the register's ages. One query."""
    return {pk: final_year(years, high_age) for pk, high_age, years in _on_rolls(school_ids, on - A_YEAR)}


def first_years(school_ids: Collection[int], on: date) -> dict[int, str]:
    """The most junior year group of each school, nursery apart."""
    return {
        pk: min((year for year in years if year not in NURSERY), key=place, default="")
        for pk, _, years in _on_rolls(school_ids, on)
    }


def ends(year: str, final: str) -> bool:
    """Whether pupils of a year group leave when it is over."""
    return bool(year) and (year in ENDS_ANYWHERE or year == final)


def _on_rolls(school_ids: Collection[int], since: date) -> list[tuple[int, int | None, list[str]]]:
    with connection.cursor() as cursor:
        cursor.execute(ON_ROLLS, [list(school_ids), since, FEW])
        return cursor.fetchall()
