"""What matching costs inside the database: the sweep beside COPY of the same rows, a small list beside a primary key.

Each figure and what stands beside it are taken in one run, in turns, on the same rows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from time import perf_counter
from typing import Any

from django.db import connection, transaction

from registry.duplicates.sweeping import sweep_index
from registry.linking import commonness
from registry.linking.candidates import candidates
from registry.linking.lists import link
from registry.matching.columns import COLUMNS, people
from registry.matching.linking import Outcome

ROWS = 5_000
FETCHES = 500
ENTRIES = "registry_indexentry"
PERSONS = "SELECT person::text, array_agg(child_id) FROM city.truth GROUP BY person"


@dataclass(frozen=True)
class Sweeping:
    """The search of the whole index for duplicates, and COPY of its entries into an empty table with their indexes."""

    records: int
    seconds: float
    copy_seconds: float
    suspected: int

    def as_json(self) -> dict[str, Any]:
        return {
            "records": self.records,
            "seconds": round(self.seconds, 1),
            "copy_seconds": round(self.copy_seconds, 2),
            "ratio_to_copy": round(self.seconds / self.copy_seconds, 1),
            "suspected": self.suspected,
        }

    def lines(self) -> list[str]:
        return [
            f"sweep of {self.records:,} records in the database: {self.seconds:.1f} s, {self.suspected:,} suspected;"
            f" {self.seconds / self.copy_seconds:.1f} times COPY of the same entries ({self.copy_seconds:.2f} s)"
        ]


@dataclass(frozen=True)
class SmallList:
    """A list linked by asking the database for its candidates, and the fetch of one row by primary key."""

    rows: int
    seconds: float
    key_milliseconds: float
    candidate_recall: float
    precision: float
    recall: float

    @property
    def ratio(self) -> float:
        """How many fetches by primary key a row costs."""
        return self.seconds * 1000 / self.rows / self.key_milliseconds

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "seconds": round(self.seconds, 2),
            "row_to_primary_key": round(self.ratio, 2),
            "candidate_recall": round(self.candidate_recall, 5),
            "precision": round(self.precision, 5),
            "recall": round(self.recall, 5),
        }

    def lines(self) -> list[str]:
        return [
            f"{self.rows:,} hard rows linked in the database: {self.seconds:.1f} s, {self.ratio:.1f} fetches by primary"
            f" key a row; candidates {self.candidate_recall:.4f}, precision {self.precision:.4f},"
            f" recall {self.recall:.4f}"
        ]


def swept() -> Sweeping:
    """Search the index of this database anew."""
    began = perf_counter()
    found = sweep_index(by=None, afresh=True)
    seconds = perf_counter() - began
    return Sweeping(found.records, seconds, _copied(), found.proposed + found.again + found.kept)


def _copied() -> float:
    """Seconds for copying the entries of the index into an empty table of their shape."""
    with TemporaryFile() as file, transaction.atomic(), connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {ENTRIES} TO STDOUT", file)
        file.seek(0)
        cursor.execute(f"CREATE TEMPORARY TABLE alone (LIKE {ENTRIES} INCLUDING INDEXES) ON COMMIT DROP")
        began = perf_counter()
        cursor.copy_expert("COPY alone FROM STDIN", file)
        return perf_counter() - began


def linked(path: Path, *, rows: int = ROWS, rounds: int = 3) -> SmallList:
    """Link the first rows of a list made from the city that this database holds, whose children are all in it."""
    with path.open(newline="", encoding="utf-8") as file:
        asked = list(islice((row for row in csv.DictReader(file) if row["true_id"]), rows))
    columns = {name: [row[name] for row in asked] for name in COLUMNS if name in asked[0]}
    commonness.bring_up_to_date()
    truth, ids = _truth(asked), _ids()
    taken, fetched = [], []
    for _ in range(rounds):
        began = perf_counter()
        found = link(columns, whole=False)
        taken.append(perf_counter() - began)
        fetched += list(_fetches(ids))
    made = [(row, each.child_id) for row, each in enumerate(found) if each.outcome == Outcome.MATCH]
    right = sum(child_id in truth.get(row, ()) for row, child_id in made)
    return SmallList(
        len(asked),
        min(taken),
        median(fetched) * 1000,
        _candidate_recall(columns, len(asked), truth),
        right / max(len(made), 1),
        right / max(len(truth), 1),
    )


def _truth(asked: Sequence[Mapping[str, str]]) -> dict[int, list[int]]:
    """For each row, as it was written from this very city, the records of the child it is of."""
    with connection.cursor() as cursor:
        cursor.execute(PERSONS)
        records = dict(cursor.fetchall())
    return {row: records[each["true_id"]] for row, each in enumerate(asked) if each["true_id"] in records}


def _candidate_recall(columns: Mapping[str, Sequence[str]], size: int, truth: Mapping[int, list[int]]) -> float:
    found = candidates(people(list(map(str, range(size))), columns))
    met = set(zip(found.rows.tolist(), found.child_ids.tolist(), strict=True))
    return sum(any((row, child) in met for child in children) for row, children in truth.items()) / max(len(truth), 1)


def _ids() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT child_id FROM {ENTRIES} ORDER BY random() LIMIT %s", [FETCHES])
        return [child_id for (child_id,) in cursor.fetchall()]


def _fetches(ids: Sequence[int]) -> Iterator[float]:
    with connection.cursor() as cursor:
        for child_id in ids:
            began = perf_counter()
            cursor.execute(f"SELECT * FROM {ENTRIES} WHERE child_id = %s", [child_id])
            cursor.fetchall()
            yield perf_counter() - began
