"""Whom a practitioner works with, and what changed about them lately, as far as the practitioner may know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from agencies import raising
from agencies.belonging import services_of
from agencies.models import Involvement, What
from childindex import words
from registry.disclosure import Context, Summary, disclose, shielded_among
from registry.models import Enrolment, Residence

LATELY = timedelta(days=30)
OLD = timedelta(days=60)
"""What had begun so long before it was recorded is no news."""


@dataclass(frozen=True)
class News:
    """One thing that is new of a child, and of what kind it is."""

    what: str
    text: str


@dataclass(frozen=True)
class Case:
    """One child on the caseload: who it is, what the service says, and what changed."""

    involvement: Involvement
    child: Summary
    changes: tuple[str, ...]

    @property
    def has_faded(self) -> bool:
        return self.involvement.has_faded()


def caseload(to: Context, *, whole_service: bool = False) -> list[Involvement]:
    """The open involvements of somebody's own, or of their whole service, the longest unconfirmed first.

    Those that a list alone says are not among them (`agencies/listed.py`), nor is the person's own family.
    """
    found = Involvement.objects.confirmed().filter(to_date=None, service__in=services_of(to.user))
    found = found.exclude(child__in=to.family)
    if not whole_service:
        found = found.filter(practitioner__user=to.user)
    return list(found.select_related("service", "practitioner__user").order_by("confirmed_on", "pk"))


def cases(involvements: Collection[Involvement], *, to: Context) -> list[Case]:
    """The same with the children and what changed about them. A fixed number of queries."""
    ids = [one.child_id for one in involvements]
    children, changed = disclose(ids, to=to), news(ids, to=to, since=timezone.now() - LATELY)
    return [
        Case(one, children[one.child_id], tuple(each.text for each in changed.get(one.child_id, ())))
        for one in involvements
        if one.child_id in children
    ]


def news(child_ids: Collection[int], *, to: Context, since: datetime) -> dict[int, list[News]]:
    """What became known since a moment of each child, as far as this person may know: a sentence each.

    What was recorded since and began long before is no news: a list that comes late, or an old system's records.
    """
    known = set(child_ids) if to.may_see_shielded else set(child_ids) - shielded_among(child_ids)
    known -= to.family
    found = defaultdict[int, list[News]](list)
    begun = timezone.localdate(since) - OLD
    for home in _recorded(Residence, known, since).filter(to_date=None, from_date__gte=begun):
        found[home.child_id].append(News(What.MOVED, f"Moved on {words.day(home.from_date)}"))
    spells = _recorded(Enrolment, known, since).select_related("school")
    for spell in spells.filter(to_date__gte=begun, to_date__lt=timezone.localdate()):
        found[spell.child_id].append(News(What.SCHOOL, f"Left {spell.school} on {words.day(spell.to_date)}"))
    for spell in spells.filter(to_date=None, from_date__gte=begun):
        found[spell.child_id].append(News(What.SCHOOL, f"Joined {spell.school} on {words.day(spell.from_date)}"))
    others = _recorded(Involvement, known, since).filter(to_date=None, from_date__gte=begun, confirmed_by__isnull=False)
    others = others.filter(service__is_sensitive=False).exclude(service__in=services_of(to.user))
    for one in others.select_related("service"):
        found[one.child_id].append(News(What.SERVICE, f"{one.service} is involved since {words.day(one.from_date)}"))
    for concern in raising.visible(to).filter(child__in=child_ids, raised_at__gte=since):
        found[concern.child_id].append(News(What.CONCERN, f"Cause for concern: {concern.kind}"))
    return dict(found)


def _recorded(model: Any, known: set[int], since: datetime) -> QuerySet[Any]:
    """The rows of some children that were written or changed since a moment, in the order of their days."""
    rows = model.history.filter(child_id__in=known, history_date__gte=since).values("id")
    return model.objects.filter(child__in=known, pk__in=rows).order_by("from_date", "pk")
