"""The forms of feeds: what is declared of one, its rules, and what a source's columns and codes mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from childindex import words
from childindex.forms import Form, RadioSelect
from childindex.models import Source, SourceKind
from registry.intake.columns import CODED, Code, Heading
from registry.intake.fields import FIELDS
from registry.models import Feed, Rule, Says

WHY = "For whoever reads later what was changed, and why."
RULE_HINTS: dict[str, str] = {
    Rule.TAKE: "What the list says stands in the record, unless an officer has pinned something else.",
    Rule.TAKE_IF_EMPTY: "What the index has stays; the difference goes onto the sender’s list of corrections.",
    Rule.ASK: "A person decides each difference.",
    Rule.NEVER: "Nothing is taken from these lists; a difference goes onto the sender’s list of corrections.",
}


class ChangeForm(Form):
    """A change that says why, of something that is as it was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    because = forms.CharField(label="Why?", max_length=300, help_text=WHY)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["because"] = self.fields.pop("because")  # asked last

    @property
    def seen(self) -> int:
        """The version that was shown."""
        return self.cleaned_data.get("version") or 0


class FeedForm(ChangeForm):
    """What is declared of a feed. Whose lists they are is asked only until the first has come."""

    name = forms.CharField(label="Name", max_length=120, help_text="As people call these lists, like Contacts.")
    source_kind = forms.ChoiceField(label="Who sends them?", choices=[("", "Choose"), *SourceKind.choices])
    source = forms.ModelChoiceField(
        label="One sender alone",
        queryset=Source.objects.none(),
        required=False,
        empty_label="Several: it is said of each list",
    )
    carries = forms.MultipleChoiceField(
        label="What may a row say?",
        choices=Says.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="What is not ticked is not read, even where a list has it.",
        error_messages={"required": "Tick at least one thing that a row may say."},
    )
    gateway = forms.CharField(
        label="Lawful gateway",
        max_length=300,
        help_text="The law by which these lists come, like Children Act 2004, s.10. It stands wherever the feed does.",
    )
    rhythm_days = forms.IntegerField(
        label="How many days lie between two lists?",
        required=False,
        min_value=1,
        max_value=800,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
        help_text="1 for every day, 7 for every week, 31 for every month. Leave it empty where there is no rhythm.",
    )
    may_create = forms.BooleanField(
        label="A row about a child whom nobody knows may add the child",
        required=False,
        help_text="For those who are the first to know of a child, like births.",
    )
    is_full = forms.BooleanField(
        label="A list is full: who is missing from it is a question",
        required=False,
        help_text="For those who send everybody each time, like a practice.",
    )
    applies_itself = forms.BooleanField(
        label="A list of which nothing is held is applied by itself",
        required=False,
        help_text="What its rows ask still waits for a person.",
    )
    is_active = forms.BooleanField(label="In use", required=False, help_text="Otherwise no list can be sent by it.")

    def __init__(self, *args: Any, feed: Feed | None = None, is_used: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["source"].queryset = Source.objects.order_by("kind", "name")  # type: ignore[attr-defined]
        if is_used and feed is not None:
            del self.fields["source_kind"], self.fields["source"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        source, kind = cleaned.get("source"), cleaned.get("source_kind")
        if source is not None and kind and source.kind != kind:
            told = source.get_kind_display().lower()
            self.add_error("source", f"{source} is a {told}. Choose another sender, or that kind above.")
        return cleaned

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class RuleForm(ChangeForm):
    """The rule for one kind of thing."""

    rule = forms.ChoiceField(label="What is done?", choices=Rule.choices, widget=RadioSelect(hints=RULE_HINTS))


class AddSourceForm(ChangeForm):
    """A new sender of lists."""

    name = forms.CharField(label="Its name", max_length=160, help_text="As it calls itself, in full.")


class HeadingsForm(Form):
    """Which field each of some columns is read as: a field for each column, `column_0` and on. A field is asked for
    once."""

    nothing = "Not read"

    def __init__(self, *args: Any, headings: Sequence[Heading], keys: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.headings = headings
        choices = [("", self.nothing), *((key, FIELDS[key].label) for key in keys)]
        for place, heading in enumerate(headings):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading.text or f"Column {place + 1}, without a heading",
                choices=choices,
                initial=heading.key,
                required=False,
                help_text=f"Perhaps: {FIELDS[heading.perhaps].label}." if heading.perhaps else "",
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        seen: dict[str, str] = {}
        for name, key in [(name, key) for name, key in cleaned.items() if name.startswith("column_")]:
            if key and key in seen:
                first = self.fields[seen[key]].label
                self.add_error(name, f"{FIELDS[key].label} is “{first}” already. Choose another, or “{self.nothing}”.")
            seen.setdefault(key, name)
        return cleaned

    @property
    def chosen(self) -> dict[str, str]:
        """The field of each column that is read, by its place."""
        columns = ((name, key) for name, key in self.cleaned_data.items() if name.startswith("column_"))
        return {name.partition("_")[2]: key for name, key in columns if key}


class ExplainForm(HeadingsForm):
    """What a source's columns and its own codes mean, and whether its lists are waited for.

    `shape` says which headings and codes were asked about: the fields are counted, and another list has others.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    shape = forms.CharField(widget=forms.HiddenInput, required=False)
    is_expected = forms.BooleanField(
        label="Its lists are expected",
        required=False,
        help_text="Not ticked: it sends no more, and is never late.",
    )
    because = forms.CharField(label="Why?", max_length=300, help_text=WHY)

    def __init__(self, *args: Any, codes: Sequence[Code], **options: Any) -> None:
        super().__init__(*args, keys=list(FIELDS), **options)
        self.codes = codes
        for place, code in enumerate(codes):
            choices = CODED[code.key]
            in_rows = f"In {words.count(code.rows, 'row')} of the last list. " if code.rows else ""
            self.fields[f"code_{place}"] = forms.ChoiceField(
                label=f"{FIELDS[code.key].label} “{code.text}”",
                choices=[("", "Nobody knows"), *(choices.choices if choices else ())],
                initial=code.means,
                required=False,
                help_text=f"{in_rows}What does it mean?" if not code.means else "",
            )
        for name in ("is_expected", "because"):
            self.fields[name] = self.fields.pop(name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and self.headings and not any(self.explained.values()):
            raise ValidationError("Say what at least one column is, or no row could be read.")
        return cleaned

    @property
    def explained(self) -> dict[str, str]:
        """The field of each heading, '' for one that is not read."""
        return {one.text: self.cleaned_data.get(f"column_{place}", "") for place, one in enumerate(self.headings)}

    @property
    def meanings(self) -> dict[str, dict[str, str]]:
        """What each code means, by field; those of which nobody knows are left out."""
        found: dict[str, dict[str, str]] = {}
        for place, code in enumerate(self.codes):
            if meaning := self.cleaned_data.get(f"code_{place}"):
                found.setdefault(code.key, {})[code.text] = meaning
        return found
