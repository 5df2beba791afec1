"""Who repeated a fact, and when: reading confirmations, and repeating them where a fact's row changes.

A confirmation counts for a fact as long as its source record belongs to the fact's child: so it goes with the source
record when that goes to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Max

from childindex.models import Act
from registry.models import Child, Fact, Said
from registry.models.facts import kind_of

Pair = tuple[str, int]
"""A fact: its kind and its id."""


def last_said(facts: Iterable[Fact]) -> dict[Pair, date]:
    """The day of each fact's last confirmation that counts."""
    wanted: dict[tuple[str, int], list[int]] = {}
    for fact in facts:
        wanted.setdefault((kind_of(fact), fact.child_id), []).append(fact.pk)
    found: dict[Pair, date] = {}
    for (kind, child_id), ids in wanted.items():
        rows = Said.objects.filter(kind=kind, fact_id__in=ids, source_record__child_id=child_id)
        days = rows.values_list("fact_id").annotate(last=Max("day"))
        found |= {(kind, pk): day for pk, day in days}
    return found


def confirmed_since(deed: Act, *, child: Child) -> dict[Pair, set[int]]:
    """The facts of a child that sources have repeated since an act, with the ids of their source records."""
    found: dict[Pair, set[int]] = {}
    later = Said.objects.filter(act_id__gt=deed.pk, source_record__child=child)
    for kind, fact_id, record in later.values_list("kind", "fact_id", "source_record_id"):
        found.setdefault((kind, fact_id), set()).add(record)
    return found


def repeat(pairs: Mapping[Pair, Iterable[int]], *, act: Act, since: Act | None = None, of: Child | None = None) -> None:
    """Repeat what was confirmed of each fact onto others of its kind, under the same source records and days.

    `pairs` maps a fact to the ids of those it is repeated onto; `since` leaves out what was said up to an act, `of` all
    but the word of one child's source records.
    """
    rows = [(kind, pk, onto) for (kind, pk), others in pairs.items() for onto in others if onto != pk]
    if not rows:
        return
    kinds, ids, onto = zip(*rows, strict=True)
    wanted: dict[str, Any] = {"kinds": list(kinds), "ids": list(ids), "onto": list(onto), "act": act.pk}
    with connection.cursor() as cursor:
        cursor.execute(REPEAT, {**wanted, "since": since.pk if since else None, "child": of.pk if of else None})


REPEAT = """
    INSERT INTO registry_confirmation (kind, fact_id, source_record_id, day, act_id)
    SELECT DISTINCT c.kind, wanted.onto, c.source_record_id, c.day, %(act)s::bigint
    FROM unnest(%(kinds)s::text[], %(ids)s::bigint[], %(onto)s::bigint[]) AS wanted(kind, fact_id, onto)
    CROSS JOIN LATERAL (
        SELECT * FROM registry_said n WHERE n.kind = wanted.kind AND n.fact_id = wanted.fact_id OFFSET 0
    ) c
    JOIN registry_sourcerecord r ON r.id = c.source_record_id
    WHERE c.act_id > coalesce(%(since)s::bigint, 0)
      AND (%(child)s::bigint IS NULL OR r.child_id = %(child)s::bigint)
      AND NOT EXISTS (
          SELECT 1 FROM registry_said h WHERE h.kind = c.kind AND h.fact_id = wanted.onto
              AND h.source_record_id = c.source_record_id AND h.day = c.day)
"""
