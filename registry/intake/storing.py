"""The rows of a delivery on their way to and from the database, thousands at a time.

A row of a list is one row of a table, and a file may have a million: they are written by COPY and brought up to date by
COPY into a temporary table and one UPDATE. Django's own bulk operations on them took thirty times as long.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction

from childindex.copying import analyse, copy_rows
from registry.intake.asking import Asks, asks
from registry.intake.open_rows import Weighable
from registry.models import Delivery, Outcome

TABLE = "registry_deliveryrow"
NEW = "delivery_id number cells digest claim problems outcome candidates changes questions note".split()
WEIGHED = {
    "outcome": "text",
    "child_id": "bigint",
    "revision": "int",
    "score": "float8",
    "candidates": "jsonb",
    "changes": "jsonb",
    "questions": "jsonb",
    "for_custodians": "boolean",
}
AT_ONCE = 2_000
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def as_json(value: Any) -> str:
    """JSON that PostgreSQL takes: half a character, as a broken file may have one, becomes a question mark."""
    return _dumps(value).encode("utf-8", "replace").decode()


class NewRow(NamedTuple):
    """A row that has just been read. `refused` is why nothing can be done with it, if so."""

    number: int
    cells: list[str]
    digest: str | None
    claim: dict[str, str]
    problems: list[list[str]]
    refused: str


def write_rows(delivery: Delivery, rows: Iterable[NewRow]) -> None:
    """Write rows that have just been read, and have the planner know how many there are now."""
    written = copy_rows(TABLE, NEW, (_new(delivery.pk, row) for row in rows))
    analyse(TABLE, rows=written)


def _new(delivery_id: int, row: NewRow) -> tuple[Any, ...]:
    return (
        delivery_id,
        row.number,
        as_json(row.cells),
        row.digest,
        as_json(row.claim),
        as_json(row.problems) if row.problems else "[]",
        Outcome.REFUSED.value if row.refused else "",
        "[]",
        "[]",
        as_json([asks(Asks.UNREADABLE, row.refused)]) if row.refused else "[]",
        "",
    )


def write_weighed(rows: Sequence[Weighable]) -> None:
    """Write what these rows have come to: whom they are about, and what applying them would do."""
    columns = ", ".join(f"{name} {kind}" for name, kind in WEIGHED.items())
    settings = ", ".join(f"{name} = w.{name}" for name in WEIGHED)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE weighed (id bigint, {columns}) ON COMMIT DROP")
        copy_rows("weighed", ["id", *WEIGHED], map(_weighed, rows))
        cursor.execute(f"UPDATE {TABLE} r SET {settings} FROM weighed w WHERE r.id = w.id")
        cursor.execute("DROP TABLE weighed")


def _weighed(row: Weighable) -> tuple[Any, ...]:
    return (
        row.pk,
        row.outcome,
        row.child_id,
        row.revision,
        row.score,
        as_json(row.candidates),
        as_json(row.changes),
        as_json(row.questions),
        row.for_custodians,
    )
