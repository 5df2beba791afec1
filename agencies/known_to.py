"""The children known to each service, as a group of whose whereabouts a share is published each night.

Those whom it only lists are not among them: the share would tell of children whom nobody there has found.
"""

from registry.whereabouts import groups

CODE = "service-{id}"
KNOWN = """
    SELECT 'service-' || i.service_id AS code, i.child_id FROM agencies_involvement i
    WHERE i.to_date IS NULL AND i.confirmed_by_id IS NOT NULL GROUP BY 1, 2
"""


def register() -> None:
    groups.register("services", KNOWN)
