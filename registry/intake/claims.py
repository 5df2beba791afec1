"""From a row to a claim: what its source says of one child, in one form, and a sentence for all that cannot be read.

A bad number or date is left out and the rest of the row stands: it is still matched by what is right in it. A row is
refused only where nothing in it could ever be matched or written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from registry.intake.addresses import split_address
from registry.intake.contacts import split_contacts
from registry.intake.fields import AWAITING, FIELDS, Codes, Unreadable, read_cell

NAMING = ("surname", "forename")
NUMBERS = ("upn", "uln", "nhs_number", "index_number", "reference")
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
            elif said:
                claim.values[key] = said
        split_address(claim.values)
        split_contacts(claim.values)
        if claim.has("arrangement") and cells["arrangement"].casefold().replace(" ", "_") in AWAITING:
            claim.values.setdefault("arrangement_detail", cells["arrangement"])
        claim.problems += _contradictions(claim.values)
        if not claim.has(*NAMING, *NUMBERS):
            claim.refused = "The row has no name and no number by which a child could be known."
        return claim

    def _read(self, key: str, text: str) -> str | Problem | None:
        """What a cell says, why it cannot be read, or nothing where it only stands for nothing."""
        if text.casefold() in PLACEHOLDERS:
            return None
        try:
            return read_cell(FIELDS[key], text, self._codes(key))
        except Unreadable as error:
            return Problem(key, "unreadable", str(error))

    def _codes(self, key: str) -> Codes:
        """What codes mean in a field; the second contact's are those of the first as well."""
        field = FIELDS[key]
        return {**self.codes.get(field.codes_of or key, {}), **self.codes.get(key, {})}


def read_claim(cells: Mapping[str, str], codes: Mapping[str, Codes] | None = None) -> Claim:
    """The claim of a single row."""
    return ClaimReader(codes).read(cells)


def _contradictions(values: dict[str, str]) -> Iterator[Problem]:
    """Dates in the wrong order: the later one is left out, and said. So is a leaver without a day."""
    for first, last, sentence in (
        ("entry_date", "leaving_date", "The leaving date is before the entry date."),
        ("date_of_birth", "entry_date", "The entry date is before the date of birth."),
        ("date_of_birth", "registered_on", "The registration date is before the date of birth."),
        ("date_of_birth", "moved_in", "The date of moving in is before the date of birth."),
    ):
        if values.get(first) and values.get(last) and values[last] < values[first]:
            del values[last]
            yield Problem(last, "before", sentence)
    if values.get("on_roll") == "no" and not values.get("leaving_date"):
        yield Problem("leaving_date", "missing", "Nobody is off the roll without a day: give the leaving date.")
