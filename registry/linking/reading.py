"""The index as the matcher takes it: records that are not superseded, with their numbers.

Of a child behind a shield an open look reads names in use, sex and date of birth alone (`looks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from registry.linking.looks import OPEN, Look
from registry.matching.cleaning import address
from registry.matching.columns import People, people
from registry.models import AddressKind
from registry.search.packing import FORMER, unpack, unpack_names

ENTRIES = """
    SELECT e.child_id, NOT h.hides, e.names, e.date_of_birth::text, e.sex,
           CASE WHEN h.hides THEN '' ELSE e.postcodes END, CASE WHEN h.hides THEN '' ELSE e.addresses END,
           CASE WHEN h.hides THEN '' ELSE e.carers END, CASE WHEN h.hides THEN '' ELSE e.telephones END,
           CASE WHEN NOT h.hides THEN e.school_id::text END, n.upn, n.nhs_number, n.uln
    FROM registry_indexentry e CROSS JOIN LATERAL (SELECT e.shielded AND NOT %(behind)s AS hides) h LEFT JOIN (
        SELECT child_id, max(value) FILTER (WHERE kind = 'upn') AS upn,
               max(value) FILTER (WHERE kind = 'nhs_number') AS nhs_number,
               max(value) FILTER (WHERE kind = 'uln') AS uln
        FROM registry_identifier WHERE to_date IS NULL {which} GROUP BY child_id
    ) n ON n.child_id = e.child_id AND NOT h.hides
    {whose}
    ORDER BY e.child_id
"""
EVERYBODY = ENTRIES.format(which="", whose="")
SOME = ENTRIES.format(which="AND child_id = ANY(%(ids)s)", whose="WHERE e.child_id = ANY(%(ids)s)")
INSTITUTIONS = "SELECT concat_ws(' ', paon, street) FROM registry_address WHERE kind <> %s"
COLUMNS = (
    "id forename middle_names surname former_surname date_of_birth sex postcode former_postcode address former_address"
    " carer telephone school upn nhs_number uln"
).split()


def index_people(*, look: Look = OPEN) -> People:
    """Everybody in the index, in order of id."""
    return _read(EVERYBODY, {}, look)


def some_people(child_ids: Iterable[int], *, look: Look = OPEN, like: People | None = None) -> People:
    """These children, in order of id, as far as they are in the index; `like` is whom they will be compared with."""
    return _read(SOME, {"ids": list(child_ids)}, look, like=like)


def _read(statement: str, parameters: dict[str, Any], look: Look, *, like: People | None = None) -> People:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**parameters, "behind": look.sees_behind})
        rows = [_row(*row) for row in cursor.fetchall()]
    ids, *columns = zip(*rows, strict=True) if rows else ((),) * len(COLUMNS)
    return people(ids, dict(zip(COLUMNS[1:], columns, strict=True)), like=like)


def institutions() -> frozenset[str]:
    """The addresses, as they are compared, at which living together makes nobody a family."""
    with connection.cursor() as cursor:
        cursor.execute(INSTITUTIONS, [AddressKind.HOUSEHOLD])
        return frozenset(filter(None, (address(text) for (text,) in cursor.fetchall())))


def _row(
    child_id: int,
    is_open: bool,
    names: str,
    born: str,
    sex: str,
    postcodes: str,
    addresses: str,
    carers: str,
    phones: str,
    *rest: Any,
) -> tuple[Any, ...]:
    said = tuple(name for name in unpack_names(names) if is_open or name.standing != FORMER)
    leading = said[0] if said else ("", "", "", "")
    former = next((name.surname for name in said[1:] if name.surname and name.surname != leading[3]), "")
    homes = [part for text in (postcodes, addresses) for part in map(_first, unpack(text))]
    carer, phone = _first(unpack(carers)[0]), _first(unpack(phones)[0])
    return (str(child_id), *leading[1:], former, born, sex, *homes, carer, phone, *rest)


def _first(values: Sequence[str]) -> str:
    return values[0] if values else ""
