"""How children stand on a day, from the facts alone: one statement for any number of children.

What is asked is what was true on the day as it is known now. A child who was not born yet is not counted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from registry import precedence
from registry.balance import known
from registry.balance.lines import FIRST_OF, Left, Standing
from registry.dates import birthday, compulsory_school_age
from registry.dates.holding import holds
from registry.models import Slot

WANTED = """
    SELECT c.id FROM registry_child c WHERE c.state <> 'superseded'
      AND coalesce(c.date_of_birth, '-infinity') <= %(on)s
      AND (%(children)s::bigint[] IS NULL OR c.id = ANY(%(children)s))
"""
OF_THEM = "(%(children)s::bigint[] IS NULL OR f.child_id = ANY(%(children)s))"
TRUE = holds("f", on="%(on)s")
IS_SAID = "n.kind = 'enrolment' AND n.day BETWEEN due.day AND %(on)s"
CONFIRMED_OF_ALL = f"""
    SELECT DISTINCT n.fact_id FROM due JOIN registry_sourcerecord r ON r.source_id = due.source_id
    JOIN registry_said n ON n.source_record_id = r.id WHERE {IS_SAID}
"""
# What is said of each is looked up by itself: otherwise the planner, which cannot know how few are asked about, reads
# millions of confirmations for one child.
CONFIRMED_OF_SOME = f"""
    SELECT DISTINCT said.fact_id FROM due JOIN registry_sourcerecord r ON r.source_id = due.source_id
     AND r.child_id = ANY(%(children)s)
    CROSS JOIN LATERAL (
        SELECT n.fact_id FROM registry_said n WHERE n.source_record_id = r.id AND {IS_SAID} OFFSET 0
    ) said
"""
STATEMENT = f"""
    WITH wanted AS MATERIALIZED ({WANTED}), due AS (
        SELECT * FROM unnest(%(sources)s::bigint[], %(since)s::date[]) AS due (source_id, day)
    ), confirmed AS MATERIALIZED ({{confirmed}}), rolls AS (
        SELECT f.child_id,
               count(DISTINCT f.school_id) FILTER (WHERE f.status NOT IN ('M', 'S', 'G')) AS single,
               count(DISTINCT f.school_id) FILTER (WHERE f.status = 'M') AS main,
               count(DISTINCT f.school_id) FILTER (WHERE f.status IN ('S', 'G')) AS beside,
               bool_or(s.in_area) FILTER (WHERE f.status NOT IN ('S', 'G')) AS in_area,
               bool_or(s.in_area) AS any_in_area,
               bool_or(c.fact_id IS NOT NULL) AS is_confirmed
        FROM registry_enrolment f JOIN registry_school s ON s.id = f.school_id
        LEFT JOIN confirmed c ON c.fact_id = f.id
        WHERE {OF_THEM} AND {TRUE} GROUP BY 1
    ), homes AS (
        SELECT h.child_id, f.standing, p.la_code
        FROM ({precedence.ranked(Slot.HOME, children="SELECT id FROM wanted", on="%(on)s")}) h
        JOIN registry_residence f ON f.id = h.fact_id
        LEFT JOIN registry_address a ON a.id = f.address_id
        LEFT JOIN registry_postcode p ON %(ours)s <> '' AND p.postcode = a.postcode
        WHERE h.place = 1
    ), arranged AS (
        SELECT f.child_id, min(array_position(%(kinds)s::text[], f.kind::text)) AS first
        FROM registry_educationarrangement f WHERE {OF_THEM} AND {TRUE} GROUP BY 1
    ), to_come AS (
        SELECT DISTINCT f.child_id FROM registry_enrolment f WHERE {OF_THEM} AND f.from_date > %(on)s
    ), gone AS (
        SELECT * FROM unnest(%(left)s::bigint[], %(how)s::text[]) AS gone (child_id, how)
    )
    SELECT c.id, c.state, coalesce(c.date_of_death <= %(on)s, false),
           CASE WHEN c.date_of_birth IS NULL THEN 'unknown' WHEN c.date_of_birth > %(youngest)s THEN 'below'
                WHEN c.date_of_birth >= %(eldest)s THEN 'compulsory' WHEN c.date_of_birth > %(adult)s THEN 'after'
                ELSE 'adult' END,
           CASE WHEN h.standing LIKE 'left!_%%' ESCAPE '!' THEN 'left_england'
                WHEN h.la_code <> '' AND h.la_code <> %(ours)s THEN 'elsewhere' ELSE 'here' END,
           CASE WHEN r.child_id IS NULL THEN 'none' WHEN r.single + r.main > 1 THEN 'conflict'
                WHEN r.single + r.main + r.beside > 1 THEN 'dual' ELSE 'one' END,
           coalesce(r.in_area, r.any_in_area, false), coalesce(r.is_confirmed, false),
           c.id = ANY(%(unseen)s::bigint[]), t.child_id IS NOT NULL,
           coalesce((%(kinds)s::text[])[a.first], ''), coalesce(g.how, 'not')
    FROM wanted w JOIN registry_child c ON c.id = w.id
    LEFT JOIN rolls r ON r.child_id = c.id LEFT JOIN homes h ON h.child_id = c.id
    LEFT JOIN arranged a ON a.child_id = c.id LEFT JOIN to_come t ON t.child_id = c.id
    LEFT JOIN gone g ON g.child_id = c.id
"""
OLDEST = 130
ADULT = 18
AT_ONCE = 20_000


def standings(on: date, *, children: known.Children = None) -> Iterator[tuple[int, Standing]]:
    """Each child who is not superseded, by id, and how it stands on a day."""
    with connection.cursor() as cursor:
        confirmed = CONFIRMED_OF_ALL if children is None else CONFIRMED_OF_SOME
        cursor.execute(STATEMENT.replace("{confirmed}", confirmed), _values(on, children))
        while rows := cursor.fetchmany(AT_ONCE):
            yield from ((child_id, Standing(*facts)) for child_id, *facts in rows)


def _values(on: date, children: known.Children) -> dict[str, Any]:
    clocks, dues = known.clocks(on, children), known.dues(on, children)
    return {
        "on": on,
        "children": None if children is None else list(children),
        "ours": settings.COUNCIL_ONS_CODE,
        "sources": [due.source_id for due in dues],
        "since": [due.since for due in dues],
        "kinds": [str(kind) for kind in FIRST_OF],
        "left": list(clocks),
        "how": [str(Left.WITHIN if due >= on else Left.BEYOND) for due in clocks.values()],
        "unseen": sorted(known.unseen(on, children)),
        **ages(on),
    }


def ages(on: date) -> dict[str, date]:
    """The days of birth between which a child is of compulsory school age on a day, and the last of those of 18.

    Found by asking the rule itself, which only ever turns once as the day of birth goes back.
    """
    youngest = on - timedelta(days=_first(lambda born: compulsory_school_age(born).starts <= on, on))
    eldest = on - timedelta(days=_first(lambda born: compulsory_school_age(born).ends < on, on) - 1)
    adult = on - timedelta(days=_first(lambda born: birthday(born, ADULT) <= on, on))
    return {"youngest": youngest, "eldest": eldest, "adult": adult}


def _first(holds: Any, on: date) -> int:
    """The smallest number of days before a day for which something holds of whoever was born then."""
    return bisect_left(range(OLDEST * 365), True, key=lambda days: holds(on - timedelta(days=days)))
