"""Reasons why two records must not be merged, each as a sentence for the person asking."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Model
from django.utils import timezone

from childindex import words
from childindex.models import User
from registry import conflicts, sealing
from registry.merging import decisions, rules
from registry.models import (
    Child,
    ChildState,
    Decision,
    Enrolment,
    EnrolmentStatus,
    Identifier,
    IdentifierKind,
    IdentifierStatus,
    Shield,
)


def stops(survivor: Child, superseded: Child, *, by: User) -> list[str]:
    """Everything that stands in the way; empty where nothing does."""
    if survivor.pk == superseded.pk:
        return ["This is the same record twice. Give the index number of the other one."]
    return [
        *_superseded(survivor),
        *_superseded(superseded),
        *filter(None, [conflicts.closed_to(by, [survivor.pk, superseded.pk])]),
        *_shielding(survivor, superseded, by),
        *_sealed(survivor, superseded, by),
        *_nhs_numbers(survivor, superseded),
        *_schools(survivor, superseded),
        *_decided(survivor, superseded),
        *_forbidden(superseded),
        *rules.registered_stops(survivor, superseded),
    ]


def _superseded(child: Child) -> Iterator[str]:
    if child.state == ChildState.SUPERSEDED:
        yield f"{child} is superseded already. Use {decisions.last_survivor(child)}, the record that stands for it."


def _shielding(survivor: Child, superseded: Child, by: User) -> Iterator[str]:
    found = Shield.objects.exclude(lifted_date__lte=timezone.localdate())
    shielded = set(found.filter(child__in=[survivor, superseded]).values_list("child_id", flat=True))
    if len(shielded) == 1:
        yield "One of the two is shielded and the other is not. Ask the index team to settle the shield first."
    elif shielded and not by.may("see_shielded"):
        yield "Both are shielded. Only a custodian of the index team may merge them."


def _sealed(survivor: Child, superseded: Child, by: User) -> Iterator[str]:
    """What a sealed identity forbids is said to custodians alone: nobody else gets past its shield."""
    if by.may("seal_identity") and sealing.closed_among([survivor.pk, superseded.pk]):
        yield "One of the two is an identity that is closed. Nothing is joined to it, and it is joined to nothing."


def _nhs_numbers(survivor: Child, superseded: Child) -> Iterator[str]:
    mine, theirs = _verified(survivor), _verified(superseded)
    if mine and theirs and not mine & theirs:
        yield (
            f"Each has a verified NHS number, and they are not the same: {words.listed(sorted(mine))} and"
            f" {words.listed(sorted(theirs))}. Find out which is right first."
        )


def _verified(child: Child) -> set[str]:
    found = Identifier.objects.open().filter(
        child=child, kind=IdentifierKind.NHS_NUMBER, status=IdentifierStatus.VERIFIED
    )
    return set(found.values_list("value", flat=True))


def _schools(survivor: Child, superseded: Child) -> Iterator[str]:
    mine, theirs = _single(survivor), _single(superseded)
    at_once = [
        (one, other) for one in mine for other in theirs if one.school_id != other.school_id and _meet(one, other)
    ]
    if at_once and {one.school_id for one in mine} != {other.school_id for other in theirs}:
        names = words.listed(sorted({one.school.name for pair in at_once for one in pair}))
        yield (
            f"Each is on a roll as a single registration, and at different schools: {names}. End the enrolment that is"
            " over, or find out whether these are two children."
        )


def _single(child: Child) -> list[Enrolment]:
    """Single registrations that hold today or will."""
    found = Enrolment.objects.filter(child=child, status=EnrolmentStatus.SINGLE)
    return list(found.exclude(to_date__lt=timezone.localdate()).select_related("school"))


def _meet(one: Enrolment, other: Enrolment) -> bool:
    """Whether both hold on some day from today on."""
    first = max(row.from_date or date.min for row in (one, other))
    last = min(row.to_date or date.max for row in (one, other))
    return max(first, timezone.localdate()) <= last


def _decided(survivor: Child, superseded: Child) -> Iterator[str]:
    for decision in decisions.against(survivor, superseded):
        yield said_of(decision)


def said_of(decision: Decision) -> str:
    """Who decided, when and why, in a sentence."""
    whom = decision.by.full_name if decision.by else "The index"
    day = words.day(timezone.localtime(decision.act.at).date())
    why = f": {decision.reason.rstrip('.')}" if decision.reason else ""
    return f"{whom} decided on {day} that these are not the same child{why}."


def _forbidden(superseded: Child) -> Iterator[str]:
    for model in rules.models_under(rules.Rule.FORBID):
        if any(_rows(model, superseded)):
            yield f"{superseded} has {model._meta.verbose_name_plural}, which cannot pass to another record."


def _rows(model: type[Model], child: Child) -> Iterator[bool]:
    for column in rules.columns_of(model):
        yield model._base_manager.filter(**{column: child}).exists()
