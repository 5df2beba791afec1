"""Which children an index has twice: all of it compared with itself, a block of rows at a time.

How the two records of one child compare is not learned here: within an index brothers and sisters outnumber second
records by far, and what is learned drifts towards them. It comes from lists. Counted here are what strangers share,
how many children there are twice, and how many brothers and sisters a child has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from registry.matching.candidates import KeyIndex
from registry.matching.comparing import Pairs, compare
from registry.matching.learning import SEED, believe, strangers
from registry.matching.linking import Linker
from registry.matching.model import STANDARD, Model, Thresholds
from registry.matching.rules import flags_of
from registry.matching.scoring import score

BLOCK = 20_000
SAMPLE_BLOCKS, SAMPLE_BLOCK = 40, 500
ROUNDS = 10
TWICE = 0.01  # where learning how many there are twice begins
LEAST = -20.0
THRESHOLDS = Thresholds.of_costs(wrong=65, missed=65)  # nobody is told of a child who is there twice but by this


@dataclass(frozen=True)
class Suspects:
    """Pairs of rows of an index that may be one child: the score in bits, and which rules hold the pair back."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    score: NDArray[np.float32]
    flags: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.first)

    def chosen(self, which: NDArray[np.intp]) -> Suspects:
        return Suspects(self.first[which], self.second[which], self.score[which], self.flags[which])

    def best_first(self) -> Suspects:
        """By score; of equal ones the earlier rows first."""
        return self.chosen(np.lexsort((self.second, self.first, -self.score)))


def learn_within(linker: Linker, based_on: Model = STANDARD) -> Model:
    """`based_on` with what strangers share in this index, how many it has twice, and how many siblings a child has."""
    rng, index = np.random.default_rng(SEED), linker.index
    model = replace(
        based_on,
        name="duplicates",
        thresholds=THRESHOLDS,
        found=TWICE,
        strangers=strangers(index, index, rng),
        learned_from=f"{len(index):,}",
    )
    pairs, rows = _sampled(linker.keys, rng)
    if not len(pairs):
        return model
    compared = compare(pairs)
    for _ in range(ROUNDS):
        beliefs = believe(pairs, score(pairs, compared, model, linker.common))
        twice = float(np.clip((beliefs.same.sum() + 1) / (rows + 100), 1e-4, 0.5))
        kin = float((beliefs.household.sum() + 1) / (rows + 1))
        model = replace(model, found=twice, relatives=kin)
    return model


def _sampled(keys: KeyIndex, rng: np.random.Generator) -> tuple[Pairs, int]:
    index = keys.people
    blocks = max(1, -(-len(index) // SAMPLE_BLOCK))
    starts = np.sort(rng.choice(blocks, min(blocks, SAMPLE_BLOCKS), replace=False)) * SAMPLE_BLOCK
    runs = [keys.candidates(index, start, min(start + SAMPLE_BLOCK, len(index)), itself=True) for start in starts]
    rows, children = (np.concatenate(side) for side in zip(*runs, strict=True))
    return Pairs(index, index, rows, children), sum(min(SAMPLE_BLOCK, len(index) - int(start)) for start in starts)


def sweep(
    linker: Linker, model: Model, institutions: frozenset[str] = frozenset(), *, start: int = 0, least: float = LEAST
) -> Iterator[tuple[int, Suspects]]:
    """Blocks of the index from row `start` on: how far each goes, and what is suspect in it."""
    size = len(linker.index)
    for begin in range(start, size, BLOCK):
        stop = min(begin + BLOCK, size)
        yield stop, _of_block(linker, model, institutions, begin, stop, least)


def _of_block(
    linker: Linker, model: Model, institutions: frozenset[str], start: int, stop: int, least: float
) -> Suspects:
    index = linker.index
    later, earlier = linker.keys.candidates(index, start, stop, itself=True)
    pairs = Pairs(index, index, later, earlier)
    compared = compare(pairs, institutions)
    total = score(pairs, compared, model, linker.common).total
    kept = np.flatnonzero(total >= least)
    fewer = pairs.chosen(kept)
    flags = flags_of(fewer, {name: levels[kept] for name, levels in compared.items()})
    return Suspects(fewer.children, fewer.rows, total[kept], flags)


def all_suspects(linker: Linker, model: Model, institutions: frozenset[str] = frozenset()) -> Suspects:
    """The whole index at once, best first."""
    blocks = [found for _, found in sweep(linker, model, institutions)]
    return Suspects(
        *(np.concatenate([getattr(block, name) for block in blocks]) for name in ("first", "second", "score", "flags"))
    ).best_first()
