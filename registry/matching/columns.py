"""People as columns of small numbers: each distinct value is cleaned and kept once, and rows say which they have.

An index and the lists matched against it share one `Vocabularies`, so that equal values have equal numbers. Number 0 is
always the missing value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from childindex.tables import Cell, plain
from registry.matching import cleaning
from registry.matching.words import NameTable

Codes = NDArray[np.int32]
NAMES = ("forename", "middle_names", "surname", "former_surname")
PLACES = ("postcode", "address", "former_postcode", "former_address")
NUMBERS = ("upn", "nhs_number", "uln")
COLUMNS = (*NAMES, "date_of_birth", "sex", *PLACES, *NUMBERS, "carer", "telephone", "school")
KINDS: dict[str, str] = {
    **dict.fromkeys(NAMES, "name"),
    "former_postcode": "postcode",
    "former_address": "address",
}


class Vocabulary:
    """The distinct values of one kind, in the order in which they were met; the first is the missing one."""

    def __init__(self) -> None:
        self.values: list[str] = [""]
        self.places: dict[str, int] = {"": 0}
        self._derived: dict[str, NDArray[np.int64]] = {}

    def __len__(self) -> int:
        return len(self.values)

    def derived(self, name: str, number_of: Callable[[str], int]) -> NDArray[np.int64]:
        """A number for each value, worked out once and kept: those met since the last call are added."""
        known = self._derived.get(name, np.zeros(0, dtype=np.int64))
        if len(known) < len(self.values):
            further = np.fromiter(map(number_of, self.values[len(known) :]), dtype=np.int64)
            known = self._derived[name] = np.concatenate([known, further])
        return known

    def code(self, texts: Sequence[Cell], clean: Callable[[str], str]) -> Codes:
        """The numbers of cells as they were written; each distinct one is cleaned once."""
        distinct = list(dict.fromkeys(texts))
        cleaned = [clean(cell if type(cell) is str and cell.isalnum() else plain(cell)) for cell in distinct]
        further = [value for value in dict.fromkeys(cleaned) if value not in self.places]
        self.places.update(zip(further, range(len(self.values), len(self.values) + len(further)), strict=True))
        self.values += further
        coding = dict(zip(distinct, map(self.places.__getitem__, cleaned), strict=True))
        return np.fromiter(map(coding.__getitem__, texts), dtype=np.int32, count=len(texts))


@dataclass
class Vocabularies:
    """The values met so far, by kind, with what is known of each name."""

    by_kind: dict[str, Vocabulary] = field(default_factory=dict)
    names: NameTable = field(default_factory=NameTable)

    def of(self, column: str) -> Vocabulary:
        return self.by_kind.setdefault(KINDS.get(column, column), Vocabulary())

    def code(self, column: str, texts: Sequence[Cell]) -> Codes:
        """The numbers of one column of text."""
        return self.of(column).code(texts, cleaning.CLEANERS[KINDS.get(column, column)])


@dataclass(frozen=True)
class People:
    """The rows of an index or of a list. A column that the source does not have is missing throughout."""

    ids: Sequence[str]
    columns: Mapping[str, Codes]
    vocabularies: Vocabularies

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, column: str) -> Codes:
        found = self.columns.get(column)
        return found if found is not None else np.zeros(len(self), dtype=np.int32)

    def has(self, column: str) -> bool:
        found = self.columns.get(column)
        return found is not None and bool(found.any())

    def value(self, column: str, row: int) -> str:
        """One cell, cleaned."""
        return self.vocabularies.of(column).values[self[column][row]]


def people(ids: Sequence[str], columns: Mapping[str, Sequence[Cell]], *, like: People | None = None) -> People:
    """Rows from columns of text, coded with the vocabularies of `like` where they are to be compared with it."""
    vocabularies = like.vocabularies if like is not None else Vocabularies()
    coded = {name: vocabularies.code(name, columns[name]) for name in COLUMNS if name in columns}
    vocabularies.names.learn(vocabularies.of("forename").values)
    return People(ids, coded, vocabularies)
