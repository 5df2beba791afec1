"""From a row to a claim: what its source says of one child, in one form, and a sentence for all that cannot be read.

A bad number or date is left out and the rest of the row stands: it is still matched by what is right in it. A row is
refused only where nothing in it could ever be matched or written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from registry.intake.fields import FIELDS, Codes, Unreadable, read_cell

NAMING = ("surname", "forename")
NUMBERS = ("upn", "uln", "nhs_number", "index_number", "reference")
TITLES = re.compile(r"^(mr|mrs|ms|miss|mx|dr|prof|rev)\.?\s+", re.IGNORECASE)
FLAT = re.compile(r"^((?:flat|apartment|apt|unit|room)\s+[\w/-]+)[,\s]+(.+)$", re.IGNORECASE)
DOOR = re.compile(r"^(\d+\s?[a-z]?(?:\s?-\s?\d+\s?[a-z]?)?)[,\s]+(.+)$", re.IGNORECASE)
CELLS_KEPT = 100_000
PLACEHOLDERS = frozenset("-|.|?|n/a|na|none|null|nil|unknown|not known|tbc|tba".split("|"))


@dataclass(frozen=True)
class Problem:
    """What could not be read in one cell: for its sender, who finds it by row and field."""

    field: str
    code: str
    sentence: str

    def as_json(self) -> list[str]:
        return [self.field, self.code, self.sentence]


@dataclass
class Claim:
    """What one row says. `refused` is the reason why nothing can be done with it."""

    values: dict[str, str]
    problems: list[Problem] = field(default_factory=list)
    refused: str = ""

    def has(self, *keys: str) -> bool:
        return any(self.values.get(key) for key in keys)


class ClaimReader:
    """Reads the rows of one file. `codes` are its source's own, by field.

    Cells repeat from row to row, and what one says is kept: a list has a few thousand surnames, days and postcodes.
    """

    def __init__(self, codes: Mapping[str, Codes] | None = None) -> None:
        self.codes = codes or {}
        self._said = lru_cache(maxsize=CELLS_KEPT)(self._read)

    def read(self, cells: Mapping[str, str]) -> Claim:
        """The claim of a row, from its cells as trimmed text by field."""
        claim = Claim({})
        for key, text in cells.items():
            if not text:
                continue
            said = self._said(key, text)
            if isinstance(said, Problem):
                claim.problems.append(said)
            elif said is not None:
                claim.values[key] = said
        split_address(claim.values)
        split_carer(claim.values)
        claim.problems += _contradictions(claim.values)
        if not claim.has(*NAMING, *NUMBERS):
            claim.refused = "The row has no name and no number by which a child could be known."
        return claim

    def _read(self, key: str, text: str) -> str | Problem | None:
        """What a cell says, why it cannot be read, or nothing where it only stands for nothing."""
        if text.casefold() in PLACEHOLDERS:
            return None
        try:
            return read_cell(FIELDS[key], text, self.codes.get(key, {}))
        except Unreadable as error:
            return Problem(key, "unreadable", str(error))


def read_claim(cells: Mapping[str, str], codes: Mapping[str, Codes] | None = None) -> Claim:
    """The claim of a single row."""
    return ClaimReader(codes).read(cells)


def split_address(values: dict[str, str]) -> None:
    """The parts of an address that came as lines: a flat, a door, a street."""
    line1, line2 = values.pop("line1", ""), values.pop("line2", "")
    if not (line1 or line2) or values.get("street"):
        return
    if flat := FLAT.match(line1):
        values.setdefault("saon", flat[1])
        line1 = flat[2]
    if not DOOR.match(line1) and DOOR.match(line2):
        values.setdefault("paon", line1)
        line1, line2 = line2, ""
    if door := DOOR.match(line1):
        values["paon"] = f"{values['paon']}, {door[1]}" if values.get("paon") else door[1]
        line1 = door[2]
    values["street"] = line1
    if line2:
        values.setdefault("locality", line2)


def split_carer(values: dict[str, str]) -> None:
    """“Mrs Farah Khan” as title, forename and surname."""
    whole = values.pop("carer_name", "")
    if not whole or values.get("carer_surname"):
        return
    if title := TITLES.match(whole):
        values.setdefault("carer_title", title[1].capitalize())
        whole = whole[title.end() :]
    *forenames, surname = whole.split() or [""]
    values["carer_surname"] = surname
    if forenames:
        values.setdefault("carer_forename", " ".join(forenames))


def _contradictions(values: dict[str, str]) -> Iterator[Problem]:
    """Dates in the wrong order: the later one is left out, and said."""
    for first, last, sentence in (
        ("entry_date", "leaving_date", "The leaving date is before the entry date."),
        ("date_of_birth", "entry_date", "The entry date is before the date of birth."),
        ("date_of_birth", "registered_on", "The registration date is before the date of birth."),
        ("date_of_birth", "moved_in", "The date of moving in is before the date of birth."),
    ):
        if values.get(first) and values.get(last) and values[last] < values[first]:
            del values[last]
            yield Problem(last, "before", sentence)
