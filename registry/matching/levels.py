"""What is compared of two records, and the ways in which each thing can be alike: the vocabulary of every score.

A level is a small number, larger where two values are more alike; 0 says that they were not compared, because one of
them is missing, and is never evidence either way.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Level(IntEnum):
    """Ways of being alike, from the least to the most."""

    @property
    def said(self) -> str:
        """The level in words, as `evaluate_matching` and the stored weights write it."""
        return self.name.lower().replace("_", " ")


class Name(Level):
    """Two forenames or two surnames; the likeness of words is that of `registry.search.comparing`."""

    MISSING = 0
    DIFFERENT = 1
    FAINT = 2
    SHARED = 3  # a first forename that very many bear, with other names beside it
    ALIKE = 4
    SHARES_A_WORD = 5
    OTHER_NAME = 6  # a forename that is the other's middle name, a surname that is the other's former one
    BEGINS = 7  # short for the other, down to its initial
    PART = 8
    NEARLY = 9
    SOUNDS = 10
    FORM = 11
    SAME = 12


class Middle(Level):
    """Two sets of middle names."""

    MISSING = 0
    DIFFERENT = 1
    INITIAL = 2
    ALIKE = 3
    SAME = 4


class Order(Level):
    """Whether forename and surname stand in each other's place."""

    MISSING = 0
    SWAPPED = 1
    USUAL = 2


class Birth(Level):
    """Two dates of birth."""

    MISSING = 0
    DIFFERENT = 1
    YEAR = 2
    ANNIVERSARY = 3
    MONTH = 4
    ONE_DIGIT = 5
    SWAPPED = 6
    SAME = 7


class Sex(Level):
    """Two sexes, where both are known."""

    MISSING = 0
    DIFFERENT = 1
    SAME = 2


class Place(Level):
    """Two homes, postcode and address taken together because the one all but implies the other."""

    MISSING = 0
    ELSEWHERE = 1
    DISTRICT = 2
    SECTOR = 3
    STREET_NUMBER = 4  # the address is alike, the postcode is not
    NEIGHBOUR = 5  # one postcode, two addresses
    NEARLY_POSTCODE = 6
    FORMER = 7
    POSTCODE = 8  # one postcode, an address missing
    SAME = 9


class Number(Level):
    """Two identifiers of a kind."""

    MISSING = 0
    DIFFERENT = 1
    ONE_SLIP = 2
    SAME = 3


class Person(Level):
    """Two names of a carer."""

    MISSING = 0
    DIFFERENT = 1
    PART = 2
    SAME = 3


class Equal(Level):
    """Two values that are the same or are not."""

    MISSING = 0
    DIFFERENT = 1
    SAME = 2


FIELDS: Final[dict[str, type[Level]]] = {
    "forename": Name,
    "middle_names": Middle,
    "surname": Name,
    "order": Order,
    "date_of_birth": Birth,
    "sex": Sex,
    "place": Place,
    "upn": Number,
    "nhs_number": Number,
    "uln": Number,
    "carer": Person,
    "telephone": Equal,
    "school": Equal,
}
