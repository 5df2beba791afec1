"""Trials of the matcher on files that say what is true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from registry.matching.evaluating import Curve, Evaluation, Stopwatch, candidate_recall, counted, truth_of
from registry.matching.learning import learn
from registry.matching.linking import NOBODY, Linker, Links, Outcome
from registry.matching.model import Model
from registry.matching.reading import File, read_people


@dataclass(frozen=True)
class Trial:
    """A list linked to an index, with what came of it."""

    evaluation: Evaluation
    notes: list[str]

    def report(self) -> str:
        raise NotImplementedError


def of_list(index_path: str, list_path: str) -> Trial:
    """Link a list to an index, both files. Raises TableError."""
    watch = Stopwatch()
    index = read_people(index_path)
    listed = read_people(list_path, extra=("true_id",), like=index.people)
    linker = Linker.of(index.people)
    model = learn(listed.people, linker.keys, linker.common)
    links = linker.link(listed.people, model)
    seconds = watch.seconds
    return Trial(
        _judged(index, listed, linker, model, links, seconds), [*index.set_aside.lines(), *listed.set_aside.lines()]
    )


def _judged(index: File, listed: File, linker: Linker, model: Model, links: Links, seconds: float) -> Evaluation:
    truth = truth_of(listed.extra["true_id"], index.people)
    true = int((truth != NOBODY).sum())
    claimed = links.children != NOBODY
    right = (links.children == truth) & claimed
    matched = links.outcome == Outcome.MATCH
    return Evaluation(
        what="Linking",
        rows=len(links),
        index=len(index.people),
        true_links=true,
        precision=float(right[matched].mean()) if matched.any() else 1.0,
        recall=float(right[matched].sum() / max(true, 1)),
        candidate_recall=candidate_recall(listed.people, linker.keys, truth),
        candidates=links.candidates,
        curve=Curve.of(np.asarray(links.score[claimed]), right[claimed], true),
        joining=model.thresholds.joining,
        outcomes=counted(links.outcome),
        seconds=seconds,
    )
