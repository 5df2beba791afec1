"""What a thing typed into the search box could be, and what it nearly is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from registry.identifiers.of_children import Upn, read_index_number, read_nhs_number, read_uln, read_upn
from registry.identifiers.of_institutions import read_laestab, read_practice_code, read_urn
from registry.identifiers.postcodes import read_part_postcode, read_postcode
from registry.identifiers.text import NotValid, squeezed


class Read(Protocol):
    """Whatever a reader gives back: it has a value to look up."""

    @property
    def value(self) -> str: ...


READERS: dict[str, Callable[[str], Read]] = {
    "upn": read_upn,
    "index_number": read_index_number,
    "uln": read_uln,
    "nhs_number": read_nhs_number,
    "urn": read_urn,
    "laestab": read_laestab,
    "practice": read_practice_code,
    "postcode": read_postcode,
    "postcode_part": read_part_postcode,
}
NEARLY = (
    (re.compile(r"[A-Z]\d[\dOISL]{10}[\dA-Z]|[A-Z]\d{10,13}"), read_upn),
    (re.compile(r"CI[0-9A-Z]{9}"), read_index_number),
)
LONGEST = 14  # characters, in the longest of them with one typed twice
TEN_DIGITS = re.compile(r"\d{10}", re.ASCII)


def recognise(text: str) -> list[tuple[str, str]]:
    """Every identifier `text` could be, as (kind, value to look up), the likeliest first; empty for none.

    Kinds: upn, temporary_upn, index_number, uln, nhs_number, urn, laestab, practice, postcode, postcode_part.
    """
    if not _could_be_one(text):
        return []
    found = []
    for kind, read in READERS.items():
        if kind == "index_number" and not _looks_numbered(text):
            continue
        try:
            identifier = read(text)
        except NotValid:
            continue
        found.append((identifier.kind if isinstance(identifier, Upn) else kind, identifier.value))
    return found


def nearly(text: str) -> list[str]:
    """Sentences for what looks like a child's number but fails its check; empty where it is one, or nothing like."""
    if recognise(text):
        return []
    value = squeezed(text)
    if TEN_DIGITS.fullmatch(value):
        return [f"{value} is neither a valid NHS number nor a valid ULN. Check each digit."]
    return [_fault(read, text) for shape, read in NEARLY if shape.fullmatch(value)]


def _could_be_one(text: str) -> bool:
    """Whether it is worth reading at all: most of what is typed is a name, or more than one thing."""
    if len(text) > LONGEST and len(squeezed(text)) > LONGEST:
        return False
    return any(map(str.isdigit, text)) or _looks_numbered(text)


def _looks_numbered(text: str) -> bool:
    """Nine letters alone are a surname sooner than an index number, unless written with its CI or its hyphens."""
    value = squeezed(text)
    return value.startswith("CI") or not value.isalpha() or text.count("-") > 1


def _fault(read: Callable[[str], Read], text: str) -> str:
    try:
        read(text)
    except NotValid as fault:
        return str(fault)
    return ""
