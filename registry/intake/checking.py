"""From a file to claims: every row read, with what cannot be read said by row and field, and nothing dropped.

A stage that can be repeated: it begins by clearing away what an interrupted one left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import transaction

from childindex.tables import Row, Table, TableError, plain
from registry.intake.claims import Claim, ClaimReader
from registry.intake.formats import format_of
from registry.intake.problems import Problem
from registry.intake.repeating import digest_of, terms_of
from registry.intake.ruling import rules_of
from registry.intake.storing import NewRow, write_rows
from registry.models import Delivery, Reading, Stage

IDENTIFYING = ("surname", "forename", "upn", "uln", "nhs_number", "index_number", "reference")
LONGEST_KEPT = 1_000
Progress = Callable[[int, int], None]


def check(delivery: Delivery, *, path: Any, progress: Progress | None = None) -> Delivery:
    """Read the rows of a delivery from its file. A file that cannot be read is refused with a sentence, and kept."""
    delivery.all_rows.all().delete()
    reading = Reading.objects.filter(feed=delivery.feed, source=delivery.source).first()
    try:
        with transaction.atomic():
            _read(delivery, path, reading, progress)
    except TableError as error:
        delivery.stage, delivery.refusal = Stage.REFUSED, str(error)
    else:
        delivery.stage, delivery.refusal = Stage.CHECKED, ""
    delivery.save(update_fields=["stage", "refusal", "rows", "headings", "warnings"])
    return delivery


def _read(delivery: Delivery, path: Any, reading: Reading | None, progress: Progress | None) -> None:
    headings = reading.headings if reading else {}
    with format_of(delivery).open(path, delivery, headings, progress) as table:
        by_place = {place: key for key, place in table.places.items()}
        delivery.headings = [[heading, by_place.get(place, "")] for place, heading in enumerate(table.headings)]
        if not any(table.has(key) for key in IDENTIFYING):
            raise TableError(
                "None of this file’s columns names a child. Say which column is the surname, the forename or a number,"
                " and have it read again."
            )
        delivery.rows = 0
        terms = terms_of(delivery, rules_of(delivery))
        reader = ClaimReader(reading.codes if reading else {}, on=delivery.as_of)
        write_rows(delivery, _counted(delivery, _rows(table, reader, terms)))
        if not delivery.rows:
            raise TableError("This file has headings and no rows.")
        delivery.warnings = table.warnings


def _counted(delivery: Delivery, rows: Iterator[NewRow]) -> Iterator[NewRow]:
    for row in rows:
        delivery.rows += 1
        yield row


def _rows(table: Table, reader: ClaimReader, terms: str) -> Iterator[NewRow]:
    for row in table:
        cells = [plain(cell) for cell in row.cells]
        claim = _claim(cells, row, reader)
        yield NewRow(
            number=row.number,
            cells=[cell[:LONGEST_KEPT] for cell in cells],
            digest=None if claim.refused else digest_of(claim.values, terms),
            claim=claim.values,
            problems=[problem.as_json() for problem in claim.problems],
            refused=claim.refused,
        )


def _claim(cells: Sequence[str], row: Row, reader: ClaimReader) -> Claim:
    if row.problem:
        return Claim({}, [Problem("", "shape", row.problem)], refused=row.problem)
    return reader.read({key: cells[place] for key, place in row.places.items() if place < len(cells)})
