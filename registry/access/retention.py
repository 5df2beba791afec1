"""Letting go of what was asked and who was shown, a month at a time, once the law no longer lets it be kept.

The chain of entries stays: who looked, when, and what sort of thing they did. Each purge is recorded twice, as a purge
with its reason and as an entry of the log itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import connection
from django.utils import timezone

from childindex.acts import purge
from childindex.models import Purge, User
from registry.access import chain
from registry.models import AccessKind

WHAT = "who looked at what, "
PART = "registry_accesspayload_"

MONTHS = """
    SELECT substr(c.relname, length(%(part)s) + 1) FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'registry_accesspayload'::regclass AND c.relname LIKE %(part)s || '%%' ORDER BY 1
"""
COUNT = "SELECT count(*) FROM registry_accesspayload WHERE at >= %s AND at < %s"


class CannotPurge(Exception):
    """What was asked may not be removed; the text says why."""


@dataclass(frozen=True)
class Month:
    """A month of payloads, by its first day, and how many there are."""

    first: date
    payloads: int

    @property
    def code(self) -> str:
        return f"{self.first:%Y-%m}"


def expired_months(*, before: date) -> list[Month]:
    """The months held that end before a day. Raises CannotPurge for a day after the current month's first."""
    if before > _this_month():
        raise CannotPurge("The current month is kept. Give a day in an earlier month, or the first of this one.")
    held = [first for first in _held() if next_month(first) <= before]
    return [Month(first, _count(first)) for first in held]


def purge_month(month: Month, *, by: User, reason: str) -> int:
    """Remove a month's payloads, record why, and answer how many there were. All of it happens or none."""
    with purge(by=by, what=f"{WHAT}{month.code}", reason=reason) as record:
        with connection.cursor() as cursor:
            cursor.execute("SELECT registry_purge_access(%s)", [month.first])
            record.rows = int(cursor.fetchone()[0])
        asked = {"month": month.code, "entries": record.rows, "purge": record.pk, "reason": reason}
        chain.record(by=by, kind=AccessKind.PURGED, looked=chain.Looked(page="purge_access_log", asked=asked))
    return record.rows


def purged_months() -> dict[str, int]:
    """How many payloads each purged month had, by the month as 2026-11."""
    done = Purge.objects.filter(what__startswith=WHAT, finished_at__isnull=False)
    return {what.removeprefix(WHAT): rows for what, rows in done.values_list("what", "rows") if rows}


def next_month(first: date) -> date:
    """The first day of the month after."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _this_month() -> date:
    return timezone.now().astimezone(UTC).date().replace(day=1)


def _held() -> Iterable[date]:
    with connection.cursor() as cursor:
        cursor.execute(MONTHS, {"part": PART})
        return [datetime.strptime(code, "%Y_%m").date() for (code,) in cursor.fetchall()]


def _count(first: date) -> int:
    bounds = [datetime(day.year, day.month, 1, tzinfo=UTC) for day in (first, next_month(first))]
    with connection.cursor() as cursor:
        cursor.execute(COUNT, bounds)
        return int(cursor.fetchone()[0])
