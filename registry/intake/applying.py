"""Writing what a compared delivery says: one act, set-wise, all of it or nothing.

Rows whose child has changed since they were compared are weighed again first; what then needs a person waits. Rows to
be decided are left, and so is all that a rule or a pin said no to. Applying twice changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

from childindex import acts
from childindex.models import Act, User
from registry.identifiers import new_index_number
from registry.intake.comparing import Do
from registry.intake.holding import repeated_by_others
from registry.intake.weighing import settle, weigh_again
from registry.models import (
    Address,
    BirthStanding,
    Care,
    Carer,
    Child,
    Confirmation,
    Delivery,
    DeliveryAct,
    DeliveryRow,
    EducationArrangement,
    Enrolment,
    FactKind,
    Identifier,
    Name,
    Outcome,
    Registration,
    Residence,
    SourceRecord,
    Stage,
)

REASON_CODE = "applied_a_file"
BATCH = 2_000
WILL_DO = (Outcome.CONFIRMED, Outcome.CHANGED, Outcome.JOINED, Outcome.LEFT)
MODELS: dict[str, type[Any]] = {
    FactKind.NAME: Name,
    FactKind.IDENTIFIER: Identifier,
    FactKind.RESIDENCE: Residence,
    FactKind.CARE: Care,
    FactKind.ENROLMENT: Enrolment,
    FactKind.REGISTRATION: Registration,
    FactKind.ARRANGEMENT: EducationArrangement,
}
PLACE = ("postcode", "street", "paon", "saon", "locality")


class CannotApply(Exception):
    """Nothing was written; the text says why and what to do."""


def apply(delivery: Delivery, *, by: User | None) -> Act:
    """Apply every row that needs no person; of an applied delivery, those decided since. Raises CannotApply."""
    with transaction.atomic():
        locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
        _refuse_unless_ready(locked)
        rows = _rows_to_apply(locked)
        reason = f"{locked.feed}: {locked.name}, as of {locked.as_of:%-d %B %Y}"
        with acts.act(by=by, source=locked.source, reason_code=REASON_CODE, reason=reason) as deed:
            _Writing(locked, deed).write(rows)
        if locked.act is None:
            locked.act = deed
        else:
            DeliveryAct.objects.create(delivery=locked, act=deed)
            locked.all_rows.filter(pk__in=[row.pk for row in rows]).update(waits=False)
        settle(locked, stage=Stage.APPLIED)
    delivery.refresh_from_db()
    return deed


def _refuse_unless_ready(delivery: Delivery) -> None:
    if delivery.stage == Stage.APPLIED and not delivery.all_rows.filter(waits=True).exists():
        raise CannotApply("This file has been applied already. Nothing was written again.")
    if delivery.stage == Stage.HELD:
        raise CannotApply(
            "This file is held: "
            + " ".join(brake["sentence"] for brake in delivery.brakes)
            + " Release it, with a reason, first."
        )
    if delivery.stage not in (Stage.COMPARED, Stage.APPLIED):
        raise CannotApply("This file has not been compared with the index yet. Wait until it has.")
    newer = Delivery.objects.of(delivery.feed, delivery.source).standing().filter(as_of__gt=delivery.as_of).first()
    if newer is not None:
        raise CannotApply(
            f"A later file of this feed has been applied, as of {newer.as_of:%-d %B %Y}. This one comes too late."
        )


def _rows_to_apply(delivery: Delivery) -> list[DeliveryRow]:
    """The rows, their children locked in the one order; whoever has changed since is compared again first."""
    wanted = delivery.all_rows.filter(outcome__in=WILL_DO)
    if delivery.stage == Stage.APPLIED:
        wanted = wanted.filter(waits=True)
    ids = list(wanted.exclude(child=None).order_by("child_id").values_list("child_id", flat=True))
    revisions = dict(Child.objects.in_lock_order().filter(pk__in=ids).values_list("pk", "revision"))
    stale = [row for row in wanted.exclude(child=None) if revisions.get(row.child_id or 0) != row.revision]
    if stale:
        weigh_again(delivery, stale)
        ids = list(wanted.exclude(child=None).order_by("child_id").values_list("child_id", flat=True))
        list(Child.objects.in_lock_order().filter(pk__in=ids).values_list("pk"))
    return list(wanted.order_by("number"))


class _Writing:
    """One delivery on its way into the index: gathers what each row writes, then writes kind by kind."""

    def __init__(self, delivery: Delivery, deed: Act) -> None:
        self.delivery, self.deed = delivery, deed
        self.confirmed: list[tuple[str, int, int]] = []
        self.added: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
        self.ended: dict[str, dict[int, tuple[int, date]]] = defaultdict(dict)
        self.set: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)

    def write(self, rows: Sequence[DeliveryRow]) -> None:
        self._make_children([row for row in rows if not row.child_id])
        for row in rows:
            for change in row.changes:
                self._gather(row.child_id or 0, change)
        self._end()
        self._set()
        facts = self._add()
        records = self._source_records(rows)
        self._confirm(records, facts)

    def _make_children(self, rows: Sequence[DeliveryRow]) -> None:
        """The children whom nobody knew, each row's own."""
        made = [_new_child(row.claim) for row in rows]
        Child.objects.bulk_create(made, batch_size=BATCH)
        for row, child in zip(rows, made, strict=True):
            row.child = child
        DeliveryRow.objects.bulk_update(rows, ["child"], batch_size=BATCH)

    def _gather(self, child_id: int, change: Mapping[str, Any]) -> None:
        do, kind, values = change["do"], change.get("kind", ""), change.get("values", {})
        fact = int(change.get("fact") or 0)
        if do == Do.CONFIRM:
            self.confirmed.append((kind, fact, child_id))
        elif do == Do.END:
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
            for column, changed in by_column.items():
                _update(table, column, "date" if column == "date_of_birth" else "text", changed)
            if kind == "child":
                known = [(pk, BirthStanding.KNOWN.value) for pk, values in rows.items() if "date_of_birth" in values]
                _update(table, "date_of_birth_standing", "text", known)

    def _add(self) -> list[tuple[str, int, int]]:
        """Write the facts that begin; each with its kind, id and child, to be confirmed."""
        addresses = _addresses(values["address"] for _, values in self.added.get(FactKind.RESIDENCE, ()))
        written = []
        for kind, rows in self.added.items():
            facts = [
                MODELS[kind](child_id=child_id, source=self.delivery.source, **self._columns(kind, values, addresses))
                for child_id, values in _once(kind, rows)
            ]
            MODELS[kind].objects.bulk_create(facts, batch_size=BATCH)
            written += [(kind, fact.pk, fact.child_id) for fact in facts]
        return written

    def _columns(self, kind: str, values: Mapping[str, Any], addresses: Mapping[Any, int]) -> dict[str, Any]:
        columns = dict(values)
        if kind == FactKind.RESIDENCE:
            columns["address_id"] = addresses[_place_key(columns.pop("address"))]
        if kind == FactKind.CARE:
            columns["carer"] = Carer.objects.create(**columns["carer"])
            columns["priority"] = int(columns["priority"]) if str(columns["priority"]).isdigit() else None
        if isinstance(columns.get("from_date"), str):
            columns["from_date"] = date.fromisoformat(columns["from_date"])
        return columns

    def _source_records(self, rows: Sequence[DeliveryRow]) -> dict[int, int]:
        """Each child as the source knows it, by child: by its reference, or by the index number where it gives none."""
        source = self.delivery.source
        children = {row.child_id: row for row in rows if row.child_id and row.number is not None}
        numbers = dict(Child.objects.filter(pk__in=children).values_list("pk", "index_number"))
        wanted = {pk: row.claim.get("reference") or numbers[pk] for pk, row in children.items() if pk in numbers}
        held = SourceRecord.objects.filter(source=source, reference__in=wanted.values())
        known = {record.reference: record for record in held}
        new = [
            SourceRecord(source=source, reference=reference, child_id=pk)
            for pk, reference in wanted.items()
            if reference not in known
        ]
        SourceRecord.objects.bulk_create(new, batch_size=BATCH)
        given = {reference: pk for pk, reference in wanted.items()}
        free = [record for record in held if record.child_id is None]
        for record in free:
            record.child_id = given[record.reference]
        SourceRecord.objects.bulk_update(free, ["child"], batch_size=BATCH)
        known |= {record.reference: record for record in new}
        return {pk: known[reference].pk for pk, reference in wanted.items() if known[reference].child_id == pk}

    def _confirm(self, records: Mapping[int, int], facts: Iterable[tuple[str, int, int]]) -> None:
        Confirmation.objects.bulk_create(
            (
                Confirmation(
                    kind=kind, fact_id=fact, source_record_id=records[child], day=self.delivery.as_of, act=self.deed
                )
                for kind, fact, child in dict.fromkeys((*self.confirmed, *facts))
                if child in records
            ),
            batch_size=BATCH,
        )


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


