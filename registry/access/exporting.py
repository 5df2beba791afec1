"""The record of looking as a file for a spreadsheet, a few hundred entries at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from childindex.tables import csv_lines
from registry.access.reading import Log, Told
from registry.models import AccessEntry

AT_A_TIME = 500
COLUMNS = [
    "Entry",
    "Moment",
    "Person",
    "Email",
    "Did",
    "Page",
    "Asked",
    "Purpose",
    "Case",
    "Index numbers shown",
    "Names shown",
    "Note",
]


def csv_of(log: Log, entries: list[AccessEntry]) -> Iterator[bytes]:
    """The file, line by line: entries as this reader may know them."""
    return csv_lines(COLUMNS, _lines(log, entries))


def _lines(log: Log, entries: list[AccessEntry]) -> Iterator[list[Any]]:
    for start in range(0, len(entries), AT_A_TIME):
        for told in log.tell(entries[start : start + AT_A_TIME]):
            yield _line(told)


def _line(told: Told) -> list[Any]:
    notes = [*(["Expired"] if told.is_expired else []), *(["Particulars withheld"] if told.is_withheld else [])]
    return [
        told.id,
        timezone.localtime(told.at).strftime("%Y-%m-%d %H:%M:%S"),
        told.who,
        told.email,
        told.did,
        told.page,
        "; ".join(f"{label}: {text}" for label, text in told.asked),
        told.purpose,
        told.case_reference,
        " ".join(one.index_number for one in told.children),
        "; ".join(one.name for one in told.children),
        "; ".join(notes),
    ]
