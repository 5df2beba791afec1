"""From a file to claims: every row read, with what cannot be read said by row and field, and nothing dropped.

A stage that can be repeated: it begins by clearing away what an interrupted one left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.db import transaction

from childindex.tables import Column, Table, TableError, open_table, plain
from childindex.tables.columns import squashed
from registry.intake.asking import Asks, asks
from registry.intake.claims import Claim, Problem, read_claim
from registry.intake.fields import FIELDS, Codes
from registry.models import Delivery, DeliveryRow, Outcome, Reading, Stage

AT_ONCE = 2_000
IDENTIFYING = ("surname", "forename", "upn", "uln", "nhs_number", "index_number", "reference")
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
    with open_table(path, columns=columns(headings), progress=progress) as table:
        if not any(table.has(key) for key in IDENTIFYING):
            raise TableError(
                "None of this file's columns names a child. Say which column is the surname, the forename or a number."
            )
        delivery.rows = 0
        rows = _rows(delivery, table, reading.codes if reading else {})
        while chunk := list(islice(rows, AT_ONCE)):
            DeliveryRow.objects.bulk_create(chunk)
            delivery.rows += len(chunk)
        if not delivery.rows:
            raise TableError("This file has headings and no rows.")
        by_place = {place: key for key, place in table.places.items()}
        delivery.headings = [[heading, by_place.get(place, "")] for place, heading in enumerate(table.headings)]
        delivery.warnings = table.warnings


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
        usual = [name for name in field.column.headings if squashed(name) not in spoken_for]
        names = (*told.get(field.key, ()), *usual)
        if names:
            found.append(Column(field.key, names, required=False, is_identifier=field.is_number))
    return found


def _rows(delivery: Delivery, table: Table, codes: Mapping[str, Codes]) -> Iterator[DeliveryRow]:
    for row in table:
        claim = _claim({key: row.text(key) for key in table.places}, row.problem, codes)
        yield DeliveryRow(
            delivery=delivery,
            number=row.number,
            cells=[plain(cell).replace("\0", "")[:1000] for cell in row.cells],
            claim=claim.values,
            problems=[problem.as_json() for problem in claim.problems],
            outcome=Outcome.REFUSED if claim.refused else "",
            questions=[asks(Asks.UNREADABLE, claim.refused)] if claim.refused else [],
        )


def _claim(cells: Mapping[str, str], problem: str, codes: Mapping[str, Codes]) -> Claim:
    if problem:
        return Claim({}, [Problem("", "shape", problem)], refused=problem)
    return read_claim(cells, codes)
