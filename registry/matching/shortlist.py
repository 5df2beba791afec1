"""Who each row of a list could be, with what the scores are made of: for people to choose from, and to be kept.

Of each row the likeliest children are kept, five at most; one that is much less likely than what a person is asked
about is not, unless something is known of it. Of what was compared only the levels are kept, never a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.matching.explaining import Part, parts_of
from registry.matching.linking import Weighed
from registry.matching.model import Thresholds
from registry.matching.scoring import Bits
from registry.matching.words import Levels

MOST = 5


@dataclass(frozen=True)
class Shortlist:
    """Pairs of a row and a child, by row and within it the best first. `score` is in bits, rivals not considered."""

    rows: NDArray[np.int64]
    children: NDArray[np.int64]
    score: NDArray[np.float32]
    flags: NDArray[np.uint8]
    standing: NDArray[np.uint8]
    levels: dict[str, Levels]
    bits: dict[str, Bits]

    def of_row(self, row: int) -> range:
        """The places of one row's children."""
        first, last = np.searchsorted(self.rows, [row, row + 1]).tolist()
        return range(first, last)

    def parts(self, place: int) -> tuple[Part, ...]:
        """What the score of one pair is made of, the weightiest first."""
        return parts_of(self.levels, self.bits, place)

    def reasons(self, place: int) -> list[list[Any]]:
        """The same as it is written down: field, level and bits of each part (`explaining.again` reads it)."""
        return [[part.field, part.level, round(part.bits, 2)] for part in self.parts(place)]


def shortlist(weighed: Weighed, thresholds: Thresholds) -> Shortlist:
    """The likeliest children of each row of a block."""
    order, place = weighed.best_first()
    total, least = weighed.scored.total[order], thresholds.possible - thresholds.margin
    which = order[(place < MOST) & ((total >= least) | (weighed.standing[order] > 0))]
    return Shortlist(
        weighed.pairs.rows[which],
        weighed.pairs.children[which],
        weighed.scored.total[which],
        weighed.flags_of(which),
        weighed.standing[which],
        {name: levels[which] for name, levels in weighed.compared.items()},
        {name: bits[which] for name, bits in weighed.scored.parts.items()},
    )


def together(blocks: Sequence[Shortlist]) -> Shortlist:
    """Blocks of rows, at least one, in order as one; what one block did not compare is missing there."""

    def side_by_side(parts: Sequence[dict[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
        missing = [np.zeros(len(block.rows), np.uint8) for block in blocks]
        names = dict.fromkeys(name for each in parts for name in each)
        return {
            name: np.concatenate([each.get(name, none) for each, none in zip(parts, missing, strict=True)])
            for name in names
        }

    def joined(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(block, name) for block in blocks])

    return Shortlist(
        joined("rows"),
        joined("children"),
        joined("score"),
        joined("flags"),
        joined("standing"),
        side_by_side([block.levels for block in blocks]),
        side_by_side([block.bits for block in blocks]),
    )
