"""Looking behind a shield by override: named people, a reason, one look, and a review that must be answered."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from agencies.belonging import practices_of, source_of
from agencies.models import Override, Practitioner
from childindex import acts
from childindex.models import Source, User
from childindex.models.users import UserState
from registry import conflicts
from registry.models import Child

REVIEWED_WITHIN = timedelta(days=5)
GOVERNANCE = "read_access_log"


class CannotReview(Exception):
    """Nothing was written; the text says why."""


def right_of(user: User) -> Practitioner | None:
    """The work by which somebody may override a shield, where one of theirs gives them the right."""
    return practices_of(user).filter(may_override=True).first()


def override(child: Child, *, practice: Practitioner, reason: str, site: str, by: User) -> Override:
    """Write down an override, and alert information governance at once. The letter names no child.

    One of somebody's own child is written down too, since they asked for it; they are shown nothing.
    """
    with acts.act(by=by, source=source_of(practice.service), reason_code="overridden", reason=reason[:200]):
        made = Override.objects.create(
            child=child, service=practice.service, by=by, reason=reason, due_date=timezone.localdate() + REVIEWED_WITHIN
        )
    transaction.on_commit(lambda: _alert(made, site))
    return made


def _alert(made: Override, site: str) -> None:
    people = [user for user in User.objects.filter(state=UserState.ACTIVE) if user.may(GOVERNANCE)]
    link = site + reverse("agencies:override_review", args=[made.pk])
    text = render_to_string("agencies/override.txt", {"override": made, "link": link})
    letter = EmailMessage(
        "A shield was overridden", text, settings.DEFAULT_FROM_EMAIL, bcc=[one.email for one in people]
    )
    try:
        letter.send()
    except (SMTPException, OSError):
        return  # the list of overrides shows it, whatever becomes of the letter


def review(override: Override, *, finding: str, words: str, by: User) -> None:
    """Say what is found of an override. Raises CannotReview for one's own, of one's family, or where somebody has."""
    if closed := conflicts.closed_to(by, [override.child_id]):
        raise CannotReview(closed)
    if override.by_id == by.pk:
        raise CannotReview("Somebody else has to review this: it is your own.")
    with acts.act(by=by, source=Source.council(), reason_code="override_reviewed", reason=finding):
        held = Override.objects.select_for_update().get(pk=override.pk)
        if held.reviewed_at is not None:
            raise CannotReview("Somebody has reviewed this already. Look at the list again.")
        held.reviewed_at, held.reviewed_by, held.finding, held.finding_words = timezone.now(), by, finding, words
        held.save()
