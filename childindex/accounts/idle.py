"""Accounts that nobody has used for long: their owner shows by email that the address is still theirs, and goes on.

Nobody is locked out: the letter goes at once to the address of the account, and its link works once. Rooms above may
excuse somebody for a while, such as a school in the days around its return.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from childindex.models import User
from childindex.models.users import UserState

SALT = "childindex.still_here"
LINK_HOURS = 24
Excuse = Callable[[User], bool]
_excuses: list[Excuse] = []


class LinkNotValid(Exception):
    """A link that does not work any more."""


def register_excuse(excuse: Excuse) -> None:
    """Put the letter off for those of whom this is true."""
    _excuses.append(excuse)


def is_idle(user: User) -> bool:
    """Whether the account was not signed in to for so long that its owner is asked. One never used is not idle."""
    if user.last_login is None or timezone.now() - user.last_login < timedelta(days=settings.IDLE_DAYS):
        return False
    return not any(excuse(user) for excuse in _excuses)


def write(user: User, *, site: str) -> None:
    """Send the letter. Its link ends with the next sign-in, or after a day."""
    assert user.last_login is not None
    token = signing.dumps([user.pk, user.last_login.timestamp()], salt=SALT)
    context = {"user": user, "link": site + reverse("still_here", args=[token]), "hours": LINK_HOURS}
    send_mail(
        subject=f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}sign in again",
        message=render_to_string("accounts/email/still_here.txt", context),
        from_email=None,
        recipient_list=[user.email],
    )


def owner_of(token: str) -> User:
    """Whose link this is. Raises LinkNotValid, whatever the cause, with the same words."""
    refusal = LinkNotValid("This link does not work any more. Sign in, and another is sent to you.")
    try:
        pk, last_login = signing.loads(token, salt=SALT, max_age=timedelta(hours=LINK_HOURS))
    except signing.BadSignature as error:
        raise refusal from error
    user = User.objects.filter(pk=pk, state=UserState.ACTIVE).first()
    if user is None or user.last_login is None or user.last_login.timestamp() != last_login:
        raise refusal
    return user


def wake(user: User) -> None:
    """The owner has answered: the account counts as used now."""
    user.last_login = timezone.now()
    user.save(update_fields=["last_login"])
