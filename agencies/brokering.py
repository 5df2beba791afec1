"""Making contact where whom to ring is hidden: a practitioner asks, a custodian of the index team answers."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from agencies.belonging import services_of, source_of
from agencies.models import ContactRequest, Service
from childindex import acts
from childindex.models import Source, User
from registry import conflicts
from registry.disclosure import Context
from registry.models import Child

ANSWERED_WITHIN = timedelta(days=5)


class CannotBroker(Exception):
    """Nothing was written; the text says why and what to do."""


def ask(child: Child, *, service: Service, why: str, by: User) -> ContactRequest:
    """Ask the index team to have somebody make contact. Raises CannotBroker where it was asked already."""
    _refuse_family(child.pk, by)
    with acts.act(by=by, source=source_of(service), reason_code="contact_asked_for", reason=why[:200]):
        Child.objects.in_lock_order().get(pk=child.pk)
        if ContactRequest.objects.filter(child=child, service=service, answered_at=None).exists():
            raise CannotBroker("Your service has asked for this already. The answer will stand among your notices.")
        return ContactRequest.objects.create(
            child=child, service=service, why=why, asked_by=by, due_date=timezone.localdate() + ANSWERED_WITHIN
        )


def answer(request: ContactRequest, *, said: str, by: User) -> None:
    """Answer a request. Raises CannotBroker where somebody has."""
    _refuse_family(request.child_id, by)
    with acts.act(by=by, source=Source.council(), reason_code="contact_answered", reason="The index team answered"):
        held = ContactRequest.objects.select_for_update().get(pk=request.pk)
        if held.answered_at is not None:
            raise CannotBroker("Somebody has answered this already. Look at the list again.")
        held.answered_at, held.answered_by, held.answer = timezone.now(), by, said
        held.save()


def _refuse_family(child_id: int, by: User) -> None:
    if closed := conflicts.closed_to(by, [child_id]):
        raise CannotBroker(closed)


def visible(to: Context) -> QuerySet[ContactRequest]:
    """Requests that whoever asks may read: all to custodians, their services' own to practitioners; none of family."""
    found = ContactRequest.objects.select_related("service", "asked_by", "answered_by").exclude(child__in=to.family)
    return found if to.may_see_shielded else found.filter(service__in=services_of(to.user))
