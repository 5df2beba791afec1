"""The forms of looking: overrides, looks that are asked about, colleagues who look, and children in the news."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.utils import timezone

from agencies.forms import LINES, NARROW, OfAService
from agencies.models import (
    Finding,
)
from childindex.forms import DateField, Form, RadioSelect
from registry.identifiers import NotValid, read_index_number
from registry.models import Child


class OverrideForm(Form):
    """Why a shield is overridden."""

    reason = forms.CharField(
        label="Why must you know where this child is, now?",
        max_length=300,
        widget=forms.Textarea(attrs=LINES),
        help_text="Information governance reads it today, and asks you about it.",
    )


class ReviewForm(Form):
    """What is found of an override."""

    finding = forms.ChoiceField(label="What did you find?", choices=Finding.choices, widget=RadioSelect())
    words = forms.CharField(label="In a few words", required=False, max_length=300, widget=forms.Textarea(attrs=LINES))


class CloseQueryForm(Form):
    """What came of a look that was asked about."""

    how = forms.CharField(label="What came of it?", max_length=300, widget=forms.Textarea(attrs=LINES))


class AskColleagueForm(OfAService):
    """What a colleague is to look up."""

    asked = forms.CharField(
        label="What do you need to know, of whom, and why?", max_length=300, widget=forms.Textarea(attrs=LINES)
    )


class LookAnswerForm(Form):
    """What the colleague was told."""

    answer = forms.CharField(
        label="What do you answer?",
        max_length=500,
        widget=forms.Textarea(attrs=LINES),
        help_text="Nothing that a shield hides. What you have said by telephone, in a few words, is enough.",
    )


class NewsForm(Form):
    """A child who is in the news, and until when whoever opens the record is asked why."""

    index_number = forms.CharField(
        label="Index number", max_length=20, widget=forms.TextInput(attrs=NARROW), help_text="Like CI-4F7K-29QX-M."
    )
    until = DateField(label="Until", noun="the last day", help_text="At most a year from now.")

    def clean_index_number(self) -> Child:
        try:
            number = read_index_number(self.cleaned_data["index_number"]).value
        except NotValid as fault:
            raise forms.ValidationError(str(fault)) from fault
        child = Child.objects.filter(index_number=number).first()
        if child is None:
            raise forms.ValidationError("No child has this index number. Check each letter and digit.")
        return child

    def clean_until(self) -> date:
        day: date = self.cleaned_data["until"]
        if not timezone.localdate() <= day <= timezone.localdate() + timedelta(days=366):
            raise forms.ValidationError("Enter a day from today on, within a year.")
        return day
