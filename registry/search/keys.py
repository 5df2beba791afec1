"""The ways to a child: typed compound keys, made alike for searching, matching a file and finding duplicates.

Each key is a 63-bit hash of what somebody might know of a child: never of one thing alone, since that would bring too
many, and always with slack somewhere, since people mishear and mistype. Names enter by their skeleton
(`registry.names.code`) and without regard to which is the forename. What a question has otherwise than the record (day
and month swapped, another year, a name run together) is tried on the side of the question, where it costs no room.

    pair and year      two names of the child and the year of birth
    name and letter    one name and the first sound of another
    name and month     one name and the month of birth
    name and day       one name and the day and month of birth, whatever the year
    name and district  one name and the first half of the postcode
    postcode           the postcode
    address            the street and the number in it
    carer              the two names of a carer
    telephone          a carer's telephone number

A key made from anything that a shield hides (former names and a second date of birth among it) is negative for a
shielded child (see IndexKey).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, product

from registry.names import canonical, code, forms, initial, tokens
from registry.search.packing import FORMER, PackedName

VERSION = 1
PERSON = b"keys-%d" % VERSION
MOST = 40
NO_YEAR = 0
LETTERS = ("", *"abcdfgjhklmnprstv")
# A first forename that so many bear that families call the child by the next.
SHARED_FORENAMES = frozenset({"mohammed", "saeed", "syeda", "abdul", "noor", "bibi"})


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a child, folded: all that keys are made from. The name that leads is first."""

    names: tuple[PackedName, ...]
    births: tuple[date, ...]
    shielded: bool = False
    postcodes: tuple[str, ...] = ()
    former_postcodes: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    carers: tuple[str, ...] = ()
    telephones: tuple[str, ...] = ()


def child_keys(known: Known) -> list[int]:
    """The keys of a child, each once, the most telling first, at most MOST of them; hidden ones negative."""
    first, others = known.names[:1], known.names[1:]
    found = chain(
        _name_keys(first, known.births),
        _place_keys(first, known),
        _name_keys(others, known.births),
        _household_keys(known),
    )
    if known.shielded:
        return _shielded(known, list(found))
    return list(dict.fromkeys(found))[:MOST]


def _shielded(known: Known, found: list[int]) -> list[int]:
    """What may be read stays as it is and comes first, whatever else there is; the rest goes behind the shield."""
    readable = [name for name in known.names if name.standing != FORMER]
    open_keys = dict.fromkeys(_name_keys(readable, known.births[:1]))
    behind = (hidden(key) for key in dict.fromkeys(found) if key not in open_keys)
    return [*open_keys, *behind][:MOST]


def hidden(key: int) -> int:
    """The same key behind a shield."""
    return -1 - key


def pair_and_year(one: str, other: str, year: int) -> int:
    return _hashed("pair-year", *sorted((code(one), code(other))), str(year))


def name_and_letter(name: str, letter: str) -> int:
    return _hashed("name-letter", code(name), letter)


def name_and_month(name: str, year: int, month: int) -> int:
    return _hashed("name-month", code(name), f"{year}-{month}")


def name_and_day(name: str, born: date) -> int:
    return _hashed("name-day", code(name), f"{born.month}-{born.day}")


def name_and_district(name: str, outward: str) -> int:
    return _hashed("name-district", code(name), outward)


def postcode(value: str) -> int:
    return _hashed("postcode", value)


def address(value: str) -> int:
    """`value` is an address folded: its number or name, then the street."""
    return _hashed("address", *sorted(code(word) if word.isalpha() else word for word in street_words(value)))


def carer(one: str, other: str) -> int:
    return _hashed("carer", *sorted((code(one), code(other))))


def telephone(value: str) -> int:
    return _hashed("telephone", value)


STREET_TYPES = {
    "road": "rd",
    "street": "st",
    "avenue": "ave",
    "av": "ave",
    "lane": "ln",
    "drive": "dr",
    "close": "cl",
    "crescent": "cres",
    "court": "ct",
    "place": "pl",
    "square": "sq",
    "terrace": "ter",
    "gardens": "gdns",
    "grove": "gr",
}


@lru_cache(maxsize=200_000)
def street_words(value: str) -> tuple[str, ...]:
    """The words of a folded address that tell it from another: the kind of street is left to scoring."""
    plain = [word for word in value.split() if word not in STREET_TYPES and word not in STREET_TYPES.values()]
    return tuple(plain)


def pairs_of(name: PackedName) -> Iterator[tuple[str, str]]:
    """The pairs of a forename and a surname that a name may be asked for by."""
    forenames, surnames = _words(name.forename), _words(name.surname)
    yield from product(forenames or ("",), surnames or ("",))
    forename, surname = _together(name.forename), _together(name.surname)
    yield forename, surname
    yield forenames[0] if forenames else "", surname
    middle = _words(name.middle_names)
    if middle and canonical(forenames[0] if forenames else "") in SHARED_FORENAMES:
        yield from ((middle[0], surname) for surname in surnames)


def _name_keys(names: Iterable[PackedName], births: tuple[date, ...]) -> Iterator[int]:
    for name in names:
        pairs = list(dict.fromkeys(pairs_of(name)))
        for one, other in pairs:
            yield from (pair_and_year(one, other, born.year) for born in births)
            if not births:
                yield pair_and_year(one, other, NO_YEAR)
        words = dict.fromkeys((*forms(name.forename), *forms(name.surname)))
        for born in births:
            yield from (name_and_month(word, born.year, born.month) for word in words)
            yield from (name_and_day(word, born) for word in words)
        for one, other in product(_words(name.forename) or ("",), _words(name.surname) or ("",)):
            yield from (name_and_letter(*both) for both in ((one, initial(other)), (other, initial(one))) if both[0])


def _place_keys(names: Iterable[PackedName], known: Known) -> Iterator[int]:
    for value in known.postcodes:
        yield postcode(value)
        for name in names:
            words = (*_words(name.forename), *_words(name.surname))
            yield from (name_and_district(word, value[:-3]) for word in words)


def _household_keys(known: Known) -> Iterator[int]:
    yield from (postcode(value) for value in known.former_postcodes)
    yield from (telephone(value) for value in known.telephones)
    for name in known.carers:
        words = tokens(name)
        if len(words) > 1:
            yield carer(words[0], words[-1])
    yield from (address(value) for value in known.addresses)


def _words(name: str) -> tuple[str, ...]:
    """At most two words of a name, so that nobody's keys are crowded out."""
    return tokens(name)[:2]


def _together(name: str) -> str:
    """A name with its words run together; the word itself where there is one."""
    return (forms(name) or ("",))[-1]


def _hashed(kind: str, *parts: str) -> int:
    text = "\x1f".join((kind, *parts)).encode()
    return int.from_bytes(blake2b(text, digest_size=8, person=PERSON).digest()) >> 1
