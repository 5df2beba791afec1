"""Writing the facts of a delivery inside its act: what each row ends, sets and begins, kind by kind and set-wise.

Most rows confirm and no more: those never leave the database. The others are gathered first, so that each kind of fact
is ended, set and begun by one statement whatever the number of rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from childindex.copying import copy_rows
from childindex.models import Act
from registry.disclosure import areas
from registry.identifiers import new_index_number
from registry.intake.comparing import Do
from registry.intake.holding import repeated_by_others
from registry.intake.known_as import SOURCE_RECORD
from registry.models import (
    Address,
    BirthStanding,
    Care,
    Carer,
    Child,
    Delivery,
    DeliveryRow,
    EducationArrangement,
    Enrolment,
    FactKind,
    Identifier,
    Name,
    Registration,
    Residence,
)

BATCH = 2_000
MODELS: dict[str, type[Any]] = {
    FactKind.NAME: Name,
    FactKind.IDENTIFIER: Identifier,
    FactKind.RESIDENCE: Residence,
    FactKind.CARE: Care,
    FactKind.ENROLMENT: Enrolment,
    FactKind.REGISTRATION: Registration,
    FactKind.ARRANGEMENT: EducationArrangement,
}
KINDS = {
    "to_date": "date",
    "priority": "smallint",
    "address_id": "bigint",
    "destination_school_id": "bigint",
}
"""The types of the columns that are set and are no text."""
Place = tuple[str, ...]
PLACE = ("postcode", "street", "paon", "saon", "locality")
CONFIRMATION = "kind fact_id source_record_id day act_id".split()
TO_APPLY = """
    CREATE TEMPORARY TABLE to_apply ON COMMIT DROP AS
    SELECT r.id, r.child_id, nullif(r.claim ->> 'reference', '') AS reference,
           r.changes @> '[{"do": "repeat"}]' AS repeats
    FROM registry_deliveryrow r
    WHERE r.delivery_id = %s AND r.outcome = ANY(%s) AND (r.waits OR NOT %s) AND r.number IS NOT NULL
      AND r.for_custodians = %s AND r.id <> ALL(%s)
"""
# References that were another child's, until somebody said that they are not.
FREED = """
    UPDATE registry_sourcerecord s SET child_id = t.child_id
    FROM to_apply t WHERE s.source_id = %s AND s.reference = t.reference AND s.child_id IS NULL
"""
# Each child as the source knows it (`known_as`): what it does not know yet by either is made.
SOURCE_RECORDS = """
    INSERT INTO registry_sourcerecord (source_id, reference, child_id)
    SELECT DISTINCT ON (n.reference) %(source)s, n.reference, n.child_id
    FROM (
        SELECT t.id, c.id AS child_id, CASE WHEN t.reference IS NULL OR EXISTS (
                SELECT FROM registry_sourcerecord k
                LEFT JOIN registry_indexentry e ON e.child_id = k.child_id
                WHERE k.source_id = %(source)s AND k.reference = t.reference AND k.child_id <> c.id
                  AND NOT coalesce(e.shielded, false)
            ) THEN c.index_number ELSE t.reference END AS reference
        FROM to_apply t JOIN registry_child c ON c.id = t.child_id WHERE NOT t.repeats
    ) n
    WHERE NOT EXISTS (SELECT FROM registry_sourcerecord k
                      WHERE k.source_id = %(source)s AND k.reference = n.reference AND k.child_id = n.child_id)
    ORDER BY n.reference, n.id
"""
OF_SOURCE = f"""
    CREATE TEMPORARY TABLE of_source ON COMMIT DROP AS
    SELECT r.id, c.id AS child_id, s.id AS source_record_id
    FROM to_apply t JOIN registry_deliveryrow r ON r.id = t.id JOIN registry_child c ON c.id = t.child_id
    {SOURCE_RECORD}
    WHERE NOT t.repeats
