"""Which column of a file is which, by its heading."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from childindex.tables.cells import Cell, plain
from childindex.tables.errors import MissingColumns, TableError

WHOSE = re.compile(r"^(?:child|pupil|student|learner|patient)(?=.)")


@dataclass(frozen=True)
class Column:
    """A column wanted, and the headings it may have, the best first.

    Headings are compared by their letters and digits, without regard to case. One that begins with ^ is a pattern
    (`^lad\\d\\dcd$`); where several headings fit it, the last in order is taken, which of yearly codes is the newest.
    `otherwise` are headings that it has only where they are no other column's. Where nothing fits a heading, it is read
    without the word for whose it is: CHILD_FIRST_NAME, *Pupil date of birth*.
    """

    key: str
    headings: tuple[str, ...]
    required: bool = True
    is_identifier: bool = False
    otherwise: tuple[str, ...] = ()

    def place(self, headings: Sequence[str]) -> int | None:
        """Where the column stands among squashed headings. Raises TableError where two have its very name."""
        return self._first_of(self.headings, headings)

    def place_otherwise(self, left: Sequence[str]) -> int | None:
        """Where it stands by what it is called otherwise, among the headings that no column has ('' for the others)."""
        return self._first_of(self.otherwise, left)

    @staticmethod
    def _first_of(names: Sequence[str], headings: Sequence[str]) -> int | None:
        for wanted in names:
            if wanted.startswith("^"):
                fits = [heading for heading in headings if re.match(wanted, heading, re.IGNORECASE)]
                if fits:
                    return headings.index(max(fits))
            elif (name := squashed(wanted)) in headings:
                if headings.count(name) > 1:
                    raise TableError(f"This file has two columns called {wanted}. Take one of them out.")
                return headings.index(name)
        return None


def column(key: str, *headings: str, required: bool = True, identifier: bool = False) -> Column:
    """A column wanted under `key`; without headings, the key is its heading.

    `identifier` marks digits that matter as they are written: leading zeros, more than fifteen digits.
    """
    return Column(key, headings or (key,), required, identifier)


def locate(columns: Sequence[Column], cells: Sequence[Cell]) -> Mapping[str, int]:
    """Where each wanted column stands in a heading row. Raises MissingColumns for those that must be there."""
    headings = [squashed(plain(cell)) for cell in cells]
    places: Places = {wanted.key: wanted.place(headings) for wanted in columns}
    left = _left(headings, places)
    bare = [WHOSE.sub("", heading) for heading in left]
    _fill(places, columns, lambda wanted: wanted.place(bare))
    left = _left(headings, places)
    _fill(places, columns, lambda wanted: wanted.place_otherwise(left))
    missing = [wanted.headings[0] for wanted in columns if wanted.required and places[wanted.key] is None]
    if missing:
        raise MissingColumns(missing, [plain(cell) for cell in cells])
    return {key: place for key, place in places.items() if place is not None}


Places = dict[str, int | None]


def _left(headings: Sequence[str], places: Places) -> list[str]:
    """The headings that no column has, each where it stands; '' for the others."""
    taken = set(places.values())
    return ["" if place in taken else heading for place, heading in enumerate(headings)]


def _fill(places: Places, columns: Sequence[Column], find: Callable[[Column], int | None]) -> None:
    """Find the columns that have no place yet; none has another's."""
    for wanted in columns:
        place = find(wanted) if places[wanted.key] is None else None
        if place is not None and place not in places.values():
            places[wanted.key] = place


def squashed(heading: str) -> str:
    """A heading by its letters and digits alone: “Date of birth” is date_of_birth and DATE-OF-BIRTH."""
    return re.sub(r"[\W_]+", "", heading).casefold()
