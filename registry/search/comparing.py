"""Comparing one thing at a time: two names, two dates of birth, two postcodes, two addresses.

Each comparison gives a likeness between 0 and 1 and the word for it, so that what is counted and what is said agree.
What is missing on either side is never compared: missing is not different.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import extract

from registry.names import canonical, code, forms, tokens
from registry.search.keys import street_words

FORENAME, MIDDLE, SURNAME = "forename", "middle name", "surname"


NEAREST = 0.65  # of Jaro and Winkler; a name and its initial are further apart than any two that are alike otherwise


class Likeness(NamedTuple):
    """How alike two things are: 1 the same, 0 nothing in common."""

    how: str
    share: float


SAME = Likeness("same", 1.0)
NOTHING = Likeness("different", 0.0)
ANOTHER_FORM = Likeness("another form", 0.94)
SOUND = Likeness("sounds the same", 0.88)
NEARLY = Likeness("nearly the same", 0.84)
BEGINS = Likeness("begins", 0.75)
ALIKE = Likeness("alike", 0.6)
INITIAL = Likeness("initial", 0.5)
FAINT = Likeness("faint", 0.3)


@lru_cache(maxsize=50_000)
def compare_words(asked: str, held: str) -> Likeness:
    """Two words of a name, folded."""
    if asked == held:
        return SAME
    if canonical(asked) == canonical(held):
        return ANOTHER_FORM
    likeness = JaroWinkler.similarity(asked, held)
    if code(asked) == code(held):
        return SOUND if likeness >= 0.7 else ALIKE
    shorter = min(len(asked), len(held))
    if shorter == 1:
        return INITIAL if asked[0] == held[0] else NOTHING
    if likeness < 0.7:  # further apart than one or two slips leave a name
        return NOTHING
    if len(asked) >= 3 and held.startswith(asked):
        return BEGINS
    typing = OSA.distance(asked, held, score_cutoff=2)
    if typing == 1 and shorter >= 4:
        return NEARLY
    if likeness >= 0.88 or (typing == 2 and shorter >= 6):
        return ALIKE
    return FAINT if likeness >= 0.8 else NOTHING


class Crowd:
    """The words of many children's names, sorted so that those like a word asked for are found without trying each."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = list(words)
        self._forms: dict[str, list[str]] = {}
        for word in self._words:
            for form in _heard(word):
                self._forms.setdefault(form, []).append(word)

    def alike(self, asked: str) -> dict[str, Likeness]:
        """Those that are anything like `asked`, and how."""
        near = extract(asked, self._words, scorer=JaroWinkler.similarity, score_cutoff=NEAREST, limit=None)
        possible = {word: None for word, _, _ in near}
        for form in _heard(asked):
            possible |= dict.fromkeys(self._forms.get(form, ()))
        return {word: likeness for word in possible if (likeness := compare_words(asked, word)).share}


@lru_cache(maxsize=50_000)
def _heard(word: str) -> tuple[str, str]:
    """What a word may share with one written quite otherwise: the name it stands for, and its skeleton."""
    return f"={canonical(word)}", code(word)


class Words(NamedTuple):
    """The words of one name of a child, each with the part of the name it comes from."""

    standing: str
    words: list[tuple[str, str]]


def words_of(packed: str) -> list[Words]:
    """Every name in an entry, taken apart; the leading one first."""
    return [_words(*name.split("|")) for name in packed.split(";")] if packed else []


def _words(standing: str, forename: str, middle_names: str, surname: str) -> Words:
    words = [(word, FORENAME) for word in _forms(forename)]
    words += [(word, SURNAME) for word in _forms(surname)]
    if middle_names:
        middle = dict.fromkeys(tokens(middle_names)) if " " in middle_names else (middle_names,)
        words += [(word, MIDDLE) for word in middle]
    return Words(standing, words)


def _forms(folded: str) -> tuple[str, ...]:
    """As `forms`, and sooner for what is one word already."""
    return forms(folded) if " " in folded else (folded,) if folded else ()


BORN_SAME = Likeness("same day", 1.0)
BORN_SWAPPED = Likeness("day and month swapped", 0.75)
BORN_ONE_DIGIT = Likeness("one digit", 0.62)
BORN_MONTH = Likeness("same month", 0.5)
BORN_ANNIVERSARY = Likeness("same day of another year", 0.5)
BORN_YEAR = Likeness("same year", 0.2)


@lru_cache(maxsize=100_000)
def compare_births(asked: date, held: date) -> Likeness:
    """Two dates of birth."""
    if asked == held:
        return BORN_SAME
    if (asked.year, asked.month, asked.day) == (held.year, held.day, held.month):
        return BORN_SWAPPED
    year, month, day = asked.year == held.year, asked.month == held.month, asked.day == held.day
    if year + month + day == 2 and _digits_apart(asked, held) == 1:
        return BORN_ONE_DIGIT
    if year:
        return BORN_MONTH if month else BORN_YEAR
    return BORN_ANNIVERSARY if month and day else NOTHING


def _digits_apart(one: date, other: date) -> int:
    return sum(a != b for a, b in zip(one.isoformat(), other.isoformat(), strict=True))


POSTCODE_NEARLY = Likeness("one character", 0.65)
SECTOR = Likeness("same sector", 0.5)
DISTRICT = Likeness("same district", 0.35)


def compare_postcodes(asked: str, held: str) -> Likeness:
    """Two whole postcodes without their spaces."""
    if asked == held:
        return SAME
    if OSA.distance(asked, held, score_cutoff=1) == 1:
        return POSTCODE_NEARLY
    if asked[:-2] == held[:-2]:
        return SECTOR
    return DISTRICT if asked[:-3] == held[:-3] else NOTHING


def compare_district(asked: str, held: str) -> Likeness:
    """A district or, written with its space, a sector, with the postcode that may lie in it."""
    outward, _, inward = asked.partition(" ")
    return SAME if held[:-3] == outward and held[-3:].startswith(inward) else NOTHING


def compare_addresses(asked: str, held: str) -> Likeness:
    """Two folded addresses, each its number and street; the kind of street may be written short or left out."""
    one, other = " ".join(street_words(asked)), " ".join(street_words(held))
    if one == other:
        return SAME
    likeness = JaroWinkler.similarity(one, other)
    return NEARLY if likeness >= 0.9 and one.split(" ")[0] == other.split(" ")[0] else NOTHING


def compare_people(asked: str, held: str) -> Likeness:
    """Two people's whole names, each word of the one with the likest of the other."""
    words = tokens(asked)
    shares = [max(compare_words(word, other).share for other in tokens(held) or ("",)) for word in words]
    share = sum(shares) / len(shares) if shares else 0.0
    return SAME if share == 1 else Likeness("person", share)


def compare_numbers(asked: str, held: str) -> Likeness:
    """Two numbers of any kind, in the form they are compared in."""
    return SAME if asked == held else NOTHING
