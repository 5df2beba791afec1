"""Letters to people with accounts: a few sentences each, which name no child."""

from __future__ import annotations

from collections.abc import Mapping
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail

from childindex.models import User

CLOSING = "Sign in to see which. This letter names no child."


def write_to(lines: Mapping[User, list[str]], *, subject: str) -> tuple[int, int]:
    """Write to each; how many letters went, and how many could not."""
    sent = failed = 0
    for user, said in lines.items():
        try:
            send_mail(
                subject=f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}",
                message="\n\n".join([*said, CLOSING]),
                from_email=None,
                recipient_list=[user.email],
            )
            sent += 1
        except (SMTPException, OSError):
            failed += 1
    return sent, failed
