"""What in one row cannot be true together: the part that is less sure is left out, and its sender is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from childindex import words
from registry.dates import school_year
from registry.intake.problems import Problem
from registry.models import YearGroup

Values = dict[str, str]
ORDERS = (
    ("date_of_birth", "entry_date", "The entry date is before the date of birth."),
    ("date_of_birth", "leaving_date", "The leaving date is before the date of birth."),
    ("entry_date", "leaving_date", "The leaving date is before the entry date."),
    ("date_of_birth", "registered_on", "The registration date is before the date of birth."),
    ("date_of_birth", "moved_in", "The date of moving in is before the date of birth."),
)
YEARS = {"R": 0, "N2": -1, "N1": -2} | {str(number): number for number in range(1, 15)}
YEARS_APART = 3
"""How far a class may be from that of a child's age: a special school's classes are mixed, a school years wide."""
AHEAD = timedelta(days=366)


def contradictions(values: Values, on: date) -> Iterator[Problem]:
    """Take out what does not go with the rest of a row of a list as of the day `on`, and say so."""
    for first, last, sentence in ORDERS:
        if values.get(first) and values.get(last) and values[last] < values[first]:
            del values[last]
            yield Problem(last, "before", sentence)
    yield from _age(values, on)
    yield from _leaving(values, on)
    if values.get("upn") and values.get("former_upn") == values["upn"]:
        del values["former_upn"]
        yield Problem("former_upn", "same", "The former UPN is the UPN itself.")


def _age(values: Values, on: date) -> Iterator[Problem]:
    """A class and a date of birth that do not go together: which of them is wrong, nobody can tell from here."""
    group, said = values.get("year_group", ""), values.get("date_of_birth")
    if group not in YEARS or not said:
        return
    born = date.fromisoformat(said)
    usual = school_year(on) - school_year(born) - 5
    if abs(YEARS[group] - usual) > YEARS_APART:
        del values["date_of_birth"], values["year_group"]
        sentence = f"Nobody born on {words.day(born)} is in {YearGroup(group).label}. Put right which is wrong."
        yield Problem("date_of_birth", "age", sentence)


def _leaving(values: Values, on: date) -> Iterator[Problem]:
    """Somebody off the roll without a day; and a day that systems reckon for the end of a school, years ahead."""
    last = values.get("leaving_date")
    if last and date.fromisoformat(last) > on + AHEAD:
        del values["leaving_date"]
        yield Problem("leaving_date", "ahead", "The leaving date is more than a year ahead. Give it once it is near.")
    if values.get("on_roll") == "no" and not values.get("leaving_date"):
        yield Problem("leaving_date", "missing", "Nobody is off the roll without a day: give the leaving date.")
