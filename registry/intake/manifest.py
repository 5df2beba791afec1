"""What applying a delivery has written, and what taking it back would do to each row: worked out by SQL over history.

The history rows that the delivery's acts left are its manifest. Set beside what stands now, each row written has one
fate: it is taken away (`take`), set back to what it was (`restore`), put back (`back`), or stays. A row that others
have built on since collides and stays, unless somebody chooses otherwise. All of it stands in one temporary table, so
that a delivery of 200,000 rows takes a fixed number of statements; it lives as long as the transaction.

A row is set back column by column: what the delivery did not change is nobody's to set back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

from childindex.models import Act
from registry import precedence
from registry.models import (
    Address,
    Care,
    Carer,
    Child,
    Correction,
    Delivery,
    DeliveryRow,
    EducationArrangement,
    Enrolment,
    Fact,
    Identifier,
    Name,
    Pin,
    Registration,
    Residence,
    SourceRecord,
    Suspicion,
)
from registry.undoing import referring

TABLE = "undoing"
FACTS: tuple[type[Fact], ...] = (Name, Identifier, Residence, Care, Enrolment, EducationArrangement, Registration)
WRITTEN: tuple[type[Model], ...] = (*FACTS, Correction, Carer, Address, SourceRecord, Child)
SET_BACK = "set_back"

CREATE = f"""
    DROP TABLE IF EXISTS pg_temp.{TABLE};
    CREATE TEMPORARY TABLE {TABLE} (model text, id bigint, child_id bigint, fate text, before bigint, last bigint,
        since bigint, why text NOT NULL DEFAULT '', key text NOT NULL DEFAULT '',
        reopens boolean NOT NULL DEFAULT false) ON COMMIT DROP
"""
OWN = """
    WITH own AS (
        SELECT id, min(history_id) AS first, max(history_id) AS last
        FROM {past} WHERE act_id = ANY(%(acts)s) GROUP BY id
    )
    INSERT INTO undoing (model, id, child_id, fate, before, last, since, why, reopens)
    SELECT %(model)s, o.id, {child},
        CASE WHEN f.history_type = '+' AND t.id IS NULL THEN 'gone' WHEN f.history_type = '+' THEN 'take'
             WHEN b.history_id IS NULL THEN 'forgotten' WHEN t.id IS NULL THEN 'back'
             WHEN {nothing_left} THEN 'gone' ELSE 'restore' END,
        b.history_id, o.last,
        (SELECT max(h.act_id) FROM {past} h WHERE h.id = o.id AND h.history_id > o.last),
        CASE WHEN t.id IS NULL AND l.history_type = '-' THEN '' WHEN t.id IS NULL THEN 'removed'
             WHEN f.history_type = '+' AND ({edited}) THEN 'edited'
             WHEN f.history_type <> '+' AND ({set_since}) THEN 'edited' ELSE '' END,
        {reopens}
    FROM own o JOIN {past} f ON f.history_id = o.first JOIN {past} l ON l.history_id = o.last
    LEFT JOIN LATERAL (SELECT * FROM {past} h WHERE h.id = o.id AND h.history_id < o.first
                       ORDER BY h.history_id DESC LIMIT 1) b ON f.history_type <> '+'
    LEFT JOIN {table} t ON t.id = o.id
"""
OF_CARERS = """
    UPDATE undoing u SET child_id = c.child_id FROM (
        SELECT DISTINCT ON (c.carer_id) c.carer_id, c.child_id FROM registry_care c
        LEFT JOIN registry_shield h ON h.child_id = c.child_id AND h.from_date <= current_date
            AND coalesce(h.lifted_date, 'infinity') > current_date
        ORDER BY c.carer_id, h.id IS NULL, c.child_id
    ) c WHERE u.model = 'carer' AND c.carer_id = u.id
"""
# A carer whom the delivery described and somebody has mended since: what is asked is whether the care stays.
MENDED_CARERS = """
    UPDATE undoing u SET why = 'edited', since = m.since FROM registry_care c JOIN undoing m
        ON m.model = 'carer' AND m.id = c.carer_id AND m.fate = 'take' AND m.why = 'edited'
    WHERE u.model = 'care' AND u.fate = 'take' AND u.id = c.id AND u.why = ''
"""
NOT_ASKED = """
    UPDATE undoing SET fate = 'stay', why = '' WHERE why <> '' AND (model IN ('address', 'correction', 'sourcerecord')
        OR (model = 'carer' AND fate = 'take'))
"""
CONFIRMED = """
    UPDATE undoing u SET why = 'confirmed', since = s.act_id FROM (
        SELECT n.kind, n.fact_id, max(n.act_id) AS act_id FROM registry_said n
        WHERE n.kind = %(kind)s AND n.fact_id IN (SELECT id FROM undoing WHERE model = %(kind)s AND fate = 'take')
          AND n.act_id <> ALL(%(acts)s)
        GROUP BY 1, 2
    ) s WHERE u.model = s.kind AND u.id = s.fact_id AND u.fate = 'take' AND u.why = ''
