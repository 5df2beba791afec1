"""What each comparison weighs, in bits: the score is their sum, and so is its explanation.

A field adds log2 of how much likelier its level is between two records of one child than between strangers'. Where the
value is the same, the chance between strangers is how common that value is in the index, so that a rare surname counts
for more. One further part, `household`, takes back what brothers and sisters would share as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from registry.matching.columns import People
from registry.matching.comparing import Compared, Pairs
from registry.matching.levels import FIELDS, Birth, Name, Place
from registry.matching.model import Chances, Model

Bits = NDArray[np.float32]
RAREST = 1e-5  # nobody's number is stronger evidence than one in this many: they are re-issued and mistyped
CROWD = 1_000
# How common a value is that was never met, among people elsewhere.
ELSEWHERE = {"forename": 5e-4, "surname": 5e-4, "date_of_birth": 2e-4, "postcode": 2e-4, "address": 2e-5}
SOUNDING = ("forename", "surname")
HOUSEHOLD, PRIOR = "household", "prior"


@dataclass(frozen=True)
class Frequencies:
    """How common each value is in the index, by column, in log2 of its share; for names also what sounds the same.

    `size` is how many records the whole index has.
    """

    index: People
    shares: dict[str, Bits]
    sounds: dict[str, Bits]
    size: int


def frequencies(index: People) -> Frequencies:
    return Frequencies(
        index,
        {name: log_shares(_counts(index, name), _known(index, name), name) for name in ELSEWHERE},
        {name: log_shares(counted_by_sound(index, name), _known(index, name), name) for name in SOUNDING},
        len(index),
    )


def log_shares(counts: NDArray[np.float64], known: float, column: str) -> Bits:
    """Log2 of the shares that counts are of all `known`, on top of so many people elsewhere: a small index does not
    know what is common."""
    return np.log2((counts + CROWD * ELSEWHERE[column]) / (known + CROWD)).astype(np.float32)


def counted_by_sound(index: People, column: str) -> NDArray[np.float64]:
    """For each name, how many of the index have one whose first word sounds like its own."""
    names = index.vocabularies.names
    codes = names.code[names.words[:, 0]]
    counts = _counts(index, column)
    totals = np.bincount(codes[: len(counts)], weights=counts, minlength=int(codes.max()) + 1).astype(np.float64)
    return totals[codes]


def _known(index: People, column: str) -> int:
    return int(np.count_nonzero(index[column]))


def _counts(index: People, column: str) -> NDArray[np.float64]:
    counts = np.bincount(index[column], minlength=len(index.vocabularies.of(column))).astype(np.float64)
    counts[0] = 0.0
    return counts


@dataclass(frozen=True)
class Scored:
    """The parts of the scores of some pairs, and their sum. `ratio` is the sum without the prior."""

    parts: dict[str, Bits]
    total: Bits


def score(pairs: Pairs, compared: Compared, model: Model, common: Frequencies) -> Scored:
    """The bits of every part, for every pair."""
    parts, kin = {}, np.full(len(pairs), np.log2(model.relatives / max(common.size, 1)), dtype=np.float32)
    for name, levels in compared.items():
        strangers = _table(model.strangers, name)[levels]
        for which, shares in _told_by_value(name, levels, pairs, common):
            strangers[which] = shares
        parts[name] = _table(model.same, name)[levels] - strangers
        kin += _table(model.household, name)[levels] - strangers
    parts[HOUSEHOLD] = -np.logaddexp2(np.float32(0), kin)
    total = np.full(len(pairs), model.prior(common.size), dtype=np.float32)
    for bits in parts.values():
        total += bits
    return Scored(parts, total)


def _table(chances: Chances, name: str) -> Bits:
    """Log2 of the chance of each level; a missing value has none on either side."""
    table = np.zeros(max(FIELDS[name]) + 1, dtype=np.float32)
    floor = RAREST if name in ("upn", "nhs_number", "uln", "telephone") else 1e-9
    table[1:] = np.log2(np.maximum(chances[name], floor))
    return table


def _told_by_value(
    name: str, levels: NDArray[np.uint8], pairs: Pairs, common: Frequencies
) -> Iterator[tuple[NDArray[np.intp], Bits]]:
    """The pairs whose level says which value they share, with how common that value is."""
    for level, column, table in BY_VALUE.get(name, ()):
        which = np.flatnonzero(levels == level)
        shares = common.sounds[column] if table else common.shares[column]
        yield which, shares[pairs.index[column][pairs.children[which]]]


BY_VALUE = {
    "forename": ((Name.SAME, "forename", False), (Name.FORM, "forename", True), (Name.SOUNDS, "forename", True)),
    "surname": ((Name.SAME, "surname", False), (Name.FORM, "surname", True), (Name.SOUNDS, "surname", True)),
    "date_of_birth": ((Birth.SAME, "date_of_birth", False),),
    "place": ((Place.SAME, "address", False), (Place.POSTCODE, "postcode", False)),
}
