"""The matcher on files, in a process of its own: what stands beside `splink_rival` in the benchmark, asked alike."""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import django
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

pa.array([""])  # looks for pandas, which the other contestant has found before its clock starts
django.setup()

from childindex.memory import give_back, peak_memory  # noqa: E402
from registry.matching.columns import People  # noqa: E402 - the registry can be imported only after the set-up
from registry.matching.duplicates import all_suspects, learn_within  # noqa: E402
from registry.matching.learning import learn  # noqa: E402
from registry.matching.linking import NOBODY, Linker  # noqa: E402
from registry.matching.model import Model  # noqa: E402
from registry.matching.reading import read_people  # noqa: E402

Ids = NDArray[np.str_]


def main() -> None:
    options = _options()
    give_back()
    began = perf_counter()
    index = read_people(options.files[0]).people
    prepared, listed = began, []
    if options.index_first or not options.files[1:]:
        linker = Linker.of(index)
        prepared = perf_counter()
        listed = [read_people(path, like=index).people for path in options.files[1:]]
    else:
        linker, file = Linker.while_reading(index, partial(read_people, options.files[1], like=index))
        listed = [file.people]
    if options.learn:
        learned = learn(listed[0], linker.keys, linker.common) if listed else learn_within(linker)
        options.model.write_text(learned.as_json())
    else:
        _write(options.out, *_found(linker, listed, Model.from_json(options.model.read_text())))
    ended = perf_counter()
    sys.stdout.write(
        json.dumps({"seconds": ended - began, "seconds_prepared": ended - prepared, "peak_memory": peak_memory()})
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path, help="an index and a list, or one file searched for duplicates")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--learn", action="store_true")
    parser.add_argument("--index-first", action="store_true", help="have the index ready before the list is read")
    return parser.parse_args()


def _found(linker: Linker, listed: list[People], model: Model) -> tuple[Ids, Ids, NDArray[np.float32]]:
    """Each row with its best child, or each pair, and the score."""
    ids = np.array(linker.index.ids)
    if not listed:
        found = all_suspects(linker, model)
        return ids[found.first], ids[found.second], found.score
    links = linker.link(listed[0], model)
    which = np.flatnonzero(links.children != NOBODY)
    return ids[links.children[which]], np.array(listed[0].ids)[which], links.score[which]


def _write(out: Path, *columns: NDArray[Any]) -> None:
    table = pa.table(dict(zip(("child", "row", "score"), columns, strict=True)))
    csv.write_csv(table, out, csv.WriteOptions(include_header=False))


if __name__ == "__main__":
    main()