"""
PINNED = """
    UPDATE undoing u SET why = 'pinned', since = (SELECT max(h.act_id) FROM registry_historicalpin h WHERE h.id = p.id)
    FROM registry_pin p WHERE p.slot = ANY(%(slots)s) AND p.fact_id = u.id AND u.model = %(kind)s AND u.fate = 'take'
        AND u.why = ''
"""
MERGED = """
    UPDATE undoing u SET why = 'merged', since = m.act_id, key = 'child:' || u.child_id FROM registry_merge m
    WHERE m.undone_by_id IS NULL AND m.act_id > ALL(%(acts)s) AND u.child_id IN (m.survivor_id, m.superseded_id)
        AND u.model NOT IN ('sourcerecord', 'correction')
"""
KEYS = "UPDATE undoing SET key = model || ':' || id WHERE why <> '' AND key = ''"
CHOSEN = """
    UPDATE undoing SET fate = 'stay' WHERE why <> '' AND fate <> 'stay'
        AND (child_id = ANY(%(unasked)s)
             OR NOT (key = ANY(%(back)s) OR (why = ANY(%(back)s) AND key <> ALL(%(answered)s))))
"""
# Somebody has said the same anew since the delivery ended it: one row of it is enough.
SAID_ANEW = """
    UPDATE undoing u SET fate = 'anew' FROM {past} b, {table} f
    WHERE u.model = %(model)s AND u.fate IN ('restore', 'back') AND b.history_id = u.before AND f.child_id = u.child_id
        AND f.id <> u.id AND {same}
        AND daterange(coalesce(b.from_date, b.to_date, 'infinity'), b.to_date, '[]')
         && daterange(coalesce(f.from_date, f.to_date, 'infinity'), f.to_date, '[]')
        AND NOT EXISTS (SELECT FROM undoing v WHERE v.model = u.model AND v.id = f.id AND v.fate = 'take')
"""
SAID_ANEW_OF_CORRECTIONS = """
    UPDATE undoing u SET fate = 'anew' FROM registry_historicalcorrection b, registry_correction f
    WHERE u.model = 'correction' AND u.fate = 'restore' AND b.history_id = u.before AND b.closed_at IS NULL
        AND f.source_record_id = b.source_record_id AND f.says = b.says AND f.closed_at IS NULL AND f.id <> u.id
        AND NOT EXISTS (SELECT FROM undoing v WHERE v.model = 'correction' AND v.id = f.id AND v.fate = 'take')
"""
RESTING = """
    UPDATE undoing u SET why = 'rests', key = 'child:' || u.child_id, fate = CASE WHEN u.model = 'child' THEN 'stay'
        ELSE u.fate END
    WHERE u.model <> 'sourcerecord' AND u.fate <> 'gone' AND u.why = '' AND u.child_id IN (
        SELECT c.id FROM undoing c WHERE c.model = 'child' AND c.fate = 'take' AND c.id = ANY(%(resting)s))
