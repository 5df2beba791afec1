"""How an index entry holds several names, postcodes or addresses in one column of text: folded, the present one first.

Folded text has neither bars nor semicolons, so they part the parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from registry.names import fold

REGISTERED, PREFERRED, FORMER, ALIAS = "r", "p", "f", "a"


class PackedName(NamedTuple):
    """A name in its folded form; `standing` is one of the four letters above, a name that has ended being former."""

    standing: str
    forename: str
    middle_names: str
    surname: str


def packed_name(standing: str, forename: str, middle_names: str, surname: str) -> PackedName:
    """A name as it was written, folded."""
    return PackedName(standing, fold(forename), fold(middle_names), fold(surname))


def pack_names(names: Iterable[PackedName]) -> str:
    """One line of text for names in order; of those that read the same, the first is kept."""
    kept: dict[tuple[str, ...], PackedName] = {}
    for name in names:
        kept.setdefault(name[1:], name)
    return ";".join("|".join(name) for name in kept.values())


@lru_cache(maxsize=100_000)
def unpack_names(text: str) -> tuple[PackedName, ...]:
    """The names of one line of text."""
    return tuple(PackedName(*line.split("|")) for line in text.split(";")) if text else ()


def pack(now: Iterable[str], before: Iterable[str] = ()) -> str:
    """One line of text for what holds now and, behind a bar, what held before; each once, empty values left out."""
    present = list(dict.fromkeys(value for value in now if value))
    past = list(dict.fromkeys(value for value in before if value and value not in present))
    return ";".join(present) + ("|" + ";".join(past) if past else "")


@lru_cache(maxsize=50_000)
def unpack(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What holds now and what held before."""
    now, _, before = text.partition("|")
    return tuple(now.split(";")) if now else (), tuple(before.split(";")) if before else ()
