"""Which keys a question opens, how much each is worth in choosing candidates, and how many it may bring.

What people get wrong is tried here: the day and the month of birth swapped, another year, a name that is run together
with the next. Worth is in rough bits of evidence: it decides who is compared, not how they are ranked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from registry.dates import PartialDate
from registry.names import initial
from registry.search import keys
from registry.search.query import Query

OLDEST = 26
FEW, MANY = 40, 150


class Ask(NamedTuple):
    """One key to open; at most `cap` children are taken from it."""

    key: int
    worth: int
    cap: int


def asks(query: Query, *, behind_shields: bool, today: date) -> list[Ask]:
    """The keys of a question, each once, those behind shields only for who may see there."""
    hideable = list(_by_place(query))
    found = [*_by_name(query, today), *hideable]
    if behind_shields:
        found += [ask._replace(key=keys.hidden(ask.key)) for ask in hideable]
    return list({ask.key: ask for ask in reversed(found)}.values())


def swapped(day: date) -> date | None:
    """The date with day and month exchanged, where that is a date and another one."""
    if day.day > 12 or day.day == day.month:
        return None
    return day.replace(month=day.day, day=day.month)


def _by_name(query: Query, today: date) -> Iterator[Ask]:
    if query.born:
        yield from _born_on(query, query.born, worth=9)
        other = swapped(query.born)
        if other:
            yield from _born_on(query, other, worth=7)
        yield from _pairs(query, [query.born.year], worth=12, cap=MANY)
        return
    expected, years = _years_meant(query), range(today.year - OLDEST, today.year + 1)
    yield from _pairs(query, expected, worth=12, cap=MANY)
    if query.birth and query.birth.month:
        yield from _born_in(query, query.birth, worth=8)
    yield from _pairs(query, [keys.NO_YEAR, *years], worth=10, cap=FEW if expected else MANY)
    yield from _letters(query)


def _born_on(query: Query, born: date, *, worth: int) -> Iterator[Ask]:
    for word in query.words:
        yield Ask(keys.name_and_day(word, born), worth, MANY)
        yield Ask(keys.name_and_month(word, born.year, born.month), worth - 2, MANY)


def _born_in(query: Query, birth: PartialDate, *, worth: int) -> Iterator[Ask]:
    for word in query.words:
        yield Ask(keys.name_and_month(word, birth.year, birth.month or 1), worth, MANY)


def _pairs(query: Query, years: Iterable[int], *, worth: int, cap: int) -> Iterator[Ask]:
    for year in years:
        for one, other in query.pairs:
            yield Ask(keys.pair_and_year(one, other, year), worth, cap)


def _letters(query: Query) -> Iterator[Ask]:
    """One name with the first sound of another; with any first sound, where only one name was given."""
    for word in query.words:
        others = {initial(other) for other in query.words if other != word} if query.pairs else keys.LETTERS
        for letter in sorted(others):
            yield Ask(keys.name_and_letter(word, letter), 5, MANY if query.pairs else FEW)


def _years_meant(query: Query) -> list[int]:
    if query.ages:
        return list(range(query.ages[0], query.ages[1] + 1))
    return [query.birth.year] if query.birth else []


def _by_place(query: Query) -> Iterator[Ask]:
    outward = query.postcode[:-3] or query.district.partition(" ")[0]
    if query.postcode:
        yield Ask(keys.postcode(query.postcode), 10, MANY)
    for word in query.words if outward else ():
        yield Ask(keys.name_and_district(word, outward), 8, MANY)
    if query.telephone:
        yield Ask(keys.telephone(query.telephone), 12, FEW)
    if query.address:
        yield Ask(keys.address(query.address), 10, MANY)
    for one, other in query.carer_pairs:
        yield Ask(keys.carer(one, other), 10, MANY)
