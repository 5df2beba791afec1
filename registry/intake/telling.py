"""What became of the rows of a delivery, for a machine and for people at a terminal."""

from __future__ import annotations

from typing import Any

from registry.models import Delivery, Outcome


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
