"""Which children share enough with some others to be worth comparing: asked of the stored keys, few children at a time.

The keys are those of the search. One that very many share tells nothing and is passed over; two shared keys, or one
shared number, are enough.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

ENOUGH = 2
MOST = 150
STATEMENT = """
    WITH asked AS (
        SELECT child_id, key FROM registry_indexentry e CROSS JOIN LATERAL unnest(e.keys) key
        WHERE e.child_id = ANY(%(ids)s)
    ), opened AS (
        SELECT asked.child_id, CASE WHEN asked.key < 0 THEN -1 - asked.key ELSE asked.key END AS key FROM asked
    ), met AS (
        SELECT opened.child_id, opened.key, hit.child_id AS other_id, hit.sharing
        FROM opened CROSS JOIN LATERAL (
            SELECT k.child_id, count(*) OVER () AS sharing FROM (
                (SELECT child_id FROM registry_indexkey WHERE key = opened.key LIMIT %(most)s + 1)
                UNION ALL
                (SELECT child_id FROM registry_indexkey WHERE key = -1 - opened.key LIMIT %(most)s + 1)
            ) k
        ) hit
    ), numbered AS (
        SELECT mine.child_id, theirs.child_id AS other_id
        FROM registry_identifier mine JOIN registry_identifier theirs USING (kind, value)
        JOIN registry_indexentry e ON e.child_id = theirs.child_id
        WHERE mine.child_id = ANY(%(ids)s) AND mine.to_date IS NULL AND theirs.to_date IS NULL
    )
    SELECT child_id, other_id FROM met
    WHERE sharing <= %(most)s AND other_id <> child_id
    GROUP BY child_id, other_id HAVING count(DISTINCT key) >= %(enough)s
    UNION
    SELECT child_id, other_id FROM numbered WHERE other_id <> child_id
    ORDER BY 1, 2
"""


def sharing_keys(child_ids: Sequence[int]) -> list[tuple[int, int]]:
    """Each of these children with every other that shares enough keys with it, as pairs of ids."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"ids": list(child_ids), "most": MOST, "enough": ENOUGH})
        return cursor.fetchall()
