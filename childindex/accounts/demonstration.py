"""One account per role for the demonstration, with a password that everybody may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils import timezone

from childindex import roles
from childindex.accounts.changes import changing
from childindex.models import User

PASSWORD = "lantern otter meadow"
NAMES = {
    "data_officer": "Olive Officer",
    "data_manager": "Morgan Manager",
    "information_governance": "Greta Governance",
}


class NotADemonstration(Exception):
    """Accounts with a known password were asked for where real children are."""


@dataclass(frozen=True)
class DemoAccount:
    """One account to sign in with, and what it is for."""

    email: str
    full_name: str
    role: str
    custodian: bool = False

    @property
    def label(self) -> str:
        also = ", custodian of the index team" if self.custodian else ""
        return roles.label(self.role) + also


def wanted() -> list[DemoAccount]:
    """One per registered role, and a data officer who is a custodian besides."""
    accounts = [
        DemoAccount(_address(role.code), NAMES.get(role.code, f"Demo {role.label}"), role.code)
        for role in roles.everyone()
    ]
    custodian = DemoAccount("custodian@example.org", "Casey Custodian", "data_officer", custodian=True)
    return [*accounts, custodian]


def create() -> list[DemoAccount]:
    """Make whichever of them are missing; those that are there keep what was done to them since.

    Raises NotADemonstration outside the demonstration's settings.
    """
    if not settings.DEMONSTRATION:
        raise NotADemonstration("Accounts with a known password are made only in the demonstration.")
    missing = [one for one in wanted() if not User.objects.filter(email=one.email).exists()]
    for one in missing:
        _create(one)
    return wanted()


def _create(one: DemoAccount) -> None:
    review = timezone.localdate() + timedelta(days=365)
    with changing(by=None, reason="Made for the demonstration"):
        user = User.objects.create_user(
            one.email,
            PASSWORD,
            full_name=one.full_name,
            role=one.role,
            custodian=one.custodian,
            training_review_date=review,
            vetting_review_date=review,
        )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def _address(role: str) -> str:
    return f"{role.replace('_', '-')}@example.org"
