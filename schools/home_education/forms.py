"""The forms of home education."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from childindex.forms import DateField, Form, RadioSelect
from childindex.models import User
from registry.editing.forms import find_school
from registry.models import Carer, School
from schools.home_education.keeping import LONGEST_WAIT, Notice
from schools.models import ContactHow, HomeEnd, HomeReason, Suitability, ToldBy
from schools.models.home_education import LONGEST

AHEAD = timedelta(days=366)
BY_HAND = [one for one in HomeEnd if one not in (HomeEnd.UNSUITABLE, HomeEnd.RECORD)]


def _ahead() -> date:
    return timezone.localdate() + AHEAD


def _wait() -> date:
    return timezone.localdate() + LONGEST_WAIT


class DetailsForm(Form):
    """Why, by whom, and who follows it."""

    reason = forms.ChoiceField(label="The main reason that the parents give", choices=HomeReason.choices)
    carers = forms.ModelMultipleChoiceField(
        label="Which parents or carers educate the child?",
        queryset=Carer.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    owner = forms.ModelChoiceField(
        label="Who follows it?", queryset=User.objects.none(), required=False, empty_label="Nobody yet"
    )

    def __init__(self, *args: Any, carers: QuerySet[Carer], people: QuerySet[User], **options: Any) -> None:
        super().__init__(*args, **options)
        for name, found in (("carers", carers), ("owner", people)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = found
        if not carers.exists():
            self.fields["carers"].help_text = "The record has no carers. Add them there first."


class NoticeForm(DetailsForm):
    """A notice of home education."""

    told_by = forms.ChoiceField(label="Who told the council?", choices=ToldBy.choices, widget=RadioSelect())
    told_on = DateField(label="On which day?", noun="the day", latest=timezone.localdate)
    from_date = DateField(
        label="From which day is the child educated at home?",
        noun="the first day",
        latest=_ahead,
        help_text="It may be to come. Until then the child stays on the roll, and counts there.",
    )
    field_order = ("told_by", "told_on", "from_date", "reason", "carers", "owner")

    def notice(self) -> Notice:
        said = self.cleaned_data
        carers = [carer.pk for carer in said["carers"]]
        return Notice(said["told_by"], said["told_on"], said["from_date"], said["reason"], carers)


class ContactForm(Form):
    """What the council found when it asked about the education."""

    how = forms.ChoiceField(label="How did you ask?", choices=ContactHow.choices, widget=RadioSelect())
    day = DateField(label="On which day?", noun="the day", latest=timezone.localdate)
    seen = forms.BooleanField(label="The child was seen", required=False)
    said = forms.CharField(
        label="What did you find?",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What shows that the education is suitable to age, ability and needs, or does not.",
    )
    suitability = forms.ChoiceField(
        label="Is the education suitable?",
        choices=Suitability.choices,
        widget=RadioSelect(),
        help_text="If it is not, home education ends here and a case of missing education is opened.",
    )
    next_by = DateField(
        label="Ask again by",
        noun="the day",
        latest=_wait,
        required=False,
        help_text="Left empty: in a year where it is suitable, otherwise within three school weeks.",
    )

    def clean_next_by(self) -> date | None:
        day: date | None = self.cleaned_data["next_by"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError("Enter a day from today on.")
        return day


class EndForm(Form):
    """How home education ended."""

    how = forms.ChoiceField(
        label="How did it end?", choices=[(str(one), str(one.label)) for one in BY_HAND], widget=RadioSelect()
    )
    on = DateField(label="What was its last day?", noun="the last day", latest=timezone.localdate)
    school = forms.CharField(
        label="Which school has the child now, if one has?",
        required=False,
        max_length=160,
        help_text="Its name or URN.",
    )

    def clean_school(self) -> School | None:
        typed: str = self.cleaned_data["school"]
        return find_school(typed) if typed else None
