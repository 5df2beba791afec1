"""Who could be whom, asked of the stored keys inside the database: for some thousands of rows at once, not more.

A child is a candidate of a row who shares two keys with it, or one that tells as much, and at least half as many as the
one who shares most; of a row that shares two with nobody, whoever shares one. And whoever has, or had, a number of the
row's. A key brings so many children at most, the lowest ids first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from django.utils import timezone

from registry.linking.asking import Opened, telling, wide
from registry.linking.looks import OPEN, Look
from registry.matching.columns import People
from registry.matching.linking import Places
from registry.models import IdentifierKind

MOST = 150
ENOUGH, WEAK = 2, 3
# Shielded children are few enough to be looked through whole. Keys of what a shield hides are negative.
SHARING = """
    WITH asked(row, key, worth) AS MATERIALIZED (
        SELECT * FROM unnest(%(rows)s::int[], %(keys)s::bigint[], %(worths)s::int[])
    ), behind AS MATERIALIZED (
        SELECT DISTINCT e.child_id, CASE WHEN opened < 0 THEN -1 - opened ELSE opened END AS key
        FROM registry_indexentry e CROSS JOIN LATERAL unnest(e.keys) opened
        WHERE %(sees_behind)s AND e.shielded AND e.child_id <> ALL(%(hidden)s)
          AND (opened < 0 OR NOT %(sees_open)s)
    ), met AS (
        SELECT asked.row, asked.worth, hit.child_id FROM asked CROSS JOIN LATERAL (
            SELECT child_id FROM registry_indexkey
            WHERE %(sees_open)s AND key = asked.key AND child_id <> ALL(%(hidden)s)
            ORDER BY child_id LIMIT %(most)s
        ) hit
      UNION ALL
        SELECT asked.row, asked.worth, behind.child_id FROM asked JOIN behind USING (key)
    ), shared AS (
        SELECT row, child_id, sum(worth) AS worth FROM met GROUP BY row, child_id HAVING sum(worth) >= %(least)s
    ), ranked AS (
        SELECT row, child_id, worth, max(worth) OVER (PARTITION BY row) AS best FROM shared
    )
    SELECT row, child_id, best FROM ranked WHERE worth * 2 >= best AND (worth >= %(enough)s OR best < %(enough)s)
"""
NUMBERED = """
    SELECT asked.row, i.child_id, bool_or(asked.kind = %(upn)s)
    FROM unnest(%(rows)s::int[], %(kinds)s::text[], %(values)s::text[]) AS asked(row, kind, value)
    JOIN registry_identifier i ON i.value = asked.value
        AND (i.kind = asked.kind OR (asked.kind = %(upn)s AND i.kind = ANY(%(once)s)))
    JOIN registry_indexentry e ON e.child_id = i.child_id
        AND CASE WHEN e.shielded THEN %(sees_behind)s ELSE %(sees_open)s END
    GROUP BY asked.row, i.child_id
"""
NUMBERS = (IdentifierKind.UPN, IdentifierKind.NHS_NUMBER, IdentifierKind.ULN)
ONCE_A_UPN = [IdentifierKind.FORMER_UPN, IdentifierKind.TEMPORARY_UPN]


class Candidates(NamedTuple):
    """Rows with the ids of the children each could be, by row; `best` is what a row shares with the likeliest."""

    rows: Places
    child_ids: Places
    best: Places

    def of_rows(self, which: Places) -> Candidates:
        """Those of some rows only."""
        kept = np.isin(self.rows, which)
        return Candidates(*(column[kept] for column in self))

    def among(self, child_ids: Places) -> tuple[Places, Places]:
        """Rows and children, these by their places among the ids given, which are in order."""
        places = np.searchsorted(child_ids, self.child_ids)
        there = np.flatnonzero(np.isin(self.child_ids, child_ids))
        return self.rows[there], places[there]


def candidates(people: People, *, look: Look = OPEN, hidden: Iterable[int] = ()) -> Candidates:
    """Who could be whom; rows that share little with anybody are asked for widely. Nobody who is `hidden` counts."""
    left_out = list(hidden)
    found = _sharing(telling(people, range(len(people))), look, least=ENOUGH, hidden=left_out)
    sure = np.unique(found.rows[found.best >= WEAK])
    weak = np.setdiff1d(np.arange(len(people)), sure).tolist()
    again = _sharing(wide(people, weak, today=timezone.localdate()), look, least=1, hidden=left_out)
    both = Candidates(*map(np.concatenate, zip(found.of_rows(sure), again, strict=True)))
    order = np.lexsort((both.child_ids, both.rows))
    return Candidates(*(column[order] for column in both))


def numbered(people: People, *, look: Look = OPEN) -> list[tuple[int, int, bool]]:
    """Rows with the ids of the children who have or had a number of theirs, and whether that is a UPN.

    To an open look the numbers of shielded children are nobody's.
    """
    rows: list[int] = []
    kinds: list[str] = []
    values: list[str] = []
    for kind in map(str, NUMBERS):
        texts = people.vocabularies.of(kind).values
        having = np.flatnonzero(people[kind])
        rows += having.tolist()
        kinds += [kind] * len(having)
        values += [texts[code] for code in people[kind][having].tolist()]
    if not rows:
        return []
    asked: dict[str, Any] = {
        "rows": rows,
        "kinds": kinds,
        "values": values,
        "upn": IdentifierKind.UPN,
        "once": ONCE_A_UPN,
        "sees_open": look.sees_open,
        "sees_behind": look.sees_behind,
    }
    with connection.cursor() as cursor:
        cursor.execute(NUMBERED, asked)
        return cursor.fetchall()


def _sharing(opened: Iterable[Opened], look: Look, *, least: int, hidden: list[int]) -> Candidates:
    asked = list(opened)
    if not asked:
        return Candidates(*np.empty((3, 0), dtype=np.int64))
    columns = dict(zip(("rows", "keys", "worths"), map(_literal, zip(*asked, strict=True)), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            SHARING,
            {
                **columns,
                "hidden": hidden,
                "least": least,
                "most": MOST,
                "enough": ENOUGH,
                "sees_open": look.sees_open,
                "sees_behind": look.sees_behind,
            },
        )
        return Candidates(*np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 3).T)


def _literal(numbers: Sequence[int]) -> str:
    """Numbers as one array literal: read sooner than an array of so many expressions."""
    return "{" + ",".join(map(str, numbers)) + "}"
