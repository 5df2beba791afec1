"""Forms as the council's pages show them: every Django form is rendered through the components.

Controls carry the components' classes, errors and hints are tied to their control, the browser's own validation stays
out of the way, and whatever was typed comes back as it was typed.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField as DjangoBoundField
from django.forms.renderers import TemplatesSetting

from childindex import words

EXAMPLE = "3 10 2016"
EXAMPLES = {"day": "3", "month": "10", "year": "2016"}
PARTS = tuple(EXAMPLES)


class BoundField(DjangoBoundField):
    """A field of a form that knows which control an error leads to."""

    @property
    def first_control_id(self) -> str:
        """The id of the control that an error in this field points at."""
        if isinstance(self.field.widget, DateBoxes):
            return f"{self.auto_id}_{next(iter(self.invalid_parts), PARTS[0])}"
        return f"{self.auto_id}_0" if self.use_fieldset else self.id_for_label

    @property
    def invalid_parts(self) -> tuple[str, ...]:
        """The boxes of a date that its error is about; all of them where it does not say."""
        found = self.errors.as_data() if self.errors else []
        said = [part for error in found for part in (getattr(error, "params", None) or {}).get("parts", PARTS)]
        return tuple(part for part in PARTS if part in said)

    @property
    def is_checkbox(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        built = super().build_widget_attrs(attrs, widget)  # type: ignore[arg-type]
        built.pop("required", None)  # the page says what is missing, all at once, and not the browser one by one
        if self.use_fieldset:
            built.pop("aria-invalid", None)  # the error belongs to the group, which says so
        if isinstance(widget or self.field.widget, DateBoxes):
            built["invalid_parts"] = self.invalid_parts
        return built


class Renderer(TemplatesSetting):
    """Forms, fields and widgets from the project's own templates."""

    form_template_name = "forms/form.html"
    field_template_name = "components/field.html"
    bound_field_class = BoundField


class Phrased:
    """Fields that say what is missing: "Enter the forename.", "Choose the school."."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        usual = forms.Field.default_error_messages["required"]
        for name, field in self.fields.items():
            if field.error_messages.get("required") == usual:
                field.error_messages["required"] = _missing(name, field)


class Form(Phrased, forms.Form):
    """A form whose required fields ask for themselves by their label."""


class ModelForm(Phrased, forms.ModelForm):
    """A model's form whose required fields ask for themselves by their label."""


def _missing(name: str, field: forms.Field) -> str:
    label = str(field.label or name.replace("_", " "))
    if isinstance(field, forms.BooleanField):
        return f"Tick “{label}”."
    if label.endswith("?"):
        return f"Answer the question “{label}”."
    acronym = label[1:2].isupper()
    verb = "Choose" if isinstance(field, forms.ChoiceField | forms.FileField) else "Enter"
    return f"{verb} the {label if acronym else label[:1].lower() + label[1:]}."


