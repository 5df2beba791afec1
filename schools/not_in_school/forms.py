"""The forms of the register of children not in school."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from childindex.forms import DateField, Form, RadioSelect
from registry.models import Carer
from schools.models import NotInSchoolParent, NotInSchoolProvider, ProviderKind, VisitOutcome
from schools.models.not_in_school import MOST_HOURS

NARROW = {"class": "govuk-input--width-4", "inputmode": "decimal"}
ON_HAND = [(one.value, one.label) for one in VisitOutcome]


def _hours(label: str, *, hint: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=hint,
        min_value=0,
        max_value=MOST_HOURS,
        max_digits=4,
        decimal_places=1,
        widget=forms.TextInput(attrs=NARROW),
    )


class GivenForm(Form):
    """What the parents gave: Education Act 1996, s.436C(1)."""

    said_on = DateField(label="On which day did it come?", noun="the day", latest=timezone.localdate)
    parent_hours = _hours("Hours a week by parents", hint="As they estimate it. For example, 20 or 12.5.")
    other_hours = _hours("Hours a week by others", hint="0 if nobody else educates the child.")
    educating = forms.ModelMultipleChoiceField(
        label="Which parents educate the child?",
        queryset=NotInSchoolParent.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, parents: QuerySet[NotInSchoolParent], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["educating"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = parents
        if not parents.exists():
            del self.fields["educating"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        hours = [cleaned.get(name) for name in ("parent_hours", "other_hours")]
        if all(one is not None for one in hours) and sum(one for one in hours if one is not None) > MOST_HOURS:
            self.add_error("other_hours", "A week has 168 hours.")
        return cleaned


class ParentForm(Form):
    """A parent's home address."""

    carer = forms.ModelChoiceField(
        label="Which parent?", queryset=Carer.objects.none(), widget=RadioSelect(), empty_label=None
    )
    address = forms.CharField(label="Home address", required=False, max_length=250)
    kept_apart = forms.BooleanField(
        label="The address must not be told: the parents live apart, and one could be in danger",
        required=False,
        help_text="Custodians alone read it from then on, and only they say that it may be told again.",
    )

    def __init__(self, *args: Any, carers: QuerySet[Carer], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["carer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = carers


class ProviderForm(Form):
    """Who else educates the child, where and for how long."""

    name = forms.CharField(label="Name of the person or the organisation", max_length=160)
    kind = forms.ChoiceField(label="What sort of provider?", choices=ProviderKind.choices, widget=RadioSelect())
    address = forms.CharField(label="Its address", required=False, max_length=250)
    place = forms.CharField(
        label="Where it teaches", required=False, max_length=250, help_text="A place, a website or an email address."
    )
    hours = _hours("Hours a week")
    hours_alone = _hours("Of these without a parent")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        hours, alone = cleaned.get("hours"), cleaned.get("hours_alone")
        if hours is not None and alone is not None and alone > hours:
            self.add_error("hours_alone", "This cannot be more than the hours a week.")
        return cleaned

    def provider(self) -> NotInSchoolProvider:
        return NotInSchoolProvider(**self.cleaned_data)


class VisitForm(Form):
    """That the council asked to visit the home, and what came of it."""

    on = DateField(label="When did the council ask to visit?", noun="the day", latest=timezone.localdate)
    outcome = forms.ChoiceField(
        label="What came of it?", choices=[("", "Not known yet"), *ON_HAND], widget=RadioSelect(), required=False
    )


class ConfirmForm(Form):
    """Nothing is asked but whether to do it."""

    sure = forms.CharField(widget=forms.HiddenInput, initial="yes")


class LeaveForm(Form):
    """Why a child comes off the register."""

    on = DateField(label="Since which day?", noun="the day", latest=timezone.localdate)
    how = forms.CharField(
        label="Why?", max_length=200, help_text="Such as: on the roll of Hollyfield Primary, full time."
    )
