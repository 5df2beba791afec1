"""Rows into a table by COPY, as they are made: nothing is gathered first; and the planner told of what was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

MANY, SHARE = 2_000, 50
ANALYSE = "SELECT childindex_analyse(%s)"  # as the tables' owner, since only the owner may
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class _Lines:
    """What psycopg2 reads from: the rows in PostgreSQL's text format, a piece at a time."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self.rows = iter(rows)
        self.rest = ""

    def read(self, size: int = 8192) -> str:
        pieces = [self.rest]
        length = len(self.rest)
        while length < size and (row := next(self.rows, None)) is not None:
            pieces.append(_line(row))
            length += len(pieces[-1])
        text = "".join(pieces)
        self.rest = text[size:]
        return text[:size]

    def __iter__(self) -> Iterator[str]:
        return map(_line, self.rows)


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Copy `rows` into `table`; how many. An exception raised while a row is made comes through."""
    failed: list[Exception] = []
    with connection.cursor() as cursor:
        try:
            cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", _Lines(_noting(rows, failed)))
            return int(cursor.rowcount)
        except Exception:
            if failed:
                raise failed[0] from None
            raise


def _noting(rows: Iterable[Sequence[Any]], failed: list[Exception]) -> Iterator[Sequence[Any]]:
    """The rows, with whatever is raised on the way kept: the driver tells of some exceptions as its own."""
    try:
        yield from rows
    except Exception as error:
        failed.append(error)
        raise


def _line(row: Sequence[Any]) -> str:
    return "\t".join(["\\N" if value is None else str(value).translate(ESCAPES) for value in row]) + "\n"


def analyse(*tables: str, rows: int) -> None:
    """Have the planner know what tables hold, where the rows just written are many, or a fiftieth of a table.

    A sample of a large table costs more than a small file's whole work; autovacuum takes those in its own time.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, reltuples FROM pg_class WHERE relname = ANY(%s)", [list(tables)])
        grown = [table for table, held in cursor.fetchall() if rows >= MANY or rows * SHARE >= held]
        if grown:
            cursor.execute(ANALYSE, [sorted(grown)])


def analyse_all(*tables: str) -> None:
    """Have the planner know what the index's tables hold, however much of it is new."""
    with connection.cursor() as cursor:
        cursor.execute(ANALYSE, [list(tables)])