def _place_key(parts: Mapping[str, str]) -> tuple[str, ...]:
    return tuple((parts.get(name) or "").upper() for name in PLACE)


def _addresses(described: Iterable[Mapping[str, str]]) -> dict[tuple[str, ...], int]:
    """The row of each place described, written where there is none yet."""
    wanted = {_place_key(parts): parts for parts in described}
    found = _addresses_held(wanted)
    new = [
        Address(**{name: parts.get(name) or "" for name in (*PLACE, "town")}, uprn=parts.get("uprn") or None)
        for key, parts in wanted.items()
        if key not in found
    ]
    Address.objects.bulk_create(new, batch_size=BATCH)
    return found | {_place_key({name: getattr(one, name) for name in PLACE}): one.pk for one in new}


def _addresses_held(wanted: Mapping[tuple[str, ...], Any]) -> dict[tuple[str, ...], int]:
    columns = ", ".join(f"upper(a.{name})" for name in PLACE)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT a.id, {columns} FROM registry_address a"
            f" JOIN unnest({', '.join(['%s::text[]'] * len(PLACE))}) AS w({', '.join(PLACE)})"
            f" ON {' AND '.join(f'upper(a.{name}) = w.{name}' for name in PLACE)}",
            [list(values) for values in zip(*wanted, strict=True)] if wanted else [[]] * len(PLACE),
        )
        return {tuple(key): pk for pk, *key in cursor.fetchall()}


def _update(table: str, column: str, kind: str, rows: Sequence[tuple[int, Any]], *, only: str = "true") -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} t SET {column} = v.value FROM unnest(%s::bigint[], %s::{kind}[]) AS v(id, value)"
                f" WHERE t.id = v.id AND {only} AND t.{column} IS DISTINCT FROM v.value",
                [list(values) for values in zip(*rows, strict=True)],
            )
