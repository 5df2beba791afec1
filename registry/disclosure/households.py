"""Others at a child's address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from registry.disclosure.context import Context
from registry.disclosure.shielding import shielded_among
from registry.disclosure.summaries import disclose
from registry.disclosure.views import RecordView, Summary
from registry.models import Care, Child, ChildState, Residence, Slot, Standing
from registry.models.addresses import ids_of_the_place


def household(view: RecordView, *, to: Context) -> list[Summary]:
    """The other children now living at the address that leads `view`, eldest first.

    Nobody in an institution, where a shared address is no household; a shielded child is a member only to those who see
    behind shields, and nobody of the reader's own family is one: it would tell where the relative lives.
    """
    return _shown(_at_the_address(view), to)


def family(view: RecordView, *, to: Context) -> list[Summary]:
    """The unshielded among the household and those who share a carer with the child of `view`, eldest first."""
    return _shown(kin(view), to)


def kin(view: RecordView) -> set[int]:
    """Ids of the same children, of whom nothing is shown yet: to choose among before anybody is disclosed."""
    ids = _at_the_address(view) | _sharing_a_carer(view)
    return ids - shielded_among(ids)


def born_with(views: Sequence[RecordView], *, to: Context) -> list[Summary]:
    """Who may be a twin of the child of one of `views`: others of their households and families, born on the same day.

    A shielded child only to those who see behind shields.
    """
    kin = {pk for view in views for pk in _at_the_address(view) | _sharing_a_carer(view)}
    births = [view.date_of_birth for view in views if view.date_of_birth]
    found = Child.objects.filter(pk__in=kin - {view.child_id for view in views}, date_of_birth__in=births)
    return _shown(set(found.values_list("pk", flat=True)), to)


def _sharing_a_carer(view: RecordView) -> set[int]:
    carers = [care.carer.id for care in view.cares if care.is_open and care.carer is not None and care.carer.id]
    return _current(Care.objects.open().filter(~Q(child_id=view.child_id), carer_id__in=carers))


def _at_the_address(view: RecordView) -> set[int]:
    home = view.leading(Slot.HOME)
    if home is None or home.address is None or home.address.is_institution:
        return set()
    living = Residence.objects.true_on(timezone.localdate()).filter(
        ~Q(child_id=view.child_id),
        address__in=ids_of_the_place(home.address.id),
        standing__in=[Standing.LIVES_HERE, Standing.SECOND_HOME],
    )
    return _current(living)


def _current(facts: QuerySet[Any]) -> set[int]:
    return set(facts.exclude(child__state=ChildState.SUPERSEDED).values_list("child_id", flat=True))


def _shown(ids: set[int], to: Context) -> list[Summary]:
    ids = ids - to.family if to.may_see_shielded else ids - to.family - shielded_among(ids)
    members = disclose(sorted(ids), to=to).values()
    return sorted(members, key=lambda one: (one.date_of_birth is None, str(one.date_of_birth), one.name))
