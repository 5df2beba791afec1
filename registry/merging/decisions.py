"""What somebody decided about two records: *the same*, or *not the same*. Every later merge and match obeys it."""

from __future__ import annotations

from django.db.models import Q

from childindex import acts
from registry.models import Child, Decision, Verdict


def remember(first: Child, second: Child, verdict: Verdict, *, reason: str) -> Decision:
    """Write a decision down inside the open act, as of the person whose act it is."""
    deed = acts.current()
    lower, higher = sorted((first.pk, second.pk))
    return Decision.objects.create(
        first_id=lower, second_id=higher, verdict=verdict, by=deed.by, reason=reason, act=deed
    )


def standing(first: Child, second: Child) -> list[Decision]:
    """The decisions that stand between two records and those they stand for, latest first: one a pair."""
    mine, theirs = stood_for(first), stood_for(second)
    found = Decision.objects.filter(
        Q(first_id__in=mine, second_id__in=theirs) | Q(first_id__in=theirs, second_id__in=mine)
    )
    return sorted(
        found.order_by("first_id", "second_id", "-id").distinct("first_id", "second_id").select_related("by", "act"),
        key=lambda one: -one.pk,
    )


def stood_for(child: Child) -> set[int]:
    """Ids of a record and of all that it superseded, through however many steps."""
    found, newest = {child.pk}, {child.pk}
    while newest:
        newest = set(Child.objects.filter(superseded_by__in=newest).values_list("pk", flat=True)) - found
        found |= newest
    return found


def last_survivor(child: Child) -> Child:
    """The record that stands for a child: itself, or the last in the chain of those that superseded it."""
    while child.superseded_by is not None:
        child = child.superseded_by
    return child
