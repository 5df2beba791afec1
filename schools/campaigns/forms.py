"""The forms of campaigns and declarations."""

from __future__ import annotations

from typing import Any

from django import forms

from childindex.forms import DateField, Form, ModelForm, RadioSelect
from registry.editing.forms import text
from registry.models import School, SchoolStatus
from schools.campaigns.board import State
from schools.models import Campaign
from schools.returns.belonging import NoSuchSchool, school_called

ALL, SOME = "all", "some"


class DatesForm(ModelForm):
    """Of which day the rolls are to be, and by when."""

    reference_date = DateField(
        label="Of which day are the rolls to be?",
        noun="the reference date",
        help_text="Pupils are confirmed whom a school says to be on its roll on this day or later.",
    )
    due_date = DateField(label="By when are the returns due?", noun="the due date")

    class Meta:
        model = Campaign
        fields = ("name", "reference_date", "due_date")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].label = "What is it called?"
        self.fields["name"].help_text = "Such as: Autumn return 2026. Schools read it."
        self.fields["name"].widget.attrs["class"] = "govuk-input--width-20"


class CampaignForm(DatesForm):
    """A new campaign, with the schools that it asks."""

    which = forms.ChoiceField(
        label="Which schools?",
        choices=[(ALL, "Every school of the area"), (SOME, "Only those named below")],
        widget=RadioSelect(),
        initial=ALL,
    )
    named = forms.CharField(
        label="The schools, if not all",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One on each line, by URN or DfE number.",
    )

    def clean_named(self) -> list[School]:
        found, wrong = [], []
        for line in self.cleaned_data["named"].splitlines():
            try:
                found += [school_called(line.strip())] if line.strip() else []
            except NoSuchSchool as error:
                wrong.append(str(error))
        if wrong:
            raise forms.ValidationError(wrong[:5])
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("which") == SOME and not cleaned.get("named") and "named" not in self.errors:
            self.add_error("named", "Enter the schools that this campaign asks, one on each line.")
        if cleaned.get("which") == ALL and not School.objects.filter(in_area=True).exists():
            self.add_error("which", "No school of the area is known yet. Load the schools first.")
        return cleaned

    def schools(self) -> list[School]:
        if self.cleaned_data["which"] == SOME:
            return list({school.pk: school for school in self.cleaned_data["named"]}.values())
        return list(School.objects.filter(in_area=True).exclude(status=SchoolStatus.CLOSED))


class BoardFilter(Form):
    """Which schools of the board to show."""

    name = text("School", length=100, attrs={}, hint="Part of its name, or its URN")
    state = forms.ChoiceField(
        label="State", choices=[("", "Any"), *((one.value, str(one.label)) for one in State)], required=False
    )
    late = forms.BooleanField(label="Late only", required=False)


class DeclareForm(Form):
    """The head's word."""

    name = text("Your name", length=120, required=True)
    position = text("Your position", length=80, required=True, hint="Such as: Headteacher.")
    sure = forms.BooleanField(label="Every pupil on our roll is confirmed, or the council has been told")


class BecauseForm(Form):
    """Why the council opens a roll again."""

    because = text("Why is it opened again?", length=200, required=True, attrs={}, hint="The school reads this.")
