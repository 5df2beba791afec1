"""People as columns of small numbers: each distinct value is cleaned and kept once, and rows say which they have.

An index and the lists matched against it share one `Vocabularies`, so that equal values have equal numbers. Number 0 is
always the missing value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import compute

from childindex.tables import Cell, Coded
from registry.matching import bulk, parallel
from registry.matching.words import NameTable

Codes = NDArray[np.int32]
NAME = "name"
NAMES = ("forename", "middle_names", "surname", "former_surname")
PLACES = ("postcode", "address", "former_postcode", "former_address")
NUMBERS = ("upn", "nhs_number", "uln")
COLUMNS = (*NAMES, "date_of_birth", "sex", *PLACES, *NUMBERS, "carer", "telephone", "school")
KINDS: dict[str, str] = {
    **dict.fromkeys(NAMES, NAME),
    "former_postcode": "postcode",
    "former_address": "address",
}


class Vocabulary:
    """The distinct values of one kind, in the order in which they were met; the first is the missing one."""

    def __init__(self) -> None:
        self.texts: pa.StringArray = pa.array([""], pa.string())
        self._written, self._meant = self.texts, np.zeros(1, dtype=np.int32)
        self._derived: dict[str, NDArray[np.int64]] = {}
        self._deriving = Lock()

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def values(self) -> list[str]:
        return self.texts.to_pylist()

    def at(self, places: NDArray[np.integer]) -> list[str]:
        """The values at these places."""
        return self.texts.take(pa.array(places)).to_pylist()

    def derived(self, name: str, numbers_of: Callable[[pa.StringArray], NDArray[np.int64]]) -> NDArray[np.int64]:
        """A number for each value, worked out once and kept: those met since the last call are added."""
        with self._deriving:
            known = self._derived.get(name, np.zeros(0, dtype=np.int64))
            if len(known) < len(self):
                known = self._derived[name] = np.concatenate([known, numbers_of(self.texts.slice(len(known)))])
            return known

    def code(self, cells: Coded, kind: str) -> Codes:
        """The numbers of cells as they were written; each way of writing a value is cleaned once."""
        place = compute.index_in(cells.texts, self._written)
        meant = self._meant[np.from_dlpack(compute.fill_null(place, 0))]
        is_new = compute.is_null(place)
        new = cells.texts.filter(is_new)
        if len(new):
            meant[np.from_dlpack(compute.indices_nonzero(is_new))] = of_new = self._place(bulk.clean(kind, new))
            self._written = pa.concat_arrays([self._written, new])
            self._meant = np.concatenate([self._meant, of_new])
        return meant[cells.codes]

    def _place(self, cleaned: pa.StringArray) -> Codes:
        """Where each of some values stands; those met for the first time are added."""
        once = cleaned.dictionary_encode()
        place = compute.index_in(once.dictionary, self.texts)
        is_new = compute.is_null(place)
        added = np.cumsum(is_new.to_numpy(zero_copy_only=False), dtype=np.int32) + np.int32(len(self) - 1)
        self.texts = pa.concat_arrays([self.texts, once.dictionary.filter(is_new)])
        places = np.where(is_new.to_numpy(zero_copy_only=False), added, np.from_dlpack(compute.fill_null(place, 0)))
        return places[np.from_dlpack(once.indices)]


@dataclass
class Vocabularies:
    """The values met so far, by kind, with what is known of each name."""

    by_kind: dict[str, Vocabulary] = field(default_factory=dict)
    names: NameTable = field(default_factory=NameTable)

    def of(self, column: str) -> Vocabulary:
        return self.by_kind.setdefault(KINDS.get(column, column), Vocabulary())

    def code_all(self, kind: str, columns: Mapping[str, Sequence[Cell] | Coded]) -> dict[str, Codes]:
        """The numbers of all columns of one kind."""
        vocabulary, coded = self.of(kind), {}
        for name in COLUMNS:
            if KINDS.get(name, name) == kind and name in columns:
                cells = columns[name]
                coded[name] = vocabulary.code(cells if isinstance(cells, Coded) else Coded.of(cells), kind)
        if kind == NAME:
            self.names.learn(vocabulary.texts)
        return coded


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
        return self.vocabularies.of(column).texts[int(self[column][row])].as_py()


def people(ids: Sequence[str], columns: Mapping[str, Sequence[Cell] | Coded], *, like: People | None = None) -> People:
    """Rows from columns of text, coded with the vocabularies of `like` where they are to be compared with it."""
    vocabularies = like.vocabularies if like is not None else Vocabularies()
    kinds = dict.fromkeys(KINDS.get(name, name) for name in COLUMNS if name in columns)
    coded = parallel.each(kinds, lambda kind: vocabularies.code_all(kind, columns))
    return People(ids, {name: codes for part in coded for name, codes in part.items()}, vocabularies)
