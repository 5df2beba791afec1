"""Dates in words: 3 October 2026, 51 days ago, tomorrow, 10 years 2 months."""

from __future__ import annotations

from datetime import date

from registry.dates.ages import months_between
from registry.dates.reading import MONTHS

NEAR = {0: "today", 1: "tomorrow", -1: "yesterday"}
DAYS_COUNTED = 99


def written(day: date) -> str:
    """3 October 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def relative(day: date, *, today: date) -> str:
    """Days up to ninety-nine, then months, then from two years on years: “51 days ago”, “tomorrow”, “in 4 months”."""
    days = (day - today).days
    if days in NEAR:
        return NEAR[days]
    length = _length(min(day, today), max(day, today))
    return f"in {length}" if days > 0 else f"{length} ago"


def age_in_words(born: date, *, today: date) -> str:
    """10 years; below two, in months; below one month, in days. Empty for somebody not yet born."""
    if today < born:
        return ""
    months = months_between(born, today)
    if months >= 24:
        return counted(months // 12, "year")
    return counted(months, "month") if months else counted((today - born).days, "day")


def counted(number: int, thing: str) -> str:
    """1 day, 2 days."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _length(start: date, end: date) -> str:
    days = (end - start).days
    if days <= DAYS_COUNTED:
        return counted(days, "day")
    months = months_between(start, end)
    return counted(months // 12, "year") if months >= 24 else counted(months, "month")
