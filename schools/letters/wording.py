"""A letter's place-holders, and how a template is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

PLACES = {
    "child": "the child’s name",
    "born": "the date of birth",
    "last_school": "the school, or the last one",
    "officer": "whoever writes",
    "council": "the council’s name",
    "today": "today’s date",
    "reply_by": "the day two weeks from now",
}


class UnknownPlace(ValueError):
    """A template has a place-holder that no letter has; the text names it and those that there are."""


def check(text: str) -> None:
    """Raises UnknownPlace for a place-holder that is none, or braces that do not close."""
    try:
        found = [(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(text) if name is not None]
    except ValueError as fault:
        raise UnknownPlace("A brace is open that does not close. Place-holders look like {child}.") from fault
    for name, spec, conversion in found:
        if name not in PLACES or spec or conversion:
            known = ", ".join(f"{{{one}}}" for one in PLACES)
            raise UnknownPlace(f"There is nothing to put in the place of {{{name}}}. A letter can have {known}.")


def filled(text: str, values: Mapping[str, str]) -> str:
    """A template's text with its place-holders filled in. Raises UnknownPlace."""
    check(text)
    return text.format(**{name: values.get(name, "") for name in PLACES})
