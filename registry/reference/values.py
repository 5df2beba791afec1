"""Cells of reference files to values: what is refused with its row, and what is only left out of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from childindex.tables import Row
from registry.dates import NotADate, read_date
from registry.identifiers import NotValid, read_postcode, read_telephone
from registry.reference.summary import Refused

Note = Callable[[str], None]


def day(row: Row, key: str, name: str) -> date | None:
    """A date in any style, none for an empty cell. Raises Refused for what is no date."""
    value = row.value(key)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return read_date(row.text(key)) if row.text(key) else None
    except NotADate as fault:
        raise Refused(f"its {name} is not a date", str(fault)) from fault


def whole_number(row: Row, key: str, name: str) -> int | None:
    """A whole number, none for an empty cell. Raises Refused for what is no number."""
    text = row.text(key)
    try:
        return int(float(text)) if text else None
    except (ValueError, OverflowError) as fault:
        raise Refused(f"its {name} is not a number", f"{name} {text[:30]}") from fault


def postcode(row: Row, key: str, note: Note) -> str:
    """A postcode with its space; one that cannot be is left out, and noted."""
    text = row.text(key)
    try:
        return str(read_postcode(text)) if text else ""
    except NotValid:
        note("its postcode is not valid and is left out")
        return ""


def telephone(row: Row, key: str, note: Note) -> str:
    """A telephone number spaced as usual; one that is not British stays as it came."""
    text = row.text(key)
    try:
        return str(read_telephone(text)) if text else ""
    except NotValid:
        note("its telephone number is not a British one and is kept as it came")
        return text[:30]
