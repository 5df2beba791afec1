"""Linking a list to the index: for each row the child it is, or those it could be, or nobody.

Rows are taken in blocks, so that memory does not grow with the list. Of each row's candidates the best two are kept:
what the second comes to decides between *match* and *many*.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from registry.matching.candidates import KeyIndex
from registry.matching.columns import People
from registry.matching.comparing import Compared, Pairs, compare
from registry.matching.model import Model, Thresholds
from registry.matching.rules import Flag, flags_of
from registry.matching.scoring import Frequencies, Scored, frequencies, score

BLOCK = 20_000
NOBODY = -1


class Outcome(IntEnum):
    """What became of a row."""

    NONE = 0
    POSSIBLE = 1
    MANY = 2
    MATCH = 3


@dataclass(frozen=True)
class Links:
    """For each row of a list: its best child (or NOBODY), the score, the runner-up, and what follows.

    `score` is in bits, with what its rivals take away already taken away; `flags` say which rules held a match back.
    """

    children: NDArray[np.int64]
    score: NDArray[np.float32]
    runner_up: NDArray[np.int64]
    runner_up_score: NDArray[np.float32]
    flags: NDArray[np.uint8]
    outcome: NDArray[np.uint8]
    candidates: int

    def __len__(self) -> int:
        return len(self.children)


@dataclass(frozen=True)
class Linker:
    """An index made ready: its keys, and how common its values are. It serves any number of lists."""

    index: People
    keys: KeyIndex
    common: Frequencies

    @classmethod
    def of(cls, index: People) -> Linker:
        return cls(index, KeyIndex(index), frequencies(index))

    def link(self, people: People, model: Model, institutions: frozenset[str] = frozenset()) -> Links:
        """Each row's child, by these weights. In `institutions` (addresses, cleaned) one address says nothing."""
        blocks = []
        for start in range(0, len(people), BLOCK):
            stop = min(start + BLOCK, len(people))
            pairs = Pairs(people, self.index, *self.keys.candidates(people, start, stop))
            compared = compare(pairs, institutions)
            scored = score(pairs, compared, model, self.common)
            blocks.append(_best_of(pairs, compared, scored, start, stop))
        return _joined(blocks, model.thresholds)


def _best_of(pairs: Pairs, compared: Compared, scored: Scored, start: int, stop: int) -> Links:
    """The best child of each row of a block, with the runner-up."""
    size, rows = stop - start, pairs.rows - start
    best, second = np.full(size, NOBODY), np.full(size, NOBODY)
    totals, seconds = np.full(size, -99, np.float32), np.full(size, -99, np.float32)
    flags = np.zeros(size, dtype=np.uint8)
    order = np.lexsort((-scored.total, rows))
    place = np.arange(len(order)) - np.searchsorted(rows, rows[order])
    first, next_one = order[place == 0], order[place == 1]
    best[rows[first]], totals[rows[first]] = pairs.children[first], scored.total[first]
    second[rows[next_one]], seconds[rows[next_one]] = pairs.children[next_one], scored.total[next_one]
    flags[rows[first]] = flags_of(pairs.chosen(first), {name: levels[first] for name, levels in compared.items()})
    rivals = np.logaddexp2(np.float32(0), seconds)
    return Links(best, totals - rivals, second, seconds, flags, np.zeros(size, np.uint8), len(pairs))


def _joined(blocks: list[Links], thresholds: Thresholds) -> Links:
    columns = ("children", "score", "runner_up", "runner_up_score", "flags", "outcome")
    if not blocks:
        empty = {name: np.empty(0) for name in columns}
        return Links(**empty, candidates=0)  # type: ignore[arg-type]
    whole = {name: np.concatenate([getattr(block, name) for block in blocks]) for name in columns}
    links = Links(**whole, candidates=sum(block.candidates for block in blocks))
    links.outcome[:] = outcomes(links, thresholds)
    return links


def outcomes(links: Links, thresholds: Thresholds) -> NDArray[np.uint8]:
    """Match, possible, many or none, by the thresholds and the rules."""
    plain = links.score + np.logaddexp2(np.float32(0), links.runner_up_score)
    rivalled = plain - links.runner_up_score < thresholds.margin
    worth_asking = plain >= thresholds.possible
    found = np.where(worth_asking, np.uint8(Outcome.POSSIBLE), np.uint8(Outcome.NONE))
    found[worth_asking & rivalled] = Outcome.MANY
    held_back = (links.flags & Flag.HOLDS_BACK) > 0
    found[(links.score >= thresholds.joining) & ~rivalled & ~held_back] = Outcome.MATCH
    return found
