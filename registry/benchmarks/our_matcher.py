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


def main() -> None:
    options = _options()
    django.setup()
    began = perf_counter()
    if options.learn:
        _learn(options.files, options.model)
    else:
        _write(options.out, _found(options.files, options.model))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sys.stdout.write(json.dumps({"seconds": perf_counter() - began, "peak_memory": peak}))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path, help="an index and a list, or one file searched for duplicates")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--learn", action="store_true")
    return parser.parse_args()


def _learn(files: list[Path], model: Path) -> None:
    from registry.matching.learning import learn
    from registry.matching.linking import Linker
    from registry.matching.reading import read_people

    index = read_people(files[0]).people
    listed = read_people(files[1], like=index).people if len(files) > 1 else index
    linker = Linker.of(index)
    model.write_text(learn(listed, linker.keys, linker.common).as_json())


def _found(files: list[Path], model: Path) -> Iterable[tuple[str, str, str]]:
    from registry.matching.linking import NOBODY, Linker
    from registry.matching.model import Model
    from registry.matching.reading import read_people

    index = read_people(files[0]).people
    listed = read_people(files[1], like=index).people
    links = Linker.of(index).link(listed, Model.from_json(model.read_text()))
    found = zip(listed.ids, links.children.tolist(), links.score.tolist(), strict=True)
    return [(index.ids[child], row, f"{score:.4f}") for row, child, score in found if child != NOBODY]


def _write(out: Path, found: Iterable[tuple[str, str, str]]) -> None:
    with out.open("w", newline="") as file:
        csv.writer(file).writerows(found)


if __name__ == "__main__":
    main()
