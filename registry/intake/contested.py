"""Leads that a confirmation decides: of two facts that disagree the one repeated last leads, where rules do not say.

A confirmation writes no fact, and so concerns no child by itself; whose entry in the index depends on it is found here.
"""

from __future__ import annotations

from collections.abc import Sequence

from childindex.models import Act
from registry import indexing, precedence
from registry.indexing.facts import LEADING
from registry.intake import manifest

# Whose leading fact may be another by what was confirmed, or is no longer, though none of their facts is written.
CONTESTED = """
    WITH said AS (
        SELECT DISTINCT o.child_id FROM registry_sourcerecord o WHERE o.child_id IS NOT NULL AND o.id IN (
            SELECT source_record_id FROM registry_confirmation WHERE act_id = ANY(%(acts)s)
            UNION SELECT source_record_id FROM registry_repetition WHERE act_id = ANY(%(acts)s))
    ) {slots}
"""
CONTESTED_IN = """
    SELECT f.child_id FROM {table} f JOIN said USING (child_id)
    WHERE {belongs} AND coalesce(f.to_date, 'infinity') >= current_date GROUP BY 1 HAVING count(*) > 1
"""


def refresh_confirmed(deeds: Sequence[Act]) -> None:
    """Bring the index up to date where these acts confirmed one of two facts, or where that counts no more."""
    places = (precedence.PLACES[slot] for slot in LEADING)
    slots = " UNION ".join(CONTESTED_IN.format(table=place.table, belongs=place.belongs) for place in places)
    found = manifest.rows(CONTESTED.format(slots=slots), {"acts": [deed.pk for deed in deeds]})
    indexing.refresh(sorted(pk for (pk,) in found))
