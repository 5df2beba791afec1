"""Every child whom filters leave in, in order of name, where no question is asked."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from registry.search.candidates import NAMES, Filters

FIRST_NAME = f"split_part({NAMES}, ';', 1)"
STATEMENT = f"""
    SELECT e.child_id, count(*) OVER () FROM registry_indexentry e WHERE true{{conditions}}
    ORDER BY split_part({FIRST_NAME}, '|', 4), split_part({FIRST_NAME}, '|', 2), e.date_of_birth, e.child_id
    LIMIT %(limit)s OFFSET %(offset)s
"""


@dataclass(frozen=True)
class Listed:
    """One page of a list, and how many children it has in all."""

    child_ids: tuple[int, ...]
    total: int


def listed(filters: Filters, *, behind_shields: bool, limit: int, offset: int = 0) -> Listed:
    """The children left in by `filters`, by surname and forename. Nobody is listed by what a shield hides."""
    with connection.cursor() as cursor:
        cursor.execute(
            STATEMENT.format(conditions=filters.conditions),
            {"behind_shields": behind_shields, "limit": limit, "offset": offset, **filters.parameters},
        )
        rows = cursor.fetchall()
    return Listed(tuple(row[0] for row in rows), rows[0][1] if rows else 0)
