"""When lists are expected: by the rhythm of their feed, from each source that has sent one or is the only one.

Days count from when a list came, not from the day it tells of. A list is late some days after it was due: a source
that sends every working day sends nothing at a weekend.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from childindex import words
from childindex.models import Source
from registry.models import Delivery, Feed, Reading, Stage

LEAST_GRACE, GRACE = 2, 0.1
"""Days after which a list that was due is late: two, or a tenth of the rhythm where that is more."""
SPOKEN = {1: "day", 7: "week", 14: "two weeks", 30: "month", 31: "month", 92: "three months", 122: "four months"}
SPOKEN |= {365: "year", 366: "year"}


@dataclass(frozen=True)
class Expected:
    """The lists of one source by one feed: when the last came, of which day it told, when the next is due."""

    feed: Feed
    source: Source
    came: date | None
    as_of: date | None
    due: date | None

    def days_late(self, today: date) -> int:
        """How many days ago the next one was due; 0 where it is not late."""
        if self.due is None:
            return 0
        days = (today - self.due).days
        return days if days > max(LEAST_GRACE, GRACE * (self.feed.rhythm_days or 0)) else 0


def expected(feeds: Iterable[Feed], files: QuerySet[Delivery]) -> list[Expected]:
    """Every source that sends lists by these feeds, in the order of their names. Three queries.

    `files` are those that the reader may know of. That any other came is not told.
    """
    wanted = {feed.pk: feed for feed in feeds}
    arrived = ~Q(stage__in=[Stage.REFUSED, Stage.UNDONE])
    came = {
        (feed, source): (last, as_of)
        for feed, source, last, as_of in files.filter(feed__in=wanted)
        .order_by()
        .values_list("feed", "source")
        .annotate(last=Max("received_at", filter=arrived), latest=Max("as_of", filter=arrived))
    }
    told = dict.fromkeys(came) | {(pk, feed.source_id): None for pk, feed in wanted.items() if feed.source_id}
    readings = {
        (feed, source): is_expected
        for feed, source, is_expected in Reading.objects.filter(feed__in=wanted).values_list(
            "feed", "source", "is_expected"
        )
    }
    whose = Source.objects.in_bulk({source for _, source in (*told, *readings)})
    found = []
    for feed_pk, source_pk in dict.fromkeys((*told, *readings)):
        feed = wanted[feed_pk]
        last, as_of = came.get((feed_pk, source_pk), (None, None))
        is_waited_for = feed.is_active and readings.get((feed_pk, source_pk), True)
        day = timezone.localtime(last).date() if last else None
        due = day + timedelta(days=feed.rhythm_days) if day and feed.rhythm_days and is_waited_for else None
        found.append(Expected(feed, whose[source_pk], day, as_of, due))
    return sorted(found, key=lambda one: (one.feed.name, one.source.name))


def late(found: Iterable[Expected], today: date) -> list[Expected]:
    """What has not come that should have, the longest late first."""
    return sorted((one for one in found if one.days_late(today)), key=lambda one: -one.days_late(today))


def spoken(feed: Feed) -> str:
    """The rhythm of a feed as people say it: *every week*."""
    days = feed.rhythm_days
    return f"every {SPOKEN.get(days, words.count(days, 'day'))}" if days else "whenever it comes"


def sentences(found: Iterable[Expected], today: date) -> Iterator[str]:
    """What is late, each in a sentence."""
    for one in found:
        if one.came and one.due:
            yield (
                f"{one.source} sends {one.feed} {spoken(one.feed)}: the last came on {words.day(one.came)}, and the "
                f"next is {words.count(one.days_late(today), 'day')} late."
            )
