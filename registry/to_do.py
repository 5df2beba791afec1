"""What of the registry waits for people: rows of files, pairs of records, shields, for the list *My work*.

What of accounts waits is here too: rights to approve, and invitations that only a data manager can settle.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, F, Q
from django.urls import reverse
from django.utils import timezone

from childindex import words
from childindex.accounts import approvals, offers
from childindex.models import Approval
from registry import shield_requests
from registry.disclosure import Context
from registry.duplicates import filters
from registry.intake.custody import findings_open_to
from registry.intake.seeing import asking_for, counted_for, files_for
from registry.models import Delivery, Shield, Stage, Suspicion
from registry.waiting import Found, Item, Kind, register


def register_all() -> None:
    register(Kind("files", "Files to decide", "decide_rows", files, order=10))
    register(Kind("duplicates", "Possible duplicates", "merge_children", duplicates, order=40))
    register(Kind("shields_asked", "Shields asked for", "manage_shields", shields_asked_for, order=5))
    register(Kind("behind_shields", "Behind shields", "manage_shields", behind_shields, order=6))
    register(Kind("approvals", "Rights to approve", approvals.PERMISSION, rights, order=4))
    register(Kind("invitations", "Invitations to settle", offers.MANAGES, invitations, order=8))
    register(Kind("shields", "Shields to review", "manage_shields", shields, order=45))


def rights(to: Context, most: int) -> Found:
    """Rights over shields that wait for a second person, but for what one asked for oneself."""
    found = Approval.objects.for_decision_by(to.user).select_related("user", "asked_by")
    items = [
        Item("Approve, or refuse", reverse("approval", args=[one.pk]), about=approvals.sentence(one))
        for one in found[:most]
    ]
    return Found(found.count(), items)


def invitations(to: Context, most: int) -> Found:
    """Invitations whose address has an account that cannot take them up."""
    found = offers.clashing()
    items = [Item("Settle an invitation", reverse("clashes"), about=str(one)) for one in found[:most]]
    return Found(len(found), items)


def files(to: Context, most: int) -> Found:
    """Files with rows that wait for a person, or that are held, the longest waiting first."""
    waiting = files_for(to).filter(Q(stage=Stage.HELD) | Exists(asking_for(to)))
    waiting = waiting.exclude(stage__in=[Stage.UNDONE, Stage.REFUSED]).select_related("source").order_by("received_at")
    found = list(waiting[:most])
    counts = counted_for(found, to)
    return Found(waiting.count(), [_of_file(one, counts[one.pk][1]) for one in found])


def _of_file(one: Delivery, rows: int) -> Item:
    what = "Held: see whether it is right" if one.stage == Stage.HELD else f"{words.count(rows, 'row')} to decide"
    return Item(what, reverse("registry:delivery", args=[one.pk]), about=f"{one.name}, {one.source}")


def duplicates(to: Context, most: int) -> Found:
    """Pairs that nobody else was asked about, those asked of this person first."""
    pairs = Suspicion.objects.may_be_told(behind_shields=to.may_see_shielded, family=to.family)
    open_ones = filters.part_of(pairs, "open", to.user).filter(Q(owner=None) | Q(owner=to.user))
    found = open_ones.order_by(F("owner").asc(nulls_last=True), "-score", "pk")
    return Found(found.count(), [_of_pair(one, to) for one in found[:most]])


def _of_pair(one: Suspicion, to: Context) -> Item:
    what = "You were asked: one child or two?" if one.owner_id else "One child or two?"
    address = reverse("registry:duplicate", args=[one.pk])
    return Item(what, address, child_id=one.first_id, is_mine=one.owner_id == to.user.pk)


def shields_asked_for(to: Context, most: int) -> Found:
    """Requests to decide, but for one's own."""
    found = shield_requests.waiting().exclude(asked_by=to.user.pk).exclude(child__in=to.family)
    found = found.order_by("due_date", "pk")
    items = [
        Item(
            "Decide on a shield",
            reverse("registry:shield_request", args=[one.pk]),
            child_id=one.child_id,
            due=one.due_date,
        )
        for one in found[:most]
    ]
    return Found(found.count(), items)


def behind_shields(to: Context, most: int) -> Found:
    """What arrived about shielded children, the longest waiting first."""
    found = findings_open_to(to)
    items = [
        Item("See what arrived behind a shield", reverse("registry:finding", args=[one.pk]), child_id=one.child_id)
        for one in found[:most]
    ]
    return Found(found.count(), items)


def shields(to: Context, most: int) -> Found:
    """Shields whose review is due within a month, or was."""
    today = timezone.localdate()
    found = Shield.objects.in_force(today).filter(child__sealed_to=None, review_date__lte=today + timedelta(days=30))
    found = found.exclude(child__in=to.family).select_related("child").order_by("review_date", "pk")
    items = [
        Item(
            "Review a shield", reverse("registry:shield_review", args=[one.child.index_number]),
            child_id=one.child_id, due=one.review_date,
        )
        for one in found[:most]
    ]  # fmt: skip
    return Found(found.count(), items)
