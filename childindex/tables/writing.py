"""Rows to CSV that a spreadsheet opens as it was meant: accents kept, nothing run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from childindex.tables.cells import Cell, guarded

MARK = b"\xef\xbb\xbf"


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The file a row at a time, for streaming: UTF-8 with its mark, every cell quoted and guarded."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")

    def line(cells: Sequence[Cell]) -> bytes:
        writer.writerow([guarded(cell) for cell in cells])
        written = buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
        return written

    yield MARK + line(headings)
    for cells in rows:
        yield line(cells)


def write_csv(file: BinaryIO, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    for line in csv_lines(headings, rows):
        file.write(line)
