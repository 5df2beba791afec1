"""Which children are behind a shield."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from childindex.prepared import Prepared

# A record that was superseded is as telling as the one that stands for it, so a shield covers both.
STATEMENT = """
    WITH RECURSIVE stands_for(child_id, record_id) AS (
        SELECT c.id, c.id FROM registry_child c WHERE c.id = ANY(%(children)s)
        UNION
        SELECT s.child_id, c.superseded_by_id FROM stands_for s
        JOIN registry_child c ON c.id = s.record_id WHERE c.superseded_by_id IS NOT NULL
    )
    SELECT DISTINCT s.child_id FROM stands_for s JOIN registry_shield h ON h.child_id = s.record_id
    WHERE h.from_date <= current_date AND coalesce(h.lifted_date, 'infinity') > current_date
"""
SHIELDED = Prepared("shielded_among", STATEMENT, children="bigint[]")


def shielded_among(child_ids: Iterable[int]) -> set[int]:
    """Those of `child_ids` whom a shield covers today, by their own record or by the one that superseded it."""
    return {row[0] for row in SHIELDED.rows(children=list(child_ids))}


EVERYBODY = """
    WITH RECURSIVE hidden(child_id) AS (
        SELECT h.child_id FROM registry_shield h
        WHERE h.from_date <= current_date AND coalesce(h.lifted_date, 'infinity') > current_date
        UNION
        SELECT c.id FROM hidden h JOIN registry_child c ON c.superseded_by_id = h.child_id
    )
    SELECT child_id FROM hidden
"""


def everybody_shielded() -> set[int]:
    """All whom a shield covers today: for what is counted over more children than could be listed."""
    with connection.cursor() as cursor:
        cursor.execute(EVERYBODY)
        return {pk for (pk,) in cursor.fetchall()}
