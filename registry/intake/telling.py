"""What became of the rows of a delivery, for a machine and for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from registry.intake.fields import FIELDS
from registry.models import Delivery, DeliveryRow, Outcome


def told(delivery: Delivery) -> dict[str, Any]:
    """What became of the rows, for a machine."""
    return {
        "delivery": delivery.pk,
        "stage": delivery.stage,
        "rows": delivery.rows,
        **{outcome: getattr(delivery, outcome) for outcome in Outcome.values},
        "absent": delivery.absent,
        "brakes": [brake["code"] for brake in delivery.brakes],
    }


def lines(delivery: Delivery) -> list[str]:
    """The same, for people."""
    said = [f"{delivery}: {delivery.get_stage_display().lower()}, {delivery.rows:,} rows"]
    if delivery.refusal:
        return [*said, f"  {delivery.refusal}"]
    said += [f"  {getattr(delivery, outcome.value):>9,}  {outcome.label.lower()}" for outcome in Outcome]
    said += [f"  {delivery.absent:>9,}  in the last list and not in this one"] if delivery.absent else []
    said += [f"  Held: {brake['sentence']}" for brake in delivery.brakes]
    said += [f"  {warning}" for warning in delivery.warnings]
    unread = delivery.all_rows.exclude(problems=[]).order_by("number")
    for row in unread[:20]:
        said += [f"  Row {row.number}: {sentence}" for _, _, sentence in row.problems]
    return said


def problems_of(row: DeliveryRow) -> Iterator[tuple[int, str, str, str, str]]:
    """What could not be read of a row, for its sender: number, field, code, sentence, and what became of the row."""
    number, is_refused = row.number or 0, row.outcome == Outcome.REFUSED
    for field, code, sentence in row.problems:
        label = FIELDS[field].label if field in FIELDS else ""
        yield number, label, code, sentence, "refused" if is_refused else "read without it"
    said = {sentence for _, _, sentence in row.problems}
    for question in row.questions if is_refused else ():
        if question["text"] not in said:
            yield number, "", question["code"], question["text"], "refused"
