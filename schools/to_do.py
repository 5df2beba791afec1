"""What of schools waits for the council's people: movers and cases of missing education, for the list *My work*."""

from __future__ import annotations

from django.db.models import F, Q
from django.urls import reverse

from registry.disclosure import Context
from registry.waiting import Found, Item, Kind, register
from schools.missing import cases
from schools.models import Case
from schools.movers import queue
from schools.movers.queue import Turn
from schools.roles import FOLLOW, WORK_CASES


def register_all() -> None:
    register(Kind("movers", "Pupils who move", FOLLOW, movers, order=30))
    register(Kind("cases", "Missing education", WORK_CASES, missing, order=20))


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
