"""The names that families in the city bear, by the places their grandparents came from.

Each file in `names` lists forenames and surnames with the commonest first; how common follows from the place in the
list. What is particular to a tradition is said in it: daughters and sons with names of their own, surnames with a
feminine form, children named after their father.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

FLATNESS = 9
SHARES = {
    "english": 320,
    "pakistani": 205,
    "bangladeshi": 55,
    "sikh": 55,
    "hindu": 45,
    "caribbean": 60,
    "nigerian": 40,
    "somali": 38,
    "arab": 42,
    "romanian": 26,
    "polish": 22,
    "irish": 22,
    "afghan": 14,
    "ghanaian": 12,
    "kurdish": 12,
    "zimbabwean": 10,
    "chinese": 12,
    "eritrean": 9,
    "tamil": 6,
    "portuguese": 8,
    "congolese": 7,
    "baltic": 9,
    "vietnamese": 4,
}
LARGE_FAMILIES = {"pakistani", "bangladeshi", "somali", "arab", "afghan", "congolese", "eritrean", "romanian"}
FIRST_HALVES = (
    "Ainsd Barnd Black Brack Brad Brig Broad Brom Cald Chad Clay Cran Crom Dar Den East Elm Farn Fen Gar Had Hal"
    " Harg Haz Hen Hol Hors Kings Lang Lin Lock Mal Mar Mel Mid Nor Oak Old Pem Pick Ram Red Ring Ros Sel Shen Stan"
    " Stock Swin Thorn Wal Went Whit Win Wool Wy"
).split()
SECOND_HALVES = (
    "ale bourne bridge bury combe cott croft dale field ford ham hurst ley more shaw stead ton well worth wood"
)


class Pool:
    """Names to draw from, the earlier the commoner."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self._upto = list(accumulate(1 / (place + FLATNESS) for place in range(len(names))))

    def draw(self, rng: Random) -> str:
        return self.names[bisect(self._upto, rng.random() * self._upto[-1])]

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class Community:
    """One tradition of naming."""

    name: str
    pools: dict[str, Pool]
    customs: frozenset[str] = field(default_factory=frozenset)

    def forename(self, rng: Random, sex: str) -> str:
        return self.pools["girls" if sex == "F" else "boys"].draw(rng)

    def grown_up(self, rng: Random, sex: str) -> str:
        """A carer's forename: of an older fashion, where there is one."""
        older = self.pools.get("women" if sex == "F" else "men")
        return older.draw(rng) if older and rng.random() < 0.8 else self.forename(rng, sex)

    def surname(self, rng: Random) -> str:
        if self.name == "english" and rng.random() < 0.1:
            return rng.choice(FIRST_HALVES) + rng.choice(SECOND_HALVES.split())
        return self.pools["surnames"].draw(rng)

    def surname_of(self, rng: Random, family: str, sex: str) -> str:
        """What a child of a family of that surname is called: itself, its feminine, or a daughter's or son's name."""
        if "gendered" in self.customs and sex == "F" and family[-3:] in ("ski", "cki", "dzki"):
            return family[:-1] + "a"
        own = self.pools.get("daughters" if sex == "F" else "sons")
        return own.draw(rng) if own and rng.random() < 0.3 else family


@cache
def communities() -> dict[str, Community]:
    return {name: _read(name) for name in SHARES}


@cache
def _shares() -> tuple[list[str], list[int]]:
    return list(SHARES), list(accumulate(SHARES.values()))


def any_community(rng: Random) -> Community:
    """A community, by its share of the city."""
    names, upto = _shares()
    return communities()[names[bisect(upto, rng.random() * upto[-1])]]


def _read(name: str) -> Community:
    pools: dict[str, Pool] = {}
    customs, heading = set(), ""
    for line in (Path(__file__).with_name("names") / f"{name}.txt").read_text().splitlines():
        if "," in line or heading in ("daughters", "sons"):
            pools[heading] = Pool([each.strip() for each in line.split(",")])
            heading = ""
        elif line in ("patronymic", "gendered"):
            customs.add(line)
        else:
            heading = line
    return Community(name, pools, frozenset(customs))
