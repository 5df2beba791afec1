"""Asking for a shield: anybody who works with a family may; a custodian decides, and never on their own asking."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from childindex import acts
from childindex.models import Source, User
from childindex.models.users import UserState
from registry import conflicts
from registry.disclosure import Context
from registry.models import Child, Shield, ShieldRequest

ANSWERED_WITHIN = timedelta(days=1)
DECIDES = "manage_shields"


class CannotAsk(Exception):
    """Nothing was written; the text says why and what to do."""


def ask(child: Child, *, asked_for: str, ground: str, reached_by: str, site: str, by: User) -> ShieldRequest:
    """Ask that a child be shielded, and have custodians told at once. Raises CannotAsk where one has asked already."""
    _refuse_family(child.pk, by)
    with acts.act(by=by, source=Source.council(), reason_code="shield_asked_for", reason="Asked for"):
        Child.objects.in_lock_order().get(pk=child.pk)
        if ShieldRequest.objects.filter(child=child, asked_by=by, decided_at=None).exists():
            raise CannotAsk("You have asked for this already. The answer will stand among your requests.")
        due = timezone.localdate() + ANSWERED_WITHIN
        made = ShieldRequest.objects.create(
            child=child, asked_for=asked_for, ground=ground, reached_by=reached_by, asked_by=by, due_date=due
        )
    custodians = (one for one in User.objects.filter(state=UserState.ACTIVE) if one.may(DECIDES))
    _write(custodians, "A shield has been asked for", "Decide on it today.", made, site)
    return made


def _refuse_family(child_id: int, by: User) -> None:
    if closed := conflicts.closed_to(by, [child_id]):
        raise CannotAsk(closed)


def waiting() -> QuerySet[ShieldRequest]:
    """Requests that nobody has decided."""
    return ShieldRequest.objects.filter(decided_at=None)


def visible(to: Context) -> QuerySet[ShieldRequest]:
    """What this person may read of requests: custodians all, everybody else their own; none of their own family."""
    found = ShieldRequest.objects.select_related("asked_by", "decided_by").exclude(child__in=to.family)
    found = found.order_by("decided_at", "due_date", "pk")
    return found if to.may(DECIDES) else found.filter(asked_by=to.user.pk)


def agree(request: ShieldRequest, *, review_date: date, answer: str, site: str, by: User) -> None:
    """Shield the child from now on. Raises CannotAsk for one's own request, or one that is decided."""
    _decide(request, agreed_until=review_date, answer=answer, site=site, by=by)


def refuse(request: ShieldRequest, *, answer: str, site: str, by: User) -> None:
    """Decide against a shield. Raises CannotAsk as `agree` does."""
    _decide(request, agreed_until=None, answer=answer, site=site, by=by)


def _decide(request: ShieldRequest, *, agreed_until: date | None, answer: str, site: str, by: User) -> None:
    if request.asked_by_id == by.pk:
        raise CannotAsk("Another custodian has to decide this: it is your own request.")
    _refuse_family(request.child_id, by)
    with acts.act(by=by, source=Source.council(), reason_code="shield_decided", reason="Decided"):
        held = ShieldRequest.objects.select_for_update().get(pk=request.pk)
        if held.decided_at is not None:
            raise CannotAsk("Somebody has decided this already. Look at the list again.")
        if agreed_until:
            _shield(held, agreed_until)
            held.is_agreed = True
        held.decided_at, held.decided_by, held.answer = timezone.now(), by, answer
        held.save()
    _write([request.asked_by], "The shield that you asked for is decided", "Sign in to read it.", held, site)


def _shield(request: ShieldRequest, until: date) -> None:
    """Shield the child, and not a second time where somebody has."""
    today = timezone.localdate()
    Child.objects.in_lock_order().get(pk=request.child_id)
    if not Shield.objects.in_force(today).filter(child=request.child_id).exists():
        Shield.objects.create(child_id=request.child_id, from_date=today, review_date=until, ground=request.ground)


def _write(people: Iterable[User], subject: str, todo: str, request: ShieldRequest, site: str) -> None:
    """A letter that names no child. The list shows it, whatever becomes of the letter."""
    link = site + reverse("registry:shield_request", args=[request.pk])
    text = f"{todo}\n\n{link}\n\nThis letter names no child."
    letter = EmailMessage(
        f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}", text, settings.DEFAULT_FROM_EMAIL,
        bcc=[one.email for one in people],
    )  # fmt: skip
    transaction.on_commit(lambda: _send(letter))


def _send(letter: EmailMessage) -> None:
    try:
        letter.send()
    except (SMTPException, OSError):
        return
