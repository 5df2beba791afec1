"""The matcher on files, in a process of its own: what stands beside `splink_rival` in the benchmark, asked alike."""

from __future__ import annotations

import argparse
import csv
import json
import resource
import sys
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter

import django

django.setup()

from registry.matching.columns import People  # noqa: E402 - the registry can be imported only after the set-up
from registry.matching.duplicates import all_suspects, learn_within  # noqa: E402
from registry.matching.learning import learn  # noqa: E402
from registry.matching.linking import NOBODY, Linker  # noqa: E402
from registry.matching.model import Model  # noqa: E402
from registry.matching.reading import read_people  # noqa: E402


def main() -> None:
    options = _options()
    began = perf_counter()
    linker = Linker.of(read_people(options.files[0]).people)
    prepared = perf_counter()
    listed = [read_people(path, like=linker.index).people for path in options.files[1:]]
    if options.learn:
        learned = learn(listed[0], linker.keys, linker.common) if listed else learn_within(linker)
        options.model.write_text(learned.as_json())
    else:
        _write(options.out, _found(linker, listed, Model.from_json(options.model.read_text())))
    ended = perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sys.stdout.write(json.dumps({"seconds": ended - began, "seconds_prepared": ended - prepared, "peak_memory": peak}))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path, help="an index and a list, or one file searched for duplicates")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--learn", action="store_true")
    return parser.parse_args()


def _found(linker: Linker, listed: list[People], model: Model) -> Iterable[tuple[str, str, str]]:
    index = linker.index
    if not listed:
        found = all_suspects(linker, model)
        pairs = zip(found.first.tolist(), found.second.tolist(), found.score.tolist(), strict=True)
        return [(index.ids[first], index.ids[second], f"{score:.4f}") for first, second, score in pairs]
    links = linker.link(listed[0], model)
    rows = zip(listed[0].ids, links.children.tolist(), links.score.tolist(), strict=True)
    return [(index.ids[child], row, f"{score:.4f}") for row, child, score in rows if child != NOBODY]


def _write(out: Path, found: Iterable[tuple[str, str, str]]) -> None:
    with out.open("w", newline="") as file:
        csv.writer(file).writerows(found)


if __name__ == "__main__":
    main()
