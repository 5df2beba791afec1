"""What the index holds of some children, read set-wise: one query for each kind of fact, whatever their number."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from registry.models import FactKind

FACT_COLUMNS = {
    FactKind.NAME: "kind forename middle_names surname",
    FactKind.IDENTIFIER: "kind value status",
    FactKind.RESIDENCE: "standing address_id",
    FactKind.CARE: "carer_id kind priority",
    FactKind.ENROLMENT: "school_id status year_group class_name leaving_ground destination_school_id destination",
    FactKind.REGISTRATION: "practice_id",
    FactKind.ARRANGEMENT: "kind detail",
}
FURTHER = {
    FactKind.RESIDENCE: (
        "LEFT JOIN registry_address a ON a.id = f.address_id",
        [f"a.{name}" for name in "saon paon street locality town postcode uprn".split()],
    ),
    FactKind.CARE: (
        "JOIN registry_carer a ON a.id = f.carer_id LEFT JOIN registry_address p ON p.id = a.address_id",
        [f"a.{name}" for name in "title forename surname telephone other_telephone email".split()]
        + [f"p.{name} AS lives_{name}" for name in "saon paon street postcode".split()],
    ),
}
CHILDREN = "SELECT id, revision, sex, date_of_birth, date_of_birth_standing FROM registry_child WHERE id = ANY(%s)"
CORRECTIONS = """
    SELECT k.child_id, s.source_id, k.says, k.value, k.why FROM registry_correction k
    JOIN registry_sourcerecord s ON s.id = k.source_record_id WHERE k.child_id = ANY(%s) AND k.closed_at IS NULL
"""
PINS = "SELECT child_id, slot FROM registry_pin WHERE child_id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class HeldFact:
    """One fact as it stands. `values` are its columns, with those of the address or carer it points at."""

    id: int
    source_id: int
    from_date: date | None
    to_date: date | None
    values: Mapping[str, Any]

    @property
    def is_open(self) -> bool:
        return self.to_date is None


class HeldCorrection(NamedTuple):
    """What a source is known to have wrong of a child, as its files say it."""

    source_id: int
    says: str
    value: Mapping[str, Any]
    why: str


@dataclass(slots=True)
class Held:
    """What the index holds of one child; the facts of each kind in order of their ids."""

    id: int
    revision: int
    sex: str
    born: date | None
    born_standing: str
    facts: dict[str, list[HeldFact]] = field(default_factory=dict)
    pinned: set[str] = field(default_factory=set)
    corrections: list[HeldCorrection] = field(default_factory=list)

    def open(self, kind: str, /, **values: Any) -> list[HeldFact]:
        """The open facts of a kind that have these values."""
        return [
            fact
            for fact in self.facts.get(kind, ())
            if fact.is_open and all(fact.values[name] == value for name, value in values.items())
        ]


def held_of(child_ids: Collection[int]) -> dict[int, Held]:
    """What is held of each of these children, by id. Superseded records are as they stand."""
    ids = sorted(set(child_ids))
    with connection.cursor() as cursor:
        cursor.execute(CHILDREN, [ids])
        found = {pk: Held(pk, *rest) for pk, *rest in cursor.fetchall()}
        for kind in FACT_COLUMNS:
            _add_facts(cursor, kind, ids, found)
        cursor.execute(PINS, [ids])
        for child_id, slot in cursor.fetchall():
            found[child_id].pinned.add(slot)
        cursor.execute(CORRECTIONS, [ids])
        for child_id, source_id, says, value, why in cursor.fetchall():
            found[child_id].corrections.append(HeldCorrection(source_id, says, json.loads(value), why))
    return found


def _add_facts(cursor: Any, kind: str, ids: list[int], found: dict[int, Held]) -> None:
    join, further = FURTHER.get(FactKind(kind), ("", []))
    columns = [f"f.{name}" for name in FACT_COLUMNS[FactKind(kind)].split()] + further
    cursor.execute(
        f"SELECT f.child_id, f.id, f.source_id, f.from_date, f.to_date, {', '.join(columns)}"
        f" FROM registry_{kind} f {join} WHERE f.child_id = ANY(%s) ORDER BY f.id",
        [ids],
    )
    names = [column.name for column in cursor.description][5:]
    for child_id, pk, source_id, from_date, to_date, *values in cursor.fetchall():
        fact = HeldFact(pk, source_id, from_date, to_date, dict(zip(names, values, strict=True)))
        found[child_id].facts.setdefault(kind, []).append(fact)


OTHERS = """
    SELECT DISTINCT n.fact_id FROM registry_said n JOIN registry_sourcerecord o ON o.id = n.source_record_id
    WHERE n.kind = %s AND n.fact_id = ANY(%s) AND o.source_id <> %s
"""


def repeated_by_others(kind: str, fact_ids: Collection[int], source_id: int) -> set[int]:
    """Which of some facts other sources have repeated: those do not end when one source says otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(OTHERS, [kind, list(fact_ids), source_id])
        return {pk for (pk,) in cursor.fetchall()}
