"""Who went from which line to which between two days, and by what act. Whoever came back to the same line did not move.

Shielded children are left out for who may not see behind shields, in the counts as in the lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from registry.balance import withheld

BETWEEN = """
    WITH moved AS (
        SELECT m.child_id, (array_agg(m.from_line ORDER BY m.id))[1] AS from_line,
               (array_agg(m.to_line ORDER BY m.id DESC))[1] AS to_line, max(m.act_id) AS act_id
        FROM registry_balancemove m
        WHERE m.day > %(since)s AND m.day <= %(until)s AND m.child_id <> ALL(%(hidden)s::bigint[])
        GROUP BY 1
    )
"""
MATRIX = f"{BETWEEN} SELECT from_line, to_line, count(*) FROM moved WHERE from_line <> to_line GROUP BY 1, 2"
MOVERS = f"""{BETWEEN}
    SELECT m.child_id, a.at, a.reason_code, s.name, count(*) OVER ()
    FROM moved m JOIN childindex_act a ON a.id = m.act_id JOIN childindex_source s ON s.id = a.source_id
    WHERE m.from_line = %(from)s AND m.to_line = %(to)s ORDER BY a.at DESC, m.child_id LIMIT %(limit)s OFFSET %(offset)s
"""


@dataclass(frozen=True)
class Mover:
    """A child who moved, and the last act by which it did: when, why, and on whose word."""

    child_id: int
    at: Any
    reason_code: str
    source: str


def matrix(since: date, until: date, *, behind_shields: bool) -> dict[tuple[str, str], int]:
    """How many children stood in one line at the end of a day and in another at the end of a later one."""
    rows = _rows(MATRIX, {**_values(since, until, behind_shields)})
    return {(before, after): count for before, after, count in rows}


def movers(
    since: date, until: date, before: str, after: str, *, behind_shields: bool, limit: int, offset: int = 0
) -> tuple[list[Mover], int]:
    """One page of who went from one line to another, the latest first, and how many there are."""
    page = {"from": before, "to": after, "limit": limit, "offset": offset}
    rows = _rows(MOVERS, {**_values(since, until, behind_shields), **page})
    return [Mover(*row[:4]) for row in rows], rows[0][4] if rows else 0


def _values(since: date, until: date, behind_shields: bool) -> dict[str, Any]:
    hidden = [] if behind_shields else sorted(withheld.children())
    return {"since": since, "until": until, "hidden": hidden}


def _rows(statement: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
