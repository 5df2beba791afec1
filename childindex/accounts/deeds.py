"""What a data manager can do to an account: for each deed, what it is called, what it asks and what it does.

One page serves them all, so that every deed asks for its reason in the same place and says what it will do before it
does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from childindex import roles
from childindex.accounts import approvals, people
from childindex.accounts.second_factor import has_second_factor
from childindex.forms import DateField
from childindex.models import Approval, User
from childindex.models.users import UserState


class ReasonForm(forms.Form):
    """Why; asked of every deed."""

    reason = forms.CharField(
        label="Reason",
        help_text="Kept in the history of the account. No details about children.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        error_messages={"required": "Enter a reason."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "reason"])


class RoleSelect(forms.RadioSelect):
    """Roles with what each is for beneath its name."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "hint": roles.description(str(value))}


def role_choices() -> list[tuple[str, str]]:
    return [(role.code, role.label) for role in roles.everyone()]


def role_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Role",
        choices=role_choices,
        widget=RoleSelect,
        error_messages={"required": "Choose a role."},
    )


HINT = "Day, month and year"


def review_field(label: str) -> DateField:
    return DateField(label=label, required=False, noun="a review date", latest=_in_ten_years, help_text=HINT)


def _in_ten_years() -> date:
    return timezone.localdate() + timedelta(days=366 * 10)


class RoleForm(ReasonForm):
    role = role_field()


class CustodianForm(ReasonForm):
    custodian = forms.TypedChoiceField(
        label="May this person see what a shield hides?",
        choices=[("yes", "Yes, as a custodian of the index team"), ("no", "No")],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no."},
    )


class ReviewDatesForm(ReasonForm):
    training_review_date = review_field("Training to be reviewed by")
    vetting_review_date = review_field("Vetting to be reviewed by")


class InviteForm(ReasonForm):
    full_name = forms.CharField(
        label="Full name", max_length=120, error_messages={"required": "Enter the person's full name."}
    )
    email = forms.EmailField(
        label="Email address",
        help_text="Their own work address. The invitation goes there.",
        error_messages={
            "required": "Enter the person's email address.",
            "invalid": "Enter an email address, like name@example.gov.uk.",
        },
    )
    role = role_field()
    training_review_date = review_field("Training to be reviewed by (optional)")
    vetting_review_date = review_field("Vetting to be reviewed by (optional)")


@dataclass(frozen=True)
class Deed:
    """One thing that may be done to an account. `offered` says to which accounts; `done` tells it afterwards.

    A deed that needs a second person gives back what it asked to be approved.
    """

    code: str
    label: str
    explanation: str
    does: Callable[..., User | Approval]
    offered: Callable[[User], bool]
    done: str
    form: type[ReasonForm] = ReasonForm
    warning: bool = False
    answers: Callable[[User], dict[str, Any]] = field(default=lambda user: {})


def _is(*states: UserState) -> Callable[[User], bool]:
    return lambda user: user.state in states


def _dates(user: User) -> dict[str, date | None]:
    return {"training_review_date": user.training_review_date, "vetting_review_date": user.vetting_review_date}


INVITED, ACTIVE, SUSPENDED = UserState.INVITED, UserState.ACTIVE, UserState.SUSPENDED

DEEDS = {
    deed.code: deed
    for deed in [
        Deed(
            "invite",
            "Invite again",
            "A new invitation is sent by email. The link in the one before stops working.",
            people.invite_again,
            _is(INVITED),
            "The person is invited again, and the link sent before no longer works.",
        ),
        Deed(
            "role",
            "Change role",
            "The new role applies from the person's next page. One that gives rights over shields, such as data "
            "manager or information governance, waits until a second person has approved it.",
            approvals.change_role,
            _is(INVITED, ACTIVE, SUSPENDED),
            "The role has been changed.",
            form=RoleForm,
            answers=lambda user: {"role": user.role},
        ),
        Deed(
            "custodian",
            "Change custodian",
            "A custodian of the index team sees what a shield hides, and puts shields up and takes them down. To make "
            "somebody one, a second person approves it; to take it away, nobody else is needed.",
            approvals.set_custodian,
            _is(INVITED, ACTIVE, SUSPENDED),
            "Whether this person is a custodian has been changed.",
            form=CustodianForm,
            answers=lambda user: {"custodian": "yes" if user.custodian else "no"},
        ),
        Deed(
            "reviews",
            "Change review dates",
            "When the person's training and vetting are next to be reviewed. Leave a date empty if there is none.",
            people.set_review_dates,
            _is(INVITED, ACTIVE, SUSPENDED),
            "The review dates have been changed.",
            form=ReviewDatesForm,
            answers=_dates,
        ),
        Deed(
            "second-factor",
            "Reset second factor",
            "Their authenticator app, passkeys and recovery codes stop working and they are signed out everywhere. "
            "Make sure that it is really they who ask.",
            people.reset_second_factor,
            has_second_factor,
            "The second factor has been reset.",
            warning=True,
        ),
        Deed(
            "suspend",
            "Suspend",
            "The person is signed out everywhere at once and cannot sign in until the account is resumed.",
            people.suspend,
            _is(INVITED, ACTIVE),
            "The account is suspended.",
            warning=True,
        ),
        Deed(
            "resume",
            "Resume",
            "The person can sign in again with the password they had. A custodian comes back without that right:"
            " ask for it again.",
            people.resume,
            _is(SUSPENDED),
            "The account is open again.",
        ),
        Deed(
            "close",
            "Close",
            "The person is signed out everywhere at once and can never sign in again. What they did stays recorded. "
            "A closed account cannot be opened again.",
            people.close,
            _is(INVITED, ACTIVE, SUSPENDED),
            "The account is closed.",
            warning=True,
        ),
    ]
}


def offered_for(user: User, *, to: User) -> list[Deed]:
    """The deeds that `to` may do to this account now; none to their own."""
    if user == to:
        return []
    return [deed for deed in DEEDS.values() if deed.offered(user)]
