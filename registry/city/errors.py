"""The slips of people who type, listen, scan and copy, for making records and questions wrong as real ones are.

Every function takes its own source of chance and returns something that differs from what it was given, still in the
shape that a form would take. The spellings it knows are in two lists of its own: `spellings.txt`, and `unlisted.txt`,
whose names must appear in no table that undoes spellings (a test sees to that), so that finding them shows what the
search does with names that nobody thought of.

Nothing here may import from `registry.names` or `registry.search`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

TYPED, SCANNED, HEARD, KNOWN_AS, SWAPPED, CUT = "typed", "scanned", "heard", "known_as", "swapped", "cut"
NEIGHBOURS = {
    letter: "".join(row[max(place - 1, 0) : place] + row[place + 1 : place + 2])
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
    for place, letter in enumerate(row)
}
LOOKS_LIKE = tuple(
    (one, other)
    for one, other in (
        pair.split("/") for pair in "rn/m m/rn cl/d d/cl l/i i/l vv/w w/vv e/c c/e h/b a/o u/v n/u t/f g/q".split()
    )
)
SOUNDS_LIKE = tuple(
    (one, other)
    for one, other in (
        pair.split("/")
        for pair in (
            "ph/f f/ph ee/i i/ee y/i ie/y c/k k/c ou/u oo/u u/oo z/s s/z ai/ay ay/ai v/w kh/k q/k th/t ah/a ey/y o/u"
            " e/a j/g"
        ).split()
    )
)
DIGITS_ALIKE = {"0": "68", "1": "74", "2": "73", "3": "82", "4": "19", "5": "63", "6": "80", "7": "12", "8": "30"}
DIGITS_ALIKE["9"] = "47"
POSTCODE_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


class Slipped(NamedTuple):
    """A name gone wrong, and which slip did it."""

    forename: str
    surname: str
    slip: str


def corrupt_name(rng: Random, forename: str, surname: str, *, slips: dict[str, int] | None = None) -> Slipped:
    """One slip in a name: mostly typed, scanned or heard wrongly, else another form of it, swapped round or cut short.

    `slips` weighs the kinds that may happen (all of them, by COMMON, unless said). A kind that cannot befall this name
    gives way to a typing slip.
    """
    kinds = slips or COMMON
    slip = rng.choices(list(kinds), list(kinds.values()))[0]
    found = WHOLE_NAME[slip](rng, forename, surname) if slip in WHOLE_NAME else _one_part(rng, forename, surname, slip)
    if found == (forename, surname):
        slip = TYPED
        found = _one_part(rng, forename, surname, slip)
    return Slipped(*found, slip)


COMMON = {TYPED: 42, HEARD: 22, KNOWN_AS: 16, SCANNED: 8, SWAPPED: 6, CUT: 6}


def typed(rng: Random, word: str) -> str:
    """A slip of the keyboard: a letter missing, doubled, replaced by its neighbour, or two that changed places."""
    if not word:
        return word
    for _ in range(8):
        found = rng.choice(KEYSTROKES)(rng, word)
        if found not in ("", word):
            return _capitals_as_before(word, found)
    return word + word[-1]


def scanned(rng: Random, word: str) -> str:
    """A letter or two taken for what they look like; the word itself where nothing in it could be."""
    return _exchanged(rng, word, LOOKS_LIKE)


def heard(rng: Random, word: str) -> str:
    """A sound written another way; the word itself where none could be."""
    return _exchanged(rng, word, SOUNDS_LIKE)


def known_as(rng: Random, word: str) -> str:
    """Another form of a name: short, long or otherwise transliterated; the name itself where none is known."""
    others = [each for each in spellings().get(word.lower(), ()) if each != word.lower()]
    return _capitals_as_before(word, rng.choice(others)) if others else word


def corrupt_date(rng: Random, born: date) -> date:
    """Day and month changed round, one digit wrong, the year or month next to it, or the first of the month or year."""
    for _ in range(20):
        found = rng.choices(DATE_SLIPS, DATE_WEIGHTS)[0](rng, born)
        if found is not None and found != born:
            return found
    return born.replace(year=born.year - 1, day=min(born.day, 28))


def corrupt_postcode(rng: Random, postcode: str) -> str:
    """One character of the second half wrong, two of them changed round, or a digit of the first half wrong."""
    outward, _, inward = postcode.rpartition(" ")
    place = rng.random()
    if place < 0.15 and outward[-1:].isdigit():
        return f"{outward[:-1]}{rng.choice(DIGITS_ALIKE[outward[-1]])} {inward}"
    if place < 0.3 and inward[1] != inward[2]:
        return f"{outward} {inward[0]}{inward[2]}{inward[1]}"
    if place < 0.6:
        return f"{outward} {rng.choice(DIGITS_ALIKE[inward[0]])}{inward[1:]}"
    letters = [each for each in POSTCODE_LETTERS if each != inward[2]]
    return f"{outward} {inward[:2]}{rng.choice(letters)}"


def corrupt_number(rng: Random, number: str) -> str:
    """One digit wrong or two neighbours changed round. Check digits are not mended."""
    places = [place for place, character in enumerate(number) if character.isdigit()]
    place = rng.choice(places)
    following = number[place + 1 : place + 2]
    if rng.random() < 0.5 and following.isdigit() and following != number[place]:
        return number[:place] + following + number[place] + number[place + 2 :]
    return number[:place] + rng.choice(DIGITS_ALIKE[number[place]]) + number[place + 1 :]


@cache
def spellings() -> dict[str, tuple[str, ...]]:
    """Each name known here, in small letters, with the other forms of it."""
    found: dict[str, tuple[str, ...]] = {}
    for name in ("spellings", "unlisted"):
        for line in Path(__file__).with_name(f"{name}.txt").read_text().splitlines():
            words = tuple(line.split())
            found.update(dict.fromkeys(words, words))
    return found


@cache
def unlisted() -> frozenset[str]:
    """The names that no table which undoes spellings may hold, in small letters."""
    return frozenset(Path(__file__).with_name("unlisted.txt").read_text().split())


def _one_part(rng: Random, forename: str, surname: str, slip: str) -> tuple[str, str]:
    """The slip in one of the two names: in either, the other being tried where the first cannot slip so."""
    do = ONE_WORD[slip]
    first = rng.random() < (0.8 if slip == KNOWN_AS else 0.5)
    for in_forename in (first, not first):
        part = forename if in_forename else surname
        found = do(rng, part)
        if found != part:
            return (found, surname) if in_forename else (forename, found)
    return forename, surname


def _swapped(rng: Random, forename: str, surname: str) -> tuple[str, str]:
    return (surname, forename) if forename and surname else (forename, surname)


def _cut(rng: Random, forename: str, surname: str) -> tuple[str, str]:
    """Half of a double surname lost or run together with the other; else a forename cut short, or to its initial."""
    halves = surname.replace("-", " ").split()
    if len(halves) > 1:
        return forename, rng.choice([halves[0], halves[-1], "".join(halves).capitalize(), " ".join(halves)])
    words = forename.replace("-", " ").split()
    if len(words) > 1:
        return rng.choice([words[0], words[-1], "".join(words).capitalize()]), surname
    return (forename[: rng.choice((1, 3, 4))] if len(forename) > 4 else forename), surname


def _exchanged(rng: Random, word: str, pairs: tuple[tuple[str, str], ...]) -> str:
    lowered = word.lower()
    possible = [(old, new, at) for old, new in pairs if (at := lowered.find(old)) >= 0]
    if not possible:
        return word
    old, new, at = rng.choice(possible)
    return _capitals_as_before(word, lowered[:at] + new + lowered[at + len(old) :])


def _capitals_as_before(model: str, word: str) -> str:
    """`word` written like `model`: all capitals, or each word's first letter."""
    if len(model) > 1 and model.isupper():
        return word.upper()
    following = zip(" " + word, word, strict=False)
    return "".join(each.upper() if before in " -'’" and model[:1].isupper() else each for before, each in following)


