"""Making the index equal to the facts, touching only the rows that differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import Any

from django.db import connection

from registry.indexing.entries import Entry, entries_for

AT_ONCE = 5000
COLUMNS = ", ".join(Entry._fields)


@dataclass(frozen=True)
class Tables:
    """Which pair of tables is written: the live one, or one being built beside it."""

    entries: str = "registry_indexentry"
    keys: str = "registry_indexkey"


LIVE = Tables()


def refresh(child_ids: Iterable[int]) -> None:
    """Make the entries and keys of these children equal to their facts."""
    for ids in in_parts(child_ids):
        held = {entry.child_id: entry for entry in stored(ids)}
        made = {entry.child_id: entry for entry in entries_for(ids)}
        changed = [child_id for child_id in ids if held.get(child_id) != made.get(child_id)]
        before = [held[child_id] for child_id in changed if child_id in held]
        after = [made[child_id] for child_id in changed if child_id in made]
        remove(before, keys=_keys(before) - _keys(after))
        add(after, keys=_keys(after) - _keys(before))


def stored(child_ids: Sequence[int], *, of: Tables = LIVE) -> list[Entry]:
    """The entries of these children, in order of id."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM {of.entries} WHERE child_id = ANY(%s) ORDER BY child_id", [list(child_ids)]
        )
        return [Entry(*row) for row in cursor.fetchall()]


def add(entries: Sequence[Entry], *, keys: Iterable[tuple[int, int]] | None = None, to: Tables = LIVE) -> None:
    """Write entries that are not there yet, and their keys: all of them unless `keys` says which."""
    if entries:
        _copy(to.entries, COLUMNS, entries)
    wanted = sorted(_keys(entries) if keys is None else keys)
    if wanted:
        _copy(to.keys, "key, child_id", wanted)


def in_parts(child_ids: Iterable[int], size: int = AT_ONCE) -> Iterator[list[int]]:
    """The ids in lists short enough to be worked on in memory."""
    remaining = iter(child_ids)
    while part := list(islice(remaining, size)):
        yield part


def remove(entries: Sequence[Entry], *, keys: Iterable[tuple[int, int]] | None = None, of: Tables = LIVE) -> None:
    """Take entries away, and keys: all of theirs unless `keys` says which."""
    pairs = list(_keys(entries) if keys is None else keys)
    with connection.cursor() as cursor:
        if entries:
            cursor.execute(f"DELETE FROM {of.entries} WHERE child_id = ANY(%s)", [[e.child_id for e in entries]])
        if pairs:
            cursor.execute(
                f"DELETE FROM {of.keys} k USING unnest(%s::bigint[], %s::bigint[]) AS gone(key, child_id)"
                " WHERE k.key = gone.key AND k.child_id = gone.child_id",
                [[key for key, _ in pairs], [child_id for _, child_id in pairs]],
            )


def _keys(entries: Iterable[Entry]) -> set[tuple[int, int]]:
    return {(key, entry.child_id) for entry in entries for key in entry.keys}


def _copy(table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    text = StringIO("".join("\t".join(map(_cell, row)) + "\n" for row in rows))
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", text)


def _cell(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list):
        return "{" + ",".join(map(str, value)) + "}"
    return str(value).replace("\\", "\\\\").replace("\t", " ").replace("\n", " ")
