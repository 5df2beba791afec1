"""Rows that say what their source said last time, about children whose records are as they were left.

Most of a nightly list is such rows. They are known by a digest of all that the row says and of the terms on which it is
compared, are neither matched nor compared again, and confirm as a whole what the source had confirmed one by one. What
is kept for that (`LastSaid`) is derived: without it every row is compared, and comes to the same.

All rows of one source record are taken as repeated, or none: what the source no longer says is not said again.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from hashlib import md5

from django.db import connection

from childindex.copying import analyse
from childindex.models import Act
from registry.intake.known_as import SOURCE_RECORD
from registry.intake.storing import as_json
from registry.models import Delivery

COMPARED_AS = 1
"""Moved on when comparing comes to other results from the same: every row is then compared again."""
REPEAT = "repeat"


def terms_of(delivery: Delivery, rules: Mapping[str, str]) -> str:
    """The terms on which the rows of a delivery are compared, as far as they are the feed's."""
    feed = delivery.feed
    return as_json([COMPARED_AS, dict(sorted(rules.items())), feed.may_create, sorted(feed.carries)])


def digest_of(claim: Mapping[str, str], terms: str) -> str:
    """By which a row is known that says the same again on the same terms, in hexadecimal."""
    said = "\0".join([*(part for item in sorted(claim.items()) for part in item), terms])
    return md5(said.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def recognise(delivery: Delivery) -> int:
    """Say of each row that repeats what was said last time that it confirms that, and how many rows those are."""
    mark = json.dumps([{"says": "", "do": REPEAT}])
    with connection.cursor() as cursor:
        cursor.execute(RECOGNISE, {"delivery": delivery.pk, **_whose(delivery), "mark": mark})
        return int(cursor.rowcount)


def forget(delivery: Delivery, child_ids: Collection[int]) -> list[int]:
    """Have rows compared after all that were taken as repeated, of these children: the ids of those rows.

    Another row of the list is about the same child, and the two are to be seen together.
    """
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"delivery": delivery.pk, "children": list(child_ids)})
        return [pk for (pk,) in cursor.fetchall()]


def forget_moved_on(delivery: Delivery) -> list[int]:
    """The same for those whose child's record has changed since."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET_MOVED_ON, {"delivery": delivery.pk})
        return [pk for (pk,) in cursor.fetchall()]


def repeat(delivery: Delivery, deed: Act) -> None:
    """Confirm, in an act, what the repeated rows say again."""
    wanted = {"delivery": delivery.pk, **_whose(delivery), "day": delivery.as_of, "act": deed.pk}
    with connection.cursor() as cursor:
        cursor.execute(REPEATED, wanted)


def remember(delivery: Delivery, deed: Act, *, for_custodians: bool = False) -> None:
    """Keep what the applied rows said, with the revisions of their children after the act, once it is closed."""
    wanted = {
        "delivery": delivery.pk,
        **_whose(delivery),
        "act": deed.pk,
        "further": delivery.is_applied,
        "custodians": for_custodians,
    }
    with connection.cursor() as cursor:
        cursor.execute(SUPERSEDED, wanted)
        cursor.execute(REMEMBERED, wanted)
        analyse("registry_lastsaid", "registry_sourcerecord", rows=cursor.rowcount)


def _whose(delivery: Delivery) -> dict[str, int | date]:
    return {"feed": delivery.feed_id, "source": delivery.source_id}


# Of a source record that has several rows, all are in the file, each once, or none is taken as repeated.
RECOGNISE = """
    WITH last AS (
        SELECT l.*, count(*) OVER (PARTITION BY source_record_id) AS known
        FROM registry_lastsaid l WHERE l.feed_id = %(feed)s
    ), said AS (
        SELECT r.id, l.source_record_id, l.known, s.child_id, c.revision,
               count(*) OVER (PARTITION BY r.id) = 1 AND count(*) OVER (PARTITION BY l.id) = 1 AS is_once
        FROM registry_deliveryrow r
        JOIN last l ON l.digest = r.digest
        JOIN registry_sourcerecord s ON s.id = l.source_record_id AND s.source_id = %(source)s
        JOIN registry_child c ON c.id = s.child_id AND c.revision = l.revision AND c.state <> 'superseded'
        JOIN registry_indexentry e ON e.child_id = c.id AND NOT e.shielded
        WHERE r.delivery_id = %(delivery)s AND r.outcome = ''
          AND NOT EXISTS (SELECT 1 FROM childindex_act u WHERE u.undoes_id = l.act_id)
    ), whole AS (
        SELECT said.*, count(*) FILTER (WHERE is_once) OVER (PARTITION BY source_record_id) AS here FROM said
    )
    UPDATE registry_deliveryrow r
    SET outcome = 'confirmed', child_id = whole.child_id, revision = whole.revision, changes = %(mark)s::jsonb,
        questions = '[]'
    FROM whole WHERE whole.is_once AND whole.here = whole.known AND r.id = whole.id
"""
FORGET = """
    UPDATE registry_deliveryrow SET outcome = '', changes = '[]'
    WHERE delivery_id = %(delivery)s AND child_id = ANY(%(children)s) AND changes @> '[{"do": "repeat"}]' RETURNING id
"""
FORGET_MOVED_ON = """
    UPDATE registry_deliveryrow r SET outcome = '', changes = '[]' FROM registry_child c
    WHERE r.delivery_id = %(delivery)s AND c.id = r.child_id AND c.revision <> r.revision
      AND r.changes @> '[{"do": "repeat"}]' RETURNING r.id
"""
REPEATED = """
    INSERT INTO registry_repetition (source_record_id, of_id, day, act_id)
    SELECT DISTINCT l.source_record_id, l.act_id, %(day)s::date, %(act)s::bigint
    FROM registry_deliveryrow r
    JOIN registry_lastsaid l ON l.feed_id = %(feed)s AND l.digest = r.digest
    JOIN registry_sourcerecord s ON s.id = l.source_record_id AND s.source_id = %(source)s AND s.child_id = r.child_id
    WHERE r.delivery_id = %(delivery)s AND r.changes @> '[{"do": "repeat"}]'
"""
# Which source record each row that was applied in the act is of.
APPLIED = f"""
    SELECT DISTINCT ON (s.id, r.digest) s.id AS source_record_id, r.digest, c.revision
    FROM registry_deliveryrow r JOIN registry_child c ON c.id = r.child_id
    {SOURCE_RECORD}
    WHERE r.delivery_id = %(delivery)s AND r.outcome IN ('confirmed', 'changed', 'joined', 'left')
      AND r.digest IS NOT NULL AND NOT r.changes @> '[{{"do": "repeat"}}]' AND (r.waits OR NOT %(further)s)
      AND r.for_custodians = %(custodians)s
"""
SUPERSEDED = f"""
    DELETE FROM registry_lastsaid l USING ({APPLIED}) a
    WHERE l.feed_id = %(feed)s AND l.source_record_id = a.source_record_id
"""
REMEMBERED = f"""
    INSERT INTO registry_lastsaid (feed_id, source_record_id, digest, revision, act_id)
    SELECT %(feed)s, a.source_record_id, a.digest, a.revision, %(act)s FROM ({APPLIED}) a
"""
