"""Rows that fit two records of the index which are themselves suspected to be of one child.

Which of the two is meant makes no difference to the child, and whether they are one is asked once, on the list of
duplicates: not again by every row of every list that knows the child.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from registry.linking.lists import Link, Linked
from registry.linking.weights import model_of
from registry.matching.known import Held
from registry.matching.linking import Outcome
from registry.matching.model import Thresholds
from registry.matching.rules import Flag
from registry.models import Suspicion, SuspicionState

Pair = tuple[int, int]


def fits_best(linked: Linked) -> dict[int, int]:
    """Of rows that fit several records of one suspected child, each with the id of the record that it fits best.

    Rows are given by their places in the list. Nothing is said of a row whose best child is held back by a rule or
    would not be joined if it stood alone, nor where people or earlier lists spoke of the row.
    """
    thresholds = model_of(linked.weights).thresholds
    several = {row: linked[row] for row in map(int, np.flatnonzero(linked.links.outcome == Outcome.MANY))}
    rivals = {row: _rivals(found, thresholds) for row, found in several.items() if _would_join(found, thresholds)}
    suspected = _suspected({pair for pairs in rivals.values() for pair in pairs})
    return {row: several[row].candidates[0].child_id for row, pairs in rivals.items() if pairs and pairs <= suspected}


def _would_join(found: Link, thresholds: Thresholds) -> bool:
    best = found.candidates[0] if found.candidates else None
    return (
        found.held == Held.NOTHING and best is not None and best.flags == Flag.NONE and best.score >= thresholds.joining
    )


def _rivals(found: Link, thresholds: Thresholds) -> set[Pair]:
    """The best child with each of those who come close to it, the lower id first."""
    best, *others = found.candidates
    close = [other.child_id for other in others if best.score - other.score < thresholds.margin]
    return {(min(best.child_id, other), max(best.child_id, other)) for other in close}


def _suspected(pairs: Iterable[Pair]) -> set[Pair]:
    """Those of some pairs that are on the list of duplicates, and not as twins."""
    wanted = set(pairs)
    found = Suspicion.objects.filter(
        state__in=[SuspicionState.PROPOSED, SuspicionState.SAME],
        may_be_twins=False,
        first__in={first for first, _ in wanted},
        second__in={second for _, second in wanted},
    )
    return wanted & set(found.values_list("first", "second"))
