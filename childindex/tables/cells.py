"""One cell: what a file may hold in it, as plain text and guarded against being run as a formula."""

from __future__ import annotations

import re
from datetime import date, datetime, time

Cell = str | int | float | bool | date | datetime | time | None

RUNS_AS_FORMULA = re.compile(r"[\s']*[=+\-@＝＋－＠\t\r\n]")
AS_TEXT = re.compile(r'="((?:[^"]|"")*)"')
NUMBERED = re.compile(r"'\s*[A-Za-z]?\d", re.ASCII)
PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
LOST_DIGITS = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE | re.ASCII)


def plain(cell: Cell) -> str:
    """The cell as trimmed text: whole numbers without a decimal point, dates as 2016-10-03, no value as nothing."""
    if isinstance(cell, str):
        text = cell.replace("\0", "").strip().strip("\ufeff")
        return _unguarded(text) if text[:1] in ("'", "=") else text
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def guarded(cell: Cell) -> Cell:
    """The cell with an apostrophe before it where a spreadsheet would run it as a formula.

    `plain` takes that apostrophe away again, so that what is written can be read back.
    """
    if isinstance(cell, str) and RUNS_AS_FORMULA.match(cell) and not PLAIN_NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def may_have_lost_digits(cell: Cell) -> bool:
    """Whether an identifier has been through a spreadsheet as a number: leading zeros and long tails do not survive."""
    if isinstance(cell, str):
        return LOST_DIGITS.fullmatch(cell.strip()) is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _unguarded(text: str) -> str:
    """A cell without what keeps a spreadsheet from running it, or from making a number or a date of it."""
    if as_text := AS_TEXT.fullmatch(text):
        return as_text[1].replace('""', '"').strip()
    return text[1:] if RUNS_AS_FORMULA.match(text[1:]) or NUMBERED.match(text) else text
