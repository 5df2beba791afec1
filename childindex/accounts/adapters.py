"""What this installation wants of django-allauth: accounts by invitation alone, and secrets kept encrypted."""

from __future__ import annotations

import base64
import time
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlencode
from qrcode.image.svg import SvgPathImage

from childindex.accounts import attempts, idle, offers
from childindex.accounts.second_factor import SECOND_FACTORS, has_second_factor
from childindex.models import User
from childindex.models.users import UserState


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The email address or the password is not right. Check both and try again.",
        "too_many_login_attempts": "Too many attempts. Wait 15 minutes, or choose a new password.",
        "slow_down": "Many attempts to sign in have failed where you are. Wait a few seconds, then try again.",
        "enter_current_password": "The current password is not right.",
        "incorrect_password": "The password is not right.",
        "incorrect_code": "The code is not right. Enter the code that the app shows now.",
        "rate_limited": "Too many attempts. Wait a few minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has just signed in has just shown who they are, and is not asked for the password again."""
        now = time.time()
        records = get_authentication_records(context.request, context.request.user)
        recent = any(now - record["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for record in records)
        return not recent and super().is_reauthentication_required(app=app)

    def set_password(self, user: User, password: str) -> None:
        user.set_password(password)
        user.save(update_fields=["password"])
        attempts.forget(context.request, user.email)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Instead of allauth's own counting, by which ten failures behind one address shut out everybody there."""
        try:
            self.attempt = attempts.begin(request, credentials.get("email", ""))
        except attempts.TooMany as refusal:
            raise self.validation_error(refusal.code) from refusal

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Only failures count."""
        user = super().authenticate(request, **credentials)
        if user is not None:
            self.attempt.uncount()
        return user

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("my_account")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say only what was done to the account: that somebody has just signed in or out is plain to see."""
        if kwargs.get("message_template", "").endswith(("logged_in.txt", "logged_out.txt")):
            return
        if len(args) > 2 and str(args[2]).endswith(("logged_in.txt", "logged_out.txt")):
            return
        super().add_message(*args, **kwargs)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Ask the owner of an account that was idle for long, by email, before anybody is signed in to it."""
        if idle.is_idle(user):
            idle.write(user, site=f"{request.scheme}://{request.get_host()}")
            return render(request, "accounts/still_here.html")
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Offer a second factor to somebody who has none, where it is not required (middleware sees to that)."""
        response = super().post_login(request, user, **kwargs)
        if settings.SECOND_FACTOR_REQUIRED or has_second_factor(user) or not response.has_header("Location"):
            return response
        return HttpResponseRedirect(f"{reverse('second_factor')}?{urlencode({'next': response['Location']})}")


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Sign-in through a provider opens accounts that somebody was invited to, and never makes one."""

    error_messages = DefaultSocialAccountAdapter.error_messages

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Match by verified address, and count an invited person's first sign-in as accepting the invitation."""
        user = sociallogin.user if sociallogin.is_existing else None
        if not isinstance(user, User):
            raise ImmediateHttpResponse(render(request, "account/signup_closed.html", status=403))
        if user.state == UserState.INVITED:
            sociallogin.user = offers.open_account(user, password=None)


class MFAAdapter(DefaultMFAAdapter):
    """Second factors, with the shared secret of authenticator apps encrypted at rest."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "The code is not right. Enter the code that the app shows now.",
        "cannot_delete_authenticator": "Set up another second factor before you remove this one.",
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return "Child Index"

    def build_totp_svg(self, url: str) -> str:
        """The QR code as an SVG element to stand in the page, because the security policy refuses data addresses."""
        return qrcode.make(url, image_factory=SvgPathImage).to_string().decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Where a second factor is required, the last one stays."""
        if not settings.SECOND_FACTOR_REQUIRED or authenticator.type not in SECOND_FACTORS:
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=SECOND_FACTORS)
        return others.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        return f"Passkey {Authenticator.objects.filter(user=user, type=type).count() + 1}"


def _cipher() -> MultiFernet:
    """Keys derived from SECRET_KEY and, while it is being changed, from its predecessors."""
    return MultiFernet([Fernet(_key(secret)) for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]])


def _key(secret: str | bytes) -> bytes:
    purpose = b"childindex second factor"
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(force_bytes(secret))
    return base64.urlsafe_b64encode(derived)
