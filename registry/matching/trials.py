"""Trials of the matcher on files that say what is true: a list linked to an index, a file searched for duplicates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from registry.matching.columns import People
from registry.matching.comparing import Pairs
from registry.matching.duplicates import Suspects, all_suspects, learn_within
from registry.matching.evaluating import (
    Curve,
    Evaluation,
    Groups,
    Stopwatch,
    candidate_recall,
    counted,
    duplicate_recall,
    truth_of,
)
from registry.matching.learning import learn
from registry.matching.linking import NOBODY, Linker, Links, Outcome
from registry.matching.model import Model
from registry.matching.reading import File, read_people

WORST = 25


@dataclass(frozen=True)
class Error:
    """One pair that the matcher got wrong: what it took for one child, or for two."""

    said: str
    pair: Pairs


@dataclass(frozen=True)
class Trial:
    """What came of a trial, with what is needed to explain it."""

    evaluation: Evaluation
    linker: Linker
    model: Model
    errors: Sequence[Error]
    notes: Sequence[str]


def of_list(index_path: str, list_path: str) -> Trial:
    """Link a list to an index, both files; weights are learned without the truth. Raises TableError."""
    watch = Stopwatch()
    index = read_people(index_path)
    read_list = partial(read_people, list_path, extra=("true_id",), maybe=("group",), like=index.people)
    linker, listed = Linker.while_reading(index.people, read_list)
    model = learn(listed.people, linker.keys, linker.common)
    links = linker.link(listed.people, model)
    seconds = watch.seconds
    truth = truth_of(listed.extra["true_id"], index.people)
    return Trial(
        _judged(listed, linker, model, links, truth, seconds),
        linker,
        model,
        _errors(listed.people, index.people, links, truth),
        [*_noted(index_path, index), *_noted(list_path, listed), *_unknown(listed, index)],
    )


def _noted(path: str, file: File) -> Iterator[str]:
    """What was set aside, and in which file."""
    return (f"{Path(path).name}: {line}" for line in file.set_aside.lines())


def _unknown(listed: File, index: File) -> Iterator[str]:
    """A sentence where the truth names children whom the index does not have."""
    unknown = set(listed.extra["true_id"]) - set(index.people.ids) - {""}
    if unknown:
        named = f"{len(unknown):,} true_id that the index does not have, as {min(unknown)}"
        yield f"{named}: their rows are taken for nobody's"


def _judged(
    listed: File, linker: Linker, model: Model, links: Links, truth: NDArray[np.int64], seconds: float
) -> Evaluation:
    true = int((truth != NOBODY).sum())
    claimed = links.children != NOBODY
    right = (links.children == truth) & claimed
    matched = links.outcome == Outcome.MATCH
    return Evaluation(
        what="Linking",
        rows=len(links),
        index=len(linker.index),
        true_links=true,
        precision=float(right[matched].mean()) if matched.any() else 1.0,
        recall=float(right[matched].sum() / max(true, 1)),
        candidate_recall=candidate_recall(listed.people, linker.keys, truth),
        candidates=links.candidates,
        curve=Curve.of(np.asarray(links.score[claimed]), right[claimed], true),
        joining=model.thresholds.joining,
        outcomes=counted(links.outcome),
        groups=Groups.of(listed.extra.get("group", ()), truth != NOBODY, right & matched),
        seconds=seconds,
    )


def _errors(listed: People, index: People, links: Links, truth: NDArray[np.int64]) -> list[Error]:
    """Wrong links with the highest scores, then true ones that were furthest from being made."""
    wrong = np.flatnonzero((links.outcome == Outcome.MATCH) & (links.children != truth))
    wrong = wrong[np.argsort(-links.score[wrong], kind="stable")][:WORST]
    missed = np.flatnonzero((truth != NOBODY) & (links.outcome != Outcome.MATCH))
    missed = missed[np.argsort(links.score[missed], kind="stable")][:WORST]
    return [
        *(Error("Joined, and should not be", Pairs(listed, index, wrong[[at]], links.children[wrong[[at]]]))
          for at in range(len(wrong))),
        *(Error("Not joined, and should be", Pairs(listed, index, missed[[at]], truth[missed[[at]]]))
          for at in range(len(missed))),
    ]  # fmt: skip


def of_duplicates(path: str) -> Trial:
    """Search a file for people it has twice; its column `cluster` says which they are. Raises TableError."""
    watch = Stopwatch()
    file = read_people(path, extra=("cluster",))
    linker = Linker.of(file.people)
    model = learn_within(linker)
    suspects = all_suspects(linker, model)
    seconds = watch.seconds
    _, clusters = np.unique(np.array(file.extra["cluster"]), return_inverse=True)
    right = clusters[suspects.first] == clusters[suspects.second]
    return Trial(
        _judged_duplicates(linker, model, suspects, right, clusters, seconds),
        linker,
        model,
        _wrong_suspects(file.people, suspects, right, model),
        [*_noted(path, file)],
    )


def _judged_duplicates(
    linker: Linker,
    model: Model,
    suspects: Suspects,
    right: NDArray[np.bool_],
    clusters: NDArray[np.intp],
    seconds: float,
) -> Evaluation:
    sizes = np.bincount(clusters)
    true = int((sizes * (sizes - 1) // 2).sum())
    matched = (suspects.score >= model.thresholds.joining) & (suspects.flags == 0)
    asked = (suspects.score >= model.thresholds.possible) & ~matched
    recall, candidates = duplicate_recall(linker.keys, clusters, true)
    return Evaluation(
        what="Duplicates",
        rows=len(linker.index),
        index=len(linker.index),
        true_links=true,
        precision=float(right[matched].mean()) if matched.any() else 1.0,
        recall=float(right[matched].sum() / max(true, 1)),
        candidate_recall=recall,
        candidates=candidates,
        curve=Curve.of(suspects.score, right, true),
        joining=model.thresholds.joining,
        outcomes={"match": int(matched.sum()), "possible": int(asked.sum())},
        groups=Groups(),
        seconds=seconds,
    )


def _wrong_suspects(people: People, suspects: Suspects, right: NDArray[np.bool_], model: Model) -> list[Error]:
    wrong = np.flatnonzero(~right & (suspects.score >= model.thresholds.possible))[:WORST]
    return [
        Error("Suspected, and two", Pairs(people, people, suspects.first[[at]], suspects.second[[at]])) for at in wrong
    ]
