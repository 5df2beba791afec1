"""What looks like probing, told to information governance at once: as a pattern of today, and by letter."""

from __future__ import annotations

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from agencies import patterns
from agencies.models.reviews import PatternKind
from agencies.overriding import GOVERNANCE
from childindex.models import User
from registry.probing import alerts
from registry.probing.finding import Found


def register() -> None:
    alerts.register(tell)


def tell(kind: str, by: User, evidence: str) -> None:
    """Raise a pattern of today, and write to governance where it was not raised before. The letter names nobody."""
    if patterns.raise_found(timezone.localdate(), [Found(kind, by.pk, evidence)]):
        transaction.on_commit(lambda: _write(PatternKind(kind), evidence))


def _write(kind: PatternKind, evidence: str) -> None:
    people = [user for user in User.objects.active() if user.may(GOVERNANCE)]
    letter = EmailMessage(
        f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}somebody may be probing the index",
        f"{kind.label}: {evidence}.\n\nSign in and look at Patterns to see whose it is. This letter names nobody.",
        settings.DEFAULT_FROM_EMAIL,
        bcc=[one.email for one in people],
    )
    try:
        letter.send()
    except (SMTPException, OSError):
        return  # the list of patterns shows it, whatever becomes of the letter
