"""Figures of children missing education: for the termly collection of the Department for Education, and for oneself.

Counts by sex, year group, reason and duration, and how long it took to locate. That there is a case of a shielded child
is hidden too: who may not see behind shields is told nothing of it, not even in a total.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from registry.dates import compulsory_school_age, year_group
from registry.disclosure import Context, everybody_shielded
from registry.models import Child, Sex, YearGroup
from schools.models import Case, CaseOutcome, CaseReason, CaseSource

DURATIONS = ((28, "Up to 4 weeks"), (84, "4 to 12 weeks"), (182, "12 to 26 weeks"), (10_000, "Longer than 26 weeks"))


@dataclass(frozen=True)
class Open:
    """One case that was open on a day, without the child's name. `reason` and `source` are in words."""

    sex: str
    year_group: str
    reason: str
    source: str
    days: int
    is_of_age: bool
    """Whether the child was of compulsory school age on the day: nobody else is in the collection."""


@dataclass(frozen=True)
class Figures:
    """The cases that were open on a day, counted; and the days that it took to locate those who were, in the year.

    `others` are open cases of children who were not of compulsory school age: they stay on the list, and are not in the
    collection.
    """

    on: date
    total: int
    others: int
    by_sex: dict[str, int]
    by_year_group: dict[str, int]
    by_reason: dict[str, int]
    by_source: dict[str, int]
    by_duration: dict[str, int]
    located: int
    days_to_locate: float | None


def counted_open(on: date, *, to: Context) -> list[Open]:
    """The cases that were open on a day. Two queries."""
    was_open = Q(opened_on__lte=on) & (Q(closed_at=None) | Q(closed_at__date__gt=on))
    told = list(_seen(to).filter(was_open).values_list("child", "source", "reason", "opened_on"))
    children = Child.objects.filter(pk__in=[child for child, *_ in told])
    born = {pk: (sex, day) for pk, sex, day in children.values_list("pk", "sex", "date_of_birth")}
    return [
        Open(
            sex=born[child][0],
            year_group=_year_group(born[child][1], on),
            reason=str(CaseReason(reason).label),
            source=source,
            days=(on - opened).days,
            is_of_age=is_of_age(born[child][1], on),
        )
        for child, source, reason, opened in told
    ]


def is_of_age(born: date | None, on: date) -> bool:
    """Whether somebody was of compulsory school age on a day. An age that nobody knows counts as that."""
    if born is None:
        return True
    age = compulsory_school_age(born)
    return age.starts <= on <= age.ends


def figures(on: date, *, to: Context) -> Figures:
    """Three queries."""
    everybody = counted_open(on, to=to)
    told = [one for one in everybody if one.is_of_age]
    located = _seen(to).filter(outcome=CaseOutcome.LOCATED, closed_at__date__lte=on, opened_on__gte=_year(on))
    days = [
        (timezone.localdate(closed) - opened).days for opened, closed in located.values_list("opened_on", "closed_at")
    ]
    return Figures(
        on=on,
        total=len(told),
        others=len(everybody) - len(told),
        by_sex=named(Counter(one.sex for one in told), Sex),
        by_year_group=named(Counter(one.year_group for one in told), YearGroup),
        by_reason=_in_order(Counter(one.reason for one in told), [str(one.label) for one in CaseReason]),
        by_source=named(Counter(one.source for one in told), CaseSource),
        by_duration=_in_order(
            Counter(duration(one.days) for one in told), [label for _, label in DURATIONS], all_=True
        ),
        located=len(days),
        days_to_locate=median(days) if days else None,
    )


def _seen(to: Context) -> QuerySet[Case]:
    return Case.objects.exclude(child__in=set() if to.may_see_shielded else everybody_shielded())


def _year(on: date) -> date:
    return date(on.year if on.month >= 9 else on.year - 1, 9, 1)


def _year_group(born: date | None, on: date) -> str:
    return year_group(born, on=on) if born else ""


def named(counted: Counter[str], choices: type) -> dict[str, int]:
    """Counts by their label, in the order of the choices; what has no label is *Not known*."""
    labels: dict[Any, Any] = dict(choices.choices)  # type: ignore[attr-defined]
    found = {str(label): counted[code] for code, label in labels.items() if counted[code]}
    rest = sum(count for code, count in counted.items() if code not in labels)
    return {**found, **({"Not known": rest} if rest else {})}


def _in_order(counted: Counter[str], labels: Sequence[str], *, all_: bool = False) -> dict[str, int]:
    return {label: counted[label] for label in labels if all_ or counted[label]}


def duration(days: int) -> str:
    """How long a case has been open, in the steps of the collection."""
    return next(label for longest, label in DURATIONS if days <= longest)
