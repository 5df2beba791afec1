"""The usual English school year, for years whose term dates nobody has entered: six halves of terms and May Day."""

from __future__ import annotations

from datetime import date, timedelta

MONDAY, FRIDAY = 0, 4
Stretch = tuple[date, date]


def stretches(year: int) -> list[Stretch]:
    """The six stretches of days of the school year that begins in September of `year`, both dates inclusive."""
    good_friday = easter(year + 1) - timedelta(days=2)
    october, february, whitsun = _last_monday(year, 10), _nth_monday(year + 1, 2, 3), _last_monday(year + 1, 5)
    return [
        (_weekday_from(date(year, 9, 3)), october - timedelta(days=3)),
        (october + timedelta(days=7), _weekday_until(date(year, 12, 19))),
        (_weekday_from(date(year + 1, 1, 4)), february - timedelta(days=3)),
        (february + timedelta(days=7), good_friday - timedelta(days=1)),
        (good_friday + timedelta(days=17), whitsun - timedelta(days=3)),
        (whitsun + timedelta(days=7), _weekday_until(date(year + 1, 7, 21))),
    ]


def closed(year: int) -> set[date]:
    """The bank holiday that falls into the summer term: the first Monday in May."""
    return {_nth_monday(year + 1, 5, 1)}


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the anonymous method of 1876."""
    golden, century = year % 19, year // 100
    skipped, corrected = century // 4, (8 * century + 13) // 25
    epact = (19 * golden + century - skipped - corrected + 15) % 30
    moon = epact - (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + skipped) % 7
    shift = moon - weekday
    month = 3 + (shift + 40) // 44
    return date(year, month, shift + 28 - 31 * (month // 4))


def _weekday_from(day: date) -> date:
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > FRIDAY else day


def _weekday_until(day: date) -> date:
    return day - timedelta(days=day.weekday() - FRIDAY) if day.weekday() > FRIDAY else day


def _nth_monday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(MONDAY - first.weekday()) % 7 + 7 * (nth - 1))


def _last_monday(year: int, month: int) -> date:
    after = date(year + month // 12, month % 12 + 1, 1)
    return after - timedelta(days=(after.weekday() - MONDAY - 1) % 7 + 1)
