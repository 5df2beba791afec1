"""Making the whole index anew while it is in use: beside the live one, then in its place.

    1  in a schema of its own, entries and keys are made part by part; each child's revision is noted first
    2  children whose revision has moved since are made again, round by round, until few are left
    3  with acts held back for a moment, the last of them; then the new tables take the place of the old

Searches go on throughout. Where it is interrupted the live index has not been touched, and it can be begun again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from registry.indexing.entries import entries_for
from registry.indexing.writing import LIVE, Tables, add, in_parts, remove, stored

SCHEMA = "index_rebuild"
NEW = Tables(entries=f"{SCHEMA}.{LIVE.entries}", keys=f"{SCHEMA}.{LIVE.keys}")
SEEN = f"{SCHEMA}.seen"
LOCK = 7_190_023
FEW, MOST_ROUNDS = 500, 20
PATIENCE = "10s"
Progress = Callable[[str, int, int], None]

BEGIN = f"""
    DROP SCHEMA IF EXISTS {SCHEMA} CASCADE;
    CREATE SCHEMA {SCHEMA};
    CREATE TABLE {NEW.entries} (LIKE {LIVE.entries} INCLUDING ALL EXCLUDING INDEXES);
    CREATE TABLE {NEW.keys} (LIKE {LIVE.keys} INCLUDING ALL EXCLUDING INDEXES);
    CREATE UNLOGGED TABLE {SEEN} (child_id bigint PRIMARY KEY, revision integer NOT NULL);
"""
INDEX = f"""
    ALTER TABLE {NEW.entries} ADD CONSTRAINT {LIVE.entries}_pkey PRIMARY KEY (child_id);
    ALTER TABLE {NEW.keys} ADD CONSTRAINT {LIVE.keys}_pkey PRIMARY KEY (key, child_id);
    ANALYZE {NEW.entries};
    ANALYZE {NEW.keys};
"""
MOVED_ON = f"""
    SELECT coalesce(c.id, s.child_id) FROM registry_child c FULL JOIN {SEEN} s ON s.child_id = c.id
    WHERE c.revision IS DISTINCT FROM s.revision ORDER BY 1
"""
NOTE = f"""
    INSERT INTO {SEEN} SELECT id, revision FROM registry_child WHERE id = ANY(%s)
    ON CONFLICT (child_id) DO UPDATE SET revision = EXCLUDED.revision
"""
SWAP = f"""
    DROP TABLE {LIVE.entries}, {LIVE.keys};
    ALTER TABLE {NEW.entries} SET SCHEMA public;
    ALTER TABLE {NEW.keys} SET SCHEMA public;
    DROP SCHEMA {SCHEMA} CASCADE;
"""


class CannotRebuild(Exception):
    """The index stays as it was; the text says what to do."""


@dataclass
class Rebuilt:
    """What was made: children in the new index, those made again because they changed, and rounds of doing so."""

    children: int = 0
    replayed: int = 0
    rounds: int = 0


def rebuild(*, progress: Progress | None = None) -> Rebuilt:
    """Make the index anew from the facts and put it in place of the live one.

    Raises CannotRebuild while another rebuild is at work, or where acts never let the last step begin. Call outside a
    transaction.
    """
    tell = progress or (lambda stage, done, total: None)
    built = Rebuilt()
    if not _value("SELECT pg_try_advisory_lock(%s)", LOCK):
        raise CannotRebuild("Another rebuild is at work. Wait until it has ended.")
    try:
        _make(built, tell)
        _run(INDEX)
        _catch_up(built, tell)
        _swap(built)
    finally:
        _value("SELECT pg_advisory_unlock(%s)", LOCK)
    return built


def _make(built: Rebuilt, tell: Progress) -> None:
    _run(BEGIN)
    total = _value("SELECT count(*) FROM registry_child")
    for ids in in_parts(_column("SELECT id FROM registry_child ORDER BY id")):
        _note(ids)
        entries = entries_for(ids)
        add(entries, to=NEW)
        built.children += len(entries)
        tell("children", min(built.children, total), total)


def _catch_up(built: Rebuilt, tell: Progress) -> None:
    """Make again whoever has changed, until so few are left that acts can be held back for them."""
    while built.rounds < MOST_ROUNDS:
        moved_on = _column(MOVED_ON)
        if len(moved_on) <= FEW:
            return
        tell("changed meanwhile", 0, len(moved_on))
        with transaction.atomic():
            _make_again(moved_on, built)
        built.rounds += 1


def _make_again(child_ids: list[int], built: Rebuilt) -> None:
    for ids in in_parts(child_ids):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {SEEN} WHERE child_id = ANY(%s)", [ids])
        _note(ids)
        before, after = stored(ids, of=NEW), entries_for(ids)
        remove(before, of=NEW)
        add(after, to=NEW)
        built.children += len(after) - len(before)
        built.replayed += len(ids)


def _swap(built: Rebuilt) -> None:
    """The last of the changed, and the change of place, while no act can close."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        cursor.execute("LOCK TABLE registry_child IN SHARE MODE")
        _make_again(_column(MOVED_ON), built)
        built.rounds += 1
        cursor.execute(SWAP)


def _note(ids: list[int]) -> None:
    """Note the revision before the facts are read: what changes in between is then made again."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [ids])


def _run(statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements)


def _value(statement: str, *parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]


def _column(statement: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()]
