"""Client lists that look like trying out who is in the index: hundreds of children whom the service did not know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import connection

from agencies.clients import FEEDS
from childindex import words
from registry.probing.finding import Found

NEW = 200
"""So many children whom their service did not know before, listed by one person in a day, are asked about."""
# Known before: by an involvement that no list of this day began. Whom a shield covers is counted by nobody.
LISTED = """
    WITH lists AS (
        SELECT d.id, d.received_by_id AS user_id, substring(s.code FROM '[0-9]+$')::bigint AS service_id
        FROM registry_delivery d JOIN registry_feed f ON f.id = d.feed_id JOIN childindex_source s ON s.id = d.source_id
        WHERE f.code = ANY(%(feeds)s) AND d.received_by_id IS NOT NULL AND d.received_at >= %(since)s
          AND d.received_at < %(until)s AND d.stage IN ('compared', 'held', 'applied')
    )
    SELECT l.user_id, count(DISTINCT (l.service_id, r.child_id)) FROM lists l
    JOIN registry_deliveryrow r ON r.delivery_id = l.id AND r.number IS NOT NULL AND r.child_id IS NOT NULL
    WHERE NOT EXISTS (SELECT 1 FROM registry_indexentry e WHERE e.child_id = r.child_id AND e.shielded)
      AND NOT EXISTS (
        SELECT 1 FROM agencies_involvement i
        JOIN agencies_historicalinvolvement h ON h.id = i.id AND h.history_type = '+' AND h.history_date < %(since)s
        WHERE i.service_id = l.service_id AND i.child_id = r.child_id)
    GROUP BY l.user_id HAVING count(DISTINCT (l.service_id, r.child_id)) >= %(new)s ORDER BY l.user_id
"""


def of_day(since: datetime, until: datetime) -> Iterator[Found]:
    """Who listed hundreds of children whom the service did not know when the day began."""
    with connection.cursor() as cursor:
        cursor.execute(LISTED, {"feeds": list(FEEDS), "since": since, "until": until, "new": NEW})
        found = cursor.fetchall()
    for user_id, number in found:
        children = words.count(number, "child", "children")
        yield Found("clients", user_id, f"Client lists named {children} whom the service did not know before")
