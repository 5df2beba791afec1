"""Patterns of looking that are worth a question: raised each day by themselves, with evidence, and closed by people.

None is an accusation: people on night duty look at night, and those who answer the telephone open many records. Each
says where in the record of looking its evidence stands, and nothing of the child. What people send and how often they
search is looked through for probing (`registry.probing`, `agencies.probing`); the flagrant of that is told at once
(`agencies.alerting`).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from agencies import probing
from agencies.listed import FEEDS
from agencies.models import InTheNews, Pattern
from childindex import acts
from childindex.models import Act, Source, User
from registry.models import Child
from registry.probing import finding, sketching
from registry.probing.finding import Found

MANY = 30
"""So many records of children on no caseload in a day are asked about."""
RUN = 6
"""So many records one after another, in the order in which the index has them, are asked about."""
LISTED, LISTED_WITHIN = 3, 7
"""So many records in a day, of children whom the looker's service first listed within so many days and nobody there
had confirmed, are asked about. One new family is two children as a rule; three strangers may be a list that was made to
look at them. A list is worked through in a week."""
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
        UNION ALL
        SELECT 'street', o.user_id, min(o.id), 'A record was opened of a child in the postcode that the looker gave'
        FROM opened o JOIN registry_staffhome h ON h.user_id = o.user_id AND h.let_go_at IS NULL
        JOIN registry_child c ON c.index_number = o.index_number
        JOIN registry_residence r ON r.child_id = c.id AND r.to_date IS NULL
        JOIN registry_address a ON a.id = r.address_id AND a.postcode = h.postcode
        WHERE c.id NOT IN (SELECT child_id FROM registry_indexentry WHERE shielded)
        GROUP BY o.user_id, o.index_number
        UNION ALL
        SELECT 'run', user_id, min(entry), count(*) || ' records were opened one after another, in their order'
        FROM (SELECT o.user_id, min(o.id) AS entry,
                     c.id - row_number() OVER (PARTITION BY o.user_id ORDER BY c.id) AS run
              FROM opened o JOIN registry_child c ON c.index_number = o.index_number
              WHERE o.purpose NOT LIKE 'On the caseload of %%' GROUP BY o.user_id, c.id) islands
        GROUP BY user_id, run HAVING count(*) >= %(run)s
        UNION ALL
        SELECT 'listed', o.user_id, min(o.id), count(DISTINCT o.index_number)
               || ' records were opened of children whom the service had just listed and nobody there knew'
        FROM opened o JOIN registry_child c ON c.index_number = o.index_number
        WHERE EXISTS (
            SELECT FROM agencies_practitioner p
            JOIN childindex_source s ON s.code = 'service-' || p.service_id
            JOIN registry_delivery d ON d.source_id = s.id
            JOIN registry_feed f ON f.id = d.feed_id AND f.code = ANY(%(feeds)s)
            JOIN registry_deliveryrow r ON r.delivery_id = d.id AND r.child_id = c.id AND r.number IS NOT NULL
            WHERE p.user_id = o.user_id
            GROUP BY p.service_id
            HAVING min(d.received_at) BETWEEN %(since)s - make_interval(days => %(within)s) AND o.at
               AND NOT EXISTS (
                SELECT FROM agencies_involvement i
                WHERE i.child_id = c.id AND i.service_id = p.service_id AND i.confirmed_at < min(d.received_at)))
        GROUP BY o.user_id HAVING count(DISTINCT o.index_number) >= %(listed)s
        UNION ALL
        SELECT 'news', o.user_id, min(o.id), 'A record was opened of a child who is in the news'
        FROM opened o JOIN registry_child c ON c.index_number = o.index_number
        JOIN agencies_inthenews n ON n.child_id = c.id AND %(day)s BETWEEN n.from_date AND n.to_date
        WHERE o.purpose NOT LIKE 'On the caseload of %%'
        GROUP BY o.user_id, o.index_number
    )
    INSERT INTO agencies_pattern (kind, looker_id, day, entry, evidence, closed_how)
    SELECT kind, user_id, %(day)s, entry, evidence, '' FROM found
    ON CONFLICT (kind, looker_id, day, entry) DO NOTHING
"""
RAISE_FOUND = """
    INSERT INTO agencies_pattern AS p (kind, looker_id, day, entry, evidence, closed_how)
    VALUES (%(kind)s, %(user_id)s, %(day)s, 0, left(%(evidence)s, 200), '')
    ON CONFLICT (kind, looker_id, day, entry) DO UPDATE SET evidence = excluded.evidence
        WHERE p.closed_at IS NULL AND p.evidence <> excluded.evidence
    RETURNING xmax = 0
"""


class CannotClose(Exception):
    """Nothing was written; the text says why."""


def raise_for(day: date) -> int:
    """Raise the patterns of one day, once; how many were raised now."""
    since = timezone.make_aware(datetime.combine(day, time.min))
    until = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    sketching.forget()
    found = [*finding.of_day(since, until), *probing.of_day(since, until)]
    return _raise_looking(day, since, until) + raise_found(day, found)


def raise_found(day: date, found: Iterable[Found]) -> int:
    """Raise what was found of a day, once a kind and person, and bring open ones up to date; how many are new."""
    with _raising(day), connection.cursor() as cursor:
        new = 0
        for one in found:
            cursor.execute(RAISE_FOUND, {"day": day, **one._asdict()})
            new += sum(is_new for (is_new,) in cursor.fetchall())
    return new


def _raise_looking(day: date, since: datetime, until: datetime) -> int:
    values: dict[str, Any] = {
        "since": since,
        "until": until,
        "day": day,
        "many": MANY,
        "run": RUN,
        "listed": LISTED,
        "within": LISTED_WITHIN,
        "feeds": list(FEEDS),
        "from": NIGHT[0],
        "to": NIGHT[1],
        "zone": settings.TIME_ZONE,
    }
    with _raising(day), connection.cursor() as cursor:
        cursor.execute(RAISE, values)
        return cursor.rowcount


def _raising(day: date) -> AbstractContextManager[Act]:
    return acts.act(by=None, source=Source.council(), reason_code="pattern_raised", reason=f"{day:%-d %B %Y}")


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


def news_of(child: Child, *, until: date, by: User) -> InTheNews:
    """Say that a child is in the news, until a day: whoever opens the record without working with it is asked why."""
    with acts.act(by=by, source=Source.council(), reason_code="news_said", reason="Said by governance"):
        return InTheNews.objects.create(child=child, from_date=timezone.localdate(), to_date=until, said_by=by)
