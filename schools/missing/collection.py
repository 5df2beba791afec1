"""The figures of the Department for Education's termly collection of home education and missing education.

Counts alone, of children of compulsory school age, on a census day or any other: sex, year group and primary reason,
and of missing education how long. The days are those of the school census: the first Thursday of October, and the third
of January and of May. The codes of the collection's own form are not published with its guide; the words here are ours
(check against the year's guide).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from registry.dates import year_group
from registry.dates.holding import true_on
from registry.disclosure import Context, everybody_shielded
from registry.models import Child, Sex, YearGroup
from schools.missing.figures import counted_open, duration, is_of_age, named
from schools.models import HomeEducation, HomeReason

CENSUS = ((10, 1), (1, 3), (5, 3))
"""Month, and which of its Thursdays."""
THURSDAY = 3
BACK = 4
HEADINGS = ["Day", "Collection", "Sex", "Year group", "Reason", "Missing for", "Children"]


@dataclass(frozen=True)
class HomeFigures:
    """Who was educated at home on a day, counted, and how many in the school year up to then."""

    total: int
    in_the_year: int
    by_sex: dict[str, int]
    by_year_group: dict[str, int]
    by_reason: dict[str, int]


def days(today: date) -> list[date]:
    """The days for which figures are offered: today, and the last census days."""
    found = [census_day(year, month, which) for year in (today.year - 1, today.year) for month, which in CENSUS]
    passed = sorted((day for day in found if day < today), reverse=True)
    return [today, *passed[:BACK]]


def census_day(year: int, month: int, which: int) -> date:
    """The first, second or third Thursday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(THURSDAY - first.weekday()) % 7 + 7 * (which - 1))


def home_figures(on: date, *, to: Context) -> HomeFigures:
    """Three queries."""
    told = _at_home(on, to)
    since = date(on.year if on.month >= 9 else on.year - 1, 9, 1)
    then = Q(from_date__lte=on) & (Q(to_date=None) | Q(to_date__gte=since))
    year = _seen(to).filter(then).values("child").distinct().count()
    return HomeFigures(
        total=len(told),
        in_the_year=year,
        by_sex=named(Counter(sex for sex, _, _ in told), Sex),
        by_year_group=named(Counter(group for _, group, _ in told), YearGroup),
        by_reason=named(Counter(reason for _, _, reason in told), HomeReason),
    )


def _seen(to: Context) -> Any:
    hidden = set() if to.may_see_shielded else everybody_shielded()
    return HomeEducation.objects.exclude(child__in=hidden)


def _at_home(on: date, to: Context) -> list[tuple[str, str, str]]:
    """Sex, year group and reason of each child who was educated at home on a day."""
    rows = dict(_seen(to).filter(true_on(on)).values_list("child", "reason"))
    children = Child.objects.filter(pk__in=rows).values_list("pk", "sex", "date_of_birth")
    return [
        (sex, year_group(born, on=on) if born else "", rows[pk]) for pk, sex, born in children if is_of_age(born, on)
    ]


def lines(on: date, *, to: Context) -> Iterator[list[Any]]:
    """One row for each combination that occurs, first of missing education, then of home education."""
    told = [one for one in counted_open(on, to=to) if one.is_of_age]
    missing = Counter((one.sex, one.year_group, one.reason, duration(one.days)) for one in told)
    for (sex, group, reason, lasted), count in sorted(missing.items()):
        yield [on.isoformat(), "Missing education", *_labels(sex, group), reason, lasted, count]
    homes = Counter(_at_home(on, to))
    for (sex, group, reason), count in sorted(homes.items()):
        yield [on.isoformat(), "Home education", *_labels(sex, group), str(HomeReason(reason).label), "", count]


def _labels(sex: str, group: str) -> list[str]:
    return [str(Sex(sex).label), str(YearGroup(group).label) if group in YearGroup.values else "Not known"]
