"""The forms of list match: which list, for what and by what right; and which of its columns is what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from childindex.forms import Form
from childindex.tables import TableError
from registry.intake.columns import Heading
from registry.intake.feed_forms import HeadingsForm
from registry.list_match.reading import IDENTIFYING, LIMITS, READ, headings_of
from registry.list_match.words import DAYS_KEPT, MOST_ROWS
from registry.models import Returned

LONGEST_STAY = 90
LAW = "Children Act 2004, s.10: co-operation to improve well-being"


class SendListForm(Form):
    """The list, and all that must be said before it is matched. `headings` are its columns, once it has been read."""

    file = forms.FileField(
        label="List",
        help_text=f"CSV or XLSX with headings, up to {MOST_ROWS:,} rows. It comes back as it is, with columns added.",
    )
    purpose = forms.CharField(
        label="What is it for?", max_length=300, help_text="For the record of looking of every child who is found."
    )
    recipient = forms.CharField(label="For whom?", max_length=200, help_text="Who will have the list, like a service.")
    gateway = forms.CharField(
        label="Lawful gateway", max_length=300, help_text=f"The law by which they may have it, like {LAW}."
    )
    wanted = forms.MultipleChoiceField(
        label="What is to come back?",
        choices=Returned.choices,
        initial=[Returned.INDEX_NUMBER],
        widget=forms.CheckboxSelectMultiple,
        help_text="Choose no more than is needed. How each row was matched always comes back.",
    )
    days = forms.IntegerField(
        label="Days to keep it",
        initial=DAYS_KEPT,
        min_value=1,
        max_value=LONGEST_STAY,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
        help_text="Then the list is removed. Who asked for it, and for what, is kept.",
    )

    content = b""
    headings: Sequence[tuple[str, str]] = ()

    def clean_file(self) -> Any:
        """The file as it is read. What is wrong with it is said in a sentence."""
        file = self.cleaned_data["file"]
        if file.size > LIMITS.bytes:
            raise ValidationError(f"The list is larger than {LIMITS.bytes >> 20} megabytes. Send it in parts.")
        self.content = file.read()
        try:
            self.headings = headings_of(self.content)
        except TableError as error:
            raise ValidationError(str(error)) from error
        return file


class ColumnsForm(HeadingsForm):
    """Which field each column of a list is read as."""

    nothing = "Not used"

    def __init__(self, *args: Any, headings: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, headings=[Heading(*one) for one in headings], keys=READ, **options)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not IDENTIFYING & set(cleaned.values()):
            raise ValidationError("Say which column is the surname, the forename or a number by which to find a child.")
        return cleaned
