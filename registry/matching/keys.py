"""The typed keys of a whole file at once: what `registry.search.keys` makes for one child, as arrays of numbers.

The same parts enter: names by their skeletons, in either order, with a year, a month or a date of birth, or with a
postcode. A key is a number below 2**BITS; that two different keys may fall on one number costs a candidate too many now
and then, never one too few. Where a row has day and month swapped, both dates are tried on the side of the list.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import chain
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from registry.matching.columns import People

BITS = 21
Numbers = NDArray[np.uint64]


class Keyed(NamedTuple):
    """Keys of one type: the row that each is of, and its number."""

    kind: str
    rows: NDArray[np.int64]
    keys: NDArray[np.int64]


class Kind(NamedTuple):
    """How much sharing a key of a kind counts towards being compared, and how common it may be."""

    worth: int
    most: int


KINDS = {
    "pair": Kind(1, 150),
    "pair and year": Kind(1, 400),
    "name and month": Kind(1, 400),
    "name and day of the year": Kind(1, 400),
    "letter and birth": Kind(1, 400),
    "birth": Kind(1, 20),
    "letter and postcode": Kind(1, 150),
    "birth and postcode": Kind(1, 150),
    "postcode": Kind(1, 15),
    "address": Kind(1, 30),
    "upn": Kind(2, 20),
    "nhs_number": Kind(2, 20),
    "uln": Kind(2, 20),
    "telephone": Kind(1, 20),
}


# What hardly anybody but the child itself has as a row has it: who shares SURE of these is found without the others.
TELLING = frozenset(("pair and year", "letter and birth", "birth and postcode", "upn", "nhs_number", "uln"))
SURE = 4
Asked = tuple[str, NDArray[np.bool_], *tuple[NDArray[np.integer], ...]]


def keys_of(people: People, rows: NDArray[np.int64], *, asking: bool, kinds: Container[str] = KINDS) -> Iterator[Keyed]:
    """The keys of some rows, a kind at a time. `asking` also tries what may be wrong in them."""
    for kind, known, *parts in chain(_by_name(people, rows, asking=asking), _by_place(people, rows)):
        if kind in kinds:
            yield _keyed(kind, rows, known, *parts)
    for column in ("upn", "nhs_number", "uln", "telephone"):
        if column in kinds and people.has(column):
            codes = people[column][rows]
            yield _keyed(column, rows, codes > 0, codes)


def _by_name(people: People, rows: NDArray[np.int64], *, asking: bool) -> Iterator[Asked]:
    names = _NameParts(people, rows)
    births = [_Dates(people, rows)]
    if asking:
        births.append(births[0].swapped())
    for first, last in names.pairs():
        low, high = np.minimum(first, last), np.maximum(first, last)
        named = (first > 0) & (last > 0)
        yield "pair", named, low, high
        yield "pair and year", named & births[0].known, low, high, births[0].year
    yield "birth", births[0].known, births[0].year, births[0].month, births[0].day
    for born in births:
        for word in names.words:
            yield "name and month", (word > 0) & born.known, word, born.year, born.month
            if born is births[0]:
                yield "name and day of the year", (word > 0) & born.known, word, born.month, born.day
        for letter in names.letters:
            yield "letter and birth", (letter > 0) & born.known, letter, born.year, born.month, born.day


def _by_place(people: People, rows: NDArray[np.int64]) -> Iterator[Asked]:
    names, born = _NameParts(people, rows), _Dates(people, rows)
    for column in ("postcode", "former_postcode"):
        if not people.has(column):
            continue
        codes = people[column][rows]
        for letter in names.letters:
            yield "letter and postcode", (letter > 0) & (codes > 0), letter, codes
        yield "postcode", codes > 0, codes
        yield "birth and postcode", born.known & (codes > 0), codes, born.month, born.day
    for column in ("address", "former_address"):
        if people.has(column):
            codes = people[column][rows]
            yield "address", codes > 0, codes


class _NameParts:
    """The skeletons of the names of some rows; 0 where there is none."""

    def __init__(self, people: People, rows: NDArray[np.int64]) -> None:
        table = people.vocabularies.names
        forenames, surnames = people["forename"][rows], people["surname"][rows]
        self.forenames = self._codes(people, forenames)
        self.surnames = self._codes(people, surnames)
        if people.has("former_surname"):
            self.surnames += self._codes(people, people["former_surname"][rows])[:1]
        self.middle = self._codes(people, people["middle_names"][rows])[:1] if people.has("middle_names") else []
        self.words = [*self.forenames, *self.surnames]
        self.letters = [
            table.initial[table.words[forenames, 0]],
            table.initial[table.words[surnames, 0]],
        ]

    @staticmethod
    def _codes(people: People, names: NDArray[np.int32]) -> list[NDArray[np.int32]]:
        """The first word, the second where there is one, and all run together where there are several."""
        table = people.vocabularies.names
        first, second = table.code[table.words[names, 0]], table.code[table.words[names, 1]]
        together = np.where(table.count[names] > 1, table.code[table.together[names]], 0)
        return [codes for codes in (first, second, together) if codes.any()] or [first]

    def pairs(self) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32]]]:
        for first in (*self.forenames, *self.middle):
            for last in self.surnames:
                yield first, last


def days_of(people: People) -> NDArray[np.int64]:
    """The dates of birth met so far as numbers of eight digits, 0 for the missing one."""
    return people.vocabularies.of("date_of_birth").derived("digits", _as_digits)


def _as_digits(values: pa.StringArray) -> NDArray[np.int64]:
    return np.array([int(value or 0) for value in values.to_pylist()], dtype=np.int64)


class _Dates:
    """The dates of birth of some rows, taken apart."""

    def __init__(self, people: People, rows: NDArray[np.int64]) -> None:
        whole = days_of(people)[people["date_of_birth"][rows]]
        self.year, self.month, self.day = whole // 10_000, whole // 100 % 100, whole % 100
        self.known = whole > 0

    def swapped(self) -> _Dates:
        """Day and month exchanged, where that makes another date."""
        other = object.__new__(_Dates)
        other.year, other.month, other.day = self.year, self.day, self.month
        other.known = self.known & (self.day <= 12) & (self.day != self.month)
        return other


def _keyed(kind: str, rows: NDArray[np.int64], known: NDArray[np.bool_], *parts: NDArray[np.integer]) -> Keyed:
    chosen = np.flatnonzero(known)
    mixed = np.full(len(chosen), len(kind), dtype=np.uint64)
    for part in parts:
        mixed = (mixed ^ part[chosen].astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return Keyed(kind, rows[chosen], (mixed >> np.uint64(64 - BITS)).astype(np.int64))
