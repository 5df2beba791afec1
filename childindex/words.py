"""Dates, ages and numbers as people say them."""

from collections.abc import Sequence
from datetime import date

NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}
IRREGULAR = {"child": "children", "person": "people", "is": "are", "has": "have", "was": "were"}


def day(value: date) -> str:
    """3 October 2026."""
    return f"{value.day} {value:%B} {value.year}"


def months_between(earlier: date, later: date) -> int:
    """Whole months; negative if `later` comes first."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month - (later.day < earlier.day)


def age(born: date, on: date) -> str:
    """Whole years, or months below two years; "not yet born" before the day."""
    months = months_between(born, on)
    if months < 0:
        return "not yet born"
    return count(months, "month") if months < 24 else str(months // 12)


def ago(value: date, today: date) -> str:
    """How long ago, or how long from now, in the unit that people would use; days up to a hundred."""
    days = (value - today).days
    if days in NEAR:
        return NEAR[days]
    length = _length(min(value, today), max(value, today))
    return f"in {length}" if days > 0 else f"{length} ago"


def _length(start: date, end: date) -> str:
    days = (end - start).days
    if days <= 100:
        return count(days, "day")
    months = months_between(start, end)
    return count(months, "month") if months < 24 else count(months // 12, "year")


def plural(noun: str) -> str:
    """More than one of `noun`; a phrase is made plural in its last word."""
    *before, last = noun.split(" ")
    if last in IRREGULAR:
        return " ".join([*before, IRREGULAR[last]])
    if last.endswith("y") and last[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if last.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def count(number: int, noun: str, plural_noun: str = "") -> str:
    """1 child, 1,204 children."""
    return f"{number:,} {noun if number == 1 else plural_noun or plural(noun)}"


def listed(items: Sequence[str], joining: str = "and") -> str:
    """Khan, Begum and Ali."""
    *before, last = items or [""]
    return f"{', '.join(before)} {joining} {last}" if before else last


def sentence(text: str) -> str:
    """The text with a capital letter at its beginning; the rest as it is."""
    return text[:1].upper() + text[1:]


def inside(text: str) -> str:
    """The text within a sentence: its first letter small, unless it is an abbreviation."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def duration(seconds: float) -> str:
    """How long something takes, as one would say it: less than a minute, 3 minutes, 2 hours."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    return count(minutes, "minute") if minutes < 100 else count(round(minutes / 60), "hour")
