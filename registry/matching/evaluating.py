"""How well a list was linked, told by the truth beside it: precision, recall, and what each threshold would give."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from childindex.memory import peak_memory
from registry.matching.candidates import KeyIndex
from registry.matching.columns import People
from registry.matching.linking import BLOCK, NOBODY, Outcome

PRECISE = 0.999
OFTEN = 300  # a group with fewer links tells nothing
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
class Groups:
    """How many true links there are in each group of rows, and how many of them were made."""

    counts: dict[str, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Sequence[str], true: NDArray[np.bool_], made: NDArray[np.bool_]) -> Groups:
        if not len(names):
            return cls()
        groups, places = np.unique(np.array(names), return_inverse=True)
        asked, found = (
            np.bincount(places[true], minlength=len(groups)),
            np.bincount(places[made], minlength=len(groups)),
        )
        counts = zip(groups.tolist(), asked.tolist(), found.tolist(), strict=True)
        return cls({name: (many, few) for name, many, few in sorted(counts, key=lambda each: -each[1])})

    def recalls(self, at_least: int = OFTEN) -> dict[str, float]:
        """The recall of each group with links enough to tell."""
        return {name: round(found / asked, 4) for name, (asked, found) in self.counts.items() if asked >= at_least}

    def error(self, name: str) -> float:
        """The standard error of a group's recall."""
        asked, found = self.counts[name]
        return float((found / asked * (1 - found / asked) / asked) ** 0.5)

    @property
    def gap(self) -> float:
        """How far the worst group lies below all of them together."""
        recalls, asked = self.recalls(), sum(asked for asked, _ in self.counts.values())
        return sum(found for _, found in self.counts.values()) / asked - min(recalls.values()) if recalls else 0.0


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
    groups: Groups
    seconds: float
    peak_memory: int = field(default_factory=peak_memory)

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
            "recall_by_group": self.groups.recalls(),
            "gap_between_groups": round(self.groups.gap, 4),
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
            *(f"    recall of {name:24}{recall:.4f}" for name, recall in self.groups.recalls().items()),
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


def duplicate_recall(keys: KeyIndex, clusters: NDArray[np.intp], true: int) -> tuple[float, int]:
    """The share of the true pairs within an index that are among its candidates, and how many candidates there are."""
    found = candidates = 0
    for start in range(0, len(keys.people), BLOCK):
        rows, children = keys.candidates(keys.people, start, min(start + BLOCK, len(keys.people)), itself=True)
        found += int((clusters[rows] == clusters[children]).sum())
        candidates += len(rows)
    return found / max(1, true), candidates


def counted(outcome: NDArray[np.uint8]) -> dict[str, int]:
    """How many rows had each outcome."""
    return {each.name.lower(): int((outcome == each).sum()) for each in reversed(Outcome)}
