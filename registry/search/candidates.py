"""Fetching the children a question could mean: one statement over the key table, however many are indexed.

Each key brings at most its cap, the lowest ids first, so that which ones come back is chosen, not accidental. Children
met by more and weightier keys come first; only they are joined to their entries and compared. Filters are applied
before any cap is counted, and by a hidden field nobody behind a shield is let through or kept out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from registry.search.asking import Ask
from registry.search.query import Query
from registry.search.scoring import Candidate

COMPARED, COMPARED_BY_NAME = 50, 200
FITTING = {True: 10, False: 5}  # what a child's keys are worth who fits a pair of names, or one, asked for alone

HIDDEN = "(e.shielded AND NOT %(behind_shields)s)"
NAMES = f"CASE WHEN {HIDDEN} THEN ltrim(regexp_replace(e.names, '(^|;)f[|][^;]*', '', 'g'), ';') ELSE e.names END"
VISIBLE = f"""
    e.child_id, {NAMES}, e.date_of_birth, CASE WHEN NOT {HIDDEN} THEN e.other_date_of_birth END, e.sex"""
POSTCODE = "split_part(split_part(e.postcodes, '|', 1), ';', 1)"
OUTWARD, INWARD = f"left({POSTCODE}, -3)", f"right({POSTCODE}, 3)"
PARTS_OF_POSTCODE = f"""
    ARRAY[{OUTWARD}, {OUTWARD} || ' ' || left({INWARD}, 1), {OUTWARD} || ' ' || left({INWARD}, 2)]"""
STATEMENT = """
    SELECT found.fitting, {columns}
    FROM (
        SELECT hit.child_id, sum(ask.worth) AS worth,
               sum((sum(ask.worth) >= %(fitting)s)::int) OVER () AS fitting
        FROM unnest(%(keys)s::bigint[], %(worths)s::int[], %(caps)s::int[]) AS ask(key, worth, cap)
        CROSS JOIN LATERAL (
            SELECT k.child_id FROM registry_indexkey k {filtered}
            WHERE k.key = ask.key {conditions} ORDER BY k.child_id LIMIT ask.cap
        ) hit
        GROUP BY hit.child_id ORDER BY worth DESC, hit.child_id LIMIT %(compared)s
    ) found
    JOIN registry_indexentry e ON e.child_id = found.child_id
"""


@dataclass(frozen=True)
class Filters:
    """What the page's filters leave in. Ids, codes and letters as the index entry has them; empty means any."""

    school: int | None = None
    year_groups: tuple[str, ...] = ()
    wards: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    born_from: date | None = None
    born_to: date | None = None

    @property
    def given(self) -> list[str]:
        """The filters that leave anything out."""
        return [name for name in CONDITIONS if getattr(self, name) not in (None, ())]

    @property
    def conditions(self) -> str:
        """The filters as SQL upon the entry `e`, to stand behind another condition."""
        return "".join(f" AND {CONDITIONS[name]}" for name in self.given)

    @property
    def parameters(self) -> dict[str, Any]:
        """What `conditions` refers to."""
        values = {name: getattr(self, name) for name in self.given}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


@dataclass(frozen=True)
class Fetched:
    """The children to compare, and how many fitted before the number compared was limited."""

    children: list[Candidate]
    fitting: int


# Of a shielded child only sex and date of birth are compared; its state counts as live, as it is shown.
CONDITIONS = {
    "school": f"NOT {HIDDEN} AND e.school_id = %(school)s",
    "year_groups": f"NOT {HIDDEN} AND e.year_group = ANY(%(year_groups)s)",
    "wards": f"NOT {HIDDEN} AND e.ward_code = ANY(%(wards)s)",
    "districts": f"NOT {HIDDEN} AND {PARTS_OF_POSTCODE} && %(districts)s::text[]",
    "sexes": "e.sex = ANY(%(sexes)s)",
    "states": f"CASE WHEN {HIDDEN} THEN 'live' ELSE e.state END = ANY(%(states)s)",
    "born_from": "e.date_of_birth >= %(born_from)s",
    "born_to": "e.date_of_birth <= %(born_to)s",
}


def fetch(query: Query, asked: Sequence[Ask], *, behind_shields: bool, filters: Filters) -> Fetched:
    """The likeliest children by their keys, with what of their entries may be compared."""
    if not asked:
        return Fetched([], 0)
    parameters = {
        **_as_arrays(asked),
        "compared": COMPARED_BY_NAME if query.is_name_alone else COMPARED,
        "fitting": FITTING[bool(query.pairs)],
        "behind_shields": behind_shields,
        **filters.parameters,
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(query, filters), parameters)
        rows = cursor.fetchall()
    return Fetched([Candidate(*row[1:]) for row in rows], rows[0][0] if rows else 0)


def _as_arrays(asked: Sequence[Ask]) -> dict[str, str]:
    """The three columns of what is asked, each in one literal: read sooner than an array of so many expressions."""
    columns = zip(("keys", "worths", "caps"), zip(*asked, strict=True), strict=True)
    return {name: "{" + ",".join(map(str, values)) + "}" for name, values in columns}


def _statement(query: Query, filters: Filters) -> str:
    return STATEMENT.format(
        columns=_columns(query),
        filtered="JOIN registry_indexentry e ON e.child_id = k.child_id" if filters.given else "",
        conditions=filters.conditions,
    )


def _columns(query: Query) -> str:
    """Names and births, whether the rest is hidden, and of the rest what was asked about and may be seen."""
    wanted = {"postcodes": query.postcode or query.district, "addresses": query.address}
    wanted |= {"carers": query.carer, "telephones": query.telephone}
    shown = [f"CASE WHEN {HIDDEN} THEN '' ELSE e.{name} END" if asked else "''" for name, asked in wanted.items()]
    return ", ".join((VISIBLE, HIDDEN, *shown))
