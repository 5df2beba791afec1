"""How well a list was linked, told by the truth beside it: precision, recall, and what each threshold would give."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.matching.candidates import KeyIndex
from registry.matching.columns import People
from registry.matching.linking import BLOCK, NOBODY, Outcome

PRECISE = 0.999
Truth = NDArray[np.int64]


@dataclass(frozen=True)
class Curve:
    """Precision and recall at every threshold, from the highest score to the lowest."""

    scores: NDArray[np.float32]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]

    @classmethod
    def of(cls, scores: NDArray[np.float32], right: NDArray[np.bool_], true: int) -> Curve:
        """From scores of claimed links, which of them are right, and how many true links there are in all."""
        order = np.argsort(-scores, kind="stable")
        last = np.flatnonzero(np.diff(scores[order], append=-np.inf))  # equal scores pass a threshold together
        hits = np.cumsum(right[order])[last]
        return cls(scores[order][last], hits / (last + 1), hits / max(true, 1))

    @property
    def f1(self) -> NDArray[np.float64]:
        return 2 * self.precision * self.recall / np.maximum(self.precision + self.recall, 1e-12)

    @property
    def best(self) -> tuple[float, float]:
        """The best F1, and the threshold that gives it."""
        if not len(self.scores):
            return 0.0, 0.0
        place = int(self.f1.argmax())
        return float(self.f1[place]), float(self.scores[place])

    def recall_at(self, precision: float) -> float:
        """The most that is found while no more than the rest of `precision` is wrong."""
        enough = self.recall[self.precision >= precision]
        return float(enough.max()) if len(enough) else 0.0


@dataclass(frozen=True)
class Evaluation:
    """The figures of one evaluation."""

    what: str
    rows: int
    index: int
    true_links: int
    precision: float
    recall: float
    candidate_recall: float
    candidates: int
    curve: Curve
    joining: float
    outcomes: dict[str, int]
    seconds: float
    peak_memory: int = field(default_factory=lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-12)

    def as_json(self) -> dict[str, Any]:
        best_f1, best_threshold = self.curve.best
        return {
            "what": self.what,
            "rows": self.rows,
            "index_rows": self.index,
            "true_links": self.true_links,
            "precision": round(self.precision, 5),
            "recall": round(self.recall, 5),
            "f1": round(self.f1, 5),
            "best_f1": round(best_f1, 5),
            "best_threshold": round(best_threshold, 2),
            "candidate_recall": round(self.candidate_recall, 5),
            "recall_at_p999": round(self.curve.recall_at(PRECISE), 5),
            "joining_threshold": self.joining,
            "candidates": self.candidates,
            "outcomes": self.outcomes,
            "seconds": round(self.seconds, 2),
            "rows_per_second": round(self.rows / max(self.seconds, 1e-9)),
            "peak_memory_mb": round(self.peak_memory / 2**20),
        }

    def lines(self) -> list[str]:
        """The same for people."""
        best_f1, best_threshold = self.curve.best
        return [
            f"{self.what}: {self.rows:,} rows, {self.index:,} in the index, {self.true_links:,} true links",
            f"  At {self.joining:.1f} bits   precision {self.precision:.4f}   recall {self.recall:.4f}"
            f"   F1 {self.f1:.4f}",
            f"  Best F1 {best_f1:.4f} at {best_threshold:.1f} bits",
            f"  Recall at precision {PRECISE}: {self.curve.recall_at(PRECISE):.4f}",
            f"  True links among the candidates: {self.candidate_recall:.4f} ({self.candidates:,} candidates)",
            "  " + "   ".join(f"{name} {count:,}" for name, count in self.outcomes.items()),
            f"  {self.seconds:.1f} seconds, {self.rows / max(self.seconds, 1e-9):,.0f} rows a second,"
            f" at most {self.peak_memory / 2**20:,.0f} MB of memory",
        ]


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self.began = time.perf_counter()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.began


def truth_of(true_ids: Sequence[str], index: People) -> Truth:
    """For each row the place of its true child in the index; NOBODY where there is none."""
    places = {name: place for place, name in enumerate(index.ids)}
    return np.array([places.get(name, NOBODY) if name else NOBODY for name in true_ids], dtype=np.int64)


def candidate_recall(people: People, keys: KeyIndex, truth: Truth) -> float:
    """The share of the true links that are among the candidates."""
    width, found = len(keys.people), 0
    for start in range(0, len(people), BLOCK):
        stop = min(start + BLOCK, len(people))
        rows, children = keys.candidates(people, start, stop)
        known = np.flatnonzero(truth[start:stop] != NOBODY) + start
        found += int(np.isin(known * width + truth[known], rows * width + children).sum())
    return found / max(1, int((truth != NOBODY).sum()))


def counted(outcome: NDArray[np.uint8]) -> dict[str, int]:
    """How many rows had each outcome."""
    return {each.name.lower(): int((outcome == each).sum()) for each in reversed(Outcome)}
