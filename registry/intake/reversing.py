"""Writing what the manifest of a delivery says is to be taken back: set-wise, inside the act that undoes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model, Q

from childindex.models import Act
from registry import indexing, precedence
from registry.intake import manifest
from registry.intake.manifest import FACTS, columns_of, name_of, past_of
from registry.intake.weighing import weigh_again
from registry.models import (
    Address,
    Carer,
    Child,
    Correction,
    Delivery,
    DeliveryRow,
    LastSaid,
    Outcome,
    SourceRecord,
    Stage,
    Suspicion,
)
from registry.undoing import let_go_of, referring

TAKE = "DELETE FROM {table} t USING undoing u WHERE u.model = %s AND u.fate = 'take' AND u.id = t.id"
RESTORE = """
    UPDATE {table} t SET {settings} FROM undoing u JOIN {past} b ON b.history_id = u.before
        JOIN {past} l ON l.history_id = u.last
    WHERE u.model = %s AND u.fate = 'restore' AND u.id = t.id
"""
PUT_BACK = """
    INSERT INTO {table} (id, {columns}) SELECT b.id, {values} FROM undoing u JOIN {past} b ON b.history_id = u.before
    WHERE u.model = %s AND u.fate = 'back'
"""
PINS = """
    DELETE FROM registry_pin p USING undoing u WHERE u.fate = 'take' AND u.why IN ('pinned', 'merged', 'rests')
        AND u.model = %s AND u.id = p.fact_id AND p.slot = ANY(%s)
"""
# The source's own reference stays, and is nobody's again, unless it has been used since.
UNLINK = """
    UPDATE registry_sourcerecord t SET child_id = NULL FROM undoing u
    WHERE u.model = 'sourcerecord' AND u.fate = 'take' AND u.id = t.id AND NOT EXISTS (
        SELECT FROM registry_said n WHERE n.source_record_id = t.id AND n.act_id <> ALL(%s))
"""


def carry_out(delivery: Delivery, deeds: Sequence[Act]) -> list[DeliveryRow]:
    """Do what the manifest says. Gives the rows of other deliveries that spoke of a child who is gone."""
    with_days: tuple[type[Model], ...] = (*FACTS, Correction)
    for model in with_days:
        _pins(model)
        _run(TAKE, model)
    for model in manifest.WRITTEN:
        _restore(model)
    for model in with_days:
        _run(PUT_BACK, model)
    _execute(UNLINK, [[deed.pk for deed in deeds]])
    for shared in (Carer, Address):
        _take_unused(shared)
    LastSaid.objects.filter(act__in=deeds).delete()
    return _remove_children(delivery)


def weigh_waiting(rows: Sequence[DeliveryRow]) -> None:
    """Compare again what other deliveries have waiting about a child who is gone."""
    by_delivery: dict[int, list[DeliveryRow]] = defaultdict(list)
    for row in rows:
        by_delivery[row.delivery_id].append(row)
    for delivery in Delivery.objects.filter(pk__in=by_delivery).select_related("feed", "source"):
        weigh_again(delivery, [row.pk for row in by_delivery[delivery.pk]])


def _run(statement: str, model: type[Model]) -> None:
    columns = columns_of(model)
    if model is not SourceRecord and any(one.name == "child" for one in model._meta.fields):
        columns = [*columns, "child_id"]
    filled = statement.format(
        table=model._meta.db_table,
        past=past_of(model),
        columns=", ".join(columns),
        values=", ".join(f"b.{one}" for one in columns),
    )
    _execute(filled, [name_of(model)])


def _restore(model: type[Model]) -> None:
    settings = ", ".join(
        f"{one} = CASE WHEN l.{one} IS DISTINCT FROM b.{one} THEN b.{one} ELSE t.{one} END" for one in columns_of(model)
    )
    statement = RESTORE.format(table=model._meta.db_table, past=past_of(model), settings=settings)
    _execute(statement, [name_of(model)])


def _pins(model: type[Model]) -> None:
    slots = [slot for slot, place in precedence.PLACES.items() if place.kind == name_of(model)]
    _execute(PINS, [name_of(model), slots])


def _take_unused(model: type[Model]) -> None:
    """Take away the addresses or carers that the delivery described and nothing uses."""
    used = " AND ".join(
        f"NOT EXISTS (SELECT FROM {other._meta.db_table} r WHERE r.{column}_id = t.id)"
        for other, column in referring(model)
    )
    _execute(f"{TAKE.format(table=model._meta.db_table)} AND {used}", [name_of(model)])


def _remove_children(delivery: Delivery) -> list[DeliveryRow]:
    ids = [pk for (pk,) in manifest.rows("SELECT id FROM undoing WHERE model = 'child' AND fate = 'take' ORDER BY 1")]
    if not ids:
        return []
    spoken_of = DeliveryRow.objects.filter(child__in=ids)
    waiting = spoken_of.exclude(delivery=delivery).filter(
        Q(delivery__stage__in=[Stage.COMPARED, Stage.HELD])
        | Q(delivery__stage=Stage.APPLIED, outcome=Outcome.TO_DECIDE)
    )
    found = [pk for (pk,) in waiting.values_list("pk")]
    spoken_of.update(child=None)
    let_go_of(ids)
    Correction.objects.filter(child__in=ids).delete()
    Suspicion.objects.filter(Q(first__in=ids) | Q(second__in=ids)).delete()
    _run(TAKE, Child)
    indexing.refresh(ids)
    return list(DeliveryRow.objects.filter(pk__in=found))


def _execute(statement: str, arguments: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
