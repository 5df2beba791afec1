"""Which keys a row of a list opens in the index, and what sharing each is worth in being compared.

The keys are those of the search (`registry.search.keys`). What may be wrong in a row is tried here, on the side of the
question: day and month changed round, forename and surname in either order, names run together, the surname the child
had before, a middle name in the forename's place, an address without the number of its flat.

Most rows need the telling keys alone. One that shares little with anybody is asked again, and widely: its names with
every year of birth where it gives none, and each name with the first sound of the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from registry.matching.columns import People
from registry.names import forms, initial, tokens
from registry.search import keys
from registry.search.asking import OLDEST

ONCE, TWICE = 1, 2
DIGITS = 8  # of a date of birth, year first
FLAT = re.compile(r"(?:flat|apartment|apt|unit|room) \w+ (?=.)")
COLUMNS = (
    "forename middle_names surname former_surname date_of_birth postcode former_postcode address former_address carer"
    " telephone"
).split()


class Opened(NamedTuple):
    """A key that a row opens, and what sharing it is worth."""

    row: int
    key: int
    worth: int


class Row:
    """What the keys of one row are made from, cleaned."""

    def __init__(self, cells: Sequence[str]) -> None:
        forename, middle, surname, former, self.born, *places, self.carer, self.telephone = cells
        self.forenames = forms(forename)
        self.surnames = tuple(dict.fromkeys((*forms(surname), *forms(former))))
        self.called = (*self.forenames, *forms(middle)[:1])
        self.postcodes, self.addresses = places[:2], places[2:]

    @cached_property
    def births(self) -> list[date]:
        """The date of birth, and with day and month changed round; what is no date is left out."""
        if len(self.born) != DIGITS:
            return []
        year, month, day = int(self.born[:4]), int(self.born[4:6]), int(self.born[6:])
        return [date(year, *each) for each in dict.fromkeys(((month, day), (day, month))) if _is_day(year, *each)]


def telling(people: People, rows: Sequence[int]) -> Iterator[Opened]:
    """The telling keys of some rows, each once a row."""
    for place, row in zip(rows, _taken(people, rows), strict=True):
        for key, worth in _tell(row).items():
            yield Opened(place, key, worth)


def wide(people: People, rows: Sequence[int], *, today: date) -> Iterator[Opened]:
    """The telling and the wide keys of some rows, each once a row."""
    years = range(today.year - OLDEST, today.year + 1)
    for place, row in zip(rows, _taken(people, rows), strict=True):
        for key, worth in {**_tell_widely(row, years), **_tell(row)}.items():
            yield Opened(place, key, worth)


def _taken(people: People, rows: Sequence[int]) -> Iterator[Row]:
    columns = []
    for name in COLUMNS:
        values = people.vocabularies.of(name).values
        columns.append([values[code] for code in people[name][rows].tolist()])
    return map(Row, zip(*columns, strict=True))


def _tell(row: Row) -> dict[int, int]:
    """Two names with the year tell as much as two keys of one name."""
    found = dict.fromkeys(_by_birth(row), ONCE)
    found |= dict.fromkeys(_by_place(row), ONCE)
    if len(row.born) == DIGITS:
        found |= dict.fromkeys(_by_names(row, [int(row.born[:4])]), TWICE)
    return found


def _tell_widely(row: Row, years: Iterable[int]) -> dict[int, int]:
    found = dict.fromkeys(_by_letters(row), ONCE)
    if not row.born:
        found |= dict.fromkeys(_by_names(row, years), TWICE)
    return found


def _by_names(row: Row, years: Iterable[int]) -> Iterator[int]:
    for year in years:
        for first in row.called:
            for last in row.surnames:
                yield keys.pair_and_year(first, last, year)


def _by_birth(row: Row) -> Iterator[int]:
    for born in row.births:
        for word in dict.fromkeys((*row.forenames, *row.surnames)):
            yield keys.name_and_month(word, born.year, born.month)
            yield keys.name_and_day(word, born)


def _by_place(row: Row) -> Iterator[int]:
    yield from map(keys.postcode, filter(None, row.postcodes))
    for address in filter(None, row.addresses):
        yield keys.address(address)
        if flat := FLAT.match(address):
            yield keys.address(address[flat.end() :])
    carer = tokens(row.carer)
    if len(carer) > 1:
        yield keys.carer(carer[0], carer[-1])
    if row.telephone:
        yield keys.telephone(row.telephone)


def _by_letters(row: Row) -> Iterator[int]:
    for first in row.forenames:
        for last in row.surnames:
            yield keys.name_and_letter(first, initial(last))
            yield keys.name_and_letter(last, initial(first))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False
