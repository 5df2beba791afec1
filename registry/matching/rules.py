"""Rules above the score: what is never joined by itself, however much agrees.

Two different verified NHS numbers; two sexes together with two dates of birth; twins, who share surname, date of birth
and home and have different forenames; and two of whom no forename could be compared, as they may be twins too, unless
one number is theirs. A pair under a rule can be *possible* at most: a person decides.
"""

from __future__ import annotations

from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from registry.identifiers import is_valid, read_nhs_number
from registry.matching.columns import NUMBERS
from registry.matching.comparing import Compared, Pairs
from registry.matching.levels import Birth, Name, Number, Place, Sex


class Flag(IntFlag):
    """Which rules hold a pair back."""

    NONE = 0
    NHS_NUMBERS = 1
    SEX_AND_BIRTH = 2
    TWINS = 4
    NO_NAME = 8
    HOLDS_BACK = 15


def flags_of(pairs: Pairs, compared: Compared) -> NDArray[np.uint8]:
    """The rules that apply to each pair."""
    found = np.zeros(len(pairs), dtype=np.uint8)
    birth = compared["date_of_birth"]
    two_births = (birth > Birth.MISSING) & (birth < Birth.SAME)
    found[(compared["sex"] == Sex.DIFFERENT) & two_births] |= np.uint8(Flag.SEX_AND_BIRTH)
    found[_verified_and_different(pairs, compared)] |= np.uint8(Flag.NHS_NUMBERS)
    found[_twins(compared)] |= np.uint8(Flag.TWINS)
    found[_without_a_name(compared)] |= np.uint8(Flag.NO_NAME)
    return found


def _without_a_name(compared: Compared) -> NDArray[np.bool_]:
    """No name could be compared; or no forename, where no number is the same either."""
    return (compared["forename"] == 0) & ((compared["surname"] == 0) | ~_one_number(compared))


def _one_number(compared: Compared) -> NDArray[np.bool_]:
    """Whether any number is the same."""
    found = np.zeros(len(compared["forename"]), dtype=bool)
    for column in NUMBERS:
        if column in compared:
            found |= compared[column] == Number.SAME
    return found


def _twins(compared: Compared) -> NDArray[np.bool_]:
    """All but the forename is the same. A forename that is faintly alike is a slip where a number is the same too."""
    forename = compared["forename"]
    another = (forename > Name.MISSING) & (forename < Name.FAINT)
    return (
        (compared["surname"] >= Name.PART)
        & (compared["date_of_birth"] == Birth.SAME)
        & (compared["place"] >= Place.FORMER)
        & (another | ((forename == Name.FAINT) & ~_one_number(compared)))
    )


def _verified_and_different(pairs: Pairs, compared: Compared) -> NDArray[np.bool_]:
    """Two NHS numbers that differ, both with the right check digit."""
    if "nhs_number" not in compared:
        return np.zeros(len(pairs), dtype=bool)
    differ = (compared["nhs_number"] > 0) & (compared["nhs_number"] < Number.SAME)
    vocabulary, which = pairs.people.vocabularies.of("nhs_number"), np.flatnonzero(differ)
    for side in pairs.chosen(which).both("nhs_number"):
        differ[which] &= np.array([is_valid(read_nhs_number, text) for text in vocabulary.at(side)], dtype=bool)
    return differ
