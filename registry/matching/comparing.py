"""Comparing many pairs of people at once: for each field the level at which each pair is alike.

Three-valued throughout: what is missing on either side has level 0 and weighs nothing. Every comparison is symmetric.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from registry.matching import bulk
from registry.matching.columns import Codes, People, Vocabulary
from registry.matching.keys import days_of
from registry.matching.levels import Birth, Equal, Middle, Name, Number, Order, Person, Place, Sex
from registry.matching.words import Levels, once

POSTCODE, DOOR = 7, 7  # characters at most
BITS = 6  # of a character in a packed postcode, counted from FIRST
FIRST = "("
Rows = NDArray[np.int64]
Compared = dict[str, Levels]


class Pairs:
    """Pairs of a row of a list and a row of an index, by their places."""

    def __init__(self, people: People, index: People, rows: Rows, children: Rows) -> None:
        self.people, self.index, self.rows, self.children = people, index, rows, children

    def __len__(self) -> int:
        return len(self.rows)

    def both(self, column: str, other: str = "") -> tuple[Codes, Codes]:
        """What the row has in one column, and the child in the same one or another."""
        return self.people[column][self.rows], self.index[other or column][self.children]

    def chosen(self, which: Rows) -> Pairs:
        return Pairs(self.people, self.index, self.rows[which], self.children[which])

    def have(self, *columns: str) -> bool:
        """Whether any of the columns has a value on both sides, by its name on one side and any on the other."""
        return any(map(self.people.has, columns)) and any(map(self.index.has, columns))


def compare(pairs: Pairs, institutions: frozenset[str] = frozenset()) -> Compared:
    """The level of every field, for every pair. In `institutions` (addresses, cleaned) one address says nothing."""
    found = _names(pairs)
    found["date_of_birth"] = _births(*pairs.both("date_of_birth"), pairs.people)
    found["sex"] = _equal(*pairs.both("sex"), Sex.SAME)
    found["place"] = _places(pairs, institutions)
    for column in ("upn", "nhs_number", "uln"):
        if pairs.have(column):
            found[column] = _numbers(*pairs.both(column), pairs.people.vocabularies.of(column))
    if pairs.have("carer"):
        found["carer"] = _carers(pairs)
    for column in ("telephone", "school"):
        if pairs.have(column):
            found[column] = _equal(*pairs.both(column), Equal.SAME)
    return found


def _names(pairs: Pairs) -> Compared:
    names = pairs.people.vocabularies.names
    forename, surname = names.compare(*pairs.both("forename")), names.compare(*pairs.both("surname"))
    middle = _middles(names.compare(*pairs.both("middle_names")))
    order = np.where((forename > 0) & (surname > 0), np.uint8(Order.USUAL), np.uint8(0))
    if pairs.have("middle_names", "forename"):
        _look_elsewhere(pairs, forename, (("forename", "middle_names"), ("middle_names", "forename")), also=middle)
    if pairs.have("former_surname", "surname"):
        former = (("surname", "former_surname"), ("former_surname", "surname"), ("former_surname", "former_surname"))
        _look_elsewhere(pairs, surname, former)
    _swap(pairs, forename, surname, order)
    return {"forename": forename, "middle_names": middle, "surname": surname, "order": order}


def _look_elsewhere(
    pairs: Pairs, found: Levels, columns: tuple[tuple[str, str], ...], also: Levels | None = None
) -> None:
    """Where two names are unlike, see whether one of them is another name of the other person; `also` is then spent."""
    unlike = np.flatnonzero(found < Name.OTHER_NAME)
    for column, other in columns:
        if not (pairs.people.has(column) and pairs.index.has(other)):
            continue
        fewer = pairs.chosen(unlike)
        met = unlike[pairs.people.vocabularies.names.compare(*fewer.both(column, other)) >= Name.NEARLY]
        found[met] = Name.OTHER_NAME
        if also is not None:
            also[met] = 0


def _swap(pairs: Pairs, forename: Levels, surname: Levels, order: Levels) -> None:
    """Where neither name is like its own kind but each is like the other's, compare them crosswise."""
    unlike = np.flatnonzero((order > 0) & (forename <= Name.OTHER_NAME) & (surname <= Name.OTHER_NAME))
    fewer, names = pairs.chosen(unlike), pairs.people.vocabularies.names
    crossed = names.compare(*fewer.both("forename", "surname"))
    alike = np.flatnonzero(crossed >= Name.ALIKE)
    unlike, crossed = unlike[alike], crossed[alike]
    other = names.compare(*pairs.chosen(unlike).both("surname", "forename"))
    swapped = (other >= Name.ALIKE) & (np.maximum(crossed, other) >= Name.NEARLY)
    forename[unlike[swapped]] = np.maximum(crossed, other)[swapped]
    surname[unlike[swapped]] = np.minimum(crossed, other)[swapped]
    order[unlike[swapped]] = Order.SWAPPED


