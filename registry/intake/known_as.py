"""Under which of its source's records a row is kept: by its reference, or by the index number.

A reference that its source has for another child is not taken from it: the row then stands under the index number. One
that is a shielded child's is to everybody else nobody's: the row stands under it, beside the shielded child's own.
"""

SOURCE_RECORD = """
    LEFT JOIN registry_sourcerecord by_reference ON by_reference.source_id = %(source)s
        AND by_reference.reference = nullif(r.claim ->> 'reference', '') AND by_reference.child_id = c.id
    LEFT JOIN registry_sourcerecord by_number ON by_number.source_id = %(source)s
        AND by_number.reference = c.index_number AND by_number.child_id = c.id
    JOIN LATERAL (SELECT coalesce(by_reference.id, by_number.id) AS id) s ON s.id IS NOT NULL
"""
"""Joins the source record `s` to a row `r` of a delivery and its child `c`."""
