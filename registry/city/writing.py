"""From the ledger to the database: each deed one act, its rows by COPY, its changes by one UPDATE for each sort.

Ids come from the sequences before anything is written, and the sequences are moved on behind them.
"""

from __future__ import annotations

from io import StringIO
from typing import Any

from django.db import connection

from childindex.acts import SUBJECTS_TABLE, act
from childindex.copying import analyse_all
from childindex.models import Source, User
from registry.city.ledger import Deed, Ids, Ledger
from registry.city.rows import CONFIRMATION_COLUMNS, CONFIRMATIONS, TABLES

TYPES = {
    "to_date": "date",
    "date_of_birth": "date",
    "date_of_death": "date",
    "other_date_of_birth": "date",
    "destination_school_id": "bigint",
    "source_id": "bigint",
    "superseded_by_id": "bigint",
}
FEW, MANY, GROWTH = 1_000, 4_000, 2


def reserve() -> Ids:
    """The ids in use so far, from which to count on."""
    used = {}
    with connection.cursor() as cursor:
        for table in (*TABLES, CONFIRMATIONS):
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
            [sequence] = cursor.fetchone()
            cursor.execute(f"SELECT last_value, is_called FROM {sequence}")
            last, called = cursor.fetchone()
            used[table] = last if called else last - 1
    return Ids(used)


def release(ids: Ids) -> None:
    """Move the sequences on behind the ids that were given out."""
    with connection.cursor() as cursor:
        for table, last in ids.last.items():
            if last:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last])


class Writer:
    """Does deeds, and tells the planner how the tables grow: without that, every check would read them from end to end.

    `rows` counts what was written, history and index left out.
    """

    def __init__(self) -> None:
        self.deeds = 0
        self.rows = 0
        self._analysed = 0
        self._noted = 0

    def write(self, ledger: Ledger) -> None:
        """Do every deed of the ledger, in order."""
        for deed in ledger.in_order():
            _do(deed)
            self.deeds += 1
            rows = sum(map(len, deed.rows.values())) + sum(map(len, deed.changes.values()))
            self.rows += rows + len(deed.confirmations)
            self._forget_subjects(rows)
            if self.rows > GROWTH * self._analysed + FEW:
                self.analyse()

    def analyse(self) -> None:
        analyse_all(*TABLES, CONFIRMATIONS)
        self._analysed = self.rows

    def _forget_subjects(self, rows: int) -> None:
        """Empty the table of those concerned now and then: deleted rows stay in it until the transaction ends."""
        self._noted += rows
        if self._noted > MANY:
            with connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE {SUBJECTS_TABLE}")
            self._noted = 0


def _do(deed: Deed) -> None:
    source, by = Source(pk=deed.source), User(pk=deed.by) if deed.by else None
    with (
        act(by=by, source=source, reason_code=deed.reason_code, reason=deed.reason, at=deed.at) as done,
        connection.cursor() as cursor,
    ):
        for table, columns in TABLES.items():
            if table in deed.rows:
                _copy(cursor, table, columns, "\n".join(deed.rows[table]))
        if deed.confirmations:
            text = f"\t{done.pk}\n".join(deed.confirmations) + f"\t{done.pk}"
            _copy(cursor, CONFIRMATIONS, CONFIRMATION_COLUMNS, text)
        for (table, changed), rows in deed.changes.items():
            _update(cursor, table, changed, rows)


def _copy(cursor: Any, table: str, columns: str, text: str) -> None:
    cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", StringIO(text + "\n"))


def _update(cursor: Any, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    said = ", ".join(f"{column} = v.{column}" for column in columns)
    arrays = ", ".join(["%s::bigint[]", *(f"%s::{TYPES.get(column, 'text')}[]" for column in columns)])
    cursor.execute(
        f"UPDATE {table} t SET {said} FROM unnest({arrays}) AS v(id, {', '.join(columns)}) WHERE t.id = v.id",
        [list(values) for values in zip(*rows, strict=True)],
    )
