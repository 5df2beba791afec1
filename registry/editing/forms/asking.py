"""What every form of the record asks: who said so, why, and from which day."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q

from childindex.forms import DateField, Form, RadioSelect
from childindex.models import Source, SourceKind
from registry.editing.reasons import REASONS, words_for
from registry.models import Enrolment, Fact

WIDE = {"class": "govuk-input--width-20"}
NARROW = {"class": "govuk-input--width-10"}


def text(
    label: str, *, length: int, required: bool = False, attrs: dict[str, str] | None = None, hint: str = ""
) -> Any:
    """A line of text."""
    widget = forms.TextInput(attrs=attrs or WIDE)
    return forms.CharField(label=label, max_length=length, required=required, widget=widget, help_text=hint)


def chosen(label: str, choices: Any, *, radio: bool = False, **options: Any) -> Any:
    """One of a list."""
    widget = RadioSelect() if radio else forms.Select()
    return forms.ChoiceField(label=label, choices=choices, widget=widget, **options)


class ReasonForm(Form):
    """Who said so and why: the end of every form that writes."""

    doing: ClassVar[str] = "add"

    def __init__(self, *args: Any, doing: str = "", sources: list[Source] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.doing_now = doing or self.doing
        known = sources or []
        self.fields["source"] = forms.ChoiceField(
            label="Who said so?",
            choices=[("", "Choose one"), *[(source.code, source.name) for source in known]],
            help_text="Choose the council where you are deciding yourself.",
        )
        self.fields["reason_code"] = forms.ChoiceField(
            label="Why?",
            choices=REASONS[self.doing_now],
            widget=RadioSelect(),
        )
        self.fields["reason"] = forms.CharField(
            label="In a few words",
            required=False,
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="For whoever reads the history later. Do not write about the child's health or family life.",
        )
        self._known = {source.code: source for source in known}

    @property
    def source(self) -> Source:
        return self._known[self.cleaned_data["source"]]

    @property
    def said(self) -> list[dict[str, str]]:
        """Who said so and why, as rows of a summary."""
        why = (f"{words_for(self.cleaned_data['reason_code'])}.", self.cleaned_data["reason"])
        return [
            {"key": "Who said so", "value": self.source.name},
            {"key": "Why", "value": " ".join(part for part in why if part)},
        ]


class FactForm(ReasonForm):
    """A fact of one kind. Subclasses name their model and give its values."""

    model: ClassVar[type[Fact]]
    dated = "From which day was this true?"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = {name: self.fields.pop(name) for name in ("source", "reason_code", "reason")}
        if self.doing_now == "change":
            self.fields["from_date"] = DateField(label="From which day is this true?", noun="the day it changed")
        else:
            self.fields["from_date"] = DateField(label=self.dated, noun="the first day", required=False)
        if self.doing_now == "correct":
            self.fields["to_date"] = DateField(label="Last day, if it has ended", noun="the last day", required=False)
        self.fields.update(last)

    @staticmethod
    def initial_of(fact: Fact) -> dict[str, Any]:
        """What the form starts from when it is about a fact that is already held."""
        own = (field for field in fact._meta.concrete_fields if field.name != "source")
        return {field.name: field.value_from_object(fact) for field in own}

    def fact_values(self) -> dict[str, Any]:
        """The fact's values, unsaved rows included."""
        own = {field.name for field in self.model._meta.concrete_fields} - {"source", "child", "id"}
        return {name: value for name, value in self.cleaned_data.items() if name in own}

    def settle(self) -> dict[str, Any]:
        """The fact's values with everything they rest on saved. Call inside an act."""
        return self.fact_values()


class EndForm(ReasonForm):
    """The last day a fact held."""

    doing = "end"

    def __init__(self, *args: Any, fact: Fact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = {name: self.fields.pop(name) for name in ("source", "reason_code", "reason")}
        leaving = isinstance(fact, Enrolment)
        self.fields["to_date"] = DateField(
            label="Leaving date" if leaving else "What was the last day?", noun="the last day"
        )
        if leaving:
            self.fields["leaving_ground"] = text(
                "Ground for leaving", length=10, attrs=NARROW, hint="As the school's return gives it, like 9(1)(a)."
            )
            self.fields["destination"] = text("Where has the child gone, if known?", length=160, attrs={})
        self.fields.update(last)
        self._fact = fact

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        day = cleaned.get("to_date")
        if day and self._fact.from_date and day < self._fact.from_date:
            self.add_error("to_date", "The last day cannot be before the first.")
        return cleaned

    def ending(self) -> dict[str, Any]:
        """What goes with the ending besides its day."""
        names = [name for name in ("leaving_ground", "destination") if self.cleaned_data.get(name)]
        values = {name: self.cleaned_data[name] for name in names}
        return {**values, "leaving_regime": "2024"} if "leaving_ground" in values else values


def sources_for(child_id: int | None) -> list[Source]:
    """Who may be named as having said so: the council, the family, and whoever has spoken of this child before."""
    spoken = Q(records__child_id=child_id) if child_id else Q(pk=None)
    general = Q(
        kind__in=[
            SourceKind.COUNCIL,
            SourceKind.FAMILY,
            SourceKind.ADMISSIONS,
            SourceKind.HEALTH,
            SourceKind.AGENCY,
            SourceKind.NEIGHBOUR,
        ]
    )
    return list(Source.objects.filter(general | spoken).distinct().order_by("name"))
