"""The forms of signing in, in the words of this site; what they check is django-allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as codes
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password

from childindex.models import User

NEW_PASSWORD_HINT = "At least 12 characters. Three words that only you would put together are easy to remember."
EMAIL = {"required": "Enter your email address.", "invalid": "Enter an email address, like name@example.gov.uk."}


class SignInForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phrase(self, "login", "Email address", required="Enter your email address.", invalid=EMAIL["invalid"])
        phrase(self, "password", "Password", required="Enter your password.")


class ReauthenticateForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phrase(self, "password", "Password", required="Enter your password.")


class ResetPasswordForm(account.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phrase(self, "email", "Email address", **EMAIL)


class ChangePasswordForm(account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phrase(self, "oldpassword", "Current password", required="Enter your current password.")
        _phrase_new_password(self)


class SetPasswordForm(account.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _phrase_new_password(self)


class ResetPasswordKeyForm(account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _phrase_new_password(self)


class CodeForm(codes.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _phrase_code(self, "Code from the app, or a recovery code")


class ConfirmWithCodeForm(codes.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _phrase_code(self, "Code from the app, or a recovery code")


class ActivateTOTPForm(AllauthActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _phrase_code(self, "Code that the app shows now")

    def secret_in_fours(self) -> str:
        """The key for typing into the app, which does not mind the spaces."""
        return " ".join(self.secret[place : place + 4] for place in range(0, len(self.secret), 4))


class AddPasskeyForm(AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phrase(self, "name", "Name for this passkey", hint="So that you can tell it from others.")
        alone = "The device then asks for your fingerprint, face or PIN each time."
        phrase(self, "passwordless", "Sign in with it alone, without the password", hint=alone)


class RenamePasskeyForm(EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phrase(self, "name", "Name for this passkey", required="Enter a name.")


class AcceptInvitationForm(forms.Form):
    """The password with which an invited person opens their account."""

    password = forms.CharField(
        label="Choose a password",
        help_text=NEW_PASSWORD_HINT,
        strip=False,
        error_messages={"required": "Enter a password."},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="The same password again",
        strip=False,
        error_messages={"required": "Enter the password again."},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]

    def clean(self) -> None:
        password, again = self.cleaned_data.get("password"), self.cleaned_data.get("again")
        if password and again and password != again:
            self.add_error("again", "The two passwords are not the same.")


def phrase(form: forms.Form, name: str, label: str, *, hint: str = "", **errors: str) -> None:
    """Give a field this site's words, and nothing in the box that disappears on typing."""
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)
    field.error_messages.update(errors)


def _phrase_new_password(form: forms.Form) -> None:
    phrase(form, "password1", "New password", hint=NEW_PASSWORD_HINT, required="Enter a new password.")
    phrase(form, "password2", "The same password again", required="Enter the new password again.")


def _phrase_code(form: forms.Form, label: str) -> None:
    phrase(form, "code", label, required="Enter the code.")
    form.fields["code"].widget.attrs.update({"autocomplete": "one-time-code", "class": "govuk-input--width-10"})
