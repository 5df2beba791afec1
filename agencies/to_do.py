"""What of agencies waits for custodians and governance, for the list *My work*."""

from __future__ import annotations

from django.urls import reverse

from agencies.models import ContactRequest, LookReview, Override, Pattern
from agencies.models.reviews import Verdict
from agencies.overriding import GOVERNANCE
from registry.disclosure import Context
from registry.waiting import Found, Item, Kind, register


def register_all() -> None:
    register(Kind("contact", "Contact to make", "see_shielded", contact, order=6))
    register(Kind("overrides", "Overrides to review", GOVERNANCE, overrides, order=10))
    register(Kind("queries", "Looks asked about", GOVERNANCE, queries, order=20))
    register(Kind("patterns", "Patterns of looking", GOVERNANCE, patterns, order=30))


def contact(to: Context, most: int) -> Found:
    found = ContactRequest.objects.filter(answered_at=None).exclude(child__in=to.family)
    found = found.select_related("service").order_by("due_date", "pk")
    items = [
        Item(
            f"Make contact for {one.service}", reverse("agencies:contact_request", args=[one.pk]),
            child_id=one.child_id, due=one.due_date,
        )
        for one in found[:most]
    ]  # fmt: skip
    return Found(found.count(), items)


def overrides(to: Context, most: int) -> Found:
    found = (
        Override.objects.filter(reviewed_at=None)
        .exclude(by=to.user.pk)
        .exclude(child__in=to.family)
        .select_related("by")
        .order_by("due_date", "pk")
    )
    items = [
        Item(
            "Review an override",
            reverse("agencies:override_review", args=[one.pk]),
            about=str(one.by),
            due=one.due_date,
        )
        for one in found[:most]
    ]
    return Found(found.count(), items)


def queries(to: Context, most: int) -> Found:
    found = LookReview.objects.filter(verdict=Verdict.QUERIED, closed_at=None).select_related("looker").order_by("pk")
    items = [
        Item("Ask about a look", reverse("agencies:query", args=[one.pk]), about=str(one.looker))
        for one in found[:most]
    ]
    return Found(found.count(), items)


def patterns(to: Context, most: int) -> Found:
    found = (
        Pattern.objects.filter(closed_at=None).exclude(looker=to.user.pk).select_related("looker").order_by("day", "pk")
    )
    items = [
        Item(str(one.get_kind_display()), reverse("agencies:pattern", args=[one.pk]), about=str(one.looker))
        for one in found[:most]
    ]
    return Found(found.count(), items)
