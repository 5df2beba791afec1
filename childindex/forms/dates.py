"""A date in three boxes, read as people write dates and refused in words that say what to mend."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError

from childindex import words

EXAMPLE = "3 10 2016"
EXAMPLES = {"day": "3", "month": "10", "year": "2016"}
PARTS = tuple(EXAMPLES)


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

    def format_value(self, value: Any) -> Typed:
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