"""
CONFIRM = """
    INSERT INTO registry_confirmation (kind, fact_id, source_record_id, day, act_id)
    SELECT DISTINCT said.kind, said.fact, o.source_record_id, %s::date, %s::bigint
    FROM of_source o JOIN registry_deliveryrow r ON r.id = o.id
    CROSS JOIN LATERAL jsonb_to_recordset(r.changes) AS said("do" text, kind text, fact bigint)
    WHERE said."do" = 'confirm'
"""
# A date of birth, and how sure it is, in one statement: the database refuses one without the other. Of two that were
# claimed the second stays, unless it is the one that is said now.
BIRTHS = """
    UPDATE registry_child t SET date_of_birth = v.born, other_date_of_birth = nullif(t.other_date_of_birth, v.born),
           date_of_birth_standing = CASE WHEN t.other_date_of_birth <> v.born THEN t.date_of_birth_standing
                                         ELSE 'known' END
    FROM unnest(%s::bigint[], %s::date[]) AS v (id, born)
    WHERE t.id = v.id AND coalesce(t.date_of_death, 'infinity') >= v.born
      AND (t.date_of_birth, t.date_of_birth_standing) IS DISTINCT FROM (v.born, 'known')
"""
DOES_MORE = reduce(or_, (Q(changes__contains=[{"do": do}]) for do in (Do.ADD, Do.CHANGE, Do.SET, Do.END)))


class Writing:
    """One delivery on its way into the index, inside its act: the officers' rows, or else the custodians'.

    Rows that are `left` wait for somebody else to apply them.
    """

    def __init__(
        self, delivery: Delivery, deed: Act, *, for_custodians: bool = False, left: Collection[int] = ()
    ) -> None:
        self.delivery, self.deed = delivery, deed
        self.for_custodians, self.left = for_custodians, list(left)
        self.added: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
        self.ended: dict[str, dict[int, tuple[int, date]]] = defaultdict(dict)
        self.set: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)

    def write(self, outcomes: Collection[str]) -> None:
        """Write the rows that have come to one of these outcomes."""
        self._make_children(outcomes)
        with connection.cursor() as cursor:
            which: list[Any] = [
                self.delivery.pk,
                list(outcomes),
                self.delivery.is_applied,
                self.for_custodians,
                self.left,
            ]
            cursor.execute(TO_APPLY, which)
            cursor.execute("ANALYZE to_apply")
        for row in self._rows(outcomes):
            for change in row.changes:
                self._gather(row.child_id or 0, change)
        self._end()
        self._set()
        self._confirm(self._add())

    def _rows(self, outcomes: Collection[str]) -> Iterator[DeliveryRow]:
        """The rows that do more than confirm."""
        wanted = self._wanted(outcomes).filter(DOES_MORE)
        return wanted.only("delivery", "child_id", "changes").order_by("number").iterator(BATCH)

    def _wanted(self, outcomes: Collection[str]) -> QuerySet[DeliveryRow]:
        wanted = self.delivery.all_rows.filter(outcome__in=outcomes, for_custodians=self.for_custodians)
        wanted = wanted.exclude(pk__in=self.left) if self.left else wanted
        return wanted.filter(waits=True) if self.delivery.is_applied else wanted

    def _make_children(self, outcomes: Collection[str]) -> None:
        """The children whom nobody knew, each row's own."""
        rows = list(self._wanted(outcomes).filter(child=None).only("delivery", "claim").order_by("number"))
        made = [_new_child(row.claim) for row in rows]
        Child.objects.bulk_create(made, batch_size=BATCH)
        pairs = [(row.pk, child.pk) for row, child in zip(rows, made, strict=True)]
        _update("registry_deliveryrow", "child_id", "bigint", pairs)

    def _gather(self, child_id: int, change: Mapping[str, Any]) -> None:
        do, kind, values = change["do"], change.get("kind", ""), change.get("values", {})
        fact = int(change.get("fact") or 0)
        if do == Do.END:
            self.ended[kind][fact] = (child_id, date.fromisoformat(values["to_date"]))
        elif do == Do.SET:
            self.set[kind].setdefault(fact, {}).update(values)
        elif do in (Do.ADD, Do.CHANGE):
            self.added[kind].append((child_id, values))
            if do == Do.CHANGE:
                self.ended[kind][fact] = (child_id, _day_before(values["from_date"]))

    def _end(self) -> None:
        """End what the source no longer says; what another source has repeated stays, and is contested."""
        for kind, ended in self.ended.items():
            stays = repeated_by_others(kind, ended, self.delivery.source_id) if kind != FactKind.ENROLMENT else set()
            rows = [(pk, last) for pk, (_, last) in ended.items() if pk not in stays]
            _update(MODELS[kind]._meta.db_table, "to_date", "date", rows, only="t.to_date IS NULL")

    def _set(self) -> None:
        tables = {"child": "registry_child", "carer": "registry_carer"}
        for kind, rows in self.set.items():
            table = tables.get(kind) or MODELS[kind]._meta.db_table
            by_column: dict[str, list[tuple[int, Any]]] = defaultdict(list)
            for pk, values in rows.items():
                for column, value in values.items():
                    by_column[column].append((pk, value))
            if places := by_column.pop("address", []):
                by_column["address_id"] = _where(places)
            if births := by_column.pop("date_of_birth", []):
                with connection.cursor() as cursor:
                    cursor.execute(BIRTHS, [list(values) for values in zip(*births, strict=True)])
            for column, changed in by_column.items():
                _update(table, column, KINDS.get(column, "text"), changed)

    def _add(self) -> Iterator[tuple[str, int, int]]:
        """Write the facts that begin; each with its kind, id and child, to be confirmed."""
        addresses = _addresses(values["address"] for _, values in self.added.get(FactKind.RESIDENCE, ()))
        for kind, rows in self.added.items():
            once = list(_once(kind, rows))
            carers = self._carers([values["carer"] for _, values in once]) if kind == FactKind.CARE else []
            facts = [
                MODELS[kind](
                    child_id=child_id,
                    source=self.delivery.source,
                    **_columns(kind, values, addresses, carers[place] if carers else None),
                )
                for place, (child_id, values) in enumerate(once)
            ]
            MODELS[kind].objects.bulk_create(facts, batch_size=BATCH)
            yield from ((kind, fact.pk, fact.child_id) for fact in facts)

    def _carers(self, described: Sequence[Mapping[str, Any]]) -> list[Carer]:
        carers = [Carer(**{name: part for name, part in one.items() if name != "address"}) for one in described]
        places = [(place, one["address"]) for place, one in enumerate(described) if one.get("address")]
        for place, address in _where(places):
            carers[place].address_id = address
        return Carer.objects.bulk_create(carers, batch_size=BATCH)

    def _confirm(self, added: Iterable[tuple[str, int, int]]) -> None:
        """Confirm what the rows repeat and what they begin, under the child as the source knows it."""
        facts, whose, said = list(added), self.delivery.source_id, (self.delivery.as_of, self.deed.pk)
        with connection.cursor() as cursor:
            cursor.execute(FREED, [whose])
            cursor.execute(SOURCE_RECORDS, {"source": whose})
            cursor.execute(OF_SOURCE, {"source": whose})
            cursor.execute("ANALYZE of_source")
            cursor.execute(CONFIRM, said)
            cursor.execute(
                "SELECT DISTINCT ON (child_id) child_id, source_record_id FROM of_source ORDER BY child_id, id"
            )
            records = dict(cursor.fetchall()) if facts else {}
        copy_rows(
            "registry_confirmation",
            CONFIRMATION,
            ((kind, fact, records[child], *said) for kind, fact, child in facts if child in records),
        )
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE to_apply, of_source")


