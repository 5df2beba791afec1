"""Under which of its source's records a row is kept: by its reference, or by the index number.

A reference that its source has for another child is not taken from it: the row then stands under the index number. For
a child behind a shield that has to be so, as a refusal would tell whoever sends the list that the reference is known.
"""

SOURCE_RECORD = """
    JOIN LATERAL (
        SELECT k.id FROM registry_sourcerecord k
        WHERE k.source_id = %(source)s AND k.child_id = c.id
          AND k.reference IN (nullif(r.claim ->> 'reference', ''), c.index_number)
        ORDER BY k.reference = c.index_number LIMIT 1
    ) s ON true
"""
"""Joins the source record `s` to a row `r` of a delivery and its child `c`."""
