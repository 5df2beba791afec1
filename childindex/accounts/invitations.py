"""Inviting somebody: a letter with a link that works once, for one account, for a few days.

The link carries a signed text and nothing is stored: it stops working when it is used, when the person is invited
again, when the account is suspended or closed, and after `INVITATION_DAYS`.
"""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from childindex.accounts.changes import changing
from childindex.models import User
from childindex.models.users import UserState

SALT = "childindex.invitation"


class InvitationNotValid(Exception):
    """A link that no longer opens an account."""


def token_for(user: User) -> str:
    assert user.invited_at is not None
    return signing.dumps([user.pk, user.invited_at.timestamp()], salt=SALT)


def invited_by(token: str) -> User:
    """The account that the link opens. Raises InvitationNotValid, whatever the cause, with the same words."""
    refusal = InvitationNotValid("This invitation can no longer be used. Ask whoever invited you to send another.")
    try:
        pk, invited_at = signing.loads(token, salt=SALT, max_age=timedelta(days=settings.INVITATION_DAYS))
    except signing.BadSignature as error:
        raise refusal from error
    user = User.objects.filter(pk=pk, state=UserState.INVITED).first()
    if user is None or user.invited_at is None or user.invited_at.timestamp() != invited_at:
        raise refusal
    return user


def path_for(user: User) -> str:
    return reverse("accept_invitation", args=[token_for(user)])


def send(user: User, *, site: str, by: User | None, place: str = "") -> None:
    """Write to the invited person. `site` is the address of this installation, such as https://index.example.org.

    `place` says what of a school or service they are invited to.
    """
    context = {"user": user, "by": by, "place": place, "link": site + path_for(user), "days": settings.INVITATION_DAYS}
    send_mail(
        subject=f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}your account",
        message=render_to_string("accounts/email/invitation.txt", context),
        from_email=None,
        recipient_list=[user.email],
    )


def accept(user: User, *, password: str | None) -> User:
    """Make an invited account active, with the password its owner chose (none when they sign in through a provider).

    Having followed the link, or having come from a provider that vouches for it, shows that the address is theirs.
    """
    how = "Accepted the invitation" if password else "Accepted the invitation by signing in through a provider"
    with changing(by=user, reason=how):
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.state != UserState.INVITED:
            raise InvitationNotValid("This account is not waiting for anyone to accept it.")
        user.set_password(password)
        user.become(UserState.ACTIVE, by=user, reason=how)
        user.save()
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user
