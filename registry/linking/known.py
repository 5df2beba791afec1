"""What is known of a source's references: whose they are, and what people said about whom the source means by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from django.db import connection

from childindex.models import Source
from registry.matching.columns import People
from registry.matching.known import Known, Standing
from registry.models import Verdict

# A verdict about a record that was superseded is one about the record that stands for it now; the latest counts.
STATEMENT = """
    WITH RECURSIVE said AS (
        SELECT id, reference, child_id, verdict FROM registry_recognition
        WHERE source_id = %(source)s AND reference = ANY(%(references)s)
      UNION ALL
        SELECT said.id, said.reference, c.superseded_by_id, said.verdict
        FROM said JOIN registry_child c ON c.id = said.child_id WHERE c.superseded_by_id IS NOT NULL
    ), latest AS (
        SELECT DISTINCT ON (reference, child_id) reference, child_id, verdict FROM said
        ORDER BY reference, child_id, id DESC
    )
    SELECT reference, child_id, verdict FROM latest
    UNION ALL
    SELECT r.reference, r.child_id, '' FROM registry_sourcerecord r
    WHERE r.source_id = %(source)s AND r.reference = ANY(%(references)s) AND r.child_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM latest l WHERE l.reference = r.reference AND l.child_id = r.child_id)
    ORDER BY 1, 2
"""
STANDINGS = {"": Standing.JOINED, Verdict.SAME: Standing.SAME, Verdict.NOT_SAME: Standing.APART}


def known_of(source: Source, references: Sequence[str], index: People) -> Known:
    """What is known of each row of a list, by the reference under which the source knows it; '' where it gives none.

    Children who are not in the index, since their records are superseded or removed, are left out.
    """
    rows: dict[str, list[int]] = {}
    for row, reference in enumerate(references):
        if reference:
            rows.setdefault(reference, []).append(row)
    places = {int(child_id): place for place, child_id in enumerate(index.ids)}
    found = [
        (row, places[child_id], standing)
        for reference, child_id, standing in _said(source, list(rows))
        if child_id in places
        for row in rows[reference]
    ]
    columns = np.array(found, dtype=np.int64).reshape(-1, 3).T
    return Known(columns[0], columns[1], columns[2].astype(np.uint8))


def _said(source: Source, references: list[str]) -> Iterator[tuple[str, int, Standing]]:
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"source": source.pk, "references": references})
        for reference, child_id, verdict in cursor.fetchall():
            yield reference, child_id, STANDINGS[verdict]
