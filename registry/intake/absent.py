"""Children who are missing from a full list: each a question of its own, and no row of the file.

Whom a source has is told by what its feed stands for: the open places on its roll, the registrations at its practice,
or else those of whom its last list of this feed spoke. Absence is no proof of anything: nothing ends by it alone.

Absence is reckoned over children of whom everybody may know that they are on the list: that a shielded child is missing
from it is for custodians (`behind_shields`).
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from registry.dates.holding import begun
from registry.intake.bodies import Bodies
from registry.intake.holding import held_of
from registry.intake.open_rows import in_parts
from registry.intake.outcomes import come_to
from registry.intake.ruling import rules_of
from registry.intake.storing import write_weighed
from registry.models import Delivery, Says

HAD = {
    "roll": "SELECT f.child_id FROM registry_enrolment f WHERE f.school_id = %(school)s AND f.to_date IS NULL"
    f" AND {begun('f', on='%(as_of)s')}",
    "registered": "SELECT f.child_id FROM registry_registration f WHERE f.practice_id = %(practice)s"
    f" AND f.to_date IS NULL AND {begun('f', on='%(as_of)s')}",
    "said": "SELECT s.child_id FROM registry_lastsaid l JOIN registry_sourcerecord s ON s.id = l.source_record_id"
    " WHERE l.feed_id = %(feed)s AND s.source_id = %(source)s AND s.child_id IS NOT NULL",
}
# A child whom some row could still mean is not missing: that row is asked about first.
MISSING = """
    WITH here AS (
        SELECT child_id FROM registry_deliveryrow WHERE delivery_id = %(delivery)s AND child_id IS NOT NULL
      UNION
        SELECT (could ->> 0)::bigint FROM registry_deliveryrow r
        CROSS JOIN LATERAL jsonb_array_elements(r.candidates) could
        WHERE r.delivery_id = %(delivery)s AND r.outcome = 'to_decide'
    )
    INSERT INTO registry_deliveryrow (delivery_id, child_id, outcome, cells, claim, problems, candidates, changes,
                                      questions, note)
    SELECT DISTINCT %(delivery)s::bigint, had.child_id, '', '[]'::jsonb, '{{}}'::jsonb, '[]'::jsonb, '[]'::jsonb,
           '[]'::jsonb, '[]'::jsonb, ''
    FROM ({had}) had JOIN registry_child c ON c.id = had.child_id AND c.state <> 'superseded'
    JOIN registry_indexentry e ON e.child_id = had.child_id AND NOT e.shielded
    WHERE had.child_id NOT IN (SELECT child_id FROM here)
"""


def find(delivery: Delivery) -> int:
    """Write down who is missing from a full list, and how many they are. A list of a part misses nobody."""
    delivery.all_rows.filter(number=None, decided_by=None, for_custodians=False).delete()
    if not delivery.feed.is_full:
        return 0
    bodies = Bodies(delivery)
    had, wanted = had_by(delivery, bodies)
    with connection.cursor() as cursor:
        cursor.execute(MISSING.format(had=had), {"delivery": delivery.pk, **wanted})
    return _ask(delivery, bodies)


def had_by(delivery: Delivery, bodies: Bodies) -> tuple[str, dict[str, Any]]:
    """SQL for the ids of the children whom the source of a list has, shielded or not, and its parameters."""
    return HAD[_by(delivery, bodies)], {
        "school": bodies.own_school,
        "practice": bodies.own_practice,
        "as_of": delivery.as_of,
        "feed": delivery.feed_id,
        "source": delivery.source_id,
    }


def _ask(delivery: Delivery, bodies: Bodies) -> int:
    rules, done = rules_of(delivery), 0
    missing = (
        delivery.all_rows.filter(number=None, outcome="", for_custodians=False)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for chunk in in_parts(list(missing)):
        held = held_of({row.child_id for row in chunk if row.child_id})
        for row in chunk:
            come_to(row, held.get(row.child_id or 0), bodies.terms({}, rules))
        write_weighed(chunk)
        done += len(chunk)
    return done


def _by(delivery: Delivery, bodies: Bodies) -> str:
    """By what it is known whom the source has."""
    if Says.SCHOOL in delivery.feed.carries and bodies.own_school is not None:
        return "roll"
    if Says.PRACTICE in delivery.feed.carries and bodies.own_practice is not None:
        return "registered"
    return "said"
