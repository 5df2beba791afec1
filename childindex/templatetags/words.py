"""Dates, ages and numbers as people say them."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone

from childindex import words

register = template.Library()


def _day(value: Any) -> date | None:
    """The calendar day of a date or a moment, in local time; None for anything else."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value if isinstance(value, date) else None


@register.filter
def day(value: Any) -> str:
    """3 October 2026; nothing for no date."""
    found = _day(value)
    return words.day(found) if found else ""


@register.filter
def moment(value: Any) -> str:
    """3 October 2026, 09:14, in local time; nothing for no moment."""
    if not isinstance(value, datetime):
        return day(value)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{words.day(local.date())}, {local:%H:%M}"


@register.filter
def iso(value: Any) -> str:
    """2026-10-03, for the datetime attribute."""
    found = _day(value)
    return found.isoformat() if found else ""


@register.filter
def age(date_of_birth: Any, on: Any = None) -> str:
    """Whole years, or months below two years: 9, 14 months. Today, unless `on` is another day."""
    born = _day(date_of_birth)
    return words.age(born, _day(on) or timezone.localdate()) if born else ""


@register.filter
def born(date_of_birth: Any, on: Any = None) -> str:
    """28 February 2017 (9)."""
    found = _day(date_of_birth)
    return f"{words.day(found)} ({age(found, on)})" if found else ""


@register.filter
def ago(value: Any) -> str:
    """today, yesterday, 51 days ago, 20 months ago."""
    found = _day(value)
    return words.ago(found, timezone.localdate()) if found else ""


@register.filter
def count(number: Any, noun: str) -> str:
    """A number with its noun: 1 child, 1,204 children. Give both forms for a rare plural: `n|count:"axis,axes"`."""
    singular, _, plural = noun.partition(",")
    return words.count(int(number), singular, plural)


@register.filter
def thousands(number: Any) -> str:
    """168,214."""
    return f"{int(number):,}" if number not in (None, "") else ""


@register.filter
def listed(items: Any, joining: str = "and") -> str:
    """Khan, Begum and Ali."""
    return words.listed([str(item) for item in items], joining)
