"""Which of several open facts leads, and which contest it.

A child should have one of each slot: a registered name, a home, a school and so on. Where sources disagree, every fact
stays; one is shown first. In order: the one an officer pinned; the source whose kind the rules believe most
(`PrecedenceRule`, rank 50 where none is stated); the most recent, counting a confirmation as recent; the last written.
A confirmation counts while its source record is the child's: where that goes to another child, so does its word.
The order is SQL, used for one child's page and for the whole index alike, so that the two cannot disagree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from registry.dates.holding import holds
from registry.models import FactKind, Slot

UNRANKED = 50


@dataclass(frozen=True)
class Place:
    """Where a slot's facts are found: their kind, and what makes them belong."""

    kind: str
    belongs: str

    @property
    def table(self) -> str:
        return f"registry_{self.kind}"


PLACES: dict[str, Place] = {
    Slot.REGISTERED_NAME: Place(FactKind.NAME, "f.kind = 'registered'"),
    Slot.PREFERRED_NAME: Place(FactKind.NAME, "f.kind = 'preferred'"),
    Slot.HOME: Place(FactKind.RESIDENCE, "f.standing <> 'second_home'"),
    Slot.SCHOOL: Place(FactKind.ENROLMENT, "f.status NOT IN ('S', 'G')"),
    Slot.PRACTICE: Place(FactKind.REGISTRATION, "true"),
    Slot.UPN: Place(FactKind.IDENTIFIER, "f.kind = 'upn' AND f.status <> 'superseded'"),
    Slot.ULN: Place(FactKind.IDENTIFIER, "f.kind = 'uln' AND f.status <> 'superseded'"),
    Slot.NHS_NUMBER: Place(FactKind.IDENTIFIER, "f.kind = 'nhs_number' AND f.status <> 'superseded'"),
}


@dataclass(frozen=True)
class Lead:
    """The leading fact of a slot and, best first, the ids of those that contest it."""

    fact_id: int
    rivals: tuple[int, ...] = ()

    @property
    def is_contested(self) -> bool:
        return bool(self.rivals)


def ranked(slot: str, *, children: str, facts: str = "", on: str = "current_date") -> str:
    """SQL giving (child_id, slot, fact_id, place) for each fact of `slot` true on a day, place 1 leading.

    `children` is SQL for the ids wanted, `facts` a relation to read in place of the slot's table (what was believed at
    some moment), `on` SQL for the day.
    """
    place = PLACES[slot]
    return f"""
        SELECT c.child_id, '{slot}' AS slot, c.id AS fact_id, row_number() OVER (
            PARTITION BY c.child_id
            ORDER BY (p.id IS NOT NULL) DESC, coalesce(r.rank, {UNRANKED}),
                     greatest(c.from_date, seen.day) DESC NULLS LAST, c.id DESC
        ) AS place
        FROM (
            SELECT f.id, f.child_id, f.from_date, f.source_id, count(*) OVER (PARTITION BY f.child_id) AS rivals
            FROM {facts or place.table} f
            WHERE f.child_id IN ({children}) AND {place.belongs}
              AND {holds("f", on=on)}
        ) c
        JOIN childindex_source s ON s.id = c.source_id
        LEFT JOIN registry_precedencerule r ON r.slot = '{slot}' AND r.source_kind = s.kind
        LEFT JOIN registry_pin p ON c.rivals > 1 AND p.child_id = c.child_id AND p.slot = '{slot}' AND p.fact_id = c.id
        LEFT JOIN LATERAL (
            SELECT max(n.day) AS day FROM registry_said n
            JOIN registry_sourcerecord o ON o.id = n.source_record_id AND o.child_id = c.child_id
            WHERE c.rivals > 1 AND n.fact_id = c.id AND n.kind = '{place.kind}'
        ) seen ON true
    """


def leads(
    child_ids: Iterable[int],
    *,
    on: date | None = None,
    facts: dict[str, str] | None = None,
    slots: Collection[str] = tuple(PLACES),
) -> dict[int, dict[str, Lead]]:
    """The leading fact of every filled slot, by child, true on a day (today unless said), in one query.

    `facts` maps a kind of fact to a relation to read in place of its table; `slots` says which are wanted.
    """
    wanted = "SELECT unnest(%(children)s::bigint[])"
    day = "coalesce(%(on)s::date, current_date)"
    parts = [ranked(slot, children=wanted, on=day, facts=(facts or {}).get(PLACES[slot].kind, "")) for slot in slots]
    statement = " UNION ALL ".join(f"({part})" for part in parts) + " ORDER BY child_id, slot, place"
    found: dict[int, dict[str, Lead]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, {"children": list(child_ids), "on": on})
        for child_id, slot, fact_id, place in cursor.fetchall():
            filled = found.setdefault(child_id, {})
            if place == 1:
                filled[slot] = Lead(fact_id)
            else:
                filled[slot] = Lead(filled[slot].fact_id, (*filled[slot].rivals, fact_id))
    return found