class RadioSelect(forms.RadioSelect):
    """Radio buttons, each with a hint where `hints` has one for its value."""

    def __init__(self, *args: Any, hints: Mapping[str, str] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.hints = hints or {}

    def create_option(self, *args: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(*args, **options)
        option["hint"] = self.hints.get(str(option["value"]), "")
        if option["hint"] and option["attrs"].get("id"):
            option["attrs"]["aria-describedby"] = f"{option['attrs']['id']}_hint"
        return option


class Typed(NamedTuple):
    """The three boxes of a date, as somebody filled them in."""

    day: str = ""
    month: str = ""
    year: str = ""

    @classmethod
    def of(cls, value: date | Typed | str | None) -> Typed:
        """The boxes for a date, for ISO text, or for what was typed before."""
        if isinstance(value, Typed):
            return value
        if isinstance(value, date):
            return cls(str(value.day), str(value.month), str(value.year))
        parts = str(value or "").split("-")
        return cls(*(part.lstrip("0") for part in reversed(parts))) if len(parts) == 3 else cls(str(value or ""))

    def __str__(self) -> str:
        return " ".join(part for part in self if part)


class DateBoxes(forms.Widget):
    """Three text boxes: day, month, year. A query may also give the whole date as 2016-10-03."""

    template_name = "forms/date_boxes.html"
    use_fieldset = True

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Typed:
        typed = Typed(*(str(data.get(f"{name}_{part}") or "").strip() for part in PARTS))
        return typed if any(typed) else Typed.of(data.get(name))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(key in data for key in (name, *(f"{name}_{part}" for part in PARTS)))

    def format_value(self, value: Any) -> Typed:  # type: ignore[override]
        return Typed.of(value)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_{PARTS[0]}" if id_ else ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        invalid = widget["attrs"].pop("invalid_parts", ())
        filled = Typed.of(value)
        widget["boxes"] = [
            {"part": part, "value": filled[place], "is_invalid": part in invalid} for place, part in enumerate(PARTS)
        ]
        return context


class DateField(forms.Field):
    """A date in three boxes.

    `noun` names it within a sentence ("a date of birth"); `earliest` and `latest` are dates, or functions giving one.
    """

    widget = DateBoxes

    def __init__(
        self,
        *,
        noun: str = "a date",
        earliest: date | Callable[[], date] | None = None,
        latest: date | Callable[[], date] | None = None,
        **options: Any,
    ) -> None:
        options.setdefault("help_text", f"For example, {EXAMPLE}")
        options.setdefault("error_messages", {}).setdefault("required", f"Enter {noun}, like {EXAMPLE}.")
        super().__init__(**options)
        self.name_in_sentence = noun.partition(" ")[2] or noun
        self.earliest, self.latest = earliest, latest

    def to_python(self, value: Any) -> date | None:
        if value is None or isinstance(value, date):
            return value
        typed = Typed.of(value)
        return read_date(typed, self.name_in_sentence) if any(typed) else None

    def validate(self, value: date | None) -> None:
        super().validate(value)
        earliest, latest = _now(self.earliest), _now(self.latest)
        if value and earliest and value < earliest:
            raise _refusal(f"The {self.name_in_sentence} must be {words.day(earliest)} or later.")
        if value and latest and value > latest:
            raise _refusal(f"The {self.name_in_sentence} must be {words.day(latest)} or earlier.")


def read_date(typed: Typed, noun: str = "date") -> date:
    """The date in three boxes; a month may be a number or a name.

    Raises ValidationError with a sentence, and the boxes it is about as the parameter `parts`.
    """
    missing = [part for part in PARTS if not getattr(typed, part)]
    if missing:
        raise _refusal(f"The {noun} must include {words.listed(['a ' + part for part in missing])}.", missing)
    year, month, day = _year(typed.year), _month(typed.month), _number(typed.day, "day")
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        held = f"{calendar.month_name[month]} {year} has {days} days"
        raise _refusal(f"{typed} is not a date: {held}.", ["day"])
    return date(year, month, day)


def _year(text: str) -> int:
    year = _number(text, "year")
    if len(text) != 4 or year < 1000:
        raise _refusal("Enter the year in four digits, like 2016.", ["year"])
    return year


def _month(text: str) -> int:
    names = [name.lower() for name in calendar.month_name]
    named = [number for number in range(1, 13) if len(text) >= 3 and names[number].startswith(text.lower())]
    month = named[0] if named else _number(text, "month")
    if not 1 <= month <= 12:
        raise _refusal(f"There is no month {text}. Enter a month from 1 to 12, or its name.", ["month"])
    return month


def _number(text: str, part: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise _refusal(f"Enter the {part} as a number, like {EXAMPLES[part]}.", [part])
    return int(text)


def _refusal(sentence: str, parts: Iterable[str] = PARTS) -> ValidationError:
    return ValidationError(sentence, code="invalid_date", params={"parts": tuple(parts)})


def _now(limit: date | Callable[[], date] | None) -> date | None:
    return limit() if callable(limit) else limit


class Error(NamedTuple):
    """One line of an error summary: what is wrong, and the control to mend it in."""

    text: str
    href: str


def error_lines(form: forms.BaseForm) -> list[Error]:
    """Every error of a form in the order of its fields; one that belongs to no field leads nowhere."""
    lines = [Error(text, "") for text in form.non_field_errors()]
    for field in form:
        href = "" if field.is_hidden or not isinstance(field, BoundField) else f"#{field.first_control_id}"
        lines += [Error(text, href) for text in field.errors]
    return lines
