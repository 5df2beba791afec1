"""From a row to a claim: what its source says of one child, in one form, and a sentence for all that cannot be read.

A bad number or date is left out and the rest of the row stands: it is still matched by what is right in it. A row is
refused only where nothing in it could ever be matched or written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from registry.intake.addresses import split_address
from registry.intake.cells import Unreadable
from registry.intake.contacts import split_contacts
from registry.intake.fields import FIELDS, read_cell
from registry.intake.problems import Problem
from registry.intake.vocabulary import AWAITING, Codes
from registry.intake.within import contradictions

NAMING = ("surname", "forename")
NUMBERS = ("upn", "uln", "nhs_number", "index_number", "reference")
CELLS_KEPT = 100_000


@dataclass
class Claim:
    """What one row says. `refused` is the reason why nothing can be done with it."""

    values: dict[str, str]
    problems: list[Problem] = field(default_factory=list)
    refused: str = ""

    def has(self, *keys: str) -> bool:
        return any(self.values.get(key) for key in keys)


class ClaimReader:
    """Reads the rows of one file, as of the day `on`. `codes` are its source's own, by field.

    Cells repeat from row to row, and what one says is kept: a list has a few thousand surnames, days and postcodes.
    """

    def __init__(self, codes: Mapping[str, Codes] | None = None, *, on: date | None = None) -> None:
        self.codes, self.on = codes or {}, on or date.today()
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
        claim.problems += contradictions(claim.values, self.on)
        if not claim.has(*NAMING, *NUMBERS):
            claim.refused = "The row has no name and no number by which a child could be known."
        return claim

    def _read(self, key: str, text: str) -> str | Problem | None:
        """What a cell says, why it cannot be read, or nothing where it only stands for nothing."""
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
