"""The numbers schools, GP practices and properties go by. None carries a check digit: only the shape can be proved."""

from __future__ import annotations

import re
from dataclasses import dataclass

from registry.identifiers.text import NotValid, digits, quoted, squeezed

NO_PRACTICE = {"V81997": "no practice", "V81998": "not applicable", "V81999": "not known"}


@dataclass(frozen=True)
class Urn:
    """A school's number in the national register: six digits without a check, one for each legal school."""

    value: str

    @property
    def number(self) -> int:
        return int(self.value)

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Laestab:
    """A school's authority and establishment numbers. They often outlive a change of URN."""

    la_code: str
    estab_number: str

    @property
    def value(self) -> str:
        return f"{self.la_code}/{self.estab_number}"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class PracticeCode:
    """A GP practice's code. Three codes name no practice but say why there is none."""

    value: str

    @property
    def stands_for(self) -> str:
        """Why there is no practice, where the code says so; else empty."""
        return NO_PRACTICE.get(self.value, "")

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Uprn:
    """A property's number: up to twelve digits, no check digit, no leading zeros."""

    value: str

    @property
    def number(self) -> int:
        return int(self.value)

    def __str__(self) -> str:
        return self.value


def read_urn(text: str) -> Urn:
    """Six digits together: spread out, they are a date sooner."""
    value = digits(text, length=6, name="URN")
    if value[0] == "0":
        raise NotValid(f"The URN {value} is not valid: a URN does not begin with 0.")
    if value != text.strip():
        raise NotValid(f"The URN {quoted(text)} is not valid: its six digits stand together, like {value}.")
    return Urn(value)


def read_laestab(text: str) -> Laestab:
    """An authority and establishment number: 330/2031, 330 2031, 330-2031 or 3302031."""
    found = re.fullmatch(r"([1-9]\d{2})\s*[/-]?\s*(\d{4})", text.strip(), re.ASCII)
    if not found:
        raise NotValid(
            f"The school number {quoted(text)} is not valid: it should be three digits for the authority and four for"
            " the school, like 330/2031."
        )
    return Laestab(found[1], found[2])


def read_practice_code(text: str) -> PracticeCode:
    value = squeezed(text)
    if not re.fullmatch(r"[A-Z]\d{5}", value, re.ASCII):
        raise NotValid(
            f"The practice code {quoted(text)} is not valid: it should be a letter and five digits, like M85999."
        )
    return PracticeCode(value)


def read_uprn(text: str) -> Uprn:
    """A UPRN; one that a spreadsheet has turned into a decimal (100070000001.0) is put right."""
    value = re.sub(r"\.0+$", "", squeezed(text)).lstrip("0")
    if not re.fullmatch(r"\d{1,12}", value, re.ASCII):
        raise NotValid(f"The UPRN {quoted(text)} is not valid: it should be a number of up to 12 digits.")
    return Uprn(value)
