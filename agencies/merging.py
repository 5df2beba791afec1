"""What becomes of what services said when two records of a child are merged: it follows the survivor, and is not told.

Whoever merges may not know which services are involved, nor that there is a cause for concern.
"""

from __future__ import annotations

from collections.abc import Iterator

from agencies.models import Concern, ContactRequest, InTheNews, Involvement, Override
from childindex import words
from registry.merging import Rule, merge_rule, merge_stop
from registry.models import Child


def register() -> None:
    merge_rule(Involvement, Rule.MOVE, is_told=False, stays=_is_known_there)
    merge_rule(Concern, Rule.MOVE, is_told=False)
    merge_rule(Override, Rule.MOVE, is_told=False)
    merge_rule(InTheNews, Rule.MOVE, is_told=False)
    merge_rule(ContactRequest, Rule.MOVE, is_told=False, stays=_is_asked_there)
    merge_stop(stops)


def _is_known_there(one: Involvement, survivor: Child) -> bool:
    """The service knows the survivor already: a child is known to it once, and its word there stands."""
    known = Involvement.objects.filter(child=survivor, service=one.service_id, to_date=None)
    return one.to_date is None and known.exists()


def _is_asked_there(one: ContactRequest, survivor: Child) -> bool:
    asked = ContactRequest.objects.filter(child=survivor, service=one.service_id, answered_at=None)
    return one.answered_at is None and asked.exists()


def stops(survivor: Child, superseded: Child) -> Iterator[str]:
    """One professional leads. None of a sensitive service does, nor of a shielded child: it tells of neither."""
    leads = Involvement.objects.filter(child__in=[survivor, superseded], to_date=None, is_lead=True)
    services = list(leads.select_related("service").order_by("service__name"))
    if len(services) > 1:
        yield f"Two lead: {words.listed([str(one.service) for one in services])}. Have them agree on one first."
