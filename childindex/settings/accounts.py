"""Signing in: with what, for how long, and through whom."""

import json
import os
from datetime import timedelta
from typing import Any

from django.core.exceptions import ImproperlyConfigured

# Required unless a settings module says otherwise; the demonstration offers it and lets people go on without.
SECOND_FACTOR_REQUIRED = True

# True: overdue training or vetting withdraws every permission that shows children. False: it warns.
REFUSE_AFTER_REVIEW_DATE = os.environ.get("REFUSE_AFTER_REVIEW_DATE", "") == "1"

INVITATION_DAYS = 7
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=2).total_seconds())

SESSION_IDLE_SECONDS = int(os.environ.get("SESSION_IDLE_MINUTES", "30")) * 60
SESSION_LONGEST_SECONDS = int(os.environ.get("SESSION_LONGEST_HOURS", "10")) * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = SESSION_LONGEST_SECONDS + int(timedelta(hours=14).total_seconds())  # to say why, the day after

ACCOUNT_ADAPTER = "childindex.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the invitation has shown whose address it is
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Child Index: "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_FORMS = {
    "login": "childindex.accounts.forms.SignInForm",
    "reauthenticate": "childindex.accounts.forms.ReauthenticateForm",
    "change_password": "childindex.accounts.forms.ChangePasswordForm",
    "set_password": "childindex.accounts.forms.SetPasswordForm",
    "reset_password": "childindex.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "childindex.accounts.forms.ResetPasswordKeyForm",
}
# Attempts are counted in the cache, which all processes share. `login` holds off a flood of forms, more than a whole
# school sends in the morning; `login_failed` counts wrong codes of a second factor, by account.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "5/300s/key",
    "reset_password": "20/m/ip,5/m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
# How often signing in may fail (childindex/accounts/attempts.py). Past `address`, all of one try in turn, `slowed`.
SIGN_IN_LIMITS = {"pair": "5/5m/key", "account": "20/15m/key", "address": "100/10m/ip", "slowed": "1/2s/ip"}
# How many proxies of one's own stand in front, and so how far X-Forwarded-For is believed when attempts are counted.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES", "0"))

MFA_ADAPTER = "childindex.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "childindex.accounts.forms.CodeForm",
    "reauthenticate": "childindex.accounts.forms.ConfirmWithCodeForm",
    "activate_totp": "childindex.accounts.forms.ActivateTOTPForm",
    "add_webauthn": "childindex.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "childindex.accounts.forms.RenamePasskeyForm",
}

USERSESSIONS_TRACK_ACTIVITY = False

SOCIALACCOUNT_ADAPTER = "childindex.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form would be sent on to the provider, which the form-action policy refuses


def openid_connect_apps(text: str) -> list[dict[str, Any]]:
    """The providers that people may sign in through, from JSON: a list of objects with `id`, `name`, `server_url`,
    `client_id`, `secret` and, optionally, `second_factor` (true where the provider itself asks for one).

    Raises ImproperlyConfigured with a sentence that says what is missing.
    """
    try:
        providers = json.loads(text) if text.strip() else []
    except json.JSONDecodeError as error:
        raise ImproperlyConfigured(f"OPENID_CONNECT is not JSON: {error}.") from error
    return [_app(provider) for provider in providers]


def _app(provider: dict[str, Any]) -> dict[str, Any]:
    missing = sorted({"id", "name", "server_url", "client_id", "secret"} - provider.keys())
    if missing:
        raise ImproperlyConfigured(f"A provider in OPENID_CONNECT lacks {', '.join(missing)}.")
    return {
        "provider_id": provider["id"],
        "name": provider["name"],
        "client_id": provider["client_id"],
        "secret": provider["secret"],
        "settings": {
            "server_url": provider["server_url"],
            "second_factor": bool(provider.get("second_factor", False)),
            "oauth_pkce_enabled": True,
        },
    }


OPENID_CONNECT_APPS = openid_connect_apps(os.environ.get("OPENID_CONNECT", ""))
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": OPENID_CONNECT_APPS}}

# After how many days without a sign-in the owner of an account shows by email that it is still theirs.
IDLE_DAYS = 90
