"""Telephone numbers, told apart from the many ways of writing them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from registry.identifiers.text import NotValid, quoted

# How many digits stand before the first and second space, by the beginning of the number (Ofcom's numbering plan).
GROUPS = (
    (r"02", (3, 4)),
    (r"01\d1|011|03|08|09", (4, 3)),
    (r"0", (5, 6)),
)
WHOSE = re.compile(r"\s*\([^()\d]+\)\s*$")


@dataclass(frozen=True)
class Telephone:
    """`value` is for comparing: digits from the 0, or + and the country where it is not the United Kingdom."""

    value: str
    extension: str = ""

    @property
    def is_mobile(self) -> bool:
        return re.match(r"07[1-57-9]", self.value) is not None

    def __str__(self) -> str:
        return f"{_spaced(self.value)} extension {self.extension}" if self.extension else _spaced(self.value)


def read_telephone(text: str) -> Telephone:
    """A British number as usually written, or one from abroad with its country code.

    Ten digits without their 0, as spreadsheets leave them, get it back. Words in brackets after it say whose it is.
    """
    number, extension = _without_extension(WHOSE.sub("", text))
    value = re.sub(r"[\s().\-‐-―/]", "", re.sub(r"\(\s*0\s*\)", "", number) if "+" in number else number)
    value = re.sub(r"^00", "+", value)
    value = re.sub(r"^\+440?", "0", value)
    if re.fullmatch(r"44[1-378]\d{9}", value, re.ASCII):
        value = "0" + value[2:]
    if re.fullmatch(r"[1-378]\d{9}", value, re.ASCII):
        value = "0" + value
    if not re.fullmatch(r"0[1-9]\d{8,9}|\+[1-9]\d{6,14}", value, re.ASCII):
        raise NotValid(f"The telephone number {quoted(text)} is not valid: it should look like 0121 496 0000.")
    return Telephone(value, extension)


def _without_extension(text: str) -> tuple[str, str]:
    found = re.fullmatch(r"(.*?)\s*(?:ext(?:ension|n)?\.?|x)\s*(\d{1,6})\s*", text, re.IGNORECASE | re.DOTALL)
    return (found[1], found[2]) if found else (text, "")


def _spaced(value: str) -> str:
    for beginning, (first, second) in GROUPS:
        if re.match(beginning, value):
            parts = value[:first], value[first : first + second], value[first + second :]
            return " ".join(part for part in parts if part)
    return value
