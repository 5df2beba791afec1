"""Linking a list to the index: for each row the child it is, or those it could be, or nobody.

Rows are taken in blocks, so that memory does not grow with the list. Of each row's candidates the best two are kept:
what the second comes to decides between *match* and *many*. What people said of a row, and how it was linked before,
stands above what is found now (`known`).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from registry.matching import parallel
from registry.matching.candidates import KeyIndex
from registry.matching.columns import People
from registry.matching.comparing import Compared, Pairs, compare
from registry.matching.known import Held, Known, Standing, by_number, ranks
from registry.matching.model import Model, Thresholds
from registry.matching.rules import Flag, flags_of
from registry.matching.scoring import Frequencies, Scored, frequencies, score

BLOCK = 20_000
NOBODY = -1
Places = NDArray[np.int64]
Told = TypeVar("Told")


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
class Scales:
    """By what pairs are weighed. In `institutions` (addresses, cleaned) one address says nothing."""

    model: Model
    common: Frequencies
    institutions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Weighed:
    """The pairs of the rows from `start` on, ordered by row, with all that was found of them.

    `rank` is in which order a row's children are its best; `held` is of rows, everything else of pairs.
    """

    start: int
    pairs: Pairs
    compared: Compared
    scored: Scored
    standing: NDArray[np.uint8]
    rank: NDArray[np.float32]
    held: NDArray[np.uint8]

    def flags_of(self, which: NDArray[np.intp]) -> NDArray[np.uint8]:
        """The rules that hold some of the pairs back."""
        return flags_of(self.pairs.chosen(which), {name: levels[which] for name, levels in self.compared.items()})

    def best_first(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The pairs by row and within it the best first, with which place each has there."""
        order = np.lexsort((-self.rank, self.pairs.rows))
        return order, np.arange(len(order)) - np.searchsorted(self.pairs.rows, self.pairs.rows[order])


@dataclass(frozen=True)
class Linker:
    """An index made ready: its keys, and how common its values are. It serves any number of lists."""

    index: People
    keys: KeyIndex
    common: Frequencies

    @classmethod
    def of(cls, index: People, common: Frequencies | None = None) -> Linker:
        """`common` is how common the index's values are, where that is known already."""
        return cls(index, KeyIndex(index), common or frequencies(index))

    @classmethod
    def while_reading(cls, index: People, read: Callable[[], Told]) -> tuple[Linker, Told]:
        """The index made ready, while `read` reads a list of the same vocabularies, which it may add to."""
        common = frequencies(index)
        with ThreadPoolExecutor(1) as other:
            reading = other.submit(read)
            linker = cls.of(index, common)
            return linker, reading.result()

    def link(
        self,
        people: People,
        model: Model,
        institutions: frozenset[str] = frozenset(),
        known: Known | None = None,
    ) -> Links:
        """Each row's child, by these weights."""
        scales = Scales(model, self.common, institutions)
        return joined(self.weighed(people, scales, known or Known.nothing(), links_of), model.thresholds)

    def weighed(self, people: People, scales: Scales, known: Known, told: Callable[[Weighed], Told]) -> list[Told]:
        """What `told` makes of the rows with the children each could be: block by block, several of them at once."""

        def block(start: int) -> Told:
            stop = min(start + BLOCK, len(people))
            candidates = self.keys.candidates(people, start, stop)
            return told(weigh(people, self.index, candidates, scales, known, start, stop))

        return parallel.each(range(0, len(people), BLOCK), block)


def weigh(
    people: People,
    index: People,
    candidates: tuple[Places, Places],
    scales: Scales,
    known: Known,
    start: int,
    stop: int,
) -> Weighed:
    """Compare the rows from `start` to `stop` with their candidates (rows and children, ordered by row)."""
    here, width = known.between(start, stop), len(index)
    rows, children = here.among(*candidates, width)
    pairs = Pairs(people, index, rows, children)
    standing, by_upn = here.of_pairs(rows, children, width)
    compared = compare(pairs, scales.institutions)
    by_number(compared, by_upn)
    scored = score(pairs, compared, scales.model, scales.common)
    rank = ranks(scored, standing, scales.model.thresholds.margin)
    return Weighed(start, pairs, compared, scored, standing, rank, here.held(start, stop))


def links_of(weighed: Weighed) -> Links:
    """The best child of each row of a block, with the runner-up; what follows is not said yet."""
    size, rows, pairs = len(weighed.held), weighed.pairs.rows - weighed.start, weighed.pairs
    best, second = np.full(size, NOBODY), np.full(size, NOBODY)
    totals, seconds = np.full(size, -99, np.float32), np.full(size, -99, np.float32)
    flags, stood = np.zeros(size, dtype=np.uint8), np.zeros(size, dtype=np.uint8)
    order, place = weighed.best_first()
    first, next_one = order[place == 0], order[place == 1]
    best[rows[first]], totals[rows[first]] = pairs.children[first], weighed.scored.total[first]
    second[rows[next_one]], seconds[rows[next_one]] = pairs.children[next_one], weighed.scored.total[next_one]
    flags[rows[first]] = weighed.flags_of(first)
    stood[rows[first]] = weighed.standing[first]
    rivals = np.logaddexp2(np.float32(0), seconds)
    outcome = np.zeros(size, np.uint8)
    return Links(best, totals - rivals, second, seconds, flags, stood, weighed.held, outcome, len(pairs))


def joined(blocks: list[Links], thresholds: Thresholds) -> Links:
    """Blocks of rows in order as one, with what follows for each row."""
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
    found[kept & (plain >= thresholds.staying) & ~_parts(links.flags)] = Outcome.MATCH
    found[(links.held == Held.JOINED) & ~kept] = Outcome.MANY
    found[links.held == Held.SAME] = Outcome.MATCH
    found[links.held == Held.CONTRADICTED] = Outcome.MANY
    return found


def _parts(flags: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a rule speaks against a link that stands: that no forename is said anew does not."""
    return (flags & (Flag.HOLDS_BACK & ~Flag.NO_NAME)) > 0
