"""What costs less once than row by row: at the end keys are checked, and indexes built that nobody read meanwhile.

PostgreSQL's own advice for filling an empty database. It happens within the transaction of the build, so that nobody
ever sees the tables without them: whatever would not have been allowed stops the whole build. The door for writing,
the history and the rule that a fact is said once stay as they are throughout.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from registry.city.rows import CONFIRMATIONS, TABLES

KEYS = "registry_indexkey"
CONSTRAINTS = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE contype = ANY(%s) AND conrelid = ANY(%s::regclass[])
    ORDER BY conrelid::regclass::text, conname
"""
# Triggers find a child's facts, and the children of an address or a carer; no other index is read meanwhile.
INDEXES = """
    SELECT format('DROP INDEX %%s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
    FROM pg_index i LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = ANY(%s::regclass[])
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))
      AND (i.indisunique OR coalesce(a.attname, '') NOT IN ('child_id', 'carer_id', 'address_id')
           OR i.indrelid::regclass::text LIKE '%%historical%%')
    ORDER BY i.indexrelid::regclass::text
"""
# What was just written lies in memory still: to look a few rows up is better than to read them all.
IN_MEMORY = "SET LOCAL random_page_cost = 0.1"
FOREIGN, UNIQUE, PRIMARY = "f", "u", "p"


@dataclass(frozen=True)
class Put:
    """One thing put off: how it is taken away, and how it is put back."""

    away: str
    back: str


@contextmanager
def facts_checked_afterwards() -> Iterator[None]:
    """Put off foreign keys and uniqueness of what is written, and the indexes that nothing needs meanwhile."""
    tables = [*TABLES, *map(history_of, TABLES), CONFIRMATIONS]
    with _put_off(_found(CONSTRAINTS, [FOREIGN, UNIQUE], tables) + _found(INDEXES, tables)):
        _run([IN_MEMORY])
        yield
        _run(["SET LOCAL random_page_cost TO DEFAULT"])


@contextmanager
def keys_sorted_afterwards() -> Iterator[None]:
    """Put off the primary key of the index keys, which is nearly all there is to that table."""
    with _put_off(_found(CONSTRAINTS, [PRIMARY], [KEYS])):
        yield


@contextmanager
def _put_off(things: list[Put]) -> Iterator[None]:
    _run([each.away for each in things])
    yield
    _run(["SET CONSTRAINTS ALL IMMEDIATE", *(each.back for each in things), "SET CONSTRAINTS ALL DEFERRED"])


def history_of(table: str) -> str:
    """The history table of a recorded table."""
    app, _, name = table.partition("_")
    return f"{app}_historical{name}"


def _found(statement: str, *parameters: list[str]) -> list[Put]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [Put(*row) for row in cursor.fetchall()]


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
