"""What somebody decided about two records: *the same*, or *not the same*. Every later merge and match obeys it."""

from __future__ import annotations

from django.db.models import Q

from childindex import acts
from childindex.models import Source, User
from registry import conflicts
from registry.models import Child, Decision, Suspicion, SuspicionState, Verdict
from registry.recording import CannotRecord

REASON_CODE = "looked_again"
STATES = {Verdict.SAME: SuspicionState.SAME, Verdict.NOT_SAME: SuspicionState.DIFFERENT}


def remember(first: Child, second: Child, verdict: Verdict, *, reason: str) -> Decision:
    """Write a decision down inside the open act, as of the person whose act it is, and on the list of suspicions."""
    deed = acts.current()
    lower, higher = sorted((first.pk, second.pk))
    _note_on_the_list(lower, higher, verdict)
    return Decision.objects.create(
        first_id=lower, second_id=higher, verdict=verdict, by=deed.by, reason=reason, act=deed
    )


def against(first: Child, second: Child) -> list[Decision]:
    """The standing decisions that keep two records apart."""
    return [one for one in standing(first, second) if one.verdict == Verdict.NOT_SAME]


def overrule(first: Child, second: Child, *, by: User, reason: str) -> None:
    """Decide *the same* wherever *not the same* stands between two records and those they stand for, as one act.

    Raises CannotRecord where either is of the person's own family.
    """
    if closed := conflicts.closed_to(by, [first.pk, second.pk]):
        raise CannotRecord(closed)
    with acts.act(by=by, source=Source.council(), reason_code=REASON_CODE, reason=reason):
        for decision in against(first, second):
            remember(decision.first, decision.second, Verdict.SAME, reason=reason)
        _note_on_the_list(min(first.pk, second.pk), max(first.pk, second.pk), Verdict.SAME)


def _note_on_the_list(first_id: int, second_id: int, verdict: Verdict) -> None:
    Suspicion.objects.filter(first=first_id, second=second_id).update(state=STATES[verdict])


def standing(first: Child, second: Child) -> list[Decision]:
    """The decisions that stand between two records and those they stand for, latest first: one a pair."""
    mine, theirs = stood_for(first), stood_for(second)
    found = Decision.objects.filter(
        Q(first_id__in=mine, second_id__in=theirs) | Q(first_id__in=theirs, second_id__in=mine)
    ).select_related("by", "act", "first", "second")
    latest = found.order_by("first_id", "second_id", "-id").distinct("first_id", "second_id")
    return sorted(latest, key=lambda one: -one.pk)


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
