"""The forms about the child itself: date of birth, sex, death, state; pins; shields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from childindex import words
from childindex.forms import DateField, RadioSelect
from registry.disclosure import Summary
from registry.editing.forms import ReasonForm, chosen, text
from registry.models import BirthStanding, Child, ChildState, Sex

STATES = [choice for choice in ChildState.choices if choice[0] != ChildState.SUPERSEDED]


class ChildForm(ReasonForm):
    """What the index says of the child apart from the dated facts."""

    doing = "correct"
    sex = chosen("Sex", Sex.choices, radio=True)
    date_of_birth = DateField(label="Date of birth", noun="a date of birth", latest=timezone.localdate, required=False)
    date_of_birth_standing = chosen("How sure is the date of birth?", BirthStanding.choices, radio=True)
    other_date_of_birth = DateField(
        label="Other date of birth claimed, if it is disputed",
        noun="the other date of birth",
        latest=timezone.localdate,
        required=False,
    )
    date_of_birth_evidence = text("Evidence seen", length=200, hint="Such as: birth certificate, passport.")
    date_of_death = DateField(
        label="Date of death", noun="the date of death", latest=timezone.localdate, required=False
    )
    state = chosen("State of the record", STATES, radio=True)

    FIELDS = (
        "sex",
        "date_of_birth",
        "date_of_birth_standing",
        "other_date_of_birth",
        "date_of_birth_evidence",
        "date_of_death",
        "state",
    )

    @classmethod
    def initial_of(cls, child: Child) -> dict[str, Any]:
        return {name: getattr(child, name) for name in cls.FIELDS}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        missing = cleaned.get("date_of_birth_standing") == BirthStanding.MISSING
        if missing == bool(cleaned.get("date_of_birth")) and "date_of_birth" not in self.errors:
            self.add_error("date_of_birth", "Enter a date of birth, like 3 10 2016, or say that it is missing.")
        if cleaned.get("other_date_of_birth") and cleaned.get("date_of_birth_standing") != BirthStanding.DISPUTED:
            self.add_error("date_of_birth_standing", "Choose Disputed where a second date of birth is claimed.")
        born, died = cleaned.get("date_of_birth"), cleaned.get("date_of_death")
        if born and died and died < born:
            self.add_error("date_of_death", "The date of death cannot be before the date of birth.")
        return cleaned

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.FIELDS}


class PinForm(ReasonForm):
    """Why one of several facts is to lead whatever the rules say."""

    doing = "pin"


class ShieldForm(ReasonForm):
    """Why a child is shielded, and until when the decision holds before it is reviewed."""

    doing = "shield"
    review_date = DateField(label="Review by", noun="the review date", help_text="Within six months.")
    ground = forms.CharField(
        label="Ground",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Who could cause significant harm if the whereabouts were known. Read by custodians alone.",
    )
    also = forms.MultipleChoiceField(
        label="Shield these children too?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="They live at the same address or have the same carers. Whoever finds one of them unshielded finds"
        " the family.",
    )
    field_order = ("review_date", "ground", "also")

    def __init__(self, *args: Any, family: list[Summary], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.child_id), _told(one)) for one in family]
        if choices:
            self.fields["also"].choices = choices  # type: ignore[attr-defined]
            self.fields["also"].initial = [value for value, _ in choices]
        else:
            del self.fields["also"]

    def others(self) -> list[int]:
        """The ids of the other children to be shielded by the same act."""
        return [int(value) for value in self.cleaned_data.get("also", [])]

    def clean_review_date(self) -> Any:
        day = self.cleaned_data["review_date"]
        if day and day < timezone.localdate():
            raise forms.ValidationError("Enter a review date that is still to come.")
        return day


def _told(one: Summary) -> str:
    born = f", born {words.day(one.date_of_birth)}" if one.date_of_birth else ""
    return f"{one.name}{born}"


class LiftForm(ReasonForm):
    """Why a shield is lifted."""

    doing = "lift"
    sure = forms.ChoiceField(
        label="From now on everybody who may open this record sees where the child lives. Lift the shield?",
        choices=[("yes", "Yes, lift it"), ("no", "No, keep it")],
        widget=RadioSelect(),
    )
    field_order = ("sure",)
