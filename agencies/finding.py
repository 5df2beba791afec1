"""Finding the right child by what somebody knows, and no more: a minimum asked, ten candidates at most.

After the limits that ContactPoint set (Hansard 2007-09; domain facts, section 1.4): a number alone; a surname with a
date of birth, a postcode or a forename; or a carer's name with a telephone number, an address or the child's date of
birth, since of a newborn little else is known. Beyond ten there is no list to browse: something has to be added.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from childindex.forms import Form
from registry import disclosure
from registry.disclosure import Context, Summary
from registry.search import Query, search, understand

MOST = 10
TOO_LITTLE = (
    "That is too little to find one child by. Enter a number; or a surname with a date of birth, a postcode or a"
    " forename; or a carer’s name with a telephone number, an address or the child’s date of birth."
)
NARROW = {"class": "govuk-input--width-10"}


class FindForm(Form):
    """What is known of a child."""

    surname = forms.CharField(label="Surname", required=False, max_length=100)
    forename = forms.CharField(label="Forename", required=False, max_length=100)
    date_of_birth = forms.CharField(
        label="Date of birth", required=False, max_length=30, help_text="Like 3 10 2016, or a year.",
        widget=forms.TextInput(attrs=NARROW),
    )  # fmt: skip
    postcode = forms.CharField(
        label="Postcode", required=False, max_length=10, help_text="Whole, or its first part.",
        widget=forms.TextInput(attrs=NARROW),
    )  # fmt: skip
    carer = forms.CharField(label="Name of a carer", required=False, max_length=100)
    telephone = forms.CharField(
        label="Telephone of a carer", required=False, max_length=30, widget=forms.TextInput(attrs=NARROW)
    )
    address = forms.CharField(label="Address", required=False, max_length=120, help_text="House number and street.")
    identifier = forms.CharField(
        label="Number", required=False, max_length=30, help_text="UPN, ULN, NHS number or index number.",
        widget=forms.TextInput(attrs=NARROW),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = {name: text.strip() for name, text in cleaned.items() if text and text.strip()}
        for name, text in given.items():
            for fault in understand({name: text}, today=timezone.localdate()).faults:
                self.add_error(name, fault)
        if not self.errors and not is_enough(given):
            raise forms.ValidationError(TOO_LITTLE)
        return given


def is_enough(given: dict[str, str]) -> bool:
    """Whether somebody knows enough of one child to look for it."""
    if "identifier" in given:
        return True
    if "surname" in given and {"date_of_birth", "postcode", "forename"} & given.keys():
        return True
    return "carer" in given and bool({"telephone", "address", "date_of_birth"} & given.keys())


@dataclass(frozen=True)
class Found:
    """Who may be meant; `too_many` where more than ten fit, and nobody is shown."""

    query: Query
    candidates: tuple[Summary, ...] = ()
    too_many: bool = False
    would_narrow: str = ""


def find(given: dict[str, str], *, to: Context, today: date | None = None) -> Found:
    """At most ten children who may be meant, the likeliest first; who fits badly only where nobody fits well."""
    query = understand(given, today=today or timezone.localdate())
    if query.places or query.is_crowd:
        return Found(query, too_many=True, would_narrow="a name")
    results = search(query, behind_shields=to.may_see_shielded, limit=MOST + 1, today=today)
    wanted = [one for one in results.page if one.strong] or list(results.page)
    if results.strong > MOST or len(wanted) > MOST:
        return Found(query, too_many=True, would_narrow=results.would_narrow)
    shown = disclosure.disclose([one.child_id for one in wanted], to=to)
    return Found(query, tuple(shown[one.child_id] for one in wanted if one.child_id in shown))
