"""How long closed causes for concern are kept, and letting go of what has expired.

An index is no case file: what was settled leaves it. The concern goes with all its history, by the one recorded way of
removing what only grows; the act and the purge remain, and say how many there were and nothing of whom.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from agencies.models import Concern, ConcernAudience
from childindex import acts
from childindex.models import Source, User

WHAT = "causes for concern"
YEAR = timedelta(days=365.25)


def expired(now: datetime | None = None) -> QuerySet[Concern]:
    """Concerns that were closed longer ago than they are kept (`CONCERNS_KEPT_YEARS`)."""
    until = (now or timezone.now()) - settings.CONCERNS_KEPT_YEARS * YEAR
    return Concern.objects.filter(closed_at__lt=until)


@transaction.atomic
def let_go(*, by: User | None, reason: str) -> int:
    """Remove what has expired, with its history; how many concerns there were."""
    ids = list(expired().select_for_update().values_list("pk", flat=True))
    if not ids:
        return 0
    audience = list(ConcernAudience.objects.filter(concern__in=ids).values_list("pk", flat=True))
    with acts.act(by=by, source=Source.council(), reason_code="concerns_expired", reason=reason[:200]):
        ConcernAudience.objects.filter(pk__in=audience).delete()
        Concern.objects.filter(pk__in=ids).delete()
    with acts.purge(by=by, what=WHAT, reason=reason) as record:
        record.rows = ConcernAudience.history.filter(id__in=audience).delete()[0]
        record.rows += Concern.history.filter(id__in=ids).delete()[0]
    return len(ids)
