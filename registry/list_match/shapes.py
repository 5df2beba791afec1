"""A list given back in the shape it came: the same cells, byte for byte where the format allows, and columns added.

Text keeps its encoding, its separators, its quotation marks and its line ends; what is added goes to the end of each
row. A workbook keeps its sheets and formats. Only what is added is guarded against being run as a formula.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from openpyxl import load_workbook

from childindex.tables import Table, guarded, plain
from childindex.tables.encodings import is_archive
from childindex.tables.records import Shape

Added = Mapping[int, Sequence[str]]
"""What is added to each row, by its number as the spreadsheet shows it; the headings stand under their own."""


def returned(content: bytes, table: Table, added: Added) -> bytes:
    """The file with the cells added. `table` is as the file was opened; its rows need not have been read."""
    if is_archive(io.BytesIO(content)):
        return _workbook(content, table, added)
    assert table.shape is not None
    return _text(content, table.shape, table.width, added)


def _text(content: bytes, shape: Shape, width: int, added: Added) -> bytes:
    encoding = _raw(content, shape.encoding)
    written = io.BytesIO()
    for number, cells, raw in _records(content.decode(encoding), shape):
        body, ending = _cut(raw)
        extra = added.get(number)
        if extra is not None:
            missing = shape.delimiter * max(width - len(cells), 0)
            body += missing + shape.delimiter + _written(extra, shape)
        written.write((body + ending).encode(encoding))
    return written.getvalue()


def _raw(content: bytes, encoding: str) -> str:
    """An encoding that gives back every byte as it was, marks included."""
    if encoding == "windows-1252":
        return "latin-1"  # only separators and quotation marks matter here, and those are the same
    if encoding == "utf-16":
        return "utf-16-le" if content.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    return encoding.removesuffix("-sig")


def _records(text: str, shape: Shape) -> Iterator[tuple[int, list[str], str]]:
    """Each row with its number, its cells and the very text it was written in."""
    lines = io.StringIO(text, newline="")
    taken: list[str] = []

    def tapped() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line.removeprefix("\ufeff")

    number = -1 if shape.announced else 0
    for cells in csv.reader(tapped(), delimiter=shape.delimiter):
        number += 1
        yield number, cells, "".join(taken)
        taken.clear()


def _cut(raw: str) -> tuple[str, str]:
    body = raw.rstrip("\r\n")
    return body, raw[len(body) :]


def _written(cells: Sequence[str], shape: Shape) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=shape.delimiter, lineterminator="").writerow([guarded(cell) for cell in cells])
    text = buffer.getvalue()
    if shape.encoding == "windows-1252":
        return text.encode("windows-1252", "replace").decode("latin-1")
    return text


def _workbook(content: bytes, table: Table, added: Added) -> bytes:
    book = load_workbook(io.BytesIO(content))
    sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible" and _is_it(sheet, table))
    put: Callable[..., Any] = sheet.cell
    for number, cells in added.items():
        for place, cell in enumerate(cells, start=table.width + 1):
            put(row=number, column=place, value=guarded(cell)).data_type = "s"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _is_it(sheet: Any, table: Table) -> bool:
    """Whether this sheet has the headings of the table in their row."""
    cells = next(sheet.iter_rows(min_row=table.first, max_row=table.first, values_only=True), ())
    return [plain(cell) for cell in cells][: table.width] == table.headings
