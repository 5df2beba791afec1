"""The children of one line: listed by name, narrowed by the filters of any list, counted by area, school, age or sex.

Whoever may not see behind shields is listed no shielded child, and their counts leave those out: in which line such a
child is would tell where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from registry.balance.lines import Line
from registry.disclosure.areas import TOLD
from registry.models import Sex
from registry.search import Filters
from registry.search.listing import FIRST_NAME, Listed

SEEN = "(%(behind_shields)s OR NOT e.shielded)"
FROM = f"""
    FROM registry_balanceplace p JOIN registry_indexentry e ON e.child_id = p.child_id
    WHERE p.line = %(line)s AND {SEEN}{{conditions}}
"""
ORDER = f"split_part({FIRST_NAME}, '|', 4), split_part({FIRST_NAME}, '|', 2), e.date_of_birth, e.child_id"
LISTED = f"SELECT e.child_id, count(*) OVER () {FROM} ORDER BY {ORDER} LIMIT %(limit)s OFFSET %(offset)s"
EVERYBODY = f"SELECT e.child_id {FROM} ORDER BY {ORDER}"
AGE = "extract(year FROM age(current_date, e.date_of_birth))::int"
BREAKDOWNS = {
    "area": f"""
        WITH counted AS (SELECT e.ward_code, count(*) AS children {FROM} GROUP BY 1), named AS (
            SELECT c.ward_code,
                   (SELECT a.ward_name FROM registry_address a
                    WHERE a.ward_code = c.ward_code AND {TOLD} LIMIT 1) AS name
            FROM counted c WHERE c.ward_code <> '')
        SELECT n.name, n.name, c.children FROM counted c LEFT JOIN named n ON n.ward_code = c.ward_code
        ORDER BY 3 DESC, 1
    """,
    "school": f"""
        SELECT s.urn::text, s.name, count(*) FROM (SELECT e.school_id {FROM}) f
        LEFT JOIN registry_school s ON s.id = f.school_id GROUP BY 1, 2 ORDER BY 3 DESC, 2
    """,
    "age": f"SELECT {AGE}::text, {AGE}::text, count(*) {FROM} GROUP BY 1, 2, {AGE} ORDER BY {AGE} NULLS LAST",
    "sex": f"SELECT e.sex, e.sex, count(*) {FROM} GROUP BY 1, 2 ORDER BY 3 DESC",
}


@dataclass(frozen=True)
class Share:
    """How many children of a line are of one area, school, age or sex; `value` is what a filter takes."""

    value: str
    label: str
    count: int


def children_of(line: Line, filters: Filters, *, behind_shields: bool, limit: int, offset: int = 0) -> Listed:
    """One page of the children of a line, by name."""
    rows = _rows(LISTED, line, filters, behind_shields, limit=limit, offset=offset)
    return Listed(tuple(row[0] for row in rows), rows[0][1] if rows else 0)


def all_of(line: Line, filters: Filters, *, behind_shields: bool) -> list[int]:
    """Ids of all the children of a line, by name."""
    return [child_id for (child_id,) in _rows(EVERYBODY, line, filters, behind_shields)]


def breakdown(line: Line, by: str, filters: Filters, *, behind_shields: bool) -> list[Share]:
    """The children of a line by area, school, age or sex."""
    return list(_shares(by, _rows(BREAKDOWNS[by], line, filters, behind_shields)))


def _shares(by: str, rows: list[Any]) -> Iterator[Share]:
    for value, label, count in rows:
        if by == "sex":
            yield Share(value, str(Sex(value).label), count)
        elif value is None:
            yield Share("", {"area": "No ward is known", "school": "At no school", "age": "Not known"}[by], count)
        else:
            yield Share(value, f"{label} years old" if by == "age" else label, count)


def _rows(statement: str, line: Line, filters: Filters, behind_shields: bool, **more: int) -> list[Any]:
    values = {"line": str(line), "behind_shields": behind_shields, **filters.parameters, **more}
    with connection.cursor() as cursor:
        cursor.execute(statement.format(conditions=filters.conditions), values)
        return cursor.fetchall()
