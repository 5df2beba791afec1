"""Others at a child's address."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from registry.disclosure.context import Context
from registry.disclosure.shielding import shielded_among
from registry.disclosure.summaries import disclose
from registry.disclosure.views import RecordView, Summary
from registry.models import ChildState, Residence, Slot, Standing


def household(view: RecordView, *, to: Context) -> list[Summary]:
    """The other children now living at the address that leads `view`, eldest first.

    Nobody in an institution, where a shared address is no household; a shielded child is a member only to those who see
    behind shields.
    """
    home = view.leading(Slot.HOME)
    if home is None or home.address is None or home.address.is_institution:
        return []
    living = Residence.objects.true_on(timezone.localdate()).filter(
        ~Q(child_id=view.child_id),
        address_id=home.address.id,
        standing__in=[Standing.LIVES_HERE, Standing.SECOND_HOME],
    )
    ids = set(living.exclude(child__state=ChildState.SUPERSEDED).values_list("child_id", flat=True))
    if not to.may_see_shielded:
        ids -= shielded_among(ids)
    members = disclose(sorted(ids), to=to).values()
    return sorted(members, key=lambda one: (one.date_of_birth is None, str(one.date_of_birth), one.name))
