"""The forms of merging: whose other record it is, what is chosen, and why. They write nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from childindex.forms import Form, RadioSelect
from registry.identifiers import NotValid, read_index_number
from registry.merging.wording import Asked
from registry.models import Child


class OtherRecordForm(Form):
    """The index number of the record that describes the same child."""

    other = forms.CharField(
        label="Index number of the other record",
        max_length=30,
        help_text="Like CI-4F7K-29QX-M. It stands under the name on the record and in the results of a search.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, first: Child, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._first = first

    def clean_other(self) -> str:
        try:
            number = read_index_number(self.cleaned_data["other"]).value
        except NotValid as fault:
            raise forms.ValidationError(str(fault)) from fault
        if number == self._first.index_number:
            raise forms.ValidationError("This is the number of the same record. Enter the other one's.")
        if not Child.objects.filter(index_number=number).exists():
            raise forms.ValidationError("No record has this index number.")
        return number


class OverruleForm(Form):
    """Why two records that somebody kept apart are of one child after all."""

    overruled = forms.CharField(
        label="What do you know now?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stands beside what was decided before. Nothing is merged yet.",
    )


class ChoicesForm(Form):
    """Questions with their answers to choose from, and a reason."""

    def __init__(self, *args: Any, asked: Sequence[Asked], why: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._names = {one.key: one.key.replace(".", "-") for one in asked}
        for one in asked:
            self.fields[self._names[one.key]] = forms.ChoiceField(
                label=one.label,
                choices=one.choices,
                required=one.initial is None,
                initial=one.initial,
                help_text=one.help_text,
                widget=RadioSelect(hints=one.hints),
            )
        self.fields["reason"] = forms.CharField(
            label=why,
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="For whoever reads the history later. Do not write about the child's health or family life.",
        )

    @property
    def choices(self) -> dict[str, str]:
        """The answer to each question, by its key."""
        return {key: self.cleaned_data[name] for key, name in self._names.items()}

    @property
    def reason(self) -> str:
        return str(self.cleaned_data["reason"])
