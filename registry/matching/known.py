"""What is known of a list's rows before they are compared: what people said of them, and how they were linked before.

A person's word stands above every score. A link that stands is not made again but kept: by a lower threshold than a new
one, and it gives way to nobody, since another child who fits much better is a question for a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

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
    """People said that it is two children."""


@dataclass(frozen=True)
class Known:
    """Pairs of a row and a child, by their places, each with its standing; no pair twice."""

    rows: Rows
    children: Rows
    standing: NDArray[np.uint8]

    @classmethod
    def nothing(cls) -> Known:
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.uint8))

    def between(self, start: int, stop: int) -> Known:
        """What is known of the rows from `start` to `stop`."""
        which = np.flatnonzero((self.rows >= start) & (self.rows < stop))
        return Known(self.rows[which], self.children[which], self.standing[which])

    def among(self, rows: Rows, children: Rows, width: int) -> tuple[Rows, Rows]:
        """The candidates with those that stand and without those kept apart, ordered by row. Of `width` children."""
        if not len(self.rows):
            return rows, children
        said, apart = self.rows * width + self.children, self.standing == Standing.APART
        pairs = np.setdiff1d(np.union1d(rows * width + children, said[~apart]), said[apart])
        return pairs // width, pairs % width

    def of(self, rows: Rows, children: Rows, width: int) -> NDArray[np.uint8]:
        """The standing of each of some pairs."""
        found = np.zeros(len(rows), dtype=np.uint8)
        if len(self.rows):
            said = self.rows * width + self.children
            order = np.argsort(said)
            pairs = rows * width + children
            places = order[np.minimum(np.searchsorted(said, pairs, sorter=order), len(said) - 1)]
            found = np.where(said[places] == pairs, self.standing[places], found)
        return found

    def held(self, start: int, stop: int) -> NDArray[np.uint8]:
        """What is known of each row from `start` to `stop`."""
        here = self.between(start, stop)
        held = np.zeros(stop - start, dtype=np.uint8)
        for standing in (Standing.JOINED, Standing.SAME):
            times = np.bincount(here.rows[here.standing == standing] - start, minlength=stop - start)
            held[times > 0] = int(standing)
        held[times > 1] = Held.CONTRADICTED
        return held


def ranks(scored: Scored, standing: NDArray[np.uint8], margin: float) -> NDArray[np.float32]:
    """In which order a row's children are its best: whom a person named; then by score, a standing link by so much
    more."""
    above = np.zeros(max(Standing) + 1, dtype=np.float32)
    above[Standing.JOINED], above[Standing.SAME] = margin, ABOVE_EVERYTHING
    return scored.total + above[standing]
