"""Numbered rows of bare cells, from text with separators or from a workbook. Nothing is known yet of columns."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from itertools import islice
from typing import Any, BinaryIO

from openpyxl import load_workbook

from childindex.tables.cells import Cell
from childindex.tables.encodings import encoding_of, leniency
from childindex.tables.errors import TableError

DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 1 << 16
HEAD = 15
Record = tuple[int, Sequence[Cell]]


@dataclass(frozen=True)
class Limits:
    """What is too much. A file past any of them is refused, not cut short."""

    bytes: int = 2 << 30
    unpacked_bytes: int = 1 << 30
    rows: int = 5_000_000
    columns: int = 1_000


@dataclass(frozen=True)
class Shape:
    """How a text file is written; `announced` where a first line, as Excel writes it, says what separates its cells."""

    encoding: str
    delimiter: str
    announced: bool


@contextmanager
def text_records(file: BinaryIO) -> Iterator[tuple[Shape, Iterator[Record]]]:
    """The rows of a text file, numbered as a spreadsheet numbers them: blank rows count, quoted line breaks do not.

    Raises TableError, from the iterator too, for text that does not hold together.
    """
    encoding = encoding_of(file)
    text = io.TextIOWrapper(file, encoding=encoding, errors=leniency(encoding), newline="")
    try:
        shape = Shape(encoding, *_delimiter(text))
        yield shape, _parsed(text, shape.delimiter, skip_first=shape.announced)
    except UnicodeDecodeError as error:
        raise TableError("This file's text breaks off or is damaged: it cannot be read.") from error
    finally:
        text.detach()


@contextmanager
def sheet_records(file: BinaryIO, limits: Limits) -> Iterator[dict[str, Iterator[Record]]]:
    """The rows of each visible sheet of a workbook, by its name. Dates and numbers come as such."""
    _refuse_bomb(file, limits)
    with _readable():
        book = load_workbook(file, read_only=True, data_only=True)
    try:
        yield {sheet.title: _sheet_rows(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"}
    finally:
        book.close()


def _delimiter(text: io.TextIOWrapper) -> tuple[str, bool]:
    """What separates the cells, and whether a first line `sep=;`, as Excel writes it, says so."""
    sample = text.read(SAMPLE)
    text.seek(0)
    if announced := re.match(r"\ufeff?sep=(.)\r?\n", sample):
        return announced[1], True
    return max(DELIMITERS, key=lambda delimiter: _widths(sample, delimiter)), False


def _widths(sample: str, delimiter: str) -> tuple[int, int]:
    """How wide the first rows come out: the width that most of them share, then the widest."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        widths = [len(cells) for cells in islice(reader, HEAD) if cells]
    except csv.Error:
        widths = []
    return (max(set(widths), key=widths.count), max(widths)) if widths else (0, 0)


def _parsed(text: io.TextIOWrapper, delimiter: str, *, skip_first: bool) -> Iterator[Record]:
    number = 0
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    try:
        if skip_first:
            next(reader)
        for cells in reader:
            number += 1
            yield number, cells
    except csv.Error as error:
        if "field limit" in str(error):
            raise TableError(
                f"Row {number + 1} has a cell of more than {csv.field_size_limit():,} characters. Often that is a"
                " quotation mark that is never closed. Put it right and send the file again."
            ) from error
        raise TableError(
            f"Row {number + 1} has a quotation mark in the wrong place, or one that is never closed, so that the rows"
            " after it cannot be told apart. Put it right and send the file again."
        ) from error
    except UnicodeDecodeError as error:
        raise TableError(f"The text is damaged after row {number}: the file cannot be read.") from error


def _sheet_rows(sheet: Any) -> Iterator[Record]:
    sheet.reset_dimensions()
    with _readable():
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, [_day_if_midnight(cell) for cell in cells]


def _day_if_midnight(cell: Cell) -> Cell:
    return cell.date() if isinstance(cell, datetime) and cell.time() == time.min else cell


def _refuse_bomb(file: BinaryIO, limits: Limits) -> None:
    with _readable(), zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
    file.seek(0)
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise TableError("This is a zip file, not a workbook. Unpack it and send the table inside.")
    if sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise TableError("This workbook is too large when unpacked. Send it as CSV.")


@contextmanager
def _readable() -> Iterator[None]:
    """Turn every way in which a workbook can be broken into one sentence."""
    try:
        yield
    except (TableError, MemoryError):
        raise
    except Exception as error:  # zlib's own, struct's, an assertion: what is broken inside decides which
        raise TableError(
            "This workbook is damaged and cannot be read. Open it in a spreadsheet, save it again and send that."
        ) from error
