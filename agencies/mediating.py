"""Mediated access: who may not look, for training or vetting that has run out, asks a colleague of the service to.

The colleague looks with the request as the reason, so that both stand in the record of looking, and writes the answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from agencies.belonging import practices_of, services_of, source_of
from agencies.models import MediatedLook, Service
from childindex import acts
from childindex.models import User
from registry.access.noting import context_of

LASTS = timedelta(hours=2)
KEPT = "agencies-mediating"


class CannotMediate(Exception):
    """Nothing was written; the text says why and what to do."""


def ask(*, service: Service, asked: str, by: User) -> MediatedLook:
    """Ask the colleagues of a service to look."""
    with acts.act(by=by, source=source_of(service), reason_code="look_asked_for", reason="Asked of a colleague"):
        return MediatedLook.objects.create(requester=by, service=service, asked=asked)


def asked_of(user: User) -> QuerySet[MediatedLook]:
    """What colleagues wait for: nobody's yet, or this person's own to answer."""
    found = MediatedLook.objects.filter(service__in=services_of(user), answered_at=None).exclude(requester=user)
    return found.select_related("requester", "service", "mediator")


def take(look: MediatedLook, request: HttpRequest) -> None:
    """Look for a colleague from now on, until it is answered. Raises CannotMediate where somebody else does."""
    by = context_of(request).user
    with acts.act(by=by, source=source_of(look.service), reason_code="look_mediated", reason="For a colleague"):
        held = MediatedLook.objects.select_for_update().get(pk=look.pk)
        if held.answered_at is not None or (held.mediator_id and held.mediator_id != by.pk):
            raise CannotMediate("Somebody else has taken this meanwhile. Look at your notices again.")
        held.mediator, held.taken_at = by, held.taken_at or timezone.now()
        held.save()
    request.session[KEPT] = [look.pk, timezone.now().isoformat()]


def answer(look: MediatedLook, *, said: str, request: HttpRequest) -> None:
    """Write down what the colleague was told. Raises CannotMediate unless one has taken it oneself."""
    by = context_of(request).user
    with acts.act(by=by, source=source_of(look.service), reason_code="look_mediated", reason="Answered a colleague"):
        held = MediatedLook.objects.select_for_update().get(pk=look.pk)
        if held.mediator_id != by.pk or held.answered_at is not None:
            raise CannotMediate("This is not yours to answer, or has been answered. Look at your notices again.")
        held.answered_at, held.answer = timezone.now(), said
        held.save()
    request.session.pop(KEPT, None)


def under_way(request: HttpRequest) -> MediatedLook | None:
    """The request of a colleague's with which this person looks now, if there is one."""
    kept = request.session.get(KEPT)
    if not kept or datetime.fromisoformat(kept[1]) + LASTS < timezone.now():
        return None
    by = context_of(request).user
    found = MediatedLook.objects.filter(pk=kept[0], mediator=by, answered_at=None).select_related("requester")
    return found.first() if practices_of(by).exists() else None


def note_purpose(request: HttpRequest) -> str:
    """For whom this person looks, kept with whatever is looked at; nothing where it is for themselves."""
    look = under_way(request)
    if look is None:
        return ""
    context = context_of(request)
    context.purpose, context.case = f"For {look.requester}: {look.asked}", f"Mediated look {look.pk}"
    return context.purpose