def _missing(rng: Random, word: str) -> str:
    place = rng.randrange(len(word))
    return word[:place] + word[place + 1 :]


def _doubled(rng: Random, word: str) -> str:
    place = rng.randrange(len(word))
    return (word[: place + 1] + word[place:]).lower()


def _neighbour(rng: Random, word: str) -> str:
    place = rng.randrange(len(word))
    near = NEIGHBOURS.get(word[place].lower(), "")
    return (word[:place] + rng.choice(near) + word[place + 1 :]).lower() if near else word


def _turned(rng: Random, word: str) -> str:
    if len(word) < 2:
        return word
    place = rng.randrange(len(word) - 1)
    return (word[:place] + word[place + 1] + word[place] + word[place + 2 :]).lower()


def _day_and_month_swapped(rng: Random, born: date) -> date | None:
    return born.replace(day=born.month, month=born.day) if born.day <= 12 else None


def _digit_of_the_day(rng: Random, born: date) -> date | None:
    return _dated(born.year, born.month, _digit_wrong(rng, born.day))


def _digit_of_the_month(rng: Random, born: date) -> date | None:
    return _dated(born.year, _digit_wrong(rng, born.month), born.day)


def _next_year(rng: Random, born: date) -> date | None:
    return _dated(born.year + rng.choice((-1, 1)), born.month, born.day)


def _digit_of_the_year(rng: Random, born: date) -> date | None:
    return _dated(born.year - born.year % 10 + int(rng.choice(DIGITS_ALIKE[str(born.year % 10)])), born.month, born.day)


def _first_of_month_or_year(rng: Random, born: date) -> date | None:
    return born.replace(day=1) if rng.random() < 0.6 else born.replace(month=1, day=1)


def _digit_wrong(rng: Random, number: int) -> int:
    text = f"{number:02}"
    place = rng.randrange(2)
    return int(text[:place] + rng.choice(DIGITS_ALIKE[text[place]]) + text[place + 1 :])


def _dated(year: int, month: int, day: int) -> date | None:
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


KEYSTROKES = (_missing, _doubled, _neighbour, _neighbour, _turned)
ONE_WORD: dict[str, Callable[[Random, str], str]] = {TYPED: typed, SCANNED: scanned, HEARD: heard, KNOWN_AS: known_as}
WHOLE_NAME: dict[str, Callable[[Random, str, str], tuple[str, str]]] = {SWAPPED: _swapped, CUT: _cut}
DATE_SLIPS = (
    _day_and_month_swapped,
    _digit_of_the_day,
    _digit_of_the_month,
    _next_year,
    _digit_of_the_year,
    _first_of_month_or_year,
)
DATE_WEIGHTS = (30, 25, 12, 15, 10, 8)
