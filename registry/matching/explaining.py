"""Why a pair has its score, in sentences: from the same levels and bits that made it.

Every part says what was compared, how alike the two are and how much that speaks for or against one child. A part that
was not compared because a value is missing says nothing and is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from registry.matching.comparing import Pairs, compare
from registry.matching.levels import FIELDS, Birth, Name, Number, Order, Place, Sex
from registry.matching.model import Model
from registry.matching.rules import Flag, flags_of
from registry.matching.scoring import HOUSEHOLD, Bits, Frequencies, score
from registry.matching.words import Levels

STRONG, SOME = 6.0, 2.0
TITLES = {
    "forename": "forename",
    "middle_names": "middle names",
    "surname": "surname",
    "order": "order of the names",
    "date_of_birth": "date of birth",
    "sex": "sex",
    "place": "home",
    "upn": "UPN",
    "nhs_number": "NHS number",
    "uln": "ULN",
    "carer": "carer",
    "telephone": "telephone number",
    "school": "school",
    HOUSEHOLD: "brothers and sisters",
}
NAMES = {
    Name.DIFFERENT: "are different",
    Name.FAINT: "are faintly alike",
    Name.SHARED: "agree in a name alone that very many bear",
    Name.ALIKE: "are alike",
    Name.SHARES_A_WORD: "share one word of several",
    Name.OTHER_NAME: "agree with another name of the child",
    Name.BEGINS: "begin alike, one being short for the other",
    Name.PART: "agree, one having a further word",
    Name.NEARLY: "differ by one slip",
    Name.SOUNDS: "sound the same",
    Name.FORM: "are forms of one name",
    Name.SAME: "are the same",
}
SAID: dict[str, dict[int, str]] = {
    "forename": {level: f"The forenames {said}" for level, said in NAMES.items()},
    "surname": {level: f"The surnames {said}" for level, said in NAMES.items()},
    "middle_names": dict(
        enumerate(("", *(f"The middle names {said}" for said in ("differ", "agree in initials", "are alike", "agree"))))
    ),
    "order": {Order.SWAPPED: "Forename and surname are changed round", Order.USUAL: ""},
    "date_of_birth": {
        Birth.DIFFERENT: "The dates of birth are different",
        Birth.YEAR: "The dates of birth are in one year",
        Birth.ANNIVERSARY: "The birthdays agree, the years do not",
        Birth.MONTH: "The dates of birth are in one month",
        Birth.ONE_DIGIT: "The dates of birth differ in one digit",
        Birth.SWAPPED: "The dates of birth agree with day and month changed round",
        Birth.SAME: "The dates of birth are the same",
    },
    "sex": {Sex.DIFFERENT: "The sexes are different", Sex.SAME: "The sex is the same"},
    "place": {
        Place.ELSEWHERE: "The homes are far apart",
        Place.DISTRICT: "The homes are in one postcode district",
        Place.SECTOR: "The homes are in one postcode sector",
        Place.STREET_NUMBER: "The addresses are alike, the postcodes are not",
        Place.NEIGHBOUR: "The homes share a postcode and have different addresses",
        Place.NEARLY_POSTCODE: "The postcodes differ by one slip",
        Place.FORMER: "One's home is a former home of the other",
        Place.POSTCODE: "The postcodes are the same",
        Place.SAME: "The home is the same",
    },
    "carer": {1: "The carers are different", 2: "The carers' names agree in part", 3: "The carer is the same"},
    "telephone": {1: "The telephone numbers are different", 2: "The telephone number is the same"},
    "school": {1: "The schools are different", 2: "The school is the same"},
}
for _kind in ("upn", "nhs_number", "uln"):
    SAID[_kind] = {
        Number.DIFFERENT: f"The {TITLES[_kind]}s are different",
        Number.ONE_SLIP: f"The {TITLES[_kind]}s differ by one slip",
        Number.SAME: f"The {TITLES[_kind]} is the same",
    }
RULES = {
    Flag.NHS_NUMBERS: "Two different NHS numbers, both valid: a person must decide.",
    Flag.SEX_AND_BIRTH: "Two sexes and two dates of birth: a person must decide.",
    Flag.TWINS: "Same surname, date of birth and home with different forenames: these may be twins.",
    Flag.NO_NAME: "No forename could be compared, and twins differ in nothing else: a person must decide.",
}


@dataclass(frozen=True)
class Part:
    """One thing compared: how alike, what it weighs in bits (against one child where negative), and both in words."""

    field: str
    level: str
    bits: float
    said: str

    @property
    def title(self) -> str:
        return TITLES[self.field]

    @property
    def sentence(self) -> str:
        return f"{self.said}: {_strength(self.bits)}."


@dataclass(frozen=True)
class Explanation:
    """The parts of one pair's score, the weightiest first, and the rules that hold it back."""

    parts: tuple[Part, ...]
    rules: tuple[str, ...]
    prior: float
    total: float

    @property
    def probability(self) -> float:
        """How likely the two are one child, nobody else being considered."""
        return probability(self.total)

    def sentences(self) -> list[str]:
        return [*self.rules, *(part.sentence for part in self.parts)]


def probability(bits: float) -> float:
    return float(1 / (1 + np.exp2(-np.clip(bits, -200, 200))))


def explain(
    pairs: Pairs, model: Model, common: Frequencies, institutions: frozenset[str] = frozenset()
) -> list[Explanation]:
    """Each of a few pairs explained."""
    compared = compare(pairs, institutions)
    scored, flags = score(pairs, compared, model, common), flags_of(pairs, compared)
    prior = model.prior(common.size)
    return [
        Explanation(
            parts_of(compared, scored.parts, place), rules_of(int(flags[place])), prior, float(scored.total[place])
        )
        for place in range(len(pairs))
    ]


def parts_of(compared: Mapping[str, Levels], parts: Mapping[str, Bits], place: int) -> tuple[Part, ...]:
    """What the score of one pair is made of, the weightiest first."""
    found = []
    for name, bits in parts.items():
        weight = float(bits[place])
        if name == HOUSEHOLD:
            found += [_part(name, "", weight)] if weight < -1 else []
            continue
        level = FIELDS[name](int(compared[name][place]))
        if SAID[name].get(level):
            found.append(_part(name, level.said, weight))
    return tuple(sorted(found, key=lambda part: -abs(part.bits)))


def again(reasons: Iterable[Sequence[Any]]) -> list[Part]:
    """The parts of a score that was written down as (field, level, bits), in their words."""
    return [_part(name, level, float(bits)) for name, level, bits in reasons]


def _part(name: str, level: str, bits: float) -> Part:
    if name == HOUSEHOLD:
        return Part(name, "", bits, "Brothers and sisters would share as much")
    place = FIELDS[name][level.upper().replace(" ", "_")]
    return Part(name, level, bits, SAID[name][place])


def _strength(bits: float) -> str:
    how = "strong" if abs(bits) >= STRONG else "some" if abs(bits) >= SOME else "little"
    return f"{how} evidence {'for' if bits >= 0 else 'against'} one child"


def rules_of(flags: int) -> tuple[str, ...]:
    """The rules that hold a pair back, in words."""
    return tuple(said for flag, said in RULES.items() if flags & flag)
