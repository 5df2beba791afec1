"""Whether somebody has shown, or can show, more than a password."""

from __future__ import annotations

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from childindex.models import User

SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_second_factor(user: User) -> bool:
    """Whether an authenticator app or a passkey is set up; recovery codes alone are not a second factor."""
    return Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists()


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether the person signed in has yet to set one up, and no provider has asked them for one instead."""
    assert isinstance(request.user, User)
    return not has_second_factor(request.user) and not _asked_by_provider(request)


def _asked_by_provider(request: HttpRequest) -> bool:
    """Signed in through a provider that is declared to ask for a second factor itself."""
    trusted = {app["provider_id"] for app in settings.OPENID_CONNECT_APPS if app["settings"].get("second_factor")}
    return any(record.get("provider") in trusted for record in get_authentication_records(request, request.user))
