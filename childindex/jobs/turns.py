"""Whose job is taken up next: turns between those who ask, so that one person's pile keeps nobody else waiting.

The next turn is of whoever has the fewest jobs under way, and of those of whoever was given the least time in the last
hour. Within what one person asked, what was asked first comes first. What the installation itself asks, such as by a
nightly command, takes its turn as one person's work does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Greatest
from django.utils import timezone

from childindex.jobs import leases
from childindex.models import Job

LATELY = timedelta(hours=1)
NOTHING = timedelta(0)
Asker = int | None
"""Somebody's id, or None for the installation."""


@dataclass(frozen=True)
class Waiting:
    """A job that nobody works on, and who asked for it."""

    job_id: int
    asker: Asker


def in_turn(wanted: QuerySet[Job]) -> list[int]:
    """The ids of those that nobody works on, in the order in which their turns come."""
    found = [Waiting(*row) for row in wanted.order_by("pk").values_list("pk", "by")]
    if not found:
        return []
    held = leases.held()
    idle = [one for one in found if leases.key_of(one.job_id) not in held]
    return order(idle, under_way=_under_way(held), worked=_worked()) if idle else []


def order(idle: Iterable[Waiting], *, under_way: Mapping[Asker, int], worked: Mapping[Asker, timedelta]) -> list[int]:
    """Ids in turn: an asker's second job stands behind every other asker's first, and so on."""
    turns: Counter[Asker] = Counter(under_way)
    ranked = []
    for one in sorted(idle, key=lambda each: each.job_id):
        ranked.append((turns[one.asker], worked.get(one.asker, NOTHING), one.job_id))
        turns[one.asker] += 1
    return [job_id for _, _, job_id in sorted(ranked)]


def _under_way(held: set[int]) -> Counter[Asker]:
    """How many jobs of each asker somebody works on at this moment."""
    jobs = Job.objects.under_way().values_list("pk", "by") if held else ()
    return Counter(asker for job_id, asker in jobs if leases.key_of(job_id) in held)


def _worked() -> dict[Asker, timedelta]:
    """How much time workers gave to each asker lately, as far as they have told of it."""
    since = timezone.now() - LATELY
    lately = Job.objects.worked_on_since(since).order_by().values("by")
    return dict(lately.annotate(time=Sum(F("heard_at") - Greatest("begun_at", since))).values_list("by", "time"))
