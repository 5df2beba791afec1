"""Postcodes, whole and in part."""

from __future__ import annotations

import re
from dataclasses import dataclass

from registry.identifiers.text import NotValid, quoted, squeezed

OUTWARD = r"[A-PR-UWYZ](?:\d{1,2}|\d[A-Z]|[A-HK-Y]\d{1,2}|[A-HK-Y]\d[A-Z])"
INWARD = r"\d[ABD-HJLNP-UW-Z]{2}"
WHOLE = re.compile(rf"({OUTWARD}|GIR(?=0AA$))({INWARD})", re.ASCII)
PART = re.compile(rf"({OUTWARD})(?:\s+(\d[ABD-HJLNP-UW-Z]?))?", re.ASCII)
DIGITS_FOR_LETTERS = str.maketrans("OI", "01")


@dataclass(frozen=True)
class Postcode:
    """A postcode of the right shape: it need not exist today, since old addresses keep terminated ones."""

    outward: str
    inward: str

    @property
    def value(self) -> str:
        """Without a space, for comparing."""
        return self.outward + self.inward

    @property
    def sector(self) -> str:
        return f"{self.outward} {self.inward[0]}"

    @property
    def area(self) -> str:
        """The letters at the start: B for B4 7DA."""
        return re.sub(r"\d.*", "", self.outward)

    @property
    def is_geographic(self) -> bool:
        """BX and GIR name organisations, not places."""
        return self.area not in ("BX", "GIR")

    def __str__(self) -> str:
        return f"{self.outward} {self.inward}"


@dataclass(frozen=True)
class PartPostcode:
    """The first part of a postcode: a district (B33), a sector (B33 8) or a letter more (B33 8T)."""

    outward: str
    inward: str = ""

    @property
    def value(self) -> str:
        return f"{self.outward} {self.inward}".rstrip()

    def __str__(self) -> str:
        return self.value


def read_postcode(text: str) -> Postcode:
    """A whole postcode, however spaced. O and I where only a digit can stand are read as 0 and 1."""
    value = squeezed(text)
    value = value[:-3] + value[-3:-2].translate(DIGITS_FOR_LETTERS) + value[-2:]
    found = WHOLE.fullmatch(value)
    if not found:
        raise NotValid(f"The postcode {quoted(text)} is not valid: it should look like B4 7DA.")
    return Postcode(found[1], found[2])


def read_part_postcode(text: str) -> PartPostcode:
    """A district, or with a space after it a sector: “B1 1” is sector 1 of B1, “B11” is a district."""
    found = PART.fullmatch(" ".join(text.upper().split()))
    if not found:
        raise NotValid(f"{quoted(text)} is not part of a postcode: it should look like B4 or B4 7.")
    return PartPostcode(found[1], found[2] or "")
