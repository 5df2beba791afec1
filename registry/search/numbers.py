"""A number goes straight to its record: an index number to the child that now stands for it, others as facts say."""

from __future__ import annotations

from django.db import connection

from registry.search.candidates import Filters
from registry.search.query import Query
from registry.search.reasons import Reason

STATEMENT = """
    WITH RECURSIVE stands(kind, record_id) AS (
        SELECT 'index_number', c.id FROM registry_child c WHERE c.index_number = ANY(%(index_numbers)s)
        UNION
        SELECT s.kind, c.superseded_by_id FROM stands s JOIN registry_child c ON c.id = s.record_id
        WHERE c.superseded_by_id IS NOT NULL
    ), named AS (
        SELECT kind, record_id AS child_id, true AS visible FROM stands
        UNION ALL
        SELECT i.kind, i.child_id, false FROM registry_identifier i WHERE i.value = ANY(%(values)s)
    )
    SELECT n.kind, n.child_id FROM named n JOIN registry_indexentry e ON e.child_id = n.child_id
    WHERE (n.visible OR NOT e.shielded OR %(behind_shields)s){conditions} ORDER BY n.visible DESC, n.child_id, n.kind
"""
KINDS = {
    "index_number": "index number",
    "upn": "UPN",
    "temporary_upn": "temporary UPN",
    "former_upn": "former UPN",
    "uln": "ULN",
    "nhs_number": "NHS number",
}


def numbered(query: Query, *, behind_shields: bool, filters: Filters) -> dict[int, tuple[Reason, ...]]:
    """The children who go by a number in the question, with the reason; behind shields only an index number tells."""
    with connection.cursor() as cursor:
        cursor.execute(
            STATEMENT.format(conditions=filters.conditions),
            {
                "index_numbers": [value for kind, value in query.numbers if kind == "index_number"],
                "values": [value for kind, value in query.numbers if kind != "index_number"],
                "behind_shields": behind_shields,
                **filters.parameters,
            },
        )
        found: dict[int, tuple[Reason, ...]] = {}
        for kind, child_id in cursor.fetchall():
            found[child_id] = (*found.get(child_id, ()), Reason("number", f"{KINDS[kind]} the same"))
        return found
