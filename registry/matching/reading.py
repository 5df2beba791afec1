"""A file of people, CSV or .xlsx, to columns: the file that `evaluate_matching` takes, wherever it comes from.

Any of its columns may be absent. A row that does not fit its headings, or in which nothing can be compared, is set
aside with its number and the reason; the file as a whole is refused with TableError.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
from pyarrow import compute

from childindex.tables import Cell, Coded, Column, Table, TableError, column, open_table, plain, read_coded
from childindex.tables.cells import LOST_DIGITS
from childindex.tables.records import Record
from registry.matching.columns import COLUMNS, NAMES, NUMBERS, People, people

CHUNK = 20_000
IDENTIFYING = (*NAMES, *NUMBERS)


@dataclass
class SetAside:
    """Rows that are not compared, by reason: their numbers as the spreadsheet shows them."""

    rows: dict[str, list[int]] = field(default_factory=dict)

    def add(self, reason: str, number: int) -> None:
        self.rows.setdefault(reason, []).append(number)

    def lines(self, most: int = 5) -> list[str]:
        """A sentence for each reason."""
        found = []
        for reason, numbers in self.rows.items():
            named = ", ".join(map(str, numbers[:most])) + (" …" if len(numbers) > most else "")
            found.append(f"{len(numbers):,} set aside: {reason} (row {named})")
        return found


@dataclass(frozen=True)
class File:
    """The people of a file, what it says besides, and what was set aside."""

    people: People
    numbers: Sequence[int]
    extra: dict[str, list[str]]
    set_aside: SetAside


def read_people(
    path: str | os.PathLike[str], *, extra: Sequence[str] = (), maybe: Sequence[str] = (), like: People | None = None
) -> File:
    """Read a file. `like` is what it will be compared with.

    `extra` columns must be there and `maybe` columns may; they are given as text.

    Raises TableError.
    """
    wanted = [column(name, required=False, identifier=name in NUMBERS) for name in ("id", *COLUMNS)]
    wanted += [column(name) for name in extra] + [column(name, required=False) for name in maybe]
    with _nothing_collected(), _named(path):
        whole = read_coded(path, columns=wanted)
        if whole is not None:
            return _file(range(whole.first, whole.first + whole.rows), whole.columns, extra, maybe, like, SetAside())
        return _read_with_care(path, wanted, extra, maybe, like)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """No search for cycles among millions of cells, which can be part of none: it would take a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _named(path: str | os.PathLike[str]) -> Iterator[None]:
    """Say of which file a refusal is, since there are two."""
    try:
        yield
    except TableError as refusal:
        raise TableError(f"{Path(path).name}: {refusal}") from refusal


def _read_with_care(
    path: str | os.PathLike[str],
    wanted: Sequence[Column],
    extra: Sequence[str],
    maybe: Sequence[str],
    like: People | None,
) -> File:
    """Row by row: a workbook, or a file in which not every row fits its headings."""
    set_aside = SetAside()
    with open_table(path, columns=wanted) as table:
        cells: dict[str, list[Cell]] = {name: [] for name in table.places}
        numbers: list[int] = []
        for found, rows in _chunks(table, set_aside):
            numbers += found
            for name, place in table.places.items():
                cells[name] += rows[place]
    columns = {name: Coded.of(cells.pop(name)) for name in list(cells)}
    return _file(numbers, columns, extra, maybe, like, set_aside)


def _file(
    numbers: Sequence[int],
    columns: Mapping[str, Coded],
    extra: Sequence[str],
    maybe: Sequence[str],
    like: People | None,
    set_aside: SetAside,
) -> File:
    if not any(name in columns for name in COLUMNS):
        raise TableError(f"It has none of the columns that are compared: {', '.join(COLUMNS)}.")
    if not numbers:
        raise TableError("It has no rows.")
    ids = columns["id"].as_text if "id" in columns else list(map(str, numbers))
    read = people(ids, {name: columns[name] for name in COLUMNS if name in columns}, like=like)
    _note_incomparable(read, numbers, set_aside)
    _note_lost_digits(columns, numbers, set_aside)
    told = {name: columns[name].as_text for name in (*extra, *maybe) if name in columns}
    return File(read, numbers, told, set_aside)


def _chunks(table: Table, set_aside: SetAside) -> Iterator[tuple[Sequence[int], list[Sequence[Cell]]]]:
    """Handfuls of rows as columns, with the numbers of the rows."""
    while chunk := list(islice(table.records, CHUNK)):
        _refuse_too_many(table, chunk[-1][0])
        numbers: Sequence[int]
        rows: Sequence[Sequence[Cell]]
        numbers, rows = zip(*chunk, strict=True)
        if set(map(len, rows)) != {table.width} or not all(map(any, rows)):
            numbers, rows = _fitting(chunk, table.width, set_aside)
        if rows:
            yield numbers, list(zip(*rows, strict=True))


def _refuse_too_many(table: Table, number: int) -> None:
    if number > table.first + table.limits.rows:
        raise TableError(f"This file has more than {table.limits.rows:,} rows. Send it in parts.")


def _fitting(chunk: list[Record], width: int, set_aside: SetAside) -> tuple[list[int], list[Sequence[Cell]]]:
    """The rows that have anything in them, each as wide as the headings."""
    numbers: list[int] = []
    rows: list[Sequence[Cell]] = []
    for number, cells in chunk:
        if any(map(plain, cells[width:])):
            set_aside.add("more cells than there are headings, so that they cannot be told apart", number)
        elif any(cells):
            numbers.append(number)
            rows.append([*cells[:width], *(None for _ in range(width - len(cells)))])
    return numbers, rows


def _note_incomparable(read: People, numbers: Sequence[int], set_aside: SetAside) -> None:
    """Name the rows in which no name and no number is left once placeholders are taken for what they are."""
    known = np.zeros(len(read), dtype=bool)
    for name in IDENTIFYING:
        known |= read[name] > 0
    for row in np.flatnonzero(~known).tolist():
        set_aside.add("no name and no number in it that could be compared", numbers[row])


def _note_lost_digits(columns: Mapping[str, Coded], numbers: Sequence[int], set_aside: SetAside) -> None:
    """Name the rows whose numbers a spreadsheet cut short: nothing is compared with those."""
    pattern = rf"^\s*{LOST_DIGITS.pattern}\s*$"
    for name in NUMBERS:
        if name in columns:
            is_lost = compute.match_substring_regex(columns[name].texts, pattern, ignore_case=True)
            lost = np.from_dlpack(compute.indices_nonzero(is_lost))
            for row in np.flatnonzero(np.isin(columns[name].codes, lost)).tolist():
                set_aside.add(f"{name} was cut short by a spreadsheet, as 9.43E+09 is", numbers[row])
