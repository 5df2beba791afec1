"""A question about a child, as it was understood: a plain value whose parts can each be shown and taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import combinations, pairwise, product

from registry.dates import PartialDate
from registry.names import fold, forms, tokens

CHILD_NUMBERS = ("index_number", "upn", "temporary_upn", "uln", "nhs_number")
MOST_PAIRS = 8
MOST_WORDS = 8


@dataclass(frozen=True)
class Part:
    """One thing understood: its kind, the words to show it by, and where in the question it stood.

    `spans` are the places in the parameter's text; empty where the part is the whole parameter.
    """

    kind: str
    words: str
    parameter: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Query:
    """What was asked. Texts are as typed; everything compared is made from them here."""

    asked: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    faults: tuple[str, ...] = ()
    name: str = ""
    forename: str = ""
    surname: str = ""
    birth: PartialDate | None = None
    ages: tuple[int, int] | None = None
    postcode: str = ""
    district: str = ""
    address: str = ""
    carer: str = ""
    telephone: str = ""
    sex: str = ""
    numbers: tuple[tuple[str, str], ...] = ()
    places: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.parts)

    def without(self, part: Part) -> dict[str, str]:
        """The question's parameters with one part taken away."""
        kept = dict(self.asked)
        text = kept.pop(part.parameter, "")
        if part.spans:
            for start, end in sorted(part.spans, reverse=True):
                text = text[:start] + " " + text[end:]
            if left := " ".join(text.split()).strip(" ,;"):
                kept[part.parameter] = left
        return kept

    @cached_property
    def born(self) -> date | None:
        """The date of birth, where all of it was given."""
        return self.birth.earliest if self.birth and self.birth.day else None

    @cached_property
    def readings(self) -> tuple[tuple[str, ...], ...]:
        """The words of the name, and again with two neighbouring words run together: “khan begum”, “khanbegum”."""
        given = tuple(fold(text) for text in (self.forename, self.surname, self.name) if text)
        plain = tuple(word for text in given for word in tokens(text))
        raw = [word for text in given for word in text.split()]
        together = tuple(
            (*raw[:place], one + other, *raw[place + 2 :])
            for place, (one, other) in enumerate(pairwise(raw))
            if len(raw) <= MOST_WORDS
        )
        return tuple(dict.fromkeys((plain, *together))) if plain else ()

    @cached_property
    def roles(self) -> dict[str, str]:
        """Which part of the name a word was said to be, where the form said so."""
        said = ((self.surname, "surname"), (self.forename, "forename"))
        return {word: role for text, role in said for word in (*tokens(text), *fold(text).split())}

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Every word the child may be filed under."""
        return tuple(dict.fromkeys(word for reading in self.readings for word in reading))[:MOST_WORDS]

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every two names the child may be filed under together, whichever is the forename."""
        if self.forename and self.surname:
            found = list(product(forms(self.forename), forms(self.surname)))
        else:
            found = [pair for reading in self.readings for pair in combinations(reading, 2)]
        return tuple(dict.fromkeys(pair if pair[0] <= pair[1] else pair[::-1] for pair in found))[:MOST_PAIRS]

    @cached_property
    def carer_pairs(self) -> tuple[tuple[str, str], ...]:
        """Every two names of the carer; only one name is too little to look for."""
        return tuple(combinations(tokens(self.carer), 2))[:MOST_PAIRS]

    @cached_property
    def is_crowd(self) -> bool:
        """Whether only a birthday, an age, a sex or a part of a postcode was asked for: that is a list, not a child."""
        tells_one = self.words or self.postcode or self.address or self.carer or self.telephone or self.numbers
        return not tells_one and bool(self.birth or self.ages or self.district or self.sex)

    @cached_property
    def is_name_alone(self) -> bool:
        return bool(self.words) and not (
            self.birth or self.ages or self.postcode or self.district or self.address or self.carer or self.telephone
        )
