"""What of a day's files, lists and searches is worth a question, by the person whose it is.

Children, and whether they are found, are counted as they stand in the rows: what a file came to is told to its sender
in the same way. A sentence has numbers and nothing else of what was sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Count

from childindex import words
from registry.models import ListSketch
from registry.probing import sketching
from registry.quotas import OVER

NOBODY_LARGE, NOBODY_OFTEN, NOBODY_DAYS = 50, 3, 7
"""A list of which so many rows, and most, find nobody; or so many lists within so many days of which most do."""
HELD_MANY, HELD_DAYS = 3, 7
"""So many files that were held and not released, each for longer than so many days; or so many one after another."""
SEARCHES_IN_AN_HOUR, SEARCHES_IN_A_MINUTE = 150, 25
"""So many searches, refused ones among them, in one hour or in one minute of the clock."""

# A row that finds nobody could be read, fits nobody, and makes no child either, as a row of a list of births would.
NOBODY = """
    WITH lists AS (
        SELECT d.received_by_id AS user_id, d.received_at AS at, count(*) AS rows, count(*) FILTER (
                 WHERE r.child_id IS NULL AND r.candidates = '[]' AND r.outcome IN ('to_decide', 'refused')) AS nobody
        FROM registry_delivery d JOIN registry_deliveryrow r ON r.delivery_id = d.id AND r.number IS NOT NULL
        WHERE d.received_by_id IS NOT NULL AND d.stage IN ('compared', 'held', 'applied')
          AND d.received_at >= %(lately)s AND d.received_at < %(until)s
          AND NOT r.questions @> '[{"code": "unreadable"}]'
        GROUP BY d.id
        UNION ALL
        SELECT by_id, asked_at, rows, length(outcomes) - length(replace(outcomes, 'n', ''))
        FROM registry_listmatch WHERE stage = 'matched' AND asked_at >= %(lately)s AND asked_at < %(until)s
    )
    SELECT user_id, count(*), max(nobody) FILTER (WHERE at >= %(since)s) FROM lists WHERE nobody * 2 > rows
    GROUP BY user_id HAVING bool_or(at >= %(since)s) ORDER BY user_id
"""
HELD = """
    WITH sent AS (
        SELECT received_by_id AS user_id, received_at AS at, stage = 'held' AS is_held,
               row_number() OVER (PARTITION BY received_by_id ORDER BY received_at DESC, id DESC) AS back
        FROM registry_delivery WHERE received_by_id IS NOT NULL AND received_at < %(until)s
    )
    SELECT user_id, count(*) FILTER (WHERE is_held AND at < %(before)s),
           bool_or(is_held AND at < %(before)s AND at >= %(before)s - interval '1 day'),
           count(*) FILTER (WHERE is_held AND back <= %(many)s) = %(many)s AND max(at) >= %(since)s
    FROM sent GROUP BY user_id HAVING bool_or(is_held) ORDER BY user_id
"""
SEARCHES = """
    WITH asked AS (
        SELECT e.user_id, e.at AT TIME ZONE %(zone)s AS at, e.kind = 'refused' AS is_refused
        FROM registry_accessentry e LEFT JOIN registry_accesspayload p
          ON e.kind = 'refused' AND p.entry_id = e.id AND p.at = e.at AND p.at >= %(since)s AND p.at < %(until)s
        WHERE e.at >= %(since)s AND e.at < %(until)s AND e.user_id IS NOT NULL
          AND (e.kind = 'search' OR p.asked->>%(over)s = 'searches')
    ), minutes AS (
        SELECT user_id, date_trunc('minute', at) AS minute, count(*) AS number,
               count(*) FILTER (WHERE is_refused) AS refused FROM asked GROUP BY 1, 2
    ), hours AS (
        SELECT user_id, date_trunc('hour', minute) AS hour, sum(number)::int AS number, sum(refused)::int AS refused,
               max(number)::int AS most FROM minutes GROUP BY 1, 2
    )
    SELECT DISTINCT ON (user_id) user_id, hour, number, refused, most FROM hours
    WHERE number >= %(hour)s OR most >= %(minute)s ORDER BY user_id, number DESC, hour
"""


class Found(NamedTuple):
    """One thing to ask somebody about: the kind of pattern, whose it is, and the evidence in a sentence."""

    kind: str
    user_id: int
    evidence: str


def of_day(since: datetime, until: datetime) -> Iterator[Found]:
    """What happened from one moment to another, a day later, that is worth a question."""
    day = {"since": since, "until": until}
    yield from _nobody(day)
    yield from _one_column(day)
    yield from _held(day)
    yield from _searches(day)


def _nobody(day: Mapping[str, Any]) -> Iterator[Found]:
    for user_id, lists, most in _rows(NOBODY, {**day, "lately": day["until"] - timedelta(days=NOBODY_DAYS)}):
        if lists >= NOBODY_OFTEN:
            said = f"{words.count(lists, 'list')} within {NOBODY_DAYS} days of which most rows find nobody"
            yield Found("nobody", user_id, said)
        elif most >= NOBODY_LARGE:
            yield Found("nobody", user_id, f"A list of which most rows find nobody: {words.count(most, 'row')}")


def _one_column(day: Mapping[str, Any]) -> Iterator[Found]:
    changed = ListSketch.objects.exclude(changed="").filter(at__lt=day["until"])
    today = changed.filter(at__gte=day["since"]).order_by("sender").values_list("sender", flat=True).distinct()
    lately = changed.filter(at__gte=day["until"] - sketching.KEPT, sender__in=today).order_by("sender")
    for user_id, times in lately.values_list("sender").annotate(Count("pk")):
        yield Found("column", user_id, sketching.sentence(times))


def _held(day: Mapping[str, Any]) -> Iterator[Found]:
    before = day["until"] - timedelta(days=HELD_DAYS)
    for user_id, never, one_more, in_a_row in _rows(HELD, {**day, "before": before, "many": HELD_MANY}):
        if never >= HELD_MANY and one_more:
            files = words.count(never, "file")
            yield Found("held", user_id, f"{files} were held, and not released within {HELD_DAYS} days")
        elif in_a_row:
            yield Found("held", user_id, f"The last {words.count(HELD_MANY, 'file')} that were sent are all held")


def _searches(day: Mapping[str, Any]) -> Iterator[Found]:
    asked = {"zone": settings.TIME_ZONE, "over": OVER, "hour": SEARCHES_IN_AN_HOUR, "minute": SEARCHES_IN_A_MINUTE}
    for user_id, hour, number, refused, most in _rows(SEARCHES, {**day, **asked}):
        said = f"{number:,} searches in the hour from {hour:%H:%M}, at most {most:,} of them in one minute"
        yield Found("searches", user_id, f"{said}; {refused:,} were refused as too many" if refused else said)


def _rows(statement: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
