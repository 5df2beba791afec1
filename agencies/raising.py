"""Causes for concern: raised, told to whom the raiser chose and to the duty list, acknowledged, closed.

A concern is not a referral, and an index is no case file: the basis is a few words. Services that the raiser leaves
out are not told, and neither is anybody of the family.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from agencies.belonging import services_of, source_of
from agencies.models import Concern, ConcernAudience, ConcernKind, Practitioner, Service
from agencies.roles import CONCERN
from childindex import acts, jobs, words
from childindex.models import Source, User
from childindex.models.users import UserState
from registry import conflicts
from registry.disclosure import Context
from registry.models import Child

KIND = "tell_of_a_concern"
REVIEWED_WITHIN = timedelta(days=90)


class CannotRaise(Exception):
    """Nothing was written; the text says why and what to do."""


@dataclass(frozen=True)
class Raised:
    """What somebody is concerned about, and who is to be told."""

    kind: ConcernKind
    basis: str
    review_date: date
    audience: tuple[int, ...]


def duty_list() -> QuerySet[Service]:
    """The services that are told of every concern."""
    return Service.objects.filter(hears_concerns=True, is_active=True)


def raise_concern(child: Child, said: Raised, *, service: Service, site: str, by: User) -> Concern:
    """Raise a cause for concern, and have those chosen told at once. Raises CannotRaise."""
    _refuse_family(child.pk, by)
    today = timezone.localdate()
    if not today <= said.review_date <= today + REVIEWED_WITHIN:
        raise CannotRaise(f"Look at it again within {REVIEWED_WITHIN.days} days: give an earlier review date.")
    reason = f"Raised by {service}"[:200]
    with acts.act(by=by, source=source_of(service), reason_code="concern_raised", reason=reason):
        Child.objects.in_lock_order().get(pk=child.pk)
        concern = Concern.objects.create(
            child=child, kind=said.kind, basis=said.basis, service=service, raised_by=by, review_date=said.review_date
        )
        told = Service.objects.filter(Q(pk__in=said.audience) | Q(pk__in=duty_list()), is_active=True)
        ConcernAudience.objects.bulk_create(ConcernAudience(concern=concern, service=one) for one in told)
    jobs.ask(KIND, subject=f"concern:{concern.pk}", by=by, arguments={"site": site})
    return concern


def _refuse_family(child_id: int, by: User) -> None:
    if closed := conflicts.closed_to(by, [child_id]):
        raise CannotRaise(closed)


def visible(to: Context, *, closed: bool = False) -> QuerySet[Concern]:
    """The concerns that whoever asks may read: their services' own, those they were told of, and all to custodians.

    A closed one is read by whoever raised it, and by custodians.
    """
    found = Concern.objects.select_related("kind", "service", "raised_by").prefetch_related("audience__service")
    found = found.filter(closed_at=None) if not closed else found.exclude(closed_at=None)
    found = found.exclude(child__in=to.family) if to.family else found
    if to.may_see_shielded:
        return found
    if not to.may(CONCERN):
        return found.none()
    own = services_of(to.user)
    readable = Q(service__in=own)
    if not closed:
        readable |= Q(pk__in=ConcernAudience.objects.filter(service__in=own).values("concern"))
    return found.filter(readable)


def acknowledge(concern: Concern, *, by: User) -> int:
    """Say for one's own services that the concern is known of; for how many of them it was not said before."""
    _refuse_family(concern.child_id, by)
    own = services_of(by)
    waiting = ConcernAudience.objects.filter(concern=concern, service__in=own, acknowledged_at=None)
    first = waiting.select_related("service").first()
    if first is None:
        return 0
    with acts.act(by=by, source=source_of(first.service), reason_code="concern_acknowledged", reason=str(concern.kind)):
        return waiting.update(acknowledged_at=timezone.now(), acknowledged_by=by)


def may_close(concern: Concern, to: Context) -> bool:
    """Whoever raised it closes it, or somebody who was told; or a custodian."""
    if to.may_see_shielded:
        return True
    own = services_of(to.user)
    return concern.service_id in own or any(one.service_id in own for one in concern.audience.all())


def close(concern: Concern, *, outcome: str, how: str, source: Source, by: User) -> None:
    """Close a concern with what became of it. Raises CannotRaise where it has been closed."""
    _refuse_family(concern.child_id, by)
    with acts.act(by=by, source=source, reason_code="concern_closed", reason=str(concern.kind)):
        held = Concern.objects.select_for_update().get(pk=concern.pk)
        if held.closed_at is not None:
            raise CannotRaise(f"It was closed on {words.day(timezone.localdate(held.closed_at))} already.")
        held.closed_at, held.closed_by, held.outcome, held.closed_how = timezone.now(), by, outcome, how
        held.save()


def addresses_of(service_ids: Collection[int]) -> dict[int, list[str]]:
    """Where each service is written to: its own address, and its people's."""
    found: dict[int, list[str]] = {pk: [] for pk in service_ids}
    for service in Service.objects.filter(pk__in=service_ids).exclude(email=""):
        found[service.pk].append(service.email)
    people = Practitioner.objects.filter(service__in=service_ids, ended_on=None, is_suspended=False)
    for service_id, email in people.filter(user__state=UserState.ACTIVE).values_list("service_id", "user__email"):
        found[service_id].append(email)
    return {pk: list(dict.fromkeys(emails)) for pk, emails in found.items()}


def told(result: dict[str, Any]) -> str:
    """What came of telling, in a sentence."""
    sent = f"{words.sentence(words.count(result['sent'], 'service'))} written to."
    failed = result["failed"]
    return f"{sent} {words.sentence(words.count(failed, 'service'))} could not be." if failed else sent


@jobs.kind(KIND, label="Telling of a cause for concern", permission=CONCERN, page="agencies:concern", tells=told)
def tell(running: jobs.Running) -> dict[str, int]:
    """Write to each service that is told; who cannot be written to is noted, and the others go on."""
    number = int(running.job.subject.partition(":")[2])
    waiting = list(ConcernAudience.objects.filter(concern=number, told_at=None).select_related("service", "concern"))
    addresses = addresses_of([one.service_id for one in waiting])
    running.say("Writing", total=len(waiting), unit="services")
    result = {"sent": 0, "failed": 0}
    for done, one in enumerate(waiting, start=1):
        failure = _send(one, addresses[one.service_id], running.job.arguments["site"])
        with acts.act(by=running.job.by, source=Source.council(), reason_code="concern_told", reason="By email"):
            one.told_at, one.failure = (None if failure else timezone.now()), failure
            one.save(update_fields=["told_at", "failure"])
        result["failed" if failure else "sent"] += 1
        running.advance(done)
    return result


def _send(one: ConcernAudience, to: list[str], site: str) -> str:
    """Why a service could not be written to; nothing where it was. The letter names no child."""
    if not to:
        return "It has no email address, and none of its people has an account. Ring it."
    link = site + reverse("agencies:concern", args=[one.concern_id])
    text = render_to_string("agencies/concern.txt", {"service": one.service, "link": link})
    letter = EmailMessage("A cause for concern has been raised", text, settings.DEFAULT_FROM_EMAIL, bcc=to)
    try:
        letter.send()
    except (SMTPException, OSError) as fault:
        return f"The letter could not be sent: {fault}"[:300]
    return ""
