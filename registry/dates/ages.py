"""Ages, compulsory school age, school years and terms: computed from dates, never typed.

Compulsory school age follows section 8 of the Education Act 1996. It begins on the fifth birthday if that is a
prescribed day (31 March, 31 August, 31 December), or else on the next one. It ends with the school leaving date, the
last Friday in June, of the school year in which the child turns 16.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

PRESCRIBED_DAYS = ((3, 31), (8, 31), (12, 31))
FRIDAY = 4
SCHOOL_YEAR_BEGINS = 9
YEAR_GROUPS = {2: "N1", 3: "N2", 4: "R", **{age: str(age - 4) for age in range(5, 19)}}


@dataclass(frozen=True)
class CompulsoryAge:
    """The first and the last day on which a child is of compulsory school age."""

    starts: date
    ends: date

    def holds_on(self, day: date) -> bool:
        return self.starts <= day <= self.ends


@dataclass(frozen=True)
class Term:
    """A term of the calendar that serves where a school's own is not known."""

    name: str
    first_day: date
    last_day: date

    def __str__(self) -> str:
        return f"{self.name} term {self.first_day.year}"


def birthday(born: date, age: int) -> date:
    """The day `age` is reached. Somebody born on 29 February comes of an age on 1 March where there is no 29th."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def age_on(day: date, *, born: date) -> int:
    """Whole years. Negative before birth."""
    years = day.year - born.year
    return years if birthday(born, years) <= day else years - 1


def compulsory_school_age(born: date) -> CompulsoryAge:
    fifth = birthday(born, 5)
    starts = min(day for day in _prescribed_days(fifth.year) if day >= fifth)
    return CompulsoryAge(starts=starts, ends=school_leaving_date(school_year(birthday(born, 16)) + 1))


def is_compulsory_school_age(born: date, *, on: date) -> bool:
    return compulsory_school_age(born).holds_on(on)


def school_leaving_date(year: int) -> date:
    """The last Friday in June."""
    last = date(year, 6, 30)
    return last - timedelta(days=(last.weekday() - FRIDAY) % 7)


def school_year(day: date) -> int:
    """The calendar year in which the school year of `day` began, on 1 September."""
    return day.year if day.month >= SCHOOL_YEAR_BEGINS else day.year - 1


def school_year_days(year: int) -> tuple[date, date]:
    """The first and last day of the school year that began in `year`."""
    return date(year, 9, 1), date(year + 1, 8, 31)


def school_year_label(year: int) -> str:
    """2026 to 2027."""
    return f"{year} to {year + 1}"


def year_group(born: date, *, on: date) -> str:
    """The National Curriculum year a child of this age is usually in: N1, N2, R, 1 to 14; empty outside those.

    A child taught out of year (a deferred summer start, say) is in another: what the school says goes first.
    """
    return YEAR_GROUPS.get(age_on(date(school_year(on), 8, 31), born=born), "")


def term(day: date) -> Term:
    """Autumn to 31 December, spring to 31 March, summer to 31 August: the terms of the prescribed days."""
    year = day.year
    if day.month >= SCHOOL_YEAR_BEGINS:
        return Term("Autumn", date(year, 9, 1), date(year, 12, 31))
    if day.month <= 3:
        return Term("Spring", date(year, 1, 1), date(year, 3, 31))
    return Term("Summer", date(year, 4, 1), date(year, 8, 31))


def _prescribed_days(year: int) -> list[date]:
    return [date(year, month, day) for month, day in PRESCRIBED_DAYS]
