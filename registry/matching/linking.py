"""Linking a list to the index: for each row the child it is, or those it could be, or nobody.

Rows are taken in blocks, so that memory does not grow with the list. Of each row's candidates the best two are kept:
what the second comes to decides between *match* and *many*. What people said of a row, and how it was linked before,
stands above what is found now (`known`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from registry.matching import parallel
from registry.matching.candidates import KeyIndex
from registry.matching.columns import People
from registry.matching.comparing import Compared, Pairs, compare
from registry.matching.known import Held, Known, Standing, ranks
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

    `score` is in bits, with what its rivals take away already taken away; `flags` say which rules held a match back,
    `standing` how the row and its best child stood to each other before, and `held` what was known of the row.
    """

    children: NDArray[np.int64]
    score: NDArray[np.float32]
    runner_up: NDArray[np.int64]
    runner_up_score: NDArray[np.float32]
    flags: NDArray[np.uint8]
    standing: NDArray[np.uint8]
    held: NDArray[np.uint8]
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

    def link(
        self,
        people: People,
        model: Model,
        institutions: frozenset[str] = frozenset(),
        known: Known | None = None,
    ) -> Links:
        """Each row's child, by these weights. In `institutions` (addresses, cleaned) one address says nothing."""
        told = known or Known.nothing()
        blocks = parallel.each(
            range(0, len(people), BLOCK),
            lambda start: self._block(people, start, min(start + BLOCK, len(people)), model, institutions, told),
        )
        return _joined(blocks, model.thresholds)

    def _block(
        self, people: People, start: int, stop: int, model: Model, institutions: frozenset[str], told: Known
    ) -> Links:
        here, width = told.between(start, stop), len(self.index)
        candidates = here.among(*self.keys.candidates(people, start, stop), width)
        pairs = Pairs(people, self.index, *candidates)
        compared = compare(pairs, institutions)
        scored = score(pairs, compared, model, self.common)
        standing, held = here.of(*candidates, width), here.held(start, stop)
        rank = ranks(scored, standing, model.thresholds.margin)
        return _best_of(pairs, compared, scored, rank, standing, held, start)


def _best_of(
    pairs: Pairs,
    compared: Compared,
    scored: Scored,
    rank: NDArray[np.float32],
    standing: NDArray[np.uint8],
    held: NDArray[np.uint8],
    start: int,
) -> Links:
    """The best child of each row of a block, with the runner-up."""
    size, rows = len(held), pairs.rows - start
    best, second = np.full(size, NOBODY), np.full(size, NOBODY)
    totals, seconds = np.full(size, -99, np.float32), np.full(size, -99, np.float32)
    flags, stood = np.zeros(size, dtype=np.uint8), np.zeros(size, dtype=np.uint8)
    order = np.lexsort((-rank, rows))
    place = np.arange(len(order)) - np.searchsorted(rows, rows[order])
    first, next_one = order[place == 0], order[place == 1]
    best[rows[first]], totals[rows[first]] = pairs.children[first], scored.total[first]
    second[rows[next_one]], seconds[rows[next_one]] = pairs.children[next_one], scored.total[next_one]
    flags[rows[first]] = flags_of(pairs.chosen(first), {name: levels[first] for name, levels in compared.items()})
    stood[rows[first]] = standing[first]
    rivals = np.logaddexp2(np.float32(0), seconds)
    return Links(best, totals - rivals, second, seconds, flags, stood, held, np.zeros(size, np.uint8), len(pairs))


def _joined(blocks: list[Links], thresholds: Thresholds) -> Links:
    columns = ("children", "score", "runner_up", "runner_up_score", "flags", "standing", "held", "outcome")
    if not blocks:
        empty = {name: np.empty(0) for name in columns}
        return Links(**empty, candidates=0)  # type: ignore[arg-type]
    whole = {name: np.concatenate([getattr(block, name) for block in blocks]) for name in columns}
    links = Links(**whole, candidates=sum(block.candidates for block in blocks))
    links.outcome[:] = outcomes(links, thresholds)
    return links


def outcomes(links: Links, thresholds: Thresholds) -> NDArray[np.uint8]:
    """Match, possible, many or none, by what people said, the thresholds and the rules.

    A link that stands is kept from the threshold of staying on. Below it, or where a rule holds it back, a person is
    asked; and so where another child fits better by the margin, or people contradict each other: that is *many*.
    """
    plain = links.score + np.logaddexp2(np.float32(0), links.runner_up_score)
    rivalled = plain - links.runner_up_score < thresholds.margin
    worth_asking = plain >= thresholds.possible
    found = np.where(worth_asking, np.uint8(Outcome.POSSIBLE), np.uint8(Outcome.NONE))
    found[worth_asking & rivalled] = Outcome.MANY
    held_back = (links.flags & Flag.HOLDS_BACK) > 0
    found[(links.score >= thresholds.joining) & ~rivalled & ~held_back] = Outcome.MATCH
    kept = links.standing == Standing.JOINED
    found[kept] = Outcome.POSSIBLE
    found[kept & (plain >= thresholds.staying) & ~held_back] = Outcome.MATCH
    found[(links.held == Held.JOINED) & ~kept] = Outcome.MANY
    found[links.held == Held.SAME] = Outcome.MATCH
    found[links.held == Held.CONTRADICTED] = Outcome.MANY
    return found
