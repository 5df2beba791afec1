"""Learning weights from a list and an index, without being told which row is which child.

Expectation and maximisation over a seeded sample of rows. A row has at most one true child, so the chances of its
candidates are weighed against each other and against its being nobody's: siblings are as common as true matches, and
without that constraint the weights drift into “same household”. What strangers share is counted on pairs at random.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from registry.matching.candidates import KeyIndex
from registry.matching.columns import People
from registry.matching.comparing import Compared, Pairs, compare
from registry.matching.levels import FIELDS
from registry.matching.model import STANDARD, Chances, Model
from registry.matching.scoring import HOUSEHOLD, Frequencies, Scored, score

SAMPLE, RANDOM_PAIRS = 20_000, 100_000
ROUNDS = 20
TRUST = 40.0  # the standard weights count like so many pairs
SEED = 20161003


@dataclass(frozen=True)
class Beliefs:
    """For each pair, how likely it is one child, and how likely a brother or sister."""

    same: NDArray[np.float64]
    household: NDArray[np.float64]


def learn(
    people: People,
    keys: KeyIndex,
    common: Frequencies,
    *,
    name: str = "learned",
    institutions: frozenset[str] = frozenset(),
) -> Model:
    """A model for lists like this one."""
    rng = np.random.default_rng(SEED)
    model = replace(STANDARD, name=name, strangers=strangers(people, keys.people, rng))
    pairs, rows = _sampled(people, keys, rng)
    if not len(pairs):
        return model
    compared = compare(pairs, institutions)
    for _ in range(ROUNDS):
        beliefs = believe(pairs, score(pairs, compared, model, common))
        model = _improved(model, compared, beliefs, rows)
    return replace(model, learned_from=f"{rows:,} rows of a list and an index of {len(keys.people):,}")


def _sampled(people: People, keys: KeyIndex, rng: np.random.Generator) -> tuple[Pairs, int]:
    """The candidates of a run of rows from anywhere in the list."""
    if len(people) <= SAMPLE:
        return Pairs(people, keys.people, *keys.candidates(people, 0, len(people), relatives=True)), len(people)
    starts = np.sort(rng.choice(len(people) // 500, SAMPLE // 500, replace=False)) * 500
    runs = [keys.candidates(people, start, start + 500, relatives=True) for start in starts]
    rows, children = (np.concatenate(side) for side in zip(*runs, strict=True))
    return Pairs(people, keys.people, rows, children), len(starts) * 500


def strangers(people: People, index: People, rng: np.random.Generator) -> Chances:
    """How pairs at random compare."""
    size = RANDOM_PAIRS if len(people) * len(index) > RANDOM_PAIRS else len(people) * len(index)
    pairs = Pairs(people, index, rng.integers(len(people), size=size), rng.integers(len(index), size=size))
    compared = compare(pairs)
    chances = {
        name: _shares(levels, np.ones(len(pairs)), STANDARD.strangers[name], name) for name, levels in compared.items()
    }
    return {**STANDARD.strangers, **chances, "order": STANDARD.strangers["order"]}


def believe(pairs: Pairs, scored: Scored) -> Beliefs:
    """The candidates of each row weighed against one another."""
    weights = np.exp2(np.clip(scored.total.astype(np.float64), -200, 200))
    totals = np.bincount(pairs.rows, weights=weights, minlength=len(pairs.people))
    same = weights / (1 + totals[pairs.rows])
    kin = 1 - np.exp2(scored.parts[HOUSEHOLD].astype(np.float64))
    return Beliefs(same, (1 - same) * kin)


def _improved(model: Model, compared: Compared, beliefs: Beliefs, rows: int) -> Model:
    same = {name: _shares(levels, beliefs.same, STANDARD.same[name], name) for name, levels in compared.items()}
    found = (float(beliefs.same.sum()) + 9) / (rows + 10)
    return replace(
        households(model, compared, beliefs, rows), same={**model.same, **same}, found=float(min(found, 0.995))
    )


def households(model: Model, compared: Compared, beliefs: Beliefs, rows: int) -> Model:
    """The model with what brothers and sisters share, and how many of them a row has."""
    shares = {
        name: _shares(levels, beliefs.household, STANDARD.household[name], name) for name, levels in compared.items()
    }
    relatives = (float(beliefs.household.sum()) + TRUST) / (rows + TRUST)
    return replace(
        model,
        household={**model.household, **shares, "order": STANDARD.household["order"]},
        relatives=relatives,
    )


def _shares(
    levels: NDArray[np.uint8], weights: NDArray[np.float64], before: tuple[float, ...], name: str
) -> tuple[float, ...]:
    """How often each level is met, on top of what was held before."""
    met = np.bincount(levels, weights=weights, minlength=max(FIELDS[name]) + 1)[1:]
    counts = met.astype(np.float64) + TRUST * np.array(before)
    return tuple(float(share) for share in counts / counts.sum())
