"""The forms of letters."""

from __future__ import annotations

from typing import Any

from django import forms

from childindex.forms import Form, RadioSelect
from schools.letters import wording
from schools.models import LetterTemplate
from schools.models.letters import LONGEST_LETTER

PLACES = "; ".join(f"{{{name}}}: {what}" for name, what in wording.PLACES.items())


class WriteForm(Form):
    """Which letter is written."""

    template = forms.ModelChoiceField(
        label="Which letter?", queryset=LetterTemplate.objects.none(), widget=RadioSelect(), empty_label=None
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["template"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = LetterTemplate.objects.filter(is_active=True)


class TemplateForm(Form):
    """A letter's words."""

    name = forms.CharField(label="What is the letter called?", max_length=80)
    subject = forms.CharField(label="Subject", max_length=120)
    body = forms.CharField(
        label="Text",
        max_length=LONGEST_LETTER,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=f"In place of {PLACES}.",
    )
    is_active = forms.BooleanField(label="In use", required=False, initial=True)

    def __init__(self, *args: Any, held: LetterTemplate | None = None, **options: Any) -> None:
        self._held = held
        if held is not None:
            shown = {name: getattr(held, name) for name in ("name", "subject", "body", "is_active")}
            options["initial"] = {**shown, **options.get("initial", {})}
        super().__init__(*args, **options)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = LetterTemplate.objects.filter(name__iexact=name)
        if (others.exclude(pk=self._held.pk) if self._held else others).exists():
            raise forms.ValidationError("There is a letter of this name already.")
        return name

    def clean_subject(self) -> str:
        return self._checked("subject")

    def clean_body(self) -> str:
        return self._checked("body")

    def _checked(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        try:
            wording.check(text)
        except wording.UnknownPlace as fault:
            raise forms.ValidationError(str(fault)) from fault
        return text
