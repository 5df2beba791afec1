"""The forms of the review: why two are not the same, and whom to ask what. They write nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import format_html

from childindex.forms import Form, RadioSelect
from childindex.models import User
from registry.duplicates.deciding import LOOKED_AT
from registry.models import Difference


class DifferenceForm(Form):
    """Why two records are of two children, as far as somebody says. Each answer has a key."""

    why = forms.ChoiceField(
        label="If they are not the same, why? (optional)",
        widget=RadioSelect,
        required=False,
    )
    note = forms.CharField(
        label="Anything else to remember (optional)",
        required=False,
        max_length=500,
        help_text="Do not write about the child’s health or family life.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].choices = [  # type: ignore[attr-defined]
            (code, format_html('{} <kbd class="ci-key">{}</kbd>', label, number))
            for number, (code, label) in enumerate(Difference.choices, 1)
        ]
        self.fields["why"].widget = KeyedRadios(
            choices=self.fields["why"].choices,  # type: ignore[attr-defined]
            keys={code: str(number) for number, (code, _) in enumerate(Difference.choices, 1)},
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("why") == Difference.OTHER and not cleaned.get("note"):
            self.add_error("note", "Say in a few words why they are not the same child.")
        return cleaned

    @property
    def reason(self) -> str:
        """The answer in words, with what was added."""
        why, note = self.cleaned_data["why"], self.cleaned_data["note"]
        said = str(Difference(why).label) if why and why != Difference.OTHER else "" if note else LOOKED_AT
        return f"{'. '.join(filter(None, [said, note.strip('. ')]))}."


class KeyedRadios(RadioSelect):
    """Radio buttons that keys press."""

    def __init__(self, *args: Any, keys: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.keys = keys

    def create_option(self, *args: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(*args, **options)
        option["attrs"]["data-key"] = self.keys[str(option["value"])]
        return option


class AskForm(Form):
    """Whom to ask, and what."""

    owner = forms.ModelChoiceField(
        label="Who should find out?",
        queryset=User.objects.none(),
        empty_label="",
        error_messages={"required": "Choose who should find out."},
    )
    note = forms.CharField(
        label="What should they find out?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Such as: ask Hollyfield Primary whether there are two sisters. Do not write about the child’s health"
        " or family life.",
    )

    def __init__(self, *args: Any, shielded: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed = ["merge_children", *(["see_shielded"] if shielded else [])]
        able = [one.pk for one in User.objects.all() if one.is_active and all(map(one.may, needed))]
        self.fields["owner"].queryset = User.objects.filter(pk__in=able)  # type: ignore[attr-defined]
