"""Looks, reviewed: each month some of every practitioner's are drawn, and a manager says of each whether it fits.

Which are drawn depends on the entry and the month alone, so that drawing again draws the same and nobody chooses. What
does not fit goes to information governance, which closes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from agencies.belonging import services_of
from agencies.models import LookReview
from agencies.models.reviews import Verdict
from childindex import acts
from childindex.models import Source, User

A_MONTH = 10
"""How many looks of each practitioner are drawn in a month."""
KINDS = ("opened", "edited", "history", "as_at", "printed")
DRAW = """
    INSERT INTO agencies_lookreview (service_id, looker_id, entry, month, verdict, words, closed_how)
    SELECT service_id, user_id, entry, %(month)s, '', '', '' FROM (
        SELECT p.service_id, e.user_id, e.id AS entry,
               row_number() OVER (PARTITION BY p.service_id, e.user_id ORDER BY md5(e.id::text || %(month)s::text))
        FROM registry_accessentry e
        JOIN agencies_practitioner p ON p.user_id = e.user_id AND p.ended_on IS NULL
        WHERE e.at >= %(since)s AND e.at < %(until)s AND e.kind = ANY(%(kinds)s)
    ) drawn WHERE row_number <= %(most)s
    ON CONFLICT (service_id, entry) DO NOTHING
"""


class CannotReview(Exception):
    """Nothing was written; the text says why and what to do."""


def month_before(day: date) -> date:
    """The first day of the month before a day's."""
    return date(day.year - (day.month == 1), day.month - 1 or 12, 1)


def draw(month: date) -> int:
    """Draw the looks of a month, once; how many were drawn now."""
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    values: dict[str, Any] = {
        "month": month,
        "since": _moment(month),
        "until": _moment(after),
        "kinds": list(KINDS),
        "most": A_MONTH,
    }
    said = acts.act(by=None, source=Source.council(), reason_code="looks_drawn", reason=f"{month:%B %Y}")
    with said, connection.cursor() as cursor:
        cursor.execute(DRAW, values)
        return cursor.rowcount


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def waiting_for(manager: User) -> QuerySet[LookReview]:
    """What a manager has to sign off: of their services' people, and not their own."""
    found = LookReview.objects.filter(service__in=services_of(manager), answered_at=None).exclude(looker=manager)
    return found.select_related("looker", "service")


def answer(verdicts: Mapping[int, str], *, words: str, by: User) -> int:
    """Sign off what a manager says of some looks; how many. Raises CannotReview where a query says nothing."""
    chosen = {pk: verdict for pk, verdict in verdicts.items() if verdict in Verdict.values}
    if Verdict.QUERIED in chosen.values() and not words.strip():
        raise CannotReview("Say what is to be asked about the looks that do not fit.")
    if not chosen:
        raise CannotReview("Say of at least one look whether it fits.")
    with acts.act(by=by, source=Source.council(), reason_code="looks_signed_off", reason="Signed off by the manager"):
        ours = list(waiting_for(by).filter(pk__in=chosen).select_for_update(of=["self"]))
        for one in ours:
            one.verdict, one.answered_at, one.answered_by = chosen[one.pk], timezone.now(), by
            one.words = words.strip() if one.verdict == Verdict.QUERIED else ""
        LookReview.objects.bulk_update(ours, ["verdict", "answered_at", "answered_by", "words"])
    return len(ours)


def queries() -> QuerySet[LookReview]:
    """What managers have asked about, the open ones first."""
    found = LookReview.objects.filter(verdict=Verdict.QUERIED).select_related("looker", "service", "answered_by")
    return found.order_by("closed_at", "answered_at")


def close(review: LookReview, *, how: str, by: User) -> None:
    """Say what came of a query. Raises CannotReview where somebody has, or where it is one's own look."""
    if review.looker_id == by.pk:
        raise CannotReview("Somebody else has to close this: it is about a look of yours.")
    with acts.act(by=by, source=Source.council(), reason_code="looks_signed_off", reason="A query was closed"):
        held = LookReview.objects.select_for_update().get(pk=review.pk)
        if held.closed_at is not None:
            raise CannotReview("Somebody has closed this already. Look at the list again.")
        held.closed_at, held.closed_by, held.closed_how = timezone.now(), by, how
        held.save()
