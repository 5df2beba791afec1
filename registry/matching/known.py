"""What is known of a list's rows before they are compared: what people said of them, and how they were linked before.

A person's word stands above every score. A link that stands is not made again but kept: by a lower threshold than a new
one, and it gives way to nobody, since another child who fits much better is a question for a person. Known too is who
has a row's UPN or had it once: a child who was given another since is still found by the old one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from registry.matching.comparing import Compared
from registry.matching.levels import Number
from registry.matching.scoring import Scored

Rows = NDArray[np.int64]
ABOVE_EVERYTHING = 1_000.0


class Standing(IntEnum):
    """How a row and a child stand to each other before they are compared; of several, the highest counts."""

    NEW = 0
    JOINED = 1
    """An earlier list was linked so."""
    SAME = 2
    """A person said that the row is this child."""
    APART = 3
    """A person said that it is not."""


class Held(IntEnum):
    """What is known of a row by all its children together."""

    NOTHING = 0
    JOINED = 1
    SAME = 2
    CONTRADICTED = 3
    """People said that it is two children, or something that it cannot be."""


def _none() -> Rows:
    return np.empty(0, np.int64)


@dataclass(frozen=True)
class Known:
    """Pairs of a row and a child, by their places, each with its standing; no pair twice.

    `by_upn` says of a pair whether the row's UPN is the child's or was. `contradicted` are the rows of which people
    said what does not go together.
    """

    rows: Rows = field(default_factory=_none)
    children: Rows = field(default_factory=_none)
    standing: NDArray[np.uint8] = field(default_factory=lambda: np.empty(0, np.uint8))
    by_upn: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool))
    contradicted: Rows = field(default_factory=_none)

    @classmethod
    def nothing(cls) -> Known:
        return cls()

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int, int, bool]], contradicted: Iterable[int] = ()) -> Known:
        """From (row, child, standing, whether by UPN) for each pair."""
        columns = np.array(list(pairs), dtype=np.int64).reshape(-1, 4).T
        rows, children, standing, by_upn = columns
        doubtful = np.array(list(contradicted), dtype=np.int64)
        return cls(rows, children, standing.astype(np.uint8), by_upn.astype(bool), doubtful)

    def between(self, start: int, stop: int) -> Known:
        """What is known of the rows from `start` to `stop`."""
        which = np.flatnonzero((self.rows >= start) & (self.rows < stop))
        doubtful = self.contradicted[(self.contradicted >= start) & (self.contradicted < stop)]
        return Known(self.rows[which], self.children[which], self.standing[which], self.by_upn[which], doubtful)

    def among(self, rows: Rows, children: Rows, width: int) -> tuple[Rows, Rows]:
        """The candidates with those that are known and without those kept apart, by row. Of `width` children."""
        if not len(self.rows):
            return rows, children
        said, apart = self.rows * width + self.children, self.standing == Standing.APART
        pairs = np.setdiff1d(np.union1d(rows * width + children, said[~apart]), said[apart])
        return pairs // width, pairs % width

    def of_pairs(self, rows: Rows, children: Rows, width: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        """The standing of each of some pairs, and whether the row's UPN is the child's or was."""
        standing, by_upn = np.zeros(len(rows), dtype=np.uint8), np.zeros(len(rows), dtype=bool)
        if len(self.rows):
            said = self.rows * width + self.children
            order = np.argsort(said)
            pairs = rows * width + children
            places = order[np.minimum(np.searchsorted(said, pairs, sorter=order), len(said) - 1)]
            here = np.flatnonzero(said[places] == pairs)
            standing[here], by_upn[here] = self.standing[places[here]], self.by_upn[places[here]]
        return standing, by_upn

    def held(self, start: int, stop: int) -> NDArray[np.uint8]:
        """What is known of each row from `start` to `stop`."""
        here = self.between(start, stop)
        held = np.zeros(stop - start, dtype=np.uint8)
        for standing in (Standing.JOINED, Standing.SAME):
            times = np.bincount(here.rows[here.standing == standing] - start, minlength=stop - start)
            held[times > 0] = int(standing)
        held[times > 1] = Held.CONTRADICTED
        held[here.contradicted - start] = Held.CONTRADICTED
        return held


def by_number(compared: Compared, by_upn: NDArray[np.bool_]) -> None:
    """A UPN that was the child's once is the child's still."""
    if by_upn.any():
        compared.setdefault("upn", np.zeros(len(by_upn), dtype=np.uint8))[by_upn] = Number.SAME


def ranks(scored: Scored, standing: NDArray[np.uint8], margin: float) -> NDArray[np.float32]:
    """In which order a row's children are its best: whom a person named; then by score, a standing link by so much
    more."""
    above = np.zeros(max(Standing) + 1, dtype=np.float32)
    above[Standing.JOINED], above[Standing.SAME] = margin, ABOVE_EVERYTHING
    return scored.total + above[standing]
