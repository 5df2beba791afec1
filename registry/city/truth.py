"""The truth beside the data: which records are of one child, for whoever evaluates searching and matching.

It lies in a schema of its own, outside the index's tables, and only an invented city has it: `city.truth` with a row
for each record: the person it is of (twice the same where a child was recorded twice), the family, and how the record
came about.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO

from django.db import connection

from registry.city.rows import line

TABLE = "city.truth"


def prepare() -> None:
    """An empty place for the truth."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE SCHEMA IF NOT EXISTS city;"
            f"CREATE TABLE IF NOT EXISTS {TABLE} ("
            " child_id bigint PRIMARY KEY, person bigint NOT NULL, family bigint NOT NULL, how text NOT NULL);"
            f"CREATE INDEX IF NOT EXISTS truth_by_person ON {TABLE} (person);"
            f"DELETE FROM {TABLE}"
        )


def write(rows: Iterable[tuple[int, int, int, str]]) -> None:
    """Rows of (child, person, family, how)."""
    text = StringIO("".join(line(row) + "\n" for row in rows))
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {TABLE} (child_id, person, family, how) FROM STDIN", text)


def exists() -> bool:
    """Whether this database holds an invented city."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [TABLE])
        return bool(cursor.fetchone()[0])
