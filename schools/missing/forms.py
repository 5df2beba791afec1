"""The forms of cases of children missing education."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from childindex.forms import DateField, Form, RadioSelect
from childindex.models import User
from schools.missing.cases import LONGEST_REVIEW, usual_next
from schools.models import CaseSource, EnquiryKind, Sure
from schools.models.missing import LONGEST

LINES = {"rows": 3}


def _longest() -> date:
    return timezone.localdate() + LONGEST_REVIEW


def _lines(label: str, *, hint: str = "", required: bool = True) -> Any:
    widget = forms.Textarea(attrs=LINES)
    return forms.CharField(label=label, help_text=hint, required=required, max_length=LONGEST, widget=widget)


def _to_come(day: date) -> date:
    if day < timezone.localdate():
        raise forms.ValidationError("Enter a day from today on.")
    return day


class OpenForm(Form):
    """Who says that a child is missing education, and what they say."""

    source = forms.ChoiceField(
        label="Who told you?",
        choices=[one for one in CaseSource.choices if one[0] not in (CaseSource.BALANCE, CaseSource.CLOCK)]
        + [(CaseSource.BALANCE, "Nobody: the balance shows it")],
        widget=RadioSelect(),
    )
    told = _lines(
        "What do you know?", hint="Who was seen last where, and when. No more than is needed.", required=False
    )
    mine = forms.BooleanField(label="I take the case", required=False, initial=True)


class EnquireForm(Form):
    """One step that was taken."""

    kind = forms.ModelChoiceField(
        label="What was done?", queryset=EnquiryKind.objects.none(), widget=RadioSelect(), empty_label=None
    )
    day = DateField(label="On which day?", noun="the day", latest=timezone.localdate)
    outcome = _lines("What came of it?")
    next_by = DateField(label="Next step by", noun="the day of the next step", latest=_longest)

    def __init__(self, *args: Any, kinds: QuerySet[EnquiryKind], **options: Any) -> None:
        options["initial"] = {"day": timezone.localdate(), "next_by": usual_next(), **options.get("initial", {})}
        super().__init__(*args, **options)
        field = self.fields["kind"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = kinds

    def clean_next_by(self) -> date:
        return _to_come(self.cleaned_data["next_by"])


class LocateForm(Form):
    """Where the child is educated, who says so, and how it is known."""

    place = forms.CharField(
        label="Where is the child educated now?", max_length=200, help_text="The name of the school or other place."
    )
    said_by = forms.CharField(
        label="Who says so?", max_length=200, help_text="A name, and what they are there: Ann Smith, school office."
    )
    sure = forms.ChoiceField(label="How is it known?", choices=Sure.choices, widget=RadioSelect())
    known_on = DateField(
        label="On which day was the child seen, or was it confirmed?", noun="the day", latest=timezone.localdate
    )
    how = _lines("Anything else", required=False)


class NotFoundForm(Form):
    """That a child was not found for now, which a manager says."""

    how = _lines("What was done, in a few words?")
    review = DateField(label="Look again by", noun="the review date", latest=_longest, help_text="Within three months.")

    def clean_review(self) -> date:
        return _to_come(self.cleaned_data["review"])


class MistakeForm(Form):
    """That a child never was missing education."""

    how = _lines("What was wrong in the index?", hint="Correct the record too, so that the balance knows it.")


class GiveForm(Form):
    """Whose a case is."""

    owner = forms.ModelChoiceField(
        label="Whose is the case?", queryset=User.objects.none(), required=False, empty_label="Nobody’s"
    )

    def __init__(self, *args: Any, people: QuerySet[User], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


class KindForm(Form):
    """A step to add to the checklist."""

    name = forms.CharField(label="A step to add", max_length=80)
