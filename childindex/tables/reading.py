"""Files to rows: whatever arrives as CSV or .xlsx, found by its headings, a row at a time.

    with open_table(path, columns=[column("urn", "URN", identifier=True), column("name", "School name")]) as table:
        for row in table:
            row.number, row.text("urn"), row.problem

Any usual encoding and separator is taken as it comes, and a title above the headings is passed over. Memory does not
grow with the file. The file as a whole is refused with TableError; a row that does not fit is handed over with its
`problem`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from childindex.tables.cells import Cell, may_have_lost_digits, plain
from childindex.tables.columns import Column, locate
from childindex.tables.encodings import is_archive, refuse_what_is_no_table
from childindex.tables.errors import MissingColumns, TableError, listed
from childindex.tables.records import HEAD, Limits, Record, Shape, sheet_records, text_records

Progress = Callable[[int, int], None]
STEP = 1_000
IN_A_TITLE = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as the spreadsheet shows it, its cells by column, and as they came."""

    number: int
    cells: Sequence[Cell]
    places: Mapping[str, int]
    problem: str = ""

    def value(self, key: str) -> Cell:
        """The cell as the file has it: a workbook's dates and numbers are dates and numbers."""
        place = self.places.get(key)
        return self.cells[place] if place is not None and place < len(self.cells) else None

    def text(self, key: str) -> str:
        """The cell as trimmed text, empty where the file has no such column."""
        return plain(self.value(key))


@dataclass
class Table:
    """An open file: what it is and, by iterating once, its rows. A workbook has no `shape`."""

    headings: list[str]
    places: Mapping[str, int]
    width: int
    identifiers: Sequence[str]
    limits: Limits
    records: Iterator[Record]
    is_headerless: bool = False
    first: int = 0
    shape: Shape | None = None
    rows_read: int = 0
    lost_digits: dict[str, tuple[int, int]] = field(default_factory=dict)
    above: Sequence[int] = ()
    """The rows above the headings that have more in them than a title."""
    unread_sheets: Sequence[str] = ()
    notes: Sequence[str] = ()
    """What whoever opened it has found odd about it."""

    def has(self, key: str) -> bool:
        return key in self.places

    @property
    def warnings(self) -> list[str]:
        """What was passed over, and what the rows read so far show about the file as a whole."""
        return [*self.notes, *self._passed_over(), *self._turned_into_numbers()]

    def _passed_over(self) -> Iterator[str]:
        if self.above:
            first, last = self.above[0], self.above[-1]
            rows = f"Row {first} stands" if first == last else f"Rows {first} to {last} stand"
            not_read = "above the headings, and what is in them was not read"
            yield f"{rows} {not_read}. If they are about people, put the headings first."
        if self.unread_sheets:
            named = listed([f"“{name}”" for name in self.unread_sheets])
            yield f"One sheet of this workbook was read. Not read: {named}. Send each as a file of its own."

    def _turned_into_numbers(self) -> list[str]:
        return [
            f"{key} was turned into a number on its way here (rows: {count:,}, the first row {first:,}): leading zeros"
            " and the last digits of long numbers may be lost."
            for key, (count, first) in self.lost_digits.items()
        ]

    def __iter__(self) -> Iterator[Row]:
        for number, cells in self.records:
            if number > self.first + self.limits.rows:
                raise TableError(f"This file has more than {self.limits.rows:,} rows. Send it in parts.")
            if not any(map(plain, cells)):
                continue
            self.rows_read += 1
            row = Row(number, cells, self.places, self._problem(cells))
            self._note_lost_digits(row)
            yield row

    def _problem(self, cells: Sequence[Cell]) -> str:
        if self.is_headerless and len(cells) != self.width:
            return f"It has {len(cells)} columns and should have {self.width}."
        if any(map(plain, cells[self.width :])):
            return f"It has {len(cells)} columns under {self.width} headings: a separator may stand inside a cell."
        return ""

    def _note_lost_digits(self, row: Row) -> None:
        for key in self.identifiers:
            if may_have_lost_digits(row.value(key)):
                count, first = self.lost_digits.get(key, (0, row.number))
                self.lost_digits[key] = (count + 1, first)


