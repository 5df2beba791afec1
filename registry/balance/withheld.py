"""The children who are counted in no line for whoever may not see behind shields, and in which line they stood when.

They are those behind a shield now, on whichever day they are asked about. Their own records count, and those that were
superseded by them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from django.db import connection

from registry.disclosure.shielding import everybody_shielded

SHIELDED = "SELECT child_id FROM registry_indexentry WHERE shielded"
MOVES = "SELECT id, child_id, to_line FROM registry_balancemove WHERE child_id = ANY(%s) AND id <= %s ORDER BY id"


def children() -> set[int]:
    """Ids of all of them, those whose shield is written and begins later too, as their entries in the index have it."""
    with connection.cursor() as cursor:
        cursor.execute(SHIELDED)
        return everybody_shielded().union(child_id for (child_id,) in cursor.fetchall())


def standing_at(moves: Collection[int]) -> dict[int, Mapping[str, int]]:
    """How many of them stood in each line after each of some moves, by the move's id."""
    wanted = sorted(set(moves))
    found: dict[int, Mapping[str, int]] = {}
    where: dict[int, str] = {}
    for move, child_id, line in _moves_up_to(wanted[-1]) if wanted else ():
        while len(found) < len(wanted) and wanted[len(found)] < move:
            found[wanted[len(found)]] = Counter(where.values())
        where[child_id] = line
    return found | {move: Counter(where.values()) for move in wanted[len(found) :]}


def _moves_up_to(last: int) -> list[tuple[int, int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(MOVES, [sorted(children()), last])
        return cursor.fetchall()
