"""Looking after accounts: inviting, suspending, closing, and what each may do.

Every deed names who does it and why, and is refused to anyone who may not manage accounts. Nobody changes an account
of their own: not its role, not its limits, not its review dates. Suspending, closing and resetting end every sign-in at
once. `by=None` stands for the installation itself, which is how the first account comes to be.

What lets somebody see behind shields, or give that right, needs a second person, `approved_by`; taking it away does
not. `childindex.accounts.approvals` is how one is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from allauth.mfa.models import Authenticator
from django.utils import timezone

from childindex import roles
from childindex.accounts.changes import CannotChange, changing
from childindex.accounts.sessions import end_sessions
from childindex.models import User
from childindex.models.users import UserState


def invite(
    *,
    email: str,
    full_name: str,
    role: str,
    reason: str,
    by: User | None,
    custodian: bool = False,
    training_review_date: date | None = None,
    vetting_review_date: date | None = None,
    is_vouched_for: bool = False,
    approved_by: User | None = None,
) -> User:
    """A new account that opens when its owner accepts. Raises CannotChange if the address has one already.

    `is_vouched_for` where the caller has made sure that `by` may invite in this role, as a head may at a school.
    """
    if not is_vouched_for:
        _may_manage(by)
    _is_registered(role)
    if custodian or roles.is_guarded(role):
        _has_second_person(by, approved_by)
    refuse_a_known_address(email)
    with changing(by=by, reason=reason):
        return User.objects.create_user(
            email,
            full_name=full_name,
            role=role,
            custodian=custodian,
            state=UserState.INVITED,
            state_by=by,
            state_reason=reason,
            invited_at=timezone.now(),
            training_review_date=training_review_date,
            vetting_review_date=vetting_review_date,
        )


def who_may(permission: str) -> list[User]:
    """Everybody who may do `permission` now by their role."""
    holding = [role.code for role in roles.everyone() if permission in role.permissions]
    return [user for user in User.objects.active().filter(role__in=holding) if user.may(permission)]


def refuse_a_known_address(email: str) -> None:
    """Raise CannotChange where the address has an account. Only for those who may see all accounts anyway."""
    if User.objects.filter(email=email.strip()).exists():
        raise CannotChange("There is already an account with this email address.")


def renew_invitation(user: User, *, by: User, reason: str) -> User:
    """Make a new link for an invited person, on the word of somebody who may invite them."""
    with changing(by=by, reason=reason):
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.state != UserState.INVITED:
            raise CannotChange("This account has been accepted already.")
        user.invited_at = timezone.now()
        user.save()
    return user


def deed(change: Callable[..., None]) -> Callable[..., User]:
    """Make of `change(user, **what)` a deed on one account: permitted, locked, recorded with who and why, and saved."""

    @wraps(change)
    def done(user: User, *, by: User | None, reason: str, **what: Any) -> User:
        _may_manage(by)
        if by == user:
            raise CannotChange("You cannot change your own account. Ask another data manager.")
        with changing(by=by, reason=reason):
            user = User.objects.select_for_update().get(pk=user.pk)
            if user.state == UserState.CLOSED:
                raise CannotChange("This account is closed. Invite the person again under another address.")
            change(user, by=by, reason=reason.strip(), **what)
            user.save()
        return user

    return done


@deed
def invite_again(user: User, *, by: User | None, reason: str) -> None:
    """Make a new link; the one sent before stops working."""
    if user.state != UserState.INVITED:
        raise CannotChange("This account has been accepted already.")
    user.invited_at = timezone.now()


@deed
def suspend(user: User, *, by: User | None, reason: str) -> None:
    """Stop an account for a while. Whoever is signed in with it is signed out."""
    if user.state == UserState.SUSPENDED:
        raise CannotChange("This account is suspended already.")
    user.become(UserState.SUSPENDED, by=by, reason=reason)
    end_sessions(user)


@deed
def resume(user: User, *, by: User | None, reason: str) -> None:
    """Open a suspended account again; one that was never accepted is invited as before.

    Whoever was a custodian is one no more: that is asked for anew, as a second person has to agree.
    """
    if user.state != UserState.SUSPENDED:
        raise CannotChange("This account is not suspended.")
    accepted = user.has_usable_password() or user.last_login is not None
    user.become(UserState.ACTIVE if accepted else UserState.INVITED, by=by, reason=reason)
    user.custodian = False


@deed
def close(user: User, *, by: User | None, reason: str) -> None:
    """End an account for good, with its password and second factor. What it did stays recorded."""
    user.become(UserState.CLOSED, by=by, reason=reason)
    user.set_unusable_password()
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user)


@deed
def change_role(user: User, *, role: str, by: User | None, reason: str, approved_by: User | None = None) -> None:
    _is_registered(role)
    if user.role == role:
        raise CannotChange(f"The role is {roles.label(role)} already.")
    if roles.is_guarded(role):
        _has_second_person(by, approved_by)
    user.role = role


@deed
def set_custodian(
    user: User, *, custodian: bool, by: User | None, reason: str, approved_by: User | None = None
) -> None:
    """Let somebody see behind shields, or stop letting them."""
    if user.custodian == custodian:
        raise CannotChange("That is how it is already.")
    if custodian:
        _has_second_person(by, approved_by)
    user.custodian = custodian


@deed
def set_review_dates(
    user: User, *, training_review_date: date | None, vetting_review_date: date | None, by: User | None, reason: str
) -> None:
    user.training_review_date = training_review_date
    user.vetting_review_date = vetting_review_date


@deed
def reset_second_factor(user: User, *, by: User | None, reason: str) -> None:
    """Forget the authenticator app, passkeys and recovery codes of somebody who has lost them."""
    found, _ = Authenticator.objects.filter(user=user).delete()
    if not found:
        raise CannotChange("No second factor is set up for this account.")
    user.second_factor_reset_at = timezone.now()
    end_sessions(user)


def _may_manage(by: User | None) -> None:
    if by is not None and not by.may("manage_users"):
        raise CannotChange("Only a data manager may look after accounts.")


def _has_second_person(by: User | None, approved_by: User | None) -> None:
    """The installation itself needs none: whoever has its command line has everything."""
    if by is None:
        return
    if approved_by is None or approved_by == by or not approved_by.may("approve_rights"):
        raise CannotChange("Another data manager, or information governance, has to approve this first.")


def _is_registered(role: str) -> None:
    if role not in {known.code for known in roles.everyone()}:
        raise CannotChange("Choose a role from the list.")