@contextmanager
def open_table(
    source: str | os.PathLike[str] | BinaryIO,
    *,
    columns: Sequence[Column] = (),
    layout: Sequence[str] = (),
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Iterator[Table]:
    """Open a table by its headings (`columns`), or, where a publisher writes none, by position (`layout`).

    An empty name in `layout` passes a column over. `progress` is called with bytes read and bytes in all. A file object
    must be seekable, and stays open.
    """
    bounds = limits or Limits()
    with ExitStack() as stack:
        file = stack.enter_context(_opened(source))
        size = _size(file, bounds)
        shape, sheets = _sheets(stack, file, bounds)
        table = (
            _by_position(layout, next(iter(sheets.values())), bounds)
            if layout
            else _by_headings(columns, sheets, bounds)
        )
        table.shape = shape
        table.records = _watched(table.records, file, size, progress)
        yield table


@contextmanager
def _opened(source: str | os.PathLike[str] | BinaryIO) -> Iterator[BinaryIO]:
    if not isinstance(source, str | os.PathLike):
        yield source
        return
    path = Path(source)
    if not path.is_file():
        raise TableError(f"There is no file {path}.")
    if not os.access(path, os.R_OK):
        raise TableError(f"The file {path} may not be read by this user.")
    with path.open("rb") as file:
        yield file


def _size(file: BinaryIO, limits: Limits) -> int:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size > limits.bytes:
        raise TableError(f"This file is larger than {limits.bytes // (1 << 20):,} megabytes. Send it in parts.")
    return size


def _sheets(stack: ExitStack, file: BinaryIO, limits: Limits) -> tuple[Shape | None, dict[str, Iterator[Record]]]:
    """How the file is written, if it is text, and the rows of each of its sheets by its name."""
    refuse_what_is_no_table(file)
    if is_archive(file):
        return None, stack.enter_context(sheet_records(file, limits))
    shape, records = stack.enter_context(text_records(file))
    return shape, {"": records}


def _by_position(layout: Sequence[str], records: Iterator[Record], limits: Limits) -> Table:
    places = {key: place for place, key in enumerate(layout) if key}
    return Table([], places, len(layout), (), limits, records, is_headerless=True)


def _by_headings(columns: Sequence[Column], sheets: Mapping[str, Iterator[Record]], limits: Limits) -> Table:
    """The first sheet with the columns wanted. Raises the first sheet's MissingColumns where none has them."""
    refusals: list[TableError] = []
    unread: list[str] = []
    table = None
    for name, records in sheets.items():
        head = _head(records)
        if table is None:
            try:
                table = _under_headings(columns, head, records, limits)
                continue
            except MissingColumns as refusal:
                refusals.append(refusal)
        if head:
            unread.append(name)
    if table is None:
        raise refusals[0] if refusals else TableError("This workbook has no sheet that can be seen.")
    table.unread_sheets = unread
    return table


def _head(records: Iterator[Record]) -> list[Record]:
    """The first rows, but for blank ones."""
    return [(number, cells) for number, cells in islice(records, HEAD) if any(map(plain, cells))]


def _under_headings(columns: Sequence[Column], head: list[Record], records: Iterator[Record], limits: Limits) -> Table:
    if not head:
        raise MissingColumns([wanted.headings[0] for wanted in columns if wanted.required], [])
    at, places = _heading_row(columns, head)
    headings = _trimmed([plain(cell) for cell in head[at][1]])
    if len(headings) > limits.columns:
        raise TableError(f"This file has more than {limits.columns:,} columns.")
    identifiers = [wanted.key for wanted in columns if wanted.is_identifier and wanted.key in places]
    above = [number for number, cells in head[:at] if sum(map(bool, map(plain, cells))) > IN_A_TITLE]
    rows = chain(head[at + 1 :], records)
    return Table(headings, places, len(headings), identifiers, limits, rows, first=head[at][0], above=above)


def _heading_row(columns: Sequence[Column], head: list[Record]) -> tuple[int, Mapping[str, int]]:
    """Which of the first rows holds the headings. The refusal names the columns of the one that comes nearest.

    Where no column must be there, a title could pass for headings, and it is the first row that has two of them.
    """
    enough = 0 if any(wanted.required for wanted in columns) else min(2, len(columns))
    refusals: list[MissingColumns] = []
    found: list[tuple[int, Mapping[str, int]]] = []
    for at, (_, cells) in enumerate(head):
        try:
            found.append((at, locate(columns, cells)))
        except MissingColumns as refusal:
            refusals.append(refusal)
        if found and len(found[-1][1]) >= enough:
            return found[-1]
    if found:
        return max(found, key=lambda row: len(row[1]))
    raise min(refusals, key=lambda refusal: len(refusal.missing))


def _trimmed(headings: list[str]) -> list[str]:
    while headings and not headings[-1]:
        headings.pop()
    return headings


def _watched(records: Iterator[Record], file: BinaryIO, size: int, progress: Progress | None) -> Iterator[Record]:
    if progress is None:
        yield from records
        return
    for count, record in enumerate(records):
        if count % STEP == 0:
            progress(min(file.tell(), size), size)
        yield record
    progress(size, size)