def _columns(
    kind: str, values: Mapping[str, Any], addresses: Mapping[Place, int], carer: Carer | None
) -> dict[str, Any]:
    """The columns of a fact that begins, from what its row says."""
    columns = dict(values)
    if kind == FactKind.RESIDENCE:
        columns["address_id"] = addresses[_place_key(columns.pop("address"))]
    if kind == FactKind.CARE:
        columns["carer"] = carer
        columns["priority"] = int(columns["priority"]) if columns["priority"] else None
    days = {name: date.fromisoformat(columns[name]) for name in ("from_date", "to_date") if columns.get(name)}
    return {**columns, **days}


def _new_child(claim: Mapping[str, str]) -> Child:
    born = claim.get("date_of_birth")
    return Child(
        index_number=str(new_index_number()),
        sex=claim.get("sex", "U"),
        date_of_birth=date.fromisoformat(born) if born else None,
        date_of_birth_standing=BirthStanding.KNOWN if born else BirthStanding.MISSING,
    )


def _day_before(day: str) -> date:
    return date.fromordinal(date.fromisoformat(day).toordinal() - 1)


def _once(kind: str, rows: Sequence[tuple[int, dict[str, Any]]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each fact of a child once, though two columns of a row may say it."""
    seen = set()
    for child_id, values in rows:
        key = (child_id, repr(sorted(values.items())))
        if key not in seen:
            seen.add(key)
            yield child_id, values


def _place_key(parts: Mapping[str, str]) -> Place:
    return tuple(parts.get(name) or "" for name in PLACE)


def _where(places: Sequence[tuple[int, Mapping[str, str]]]) -> list[tuple[int, int]]:
    """Each of these with the row of its place."""
    addresses = _addresses(parts for _, parts in places)
    return [(pk, addresses[_place_key(parts)]) for pk, parts in places]


def _addresses(described: Iterable[Mapping[str, str]]) -> dict[Place, int]:
    """The row of each place described, written where there is none that this file may use."""
    wanted = {_place_key(parts): parts for parts in described}
    folded, held, copies = _written_already(list(wanted))
    new = {folded[place]: parts for place, parts in wanted.items() if folded[place] not in held}
    made = Address.objects.bulk_create(
        [
            Address(
                **{name: parts.get(name) or "" for name in (*PLACE, "town")},
                uprn=parts.get("uprn") or None,
                copy=copies.get(key, 0),
            )
            for key, parts in new.items()
        ],
        batch_size=BATCH,
    )
    held |= {place: one.pk for place, one in zip(new, made, strict=True)}
    return {place: held[folded[place]] for place in wanted}


def _written_already(places: Sequence[Place]) -> tuple[dict[Place, Place], dict[Place, int], dict[Place, int]]:
    """Each place without its capitals; and by that the row that may be used, and how many rows there are.

    The database takes the capitals away on both sides: its capital of ß or of a joined fi is another than Python's.
    """
    columns = ", ".join(f"w.{name}" for name in PLACE)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH w AS MATERIALIZED (SELECT place, {', '.join(f'upper({name}) AS {name}' for name in PLACE)}"
            f" FROM unnest({', '.join(['%s::text[]'] * len(PLACE))}) WITH ORDINALITY AS w({', '.join(PLACE)}, place))"
            f" SELECT w.place - 1, a.id, a.id IS NOT NULL AND {areas.OPEN}, {columns}"
            f" FROM w LEFT JOIN registry_address a"
            f" ON {' AND '.join(f'upper(a.{name}) = w.{name}' for name in PLACE)} ORDER BY w.place, a.copy",
            [list(values) for values in zip(*places, strict=True)] if places else [[]] * len(PLACE),
        )
        found = [(places[place], pk, is_open, tuple(key)) for place, pk, is_open, *key in cursor.fetchall()]
    held: dict[Place, int] = {}
    for _, pk, is_open, key in found:
        if is_open:
            held.setdefault(key, pk)
    rows = {(key, pk) for _, pk, _, key in found if pk is not None}
    return {place: key for place, _, _, key in found}, held, Counter(key for key, _ in rows)


def _update(table: str, column: str, kind: str, rows: Sequence[tuple[int, Any]], *, only: str = "true") -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} t SET {column} = v.value FROM unnest(%s::bigint[], %s::{kind}[]) AS v(id, value)"
                f" WHERE t.id = v.id AND {only} AND t.{column} IS DISTINCT FROM v.value",
                [list(values) for values in zip(*rows, strict=True)],
            )