"""


def columns_of(model: type[Model]) -> list[str]:
    """The columns by which a row of the manifest is compared and set back: all that history keeps, but whose it is."""
    past = model.history.model  # type: ignore[attr-defined]
    kept = {one.name for one in past._meta.concrete_fields}
    own = "" if model is SourceRecord else "child"
    return [
        str(one.column)
        for one in model._meta.concrete_fields
        if one.name in kept and not one.primary_key and one.name != own
    ]


def past_of(model: type[Model]) -> str:
    return str(model.history.model._meta.db_table)  # type: ignore[attr-defined]


def name_of(model: type[Model]) -> str:
    return str(model._meta.model_name)


def make(delivery: Delivery, acts: Sequence[Act], choices: Mapping[str, str], *, unasked: Collection[int] = ()) -> None:
    """Work out the fate of every row that these acts wrote, under the choices made. Needs a transaction.

    Of the children `unasked` nothing is chosen: what was built on since stays.
    """
    numbers = {"acts": [deed.pk for deed in acts]}
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
        for model in WRITTEN:
            cursor.execute(_own(model), {**numbers, "model": name_of(model)})
        cursor.execute("CREATE INDEX ON undoing (model, id); ANALYZE undoing")
        cursor.execute(OF_CARERS + ";" + MENDED_CARERS + ";" + NOT_ASKED)
        for model in FACTS:
            cursor.execute(CONFIRMED, {**numbers, "kind": name_of(model)})
            cursor.execute(PINNED, {"kind": name_of(model), "slots": _slots(model)})
        cursor.execute(MERGED, numbers)
        cursor.execute(KEYS)
        _choose(cursor, choices, unasked)
        cursor.execute(RESTING, {"resting": _resting(cursor, delivery)})
        _choose(cursor, choices, unasked)
        _keep_names_and_anew(cursor)


def _own(model: type[Model]) -> str:
    columns = columns_of(model)
    changed = [f"(l.{one} IS DISTINCT FROM b.{one} AND t.{one} IS DISTINCT FROM b.{one})" for one in columns]
    since = [f"(l.{one} IS DISTINCT FROM b.{one} AND t.{one} IS DISTINCT FROM l.{one})" for one in columns]
    return OWN.format(
        past=past_of(model),
        table=model._meta.db_table,
        child=_child(model),
        nothing_left=f"NOT ({' OR '.join(changed)})",
        edited=" OR ".join(f"t.{one} IS DISTINCT FROM l.{one}" for one in columns),
        set_since=f"({' OR '.join(changed)}) AND ({' OR '.join(since)})",
        reopens=_reopens(model),
    )


def _child(model: type[Model]) -> str:
    if model is Child:
        return "o.id"
    return "NULL" if model in (Carer, Address) else "coalesce(t.child_id, l.child_id)"


def _reopens(model: type[Model]) -> str:
    column = "to_date" if issubclass(model, Fact) else "closed_at" if model is Correction else ""
    return f"b.history_id IS NOT NULL AND b.{column} IS NULL AND t.{column} IS NOT NULL" if column else "false"


def _slots(model: type[Fact]) -> list[str]:
    return [slot for slot, place in precedence.PLACES.items() if place.kind == name_of(model)]


def _choose(cursor: Any, choices: Mapping[str, str], unasked: Collection[int]) -> None:
    back = [key for key, choice in choices.items() if choice == SET_BACK]
    cursor.execute(CHOSEN, {"back": back, "answered": list(choices), "unasked": list(unasked)})


def _keep_names_and_anew(cursor: Any) -> None:
    """A child whose record stays keeps the name that it has; and what was said anew is not said twice."""
    cursor.execute(
        "UPDATE undoing u SET fate = 'stay' WHERE u.model = 'name' AND u.fate = 'take' AND u.child_id IN"
        " (SELECT id FROM undoing WHERE model = 'child' AND fate = 'stay' AND why = 'rests')"
    )
    for model in FACTS:
        same = " AND ".join(f"f.{one} IS NOT DISTINCT FROM b.{one}" for one in model.identity)
        statement = SAID_ANEW.format(past=past_of(model), table=model._meta.db_table, same=same)
        cursor.execute(statement, {"model": name_of(model)})
    cursor.execute(SAID_ANEW_OF_CORRECTIONS)


def _resting(cursor: Any, delivery: Delivery) -> list[int]:
    """Children whom the delivery made and on whose record something else has come to rest.

    Suspicions, rows and corrections are about a record and go with it.
    """
    found: set[int] = set()
    for model, column in referring(Child):
        if model in (Suspicion, DeliveryRow, Correction):
            continue
        cursor.execute(
            f"SELECT DISTINCT r.{column}_id FROM {model._meta.db_table} r"
            f" JOIN undoing c ON c.model = 'child' AND c.fate = 'take' AND c.id = r.{column}_id"
            f" WHERE NOT EXISTS (SELECT FROM undoing u WHERE u.model = %(model)s AND u.id = r.id AND {_goes(model)})"
            f" {'AND NOT (' + PIN_GOES + ')' if model is Pin else ''}",
            {"model": name_of(model)},
        )
        found |= {pk for (pk,) in cursor.fetchall()}
    cursor.execute(ELSEWHERE, {"delivery": delivery.pk})
    return sorted(found | {pk for (pk,) in cursor.fetchall()})


def _goes(model: type[Model]) -> str:
    return "u.fate IN ('take', 'restore')" if model is SourceRecord else "u.fate = 'take'"


PIN_GOES = "EXISTS (SELECT FROM undoing u WHERE u.id = r.fact_id AND u.fate = 'take' AND u.why = 'pinned')"
# What another delivery said of the child and has been applied, and what people have decided of the child in a pair.
ELSEWHERE = """
    SELECT c.id FROM undoing c JOIN registry_deliveryrow r ON r.child_id = c.id JOIN registry_delivery d
        ON d.id = r.delivery_id AND d.stage = 'applied'
    WHERE c.model = 'child' AND c.fate = 'take' AND r.outcome NOT IN ('to_decide', 'refused')
      AND d.id <> %(delivery)s
    UNION
    SELECT c.id FROM undoing c JOIN registry_suspicion s ON c.id IN (s.first_id, s.second_id)
    WHERE c.model = 'child' AND c.fate = 'take' AND NOT (s.state = 'proposed' AND s.owner_id IS NULL)
"""


def hide(child_ids: Collection[int]) -> None:
    """Leave out of all that is counted and shown what concerns these children."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM undoing WHERE child_id = ANY(%s)", [list(child_ids)])


def child_ids() -> list[int]:
    """Everybody whom the manifest concerns, in the one order of locking."""
    return [pk for (pk,) in rows("SELECT DISTINCT child_id FROM undoing WHERE child_id IS NOT NULL ORDER BY 1")]


def rows(statement: str, arguments: Any = None) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return list(cursor.fetchall())
