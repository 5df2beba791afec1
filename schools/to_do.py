"""What of schools waits for the council's people: movers and cases of missing education, for the list *My work*."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from registry.disclosure import Context
from registry.waiting import Found, Item, Kind, register
from schools import not_in_school
from schools.home_education import keeping
from schools.missing import authorities, cases
from schools.models import OURS_TO_ANSWER, AuthorityRequest, Case, HomeEducation
from schools.movers import queue
from schools.movers.queue import Turn
from schools.not_in_school.keeping import clocks
from schools.not_in_school.keeping import visible as register_of
from schools.roles import FOLLOW, WORK_CASES

SOON = timedelta(days=14)
"""How long before a contact about home education is due it is among somebody's work."""


def register_all() -> None:
    register(Kind("movers", "Pupils who move", FOLLOW, movers, order=30))
    register(Kind("cases", "Missing education", WORK_CASES, missing, order=20))
    register(Kind("authorities", "Other authorities", WORK_CASES, requests, order=21))
    register(Kind("homes", "Home education", WORK_CASES, homes, order=22))
    if not_in_school.is_kept():
        register(Kind("register", "Children not in school", WORK_CASES, entries, order=23))


def movers(to: Context, most: int) -> Found:
    """What the council has to do about pupils who come, go and stay away, the most overdue first."""
    ours = [one for one in queue.for_council(to=to) if one.turn == Turn.COUNCIL]
    items = [
        Item(f"{one.school}: {one.what}", queue.page_of(one), child_id=one.child_id, due=one.due) for one in ours[:most]
    ]
    return Found(len(ours), items)


def missing(to: Context, most: int) -> Found:
    """One's own cases, and those that nobody has taken."""
    found = cases.visible(to).filter(Q(owner=to.user.pk) | Q(owner=None), closed_at=None)
    found = found.order_by(F("owner").asc(nulls_last=True), "due_date", "pk")
    return Found(found.count(), [_of_case(one, to) for one in found[:most]])


def _of_case(one: Case, to: Context) -> Item:
    what = "Go on with the enquiries" if one.owner_id else "Take the case"
    address = reverse("schools:case", args=[one.pk])
    return Item(what, address, child_id=one.child_id, due=one.due_date, is_mine=one.owner_id == to.user.pk)


def requests(to: Context, most: int) -> Found:
    """What other authorities ask of us, and what they should have answered by now."""
    ours = Q(kind__in=[str(one) for one in OURS_TO_ANSWER])
    waits = authorities.visible(to).filter(answered_at=None).filter(ours | Q(due_date__lte=timezone.localdate()))
    found = waits.order_by("due_date", "pk")
    return Found(found.count(), [_of_request(one) for one in found[:most]])


def _of_request(one: AuthorityRequest) -> Item:
    what = f"Answer {one.authority}" if one.kind in OURS_TO_ANSWER else f"Ask {one.authority} again"
    address = reverse("schools:authority", args=[one.pk])
    return Item(what, address, about=one.name, child_id=one.child_id, due=one.due_date)


def homes(to: Context, most: int) -> Found:
    """Contacts that are due within two weeks: one's own, and nobody's."""
    soon = timezone.localdate() + SOON
    waits = keeping.visible(to).filter(Q(owner=to.user.pk) | Q(owner=None), to_date=None, due_date__lte=soon)
    found = waits.order_by(F("owner").asc(nulls_last=True), "due_date", "pk")
    return Found(found.count(), [_of_home(one, to) for one in found[:most]])


def _of_home(one: HomeEducation, to: Context) -> Item:
    what = "Ask about home education" if one.owner_id else "Take up home education"
    address = reverse("schools:home", args=[one.pk])
    return Item(what, address, child_id=one.child_id, due=one.due_date, is_mine=one.owner_id == to.user.pk)


def entries(to: Context, most: int) -> Found:
    """What is due of entries in the register of children not in school."""
    waits = Q(said_on=None) | Q(visit_asked_on=None) | Q(visit_outcome="")
    found = register_of(to).filter(waits, to_date=None).order_by("registered_on", "pk")
    items = [
        Item(due[0].what, reverse("schools:register_entry", args=[one.pk]), child_id=one.child_id, due=due[0].due)
        for one in found[:most]
        if (due := clocks(one))
    ]
    return Found(found.count(), items)
