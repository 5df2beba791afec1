"""Changes to rows that are no dated facts: the child's own, a carer's, pins and shields."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils import timezone

from registry import recording, sealing
from registry.editing.addresses import settled_address
from registry.models import Care, Carer, Child, Fact, Pin, Shield
from registry.recording import CannotRecord


def correct_child(child: Child, *, values: dict[str, Any], revision: int, **act: Any) -> None:
    """Mend the child's own row. `act` is what `recording.editing` takes. Raises CannotRecord."""
    with recording.editing(child, revision=revision, **act):
        held = Child.objects.get(pk=child.pk)
        for name, value in values.items():
            setattr(held, name, value)
        held.full_clean(validate_unique=False)
        held.save(update_fields=list(values))


def correct_carer(care: Care, *, values: dict[str, Any], revision: int, **act: Any) -> None:
    """Mend a carer's own row, for every child they care for. Raises CannotRecord."""
    with recording.editing(care.child, revision=revision, **act):
        carer = Carer.objects.select_for_update().get(pk=care.carer_id)
        for name, value in values.items():
            setattr(carer, name, settled_address(value) if name == "address" else value)
        carer.full_clean(validate_unique=False)
        carer.save()


def pin(child: Child, fact: Fact, *, slot: str, reason: str, revision: int, **act: Any) -> None:
    """Make one fact lead its slot until it is unpinned; an earlier pin of the slot falls away."""
    with recording.editing(child, revision=revision, reason=reason, **act):
        Pin.objects.filter(child=child, slot=slot).delete()
        Pin.objects.create(child=child, slot=slot, fact_id=fact.pk, reason=reason or "Decided by an officer")


def unpin(child: Child, *, slot: str, revision: int, **act: Any) -> None:
    """Let the rules decide again which fact leads a slot."""
    with recording.editing(child, revision=revision, **act):
        Pin.objects.filter(child=child, slot=slot).delete()


def shield(
    child: Child, *, ground: str, review_date: Any, revision: int, also: Collection[int] = (), **act: Any
) -> None:
    """Shield a child from today, and with it those of `also` who are not shielded yet.

    Raises CannotRecord where a shield is already in force.
    """
    with recording.editing(child, revision=revision, **act):
        today = timezone.localdate()
        in_force = set(
            Shield.objects.in_force(today).filter(child_id__in=[child.pk, *also]).values_list("child_id", flat=True)
        )
        if child.pk in in_force:
            raise CannotRecord("This child is already shielded.")
        for child_id in sorted({child.pk, *also} - in_force):
            Shield.objects.create(child_id=child_id, from_date=today, review_date=review_date, ground=ground)


def lift(child: Child, *, revision: int, **act: Any) -> None:
    """Lift a child's shield as of today. Raises CannotRecord where there is none, or the identity is closed."""
    if sealing.closed_among([child.pk]):
        raise CannotRecord("This identity is closed. Its shield stays.")
    with recording.editing(child, revision=revision, **act):
        held = Shield.objects.in_force(timezone.localdate()).filter(child=child)
        if not held.update(lifted_date=timezone.localdate()):
            raise CannotRecord("This child is not shielded.")
