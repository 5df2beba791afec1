"""Looking behind a shield by override: named people, a reason, one look, and a review that must be answered.

Who may override is asked for by one person and approved by another (`childindex.accounts.approvals`).
"""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from agencies import roles
from agencies.belonging import practices_of, source_of
from agencies.models import Override, Practitioner
from childindex import acts
from childindex.accounts import approvals
from childindex.accounts.changes import CannotChange
from childindex.models import Approval, Source, User
from childindex.models.users import UserState
from registry import conflicts
from registry.models import Child

REVIEWED_WITHIN = timedelta(days=5)
GOVERNANCE = "read_access_log"
KIND = "override"


class CannotReview(Exception):
    """Nothing was written; the text says why."""


def right_of(user: User) -> Practitioner | None:
    """The work by which somebody may override a shield, where one of theirs gives them the right."""
    return practices_of(user).filter(may_override=True).first()


def ask_for_right(practice: Practitioner, *, reason: str, by: User) -> Approval:
    """Ask that somebody may override shields for a service. Raises CannotChange."""
    if practice.may_override:
        raise CannotChange("That is how it is already.")
    details = {"practitioner": practice.pk, "service": str(practice.service)}
    return approvals.ask(KIND, user=practice.user, details=details, reason=reason, by=by)


def waiting_for_right() -> set[int]:
    """Ids of the accounts for which it is asked, and not decided yet."""
    waiting = Approval.objects.waiting().filter(kind=KIND)
    return {pk for pk in waiting.values_list("user_id", flat=True) if pk is not None}


def take_right(practice: Practitioner, *, by: User) -> None:
    """Somebody may not override shields any more. Nobody has to approve that."""
    _set_right(practice, False, by=by, reason=f"{practice.user} may not override a shield any more.")


def _set_right(practice: Practitioner, may: bool, *, by: User, reason: str) -> None:
    with acts.act(by=by, source=Source.council(), reason_code="override_right", reason=reason[:200]):
        practice.may_override = may
        practice.save()


def _give_right(approval: Approval, site: str) -> None:
    practice = Practitioner.objects.select_for_update(of=["self"]).filter(pk=approval.details["practitioner"]).first()
    if practice is None or practice.ended_on is not None:
        raise CannotChange("They do not work for the service any more. Refuse this.")
    _set_right(practice, True, by=approval.asked_by, reason=approvals.history_of(approval))


def _says(approval: Approval) -> str:
    return f"override shields, for {approval.details['service']}"


approvals.register(approvals.Kind(KIND, roles.SET_UP, _says, _give_right))


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
