"""Who has to be on the register of children not in school, and is not: from the balance and the facts.

Education Act 1996, s.436B: residents of compulsory school age on no roll (a), or on a roll and educated elsewhere by
agreement for some or all of the time (b). Who attends part-time at a school of a prescribed kind (c) is entered by
hand: the regulations that name the kinds are not made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from registry.balance.lines import Line
from registry.dates.holding import holds
from registry.disclosure import Context
from registry.models import ArrangementKind
from schools.models import Basis

OFF_ROLL = (
    Line.AT_HOME,
    Line.OTHER,
    Line.AWAITING,
    Line.MISSING,
    Line.NO_ROLL,
    Line.LEFT_WITHIN,
    Line.LEFT_BEYOND,
    Line.TO_COME,
)
ON_ROLL = (Line.CONFIRMED, Line.NOT_CONFIRMED, Line.NOT_SEEN, Line.DUAL, Line.CONFLICT, Line.OUTSIDE)
ELSEWHERE = (ArrangementKind.HOME_EDUCATION, ArrangementKind.OTHER_PROVISION)
STATEMENT = f"""
    WITH eligible AS (
        SELECT p.child_id, 'a' AS basis, p.since, p.line FROM registry_balanceplace p WHERE p.line = ANY(%(off)s)
        UNION ALL
        SELECT p.child_id, 'b', min(f.from_date), p.line
        FROM registry_balanceplace p JOIN registry_educationarrangement f ON f.child_id = p.child_id
        WHERE p.line = ANY(%(on)s) AND f.kind = ANY(%(kinds)s) AND {holds("f")}
        GROUP BY p.child_id, p.line
    )
    SELECT e.child_id, e.basis, e.since, e.line, count(*) OVER () FROM eligible e
    LEFT JOIN registry_indexentry i ON i.child_id = e.child_id
    WHERE NOT EXISTS (SELECT 1 FROM schools_notinschool n WHERE n.child_id = e.child_id AND n.to_date IS NULL)
      AND (%(behind_shields)s OR NOT coalesce(i.shielded, false)) AND e.child_id <> ALL(%(family)s)
      AND (%(children)s::bigint[] IS NULL OR e.child_id = ANY(%(children)s))
    ORDER BY e.since NULLS FIRST, e.child_id LIMIT %(limit)s OFFSET %(offset)s
"""


@dataclass(frozen=True)
class Eligible:
    """A child who has to be on the register and is not: why, since when, and the line of the balance."""

    child_id: int
    basis: Basis
    since: date | None
    line: Line


def eligible(
    *, to: Context, limit: int | None = None, offset: int = 0, children: list[int] | None = None
) -> tuple[list[Eligible], int]:
    """Who is not on the register yet, the longest first, as far as this person may know of them; and how many."""
    values: dict[str, Any] = {
        "off": [str(line) for line in OFF_ROLL],
        "on": [str(line) for line in ON_ROLL],
        "kinds": [str(kind) for kind in ELSEWHERE],
        "behind_shields": to.may_see_shielded,
        "family": list(to.family),
        "children": children,
        "limit": limit,
        "offset": offset,
    }
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, values)
        rows = cursor.fetchall()
    found = [Eligible(child_id, Basis(basis), since, Line(line)) for child_id, basis, since, line, _ in rows]
    return found, rows[0][4] if rows else 0