def _middles(likeness: Levels) -> Levels:
    """Middle names are often cut to initials or left out in part."""
    table = np.full(max(Name) + 1, Middle.DIFFERENT, dtype=np.uint8)
    table[Name.MISSING] = Middle.MISSING
    table[[Name.SHARED, Name.BEGINS]] = Middle.INITIAL
    table[[Name.ALIKE, Name.SHARES_A_WORD, Name.PART, Name.NEARLY]] = Middle.ALIKE
    table[[Name.SOUNDS, Name.FORM, Name.SAME]] = Middle.SAME
    return table[likeness]


def _births(one: Codes, other: Codes, people: People) -> Levels:
    days = days_of(people)
    powers = [10**place for place in range(8)]

    def unequal(lefts: Rows, rights: Rows) -> Levels:
        left, right = days[lefts], days[rights]
        year, month, day = left // 10_000 == right // 10_000, left // 100 % 100, left % 100
        same_month, same_day = month == right // 100 % 100, day == right % 100
        crossed = year & (month == right % 100) & (day == right // 100 % 100)
        near = np.flatnonzero((year & (same_month | same_day)) | (same_month & same_day))
        one_digit = np.zeros(len(left), dtype=bool)
        one_digit[near] = sum(left[near] // power % 10 != right[near] // power % 10 for power in powers) == 1
        return np.select(
            [crossed, one_digit, year & same_month, same_month & same_day, year],
            [Birth.SWAPPED, Birth.ONE_DIGIT, Birth.MONTH, Birth.ANNIVERSARY, Birth.YEAR],
            Birth.DIFFERENT,
        ).astype(np.uint8)

    return _compared(one, other, Birth.SAME, len(days), unequal)


def _equal(one: Codes, other: Codes, same: int) -> Levels:
    """Same or different; a value missing on either side is neither."""
    found = np.where(one == other, np.uint8(same), np.uint8(1))
    found[(one == 0) | (other == 0)] = 0
    return found


def _compared(one: Codes, other: Codes, same: int, width: int, unequal: Callable[[Rows, Rows], Levels]) -> Levels:
    """Equal values at once, missing ones not at all, and each distinct pair of unequal ones by `unequal`."""
    found = _equal(one, other, same)
    left = np.flatnonzero((one != other) & (found > 0))
    if len(left):
        found[left] = once(one[left], other[left], width, unequal)
    return found


def _numbers(one: Codes, other: Codes, texts: Vocabulary) -> Levels:
    def unequal(lefts: Rows, rights: Rows) -> Levels:
        slips = _scored(OSA.distance, texts, lefts, rights)
        return np.where(slips == 1, np.uint8(Number.ONE_SLIP), np.uint8(Number.DIFFERENT))

    return _compared(one, other, Number.SAME, len(texts), unequal)


def _carers(pairs: Pairs) -> Levels:
    texts = pairs.people.vocabularies.of("carer")

    def unequal(lefts: Rows, rights: Rows) -> Levels:
        alike = _scored(fuzz.token_sort_ratio, texts, lefts, rights)
        within = _scored(fuzz.token_set_ratio, texts, lefts, rights)
        return np.select(
            [alike >= 90, (within >= 95) | (alike >= 75)], [Person.SAME, Person.PART], Person.DIFFERENT
        ).astype(np.uint8)

    return _compared(*pairs.both("carer"), Person.SAME, len(texts), unequal)


def _places(pairs: Pairs, institutions: frozenset[str]) -> Levels:
    found = _homes(pairs, ("postcode", "address"), ("postcode", "address"), institutions)
    for theirs in (False, True):
        now, before = ("postcode", "address"), ("former_postcode", "former_address")
        mine, other = (before, now) if theirs else (now, before)
        if pairs.people.has(mine[0]) and pairs.index.has(other[0]):
            open_pairs = np.flatnonzero(found < Place.FORMER)
            before_that = _homes(pairs.chosen(open_pairs), mine, other, institutions)
            found[open_pairs[before_that >= Place.POSTCODE]] = Place.FORMER
    return found


def _homes(pairs: Pairs, mine: tuple[str, str], other: tuple[str, str], institutions: frozenset[str]) -> Levels:
    """One home of each: the postcodes say where, the addresses whether it is the same door."""
    postcodes = _postcodes(*pairs.both(mine[0], other[0]), pairs.people)
    addresses = _addresses(pairs, mine[1], other[1])
    found = postcodes.copy()
    found[(postcodes == Place.POSTCODE) & (addresses == 1)] = Place.NEIGHBOUR
    found[(postcodes < Place.NEARLY_POSTCODE) & (addresses >= 2)] = Place.STREET_NUMBER
    found[((postcodes == 0) | (postcodes >= Place.NEARLY_POSTCODE)) & (addresses >= 2)] = Place.SAME
    found[(postcodes == 0) & (addresses == 1)] = Place.ELSEWHERE
    if institutions:
        values = pairs.people.vocabularies.of("address").values
        marked = np.array([value in institutions for value in values], dtype=bool)
        one, two = pairs.both(mine[1], other[1])
        found[marked[one] & marked[two]] = 0
    return found


def _postcodes(one: Codes, other: Codes, people: People) -> Levels:
    vocabulary = people.vocabularies.of("postcode")
    packed = vocabulary.derived("packed", _packed)

    def unequal(lefts: Rows, rights: Rows) -> Levels:
        left, right = packed[lefts], packed[rights]
        found = np.full(len(left), Place.ELSEWHERE, dtype=np.uint8)
        british = (left > 0) & (right > 0)
        found[british & (left >> 3 * BITS == right >> 3 * BITS)] = Place.DISTRICT
        found[british & (left >> 2 * BITS == right >> 2 * BITS)] = Place.SECTOR
        near = np.flatnonzero(_differ_little(left, right) | ~british)
        slips = _scored(OSA.distance, vocabulary, lefts[near], rights[near])
        found[near[slips == 1]] = Place.NEARLY_POSTCODE
        return found

    return _compared(one, other, Place.POSTCODE, len(vocabulary), unequal)


def _packed(postcodes: pa.StringArray) -> NDArray[np.int64]:
    """British postcodes each as one number, their characters from the last to the first from the lowest bits up; of
    others 0."""
    is_british = bulk.british(postcodes)
    packed = np.zeros(len(postcodes), dtype=np.int64)
    characters = bulk.as_bytes(postcodes, POSTCODE, FIRST).astype(np.int64) - ord(FIRST)
    for place in range(POSTCODE):
        packed |= characters[:, POSTCODE - 1 - place] << place * BITS
    return np.where(is_british, packed, 0)


def _differ_little(left: Rows, right: Rows) -> NDArray[np.bool_]:
    """Whether two packed postcodes differ in two characters at most, or in length."""
    apart = left ^ right
    differing = sum((apart >> place * BITS & (1 << BITS) - 1 > 0).astype(np.int8) for place in range(7))
    return (differing <= 2) | ((left >> 6 * BITS > 0) != (right >> 6 * BITS > 0))


def _addresses(pairs: Pairs, mine: str, other: str) -> Levels:
    """1 different, 2 much the same, 3 the same. Another number is another door, however alike the street."""
    one, two = pairs.both(mine, other)
    vocabulary = pairs.people.vocabularies.of("address")
    doors = vocabulary.derived("door", _doors)

    def unequal(lefts: Rows, rights: Rows) -> Levels:
        left, right = doors[lefts], doors[rights]
        found = np.ones(len(left), dtype=np.uint8)
        near = np.flatnonzero((left == right) | (left == 0) | (right == 0))
        alike = _scored(fuzz.token_sort_ratio, vocabulary, lefts[near], rights[near])
        found[near[(alike >= 92) | ((left[near] > 0) & (alike >= 75))]] = 2
        return found

    return _compared(one, two, 3, len(vocabulary), unequal)


def _doors(addresses: pa.StringArray) -> NDArray[np.int64]:
    """A number for the house or flat of each address; 0 where there is none."""
    doors = np.zeros(len(addresses), dtype=np.int64)
    for character in bulk.as_bytes(bulk.first_numbers(addresses), DOOR, "\0").T:
        doors = doors << 8 | character
    return doors


def _scored(scorer: Any, texts: Vocabulary, lefts: Rows, rights: Rows) -> NDArray[Any]:
    return cpdist(texts.at(lefts), texts.at(rights), scorer=scorer, dtype=np.uint16)
