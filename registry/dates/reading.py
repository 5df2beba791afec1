"""Reading dates as people and files write them, the day before the month.

Understood: 3 10 2016, 3/10/16, 03-10-2016, 3.10.2016, 2016-10-03, 20161003, 03102016, 3 Oct 2016, Monday 3rd October
2016, October 3 2016, 2020-Apr-25 00:00:00, 2016-10-03T00:00:00.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
YEARS = range(1800, 2200)
YEARS_AHEAD = 10

YEAR_FIRST = re.compile(r"(1[89]|2[01])\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_WEEKDAY = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_TIME = re.compile(r"[T\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE)
_ORDINAL = re.compile(r"(?<=\d)(st|nd|rd|th)\b", re.IGNORECASE)


class NotADate(ValueError):
    """What was given cannot be read as a date; the text says what to enter."""


@dataclass(frozen=True)
class PartialDate:
    """A year, a month of a year, or a day: as much of a date as is known."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def earliest(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def holds(self, day: date) -> bool:
        """Whether `day` could be the one meant."""
        return self.earliest <= day <= self.latest

    def __str__(self) -> str:
        known = (str(self.day) if self.day else "", MONTHS[self.month - 1] if self.month else "", str(self.year))
        return " ".join(part for part in known if part)


def read_date(text: str, *, what: str = "a date", today: date | None = None) -> date:
    """The date that `text` says, two-digit years falling between ninety years ago and ten years ahead.

    `what` names it in the sentence that NotADate carries: “Enter a date of birth, like 3 10 2016.”
    """
    return _read(text, what=what, latest=(today or date.today()).year + YEARS_AHEAD)


def read_date_of_birth(text: str, *, today: date | None = None) -> date:
    """A date no later than `today`; a two-digit year is never taken to be in the future."""
    now = today or date.today()
    born = _read(text, what="a date of birth", latest=now.year)
    if born > now:
        raise NotADate("The date of birth must be in the past.")
    return born


def read_partial_date(text: str, *, today: date | None = None) -> PartialDate:
    """A whole date, or a month and year (10 2016, Oct 2016, 2016-10), or a year of four digits alone."""
    parts = _parts(text)
    if len(parts) == 1 and re.fullmatch(r"\d{4}", parts[0], re.ASCII) and int(parts[0]) in YEARS:
        return PartialDate(int(parts[0]))
    if len(parts) == 2:
        return _read_month(parts, text)
    day = read_date(text, what="a date, a month or a year", today=today)
    return PartialDate(day.year, day.month, day.day)


def _read_month(parts: list[str], text: str) -> PartialDate:
    year, month = parts if len(parts[0]) == 4 and parts[0].isdigit() else reversed(parts)
    number = _month(month)
    if not re.fullmatch(r"\d{4}", year, re.ASCII) or int(year) not in YEARS or number is None:
        raise NotADate(f"“{_short(text)}” is not a month. Enter a month and year, like 10 2016.")
    return PartialDate(int(year), number)


def _read(text: str, *, what: str, latest: int) -> date:
    parts = _split_run(_parts(text))
    if len(parts) != 3:
        raise NotADate(f"Enter {what}, like 3 10 2016.")
    if len(parts[0]) == 4 and parts[0].isdigit():
        parts.reverse()
    elif parts[0].isalpha():
        parts[0], parts[1] = parts[1], parts[0]
    day, month, year = parts[0], _month(parts[1]), _year(parts[2], latest)
    if year is None or not re.fullmatch(r"\d{1,2}", day, re.ASCII):
        raise NotADate(f"Enter {what}, like 3 10 2016.")
    if month is None:
        raise NotADate(f"“{_short(text)}” has no such month. Enter {what} with the day first, like 3 10 2016.")
    return _real_day(int(day), month, year)


def _parts(text: str) -> list[str]:
    plain = _ORDINAL.sub("", _TIME.sub("", _WEEKDAY.sub("", text.strip())))
    plain = re.sub(r"(?<=\d)(?=[A-Za-z])|(?<=[A-Za-z])(?=\d)", " ", plain)
    return [part for part in re.split(r"[\s/.,\-‐-―]+", plain) if part and part.lower() != "of"]


def _split_run(parts: list[str]) -> list[str]:
    """Eight digits in a run: year first as files have them, or else day first as people do."""
    if len(parts) != 1 or not re.fullmatch(r"\d{8}", parts[0], re.ASCII):
        return parts
    run = parts[0]
    if YEAR_FIRST.fullmatch(run):
        return [run[:4], run[4:6], run[6:]]
    return [run[:2], run[2:4], run[4:]]


def _month(text: str) -> int | None:
    if re.fullmatch(r"\d{1,2}", text, re.ASCII):
        return int(text) if 1 <= int(text) <= 12 else None
    if len(text) < 3:
        return None
    return next((n for n, name in enumerate(MONTHS, start=1) if name.lower().startswith(text.lower())), None)


def _year(text: str, latest: int) -> int | None:
    """Four digits as they stand; two as the last such year up to `latest`."""
    if re.fullmatch(r"\d{4}", text, re.ASCII):
        return int(text) if int(text) in YEARS else None
    if re.fullmatch(r"\d{2}", text, re.ASCII):
        return latest - (latest - int(text)) % 100
    return None


def _real_day(day: int, month: int, year: int) -> date:
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise NotADate(f"{MONTHS[month - 1]} {year} has {days} days: there is no {day}.")
    return date(year, month, day)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 30 else f"{plain[:30]}…"
