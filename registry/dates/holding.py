"""Whether something dated holds on a day. The rule stands here, for two dates, for a queryset and for SQL.

Both days are inclusive. Without a first day nobody knows when it began, and it is taken to have held before; without a
last day it still holds. A comparison with a first day that is not there is unknown to SQL, and so false: whoever writes
one by hand forgets those of whom the beginning is not known.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q


def holds_on(first: date | None, last: date | None, day: date) -> bool:
    return (first is None or first <= day) and (last is None or last >= day)


def true_on(day: date) -> Q:
    """The same of rows with `from_date` and `to_date`."""
    return (Q(from_date=None) | Q(from_date__lte=day)) & (Q(to_date=None) | Q(to_date__gte=day))


def holds(row: str, *, on: str = "current_date") -> str:
    """The same in SQL, of the row that a statement calls `row`; `on` is SQL for the day."""
    return f"({begun(row, on=on)} AND {lasts(row, on=on)})"


def begun(row: str, *, on: str = "current_date") -> str:
    """SQL for what holds on a day or held before."""
    return f"coalesce({row}.from_date, '-infinity') <= {on}"


def lasts(row: str, *, on: str = "current_date") -> str:
    """SQL for what holds on a day or is to come."""
    return f"coalesce({row}.to_date, 'infinity') >= {on}"
