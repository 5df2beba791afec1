"""The forms of a first load: the tables and whose they are, and why they are loaded."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import slugify

from childindex.forms import DateField, Form
from childindex.forms.files import FilesField
from childindex.models import Source, SourceKind
from registry.first_load.receiving import LARGEST

ANOTHER = ""


class SendTablesForm(Form):
    """The tables of one extract, and of which system they are."""

    tables = FilesField(
        label="Tables",
        help_text="CSV or XLSX, all of the extract at once: children, names, identifiers, addresses, carers, enrolments"
        " and GP registrations, in any order. Each is known by its headings.",
    )
    system = forms.ChoiceField(label="Former system", required=False)
    name = forms.CharField(
        label="Name of the former system",
        required=False,
        max_length=160,
        help_text="Only for one that is not in the list above.",
    )
    as_of = DateField(label="When was the extract taken?", noun="the day", latest=timezone.localdate)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = list(Source.objects.filter(kind=SourceKind.OLD_SYSTEM).values_list("code", "name"))
        self.fields["system"].choices = [*known, (ANOTHER, "Another")]  # type: ignore[attr-defined]

    def clean_tables(self) -> list[Any]:
        files: list[Any] = self.cleaned_data["tables"]
        for file in files:
            if file.size > LARGEST:
                raise forms.ValidationError(f"{file.name} has over {LARGEST >> 20:,} megabytes. Send it in parts.")
        return files

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("system") and not slugify(cleaned.get("name", "")):
            self.add_error("name", "Enter the name of the former system.")
        return cleaned

    @property
    def code(self) -> str:
        """The code of the former system, which may be a new one."""
        return str(self.cleaned_data["system"] or slugify(self.cleaned_data["name"])[:60])


class LoadForm(Form):
    """Why an extract is loaded."""

    because = forms.CharField(
        label="Why is it loaded?", max_length=300, help_text="It stands in the history of every child."
    )
