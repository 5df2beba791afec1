"""How the lists of a feed are written: a table with headings, or a format for which a room above has a reader.

A reader opens a file as a table: its headings, the field of each, and its rows, numbered as whoever sent it can find
them. It refuses a file with TableError, as where it is of another school than its sender.

    register(Format("school_census", "School census (XML)", open_census))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from childindex.tables import Column, Table, open_table
from childindex.tables.columns import squashed
from registry.intake.fields import FIELDS
from registry.models import Delivery

TABLE = "table"
Progress = Callable[[int, int], None]
Opens = Callable[[Path, Delivery, Mapping[str, str], Progress | None], AbstractContextManager[Table]]
"""Takes where the file is, its delivery, which field each heading of the source is said to be, and whom to tell."""


@dataclass(frozen=True)
class Format:
    """One way of writing lists. `numbered` says what its rows' numbers count, where they are not a spreadsheet's."""

    code: str
    label: str
    open: Opens
    numbered: str = ""


_formats: dict[str, Format] = {}


def register(found: Format) -> None:
    """Add a format. Raises ValueError for a code already taken."""
    if _formats.setdefault(found.code, found) != found:
        raise ValueError(f"The format {found.code} is registered already.")


def label_of(code: str) -> str:
    """What people call a format; the code itself where no room that is installed knows it."""
    return _formats[code].label if code in _formats else code


def format_of(delivery: Delivery) -> Format:
    """The format of a delivery's feed."""
    return _formats[delivery.feed.format]


def open_usual(
    path: Path, delivery: Delivery, headings: Mapping[str, str], progress: Progress | None
) -> AbstractContextManager[Table]:
    """A table, by the headings of each column."""
    return open_table(path, columns=columns(headings), progress=progress)


def columns(headings: Mapping[str, str]) -> list[Column]:
    """Every field as a column, by the headings that this source is known to use, then by the usual ones.

    A heading that somebody has said to mean one field is not taken for another.
    """
    told: dict[str, list[str]] = {}
    for heading, key in headings.items():
        told.setdefault(key, []).append(heading)
    spoken_for = {squashed(heading) for heading in headings}
    found = []
    for field in FIELDS.values():
        usual, otherwise = (
            tuple(name for name in names if squashed(name) not in spoken_for)
            for names in (field.column.headings, field.column.otherwise)
        )
        names = (*told.get(field.key, ()), *usual)
        if names or otherwise:
            found.append(replace(field.column, headings=names, otherwise=otherwise))
    return found


register(Format(TABLE, "Table with headings (CSV or XLSX)", open_usual))
