"""How long the build took against the least it could have taken: COPY of the same rows, alone.

Every row that the build wrote (facts, history, confirmations, acts, index entries and keys) is copied out to a file,
and from there into empty tables of the same shape, without triggers or foreign keys: once with the indexes of the real
ones, once bare. The tables are temporary in all but name: the transaction that makes them is rolled back.
"""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import TemporaryFile
from time import perf_counter
from typing import IO

from django.db import connection, transaction

from registry.city.afterwards import KEYS, history_of
from registry.city.rows import CONFIRMATIONS, TABLES

ENTRIES = "registry_indexentry"
ACTS = "childindex_act"


@dataclass
class Alone:
    """COPY of the same rows: how many, and how many seconds with the same indexes and without any."""

    rows: int = 0
    indexed: float = 0
    bare: float = 0


def copied_alone() -> Alone:
    """Measure it. What lies in the tables is what the build has written, since it began with empty ones."""
    found = Alone()
    for table in (*TABLES, *map(history_of, TABLES), CONFIRMATIONS, ACTS, ENTRIES, KEYS):
        with TemporaryFile() as file:
            found.rows += _out(table, file)
            found.indexed += _in(table, file, "INCLUDING INDEXES")
            found.bare += _in(table, file, "")
    return found


def _out(table: str, file: IO[bytes]) -> int:
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} TO STDOUT (FORMAT text)", file)
        return int(cursor.rowcount)


def _in(table: str, file: IO[bytes], including: str) -> float:
    """Seconds for copying the file into a new table like `table`."""
    file.seek(0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE city.alone (LIKE {table} {including})")
        began = perf_counter()
        cursor.copy_expert("COPY city.alone FROM STDIN (FORMAT text)", file)
        took = perf_counter() - began
        transaction.set_rollback(True)
    return took
