"""Patterns of looking that are worth a question: raised each day by themselves, with evidence, and closed by people.

None is an accusation: a night duty looks at night, and a Khan looks after Khans. Each says where in the record of
looking its evidence stands, and nothing of the child.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from agencies.models import Pattern
from childindex import acts
from childindex.models import Source, User

MANY = 30
"""So many records of children on no caseload in a day are asked about."""
NIGHT = (22, 6)
"""From which hour to which a record is opened at night."""
OPENED = """
    SELECT e.id, e.user_id, e.at, p.asked->>'index_number' AS index_number, p.purpose
    FROM registry_accessentry e JOIN registry_accesspayload p ON p.entry_id = e.id AND p.at = e.at
    WHERE e.at >= %(since)s AND e.at < %(until)s AND e.kind = 'opened' AND p.asked ? 'index_number'
"""
RAISE = f"""
    WITH opened AS ({OPENED}), found AS (
        SELECT 'surname' AS kind, o.user_id, min(o.id) AS entry, 'A record of the same surname was opened' AS evidence
        FROM opened o JOIN childindex_user u ON u.id = o.user_id
        JOIN registry_child c ON c.index_number = o.index_number
        JOIN registry_name n ON n.child_id = c.id AND n.to_date IS NULL
         AND lower(n.surname) = lower(regexp_replace(trim(u.full_name), '^.*\\s', ''))
        GROUP BY o.user_id, o.index_number
        UNION ALL
        SELECT 'many', user_id, 0, count(DISTINCT index_number) || ' records of children on no caseload were opened'
        FROM opened WHERE purpose NOT LIKE 'On the caseload of %%'
        GROUP BY user_id HAVING count(DISTINCT index_number) >= %(many)s
        UNION ALL
        SELECT 'night', user_id, 0, count(*) || CASE WHEN count(*) = 1 THEN ' record was' ELSE ' records were' END
               || ' opened between %(from)s:00 and %(to)s:00'
        FROM opened WHERE extract(hour FROM at AT TIME ZONE %(zone)s) >= %(from)s
                       OR extract(hour FROM at AT TIME ZONE %(zone)s) < %(to)s
        GROUP BY user_id
    )
    INSERT INTO agencies_pattern (kind, looker_id, day, entry, evidence, closed_how)
    SELECT kind, user_id, %(day)s, entry, evidence, '' FROM found
    ON CONFLICT (kind, looker_id, day, entry) DO NOTHING
"""


class CannotClose(Exception):
    """Nothing was written; the text says why."""


def raise_for(day: date) -> int:
    """Raise the patterns of one day's looking, once; how many were raised now."""
    since = timezone.make_aware(datetime.combine(day, time.min))
    values: dict[str, Any] = {
        "since": since,
        "until": timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)),
        "day": day,
        "many": MANY,
        "from": NIGHT[0],
        "to": NIGHT[1],
        "zone": settings.TIME_ZONE,
    }
    said = acts.act(by=None, source=Source.council(), reason_code="pattern_raised", reason=f"{day:%-d %B %Y}")
    with said, connection.cursor() as cursor:
        cursor.execute(RAISE, values)
        return cursor.rowcount


def close(pattern: Pattern, *, how: str, by: User) -> None:
    """Say what came of a pattern. Raises CannotClose for one's own, or where somebody has."""
    if pattern.looker_id == by.pk:
        raise CannotClose("Somebody else has to close this: it is about your own looking.")
    with acts.act(by=by, source=Source.council(), reason_code="pattern_closed", reason=how[:200]):
        held = Pattern.objects.select_for_update().get(pk=pattern.pk)
        if held.closed_at is not None:
            raise CannotClose("Somebody has closed this already. Look at the list again.")
        held.closed_at, held.closed_by, held.closed_how = timezone.now(), by, how
        held.save()
