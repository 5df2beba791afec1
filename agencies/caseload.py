"""Whom a practitioner works with, and what changed about them lately, as far as the practitioner may know."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from agencies import raising
from agencies.belonging import services_of
from agencies.models import Involvement
from childindex import words
from registry.disclosure import Context, Summary, disclose, shielded_among
from registry.models import Enrolment, Residence

LATELY = timedelta(days=30)


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
    """The open involvements of somebody's own, or of their whole service, the longest unconfirmed first."""
    found = Involvement.objects.filter(to_date=None, service__in=services_of(to.user))
    if not whole_service:
        found = found.filter(practitioner__user=to.user)
    return list(found.select_related("service", "practitioner__user").order_by("confirmed_on", "pk"))


def cases(involvements: Collection[Involvement], *, to: Context) -> list[Case]:
    """The same with the children and what changed about them. A fixed number of queries."""
    ids = [one.child_id for one in involvements]
    children, changed = disclose(ids, to=to), _changes(ids, to=to)
    return [
        Case(one, children[one.child_id], tuple(changed.get(one.child_id, ())))
        for one in involvements
        if one.child_id in children
    ]


def _changes(child_ids: list[int], *, to: Context) -> dict[int, list[str]]:
    """What became different in the last thirty days: home, school, services and concerns, in sentences."""
    known = set(child_ids) if to.may_see_shielded else set(child_ids) - shielded_among(child_ids)
    known -= to.family
    since, found = timezone.localdate() - LATELY, dict[int, list[str]]()

    def tell(child_id: int, told: str) -> None:
        found.setdefault(child_id, []).append(told)

    moved = Residence.objects.filter(child__in=known, to_date=None, from_date__gte=since)
    for home in moved.order_by("from_date", "pk"):
        tell(home.child_id, f"Moved on {words.day(_day(home.from_date))}")
    spells = Enrolment.objects.filter(child__in=known).select_related("school").order_by("from_date", "pk")
    for spell in spells.filter(to_date__gte=since, to_date__lt=timezone.localdate()):
        tell(spell.child_id, f"Left {spell.school} on {words.day(_day(spell.to_date))}")
    for spell in spells.filter(to_date=None, from_date__gte=since):
        tell(spell.child_id, f"Joined {spell.school} on {words.day(_day(spell.from_date))}")
    others = Involvement.objects.open().filter(child__in=known, from_date__gte=since, service__is_sensitive=False)
    others = others.exclude(service__in=services_of(to.user)).select_related("service")
    for one in others.order_by("from_date", "pk"):
        tell(one.child_id, f"{one.service} is involved since {words.day(one.from_date)}")
    for concern in raising.visible(to).filter(child__in=child_ids):
        tell(concern.child_id, f"Cause for concern: {concern.kind}")
    return found


def _day(value: date | None) -> date:
    assert value is not None
    return value
