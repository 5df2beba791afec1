"""New identities: a child who is adopted, or protected, gets a record that nothing visible ties to the one before.

Neither a rename nor a merge: a former name, a former number or a household would lead from one to the other. The old
record is closed and stays behind a shield, so that custodians alone read when and why, and the two are never proposed
or merged. What arrives under the old identity is answered as for any shielded child, and an old number as one that
nobody has; custodians are told of both (`registry.intake.behind_shields`). The link is sealed: custodians read it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from childindex.models import Source, User
from registry import recording
from registry.models import (
    Care,
    Child,
    ChildState,
    EducationArrangement,
    Enrolment,
    Fact,
    Pin,
    Registration,
    Residence,
    SealedLink,
    Shield,
)
from registry.recording import CannotRecord

ENDED: tuple[type[Fact], ...] = (Residence, Care, Enrolment, EducationArrangement, Registration)
REVIEWED_WITHIN = timedelta(days=182)
GROUND = "The identity is closed"
SHIELDED_AS_NEW = "A new identity was given"
ALREADY = "This identity is closed already."


def closed_among(child_ids: Iterable[int]) -> set[int]:
    """Those of some children whose identity is closed. The id of nobody is nobody's."""
    ids = list(child_ids)
    return set(SealedLink.objects.filter(old__in=ids).values_list("old", flat=True)) if ids else set()


def pairs_among(pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of some pairs, each in the order of ids, that a sealed link joins."""
    links = SealedLink.objects.values_list("old", "new")
    return {(min(one), max(one)) for one in links} & set(pairs)


def link_of(child: Child) -> SealedLink | None:
    """The sealed link of a record, from either side. For custodians alone."""
    return SealedLink.objects.filter(Q(old=child) | Q(new=child)).select_related("old", "new").first()


@transaction.atomic
def close(old: Child, new: Child, *, ground: str, revision: int, by: User) -> SealedLink:
    """Close the identity of `old`, of whom `new` is the new record, and seal what ties the two.

    What was true of the old record ends today; its names and numbers stay, so that what arrives under them is known and
    refused. Raises CannotRecord, and SavedMeanwhile where the record moved on.
    """
    today = timezone.localdate()
    with recording.editing(
        old, revision=revision, by=by, source=Source.council(), reason_code="identity_sealed", reason="Closed"
    ):
        if SealedLink.objects.filter(old=old).exists():
            raise CannotRecord(ALREADY)
        Pin.objects.filter(child=old).delete()
        for model in ENDED:
            for fact in model._default_manager.filter(child=old, to_date=None):
                recording.end(fact, on=max(today, fact.from_date or today))
        Child.objects.filter(pk=old.pk).update(state=ChildState.ARCHIVED)
        _shield(old, today)
        return SealedLink.objects.create(old=old, new=new, ground=ground)


def _shield(old: Child, today: date) -> None:
    if not Shield.objects.in_force(today).filter(child=old).exists():
        Shield.objects.create(child=old, from_date=today, review_date=today + REVIEWED_WITHIN, ground=GROUND)
