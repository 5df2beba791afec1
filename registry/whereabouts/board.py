"""How sure the index is of where children are: for each child and kind of thing one mark, reckoned for all at once.

The marks and their limits are those of a child's record (`freshness.py`): fresh, ageing or stale by the day on which it
was confirmed last and the kind of source that did; contested where sources disagree; unknown where nothing is said, or
it is said that nobody knows. Of a child who is not of compulsory school age no school is asked for; one that is said is
marked all the same. A child's whereabouts are *known* where the home is fresh or ageing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from childindex import acts
from childindex.copying import analyse_all
from childindex.models import Source, SourceKind
from registry import precedence
from registry.balance.standing import ages
from registry.dates.holding import holds
from registry.models import FactKind, Slot, Standing, WhereaboutsDay, WhereaboutsShare
from registry.whereabouts import groups
from registry.whereabouts.freshness import AGEING, ANY, CONTESTED, FRESH, LIMITS, STALE, UNKNOWN

HOME, CARER, SCHOOL, PRACTICE = "home", "carer", "school", "practice"
THINGS = {HOME: "Home", CARER: "Carer", SCHOOL: "School", PRACTICE: "GP practice"}
MARKS = (FRESH, AGEING, STALE, CONTESTED, UNKNOWN)
KNOWN = (FRESH, AGEING)
NOWHERE = (Standing.LAST_KNOWN, Standing.NO_KNOWN_ADDRESS, Standing.NO_FIXED_ABODE)
LED = {HOME: Slot.HOME, SCHOOL: Slot.SCHOOL, PRACTICE: Slot.PRACTICE}
CHILDREN = """
    SELECT id, date_of_birth IS NULL OR date_of_birth BETWEEN %(eldest)s AND %(youngest)s AS is_of_age
    FROM registry_child WHERE state = 'live' AND date_of_death IS NULL
      AND coalesce(date_of_birth, '-infinity') <= %(on)s
"""


def _leading(thing: str) -> str:
    """SQL for the leading fact of a slot and whether others contest it."""
    slot = LED[thing]
    return f"""
        SELECT child_id, '{thing}' AS what, '{precedence.PLACES[slot].kind}' AS kind,
               min(fact_id) FILTER (WHERE place = 1) AS fact_id, count(*) > 1 AS is_contested
        FROM ({precedence.ranked(slot, children="SELECT id FROM wanted", on="%(on)s")}) ranked GROUP BY 1
    """


STATEMENT = f"""
    WITH wanted AS MATERIALIZED ({CHILDREN}), facts AS MATERIALIZED (
        {" UNION ALL ".join(f"({_leading(thing)})" for thing in LED)}
        UNION ALL SELECT f.child_id, '{CARER}', 'care', f.id, false
        FROM registry_care f JOIN wanted w ON w.id = f.child_id
        WHERE {holds("f", on="%(on)s")}
    ), said AS (
        SELECT DISTINCT ON (f.kind, f.fact_id) f.kind, f.fact_id, n.day, s.kind AS source_kind
        FROM facts f
        JOIN registry_said n ON n.kind = f.kind AND n.fact_id = f.fact_id AND n.day <= %(on)s
        JOIN registry_sourcerecord r ON r.id = n.source_record_id AND r.child_id = f.child_id
        JOIN childindex_source s ON s.id = r.source_id
        ORDER BY f.kind, f.fact_id, n.day DESC, n.act_id DESC
    ), limits AS (
        SELECT * FROM unnest(%(kinds)s::text[], %(sources)s::text[], %(fresh)s::int[], %(ageing)s::int[])
            AS limits (kind, source_kind, fresh, ageing)
    ), marked AS (
        SELECT f.child_id, f.what, said.day,
               CASE WHEN h.standing = ANY(%(nowhere)s) THEN '{UNKNOWN}' WHEN f.is_contested THEN '{CONTESTED}'
                    WHEN said.day IS NULL THEN '{STALE}' WHEN %(on)s - said.day <= l.fresh THEN '{FRESH}'
                    WHEN %(on)s - said.day <= l.ageing THEN '{AGEING}' ELSE '{STALE}' END AS mark
        FROM facts f
        LEFT JOIN said ON said.kind = f.kind AND said.fact_id = f.fact_id
        LEFT JOIN limits l ON l.kind = f.kind AND l.source_kind = said.source_kind
        LEFT JOIN registry_residence h ON f.what = '{HOME}' AND h.id = f.fact_id
    ), one AS (
        SELECT DISTINCT ON (child_id, what) child_id, what, day, mark FROM marked
        ORDER BY child_id, what, day DESC NULLS LAST
    )
    INSERT INTO registry_whereaboutsmark (child_id, what, mark, confirmed_on)
    SELECT w.id, thing.what, coalesce(one.mark, '{UNKNOWN}'), one.day
    FROM wanted w CROSS JOIN unnest(%(things)s::text[]) AS thing (what)
    LEFT JOIN one ON one.child_id = w.id AND one.what = thing.what
    WHERE thing.what <> 'school' OR w.is_of_age OR one.mark IS NOT NULL
"""
COUNTED = """
    SELECT m.what, m.mark, count(*) FILTER (WHERE NOT coalesce(e.shielded, false)), count(*) FILTER (WHERE e.shielded)
    FROM registry_whereaboutsmark m LEFT JOIN registry_indexentry e ON e.child_id = m.child_id GROUP BY 1, 2
"""
BY_SCHOOL = """
    SELECT s.urn, s.name, count(*), count(*) FILTER (WHERE m.mark = ANY(%(known)s))
    FROM registry_whereaboutsmark m JOIN registry_indexentry e ON e.child_id = m.child_id
    JOIN registry_school s ON s.id = e.school_id
    WHERE m.what = %(what)s AND (%(behind_shields)s OR NOT e.shielded) GROUP BY 1, 2
    HAVING count(*) FILTER (WHERE m.mark <> ALL(%(known)s)) > 0
    ORDER BY count(*) FILTER (WHERE m.mark <> ALL(%(known)s)) DESC, 2 LIMIT %(most)s
"""
SHARES = """
    INSERT INTO registry_whereaboutsshare (day_id, code, known, total)
    SELECT %(day)s, member.code, count(*) FILTER (WHERE m.mark = ANY(%(known)s)), count(*)
    FROM ({groups}) member JOIN registry_whereaboutsmark m ON m.child_id = member.child_id AND m.what = 'home'
    LEFT JOIN registry_indexentry e ON e.child_id = member.child_id
    WHERE NOT coalesce(e.shielded, false) GROUP BY 2
"""
OF_SOME = "SELECT what, mark, count(*) FROM registry_whereaboutsmark WHERE child_id = ANY(%s) GROUP BY 1, 2"
OLDEST_OF_SOME = """
    SELECT child_id, what, mark, confirmed_on, count(*) OVER () FROM registry_whereaboutsmark
    WHERE child_id = ANY(%(children)s) AND what = ANY(%(things)s) AND mark <> ALL(%(known)s)
    ORDER BY confirmed_on NULLS FIRST, child_id, what LIMIT %(limit)s OFFSET %(offset)s
"""
OLDEST = """
    SELECT m.child_id, m.confirmed_on, count(*) OVER ()
    FROM registry_whereaboutsmark m JOIN registry_indexentry e ON e.child_id = m.child_id
    LEFT JOIN registry_school s ON s.id = e.school_id
    WHERE m.what = %(what)s AND m.mark = %(mark)s AND (%(behind_shields)s OR NOT e.shielded)
      AND (%(urn)s::int IS NULL OR s.urn = %(urn)s)
    ORDER BY m.confirmed_on NULLS FIRST, m.child_id LIMIT %(limit)s OFFSET %(offset)s
"""


@dataclass(frozen=True)
class Board:
    """What the marks came to on a day, for one reader: counts by thing and mark."""

    day: date
    counts: Mapping[str, Mapping[str, int]]

    def total(self, what: str) -> int:
        return sum(self.counts[what].values())

    @property
    def known(self) -> int:
        """How many children's whereabouts are known."""
        return sum(self.counts[HOME][mark] for mark in KNOWN)


@transaction.atomic
def reckon(*, on: date | None = None) -> WhereaboutsDay:
    """Mark every child anew, and publish what it comes to: once a day, the marks as often as it is asked."""
    day = on or timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_whereaboutsmark")
        cursor.execute(STATEMENT, _values(day))
    analyse_all("registry_whereaboutsmark")
    held = WhereaboutsDay.objects.filter(day=day).first()
    if held is not None:
        return held
    counts = _counted()
    known = [sum(counts[HOME][mark][place] for mark in KNOWN) for place in (0, 1)]
    with acts.act(by=None, source=Source.council(), reason_code="days_passed", reason="Whereabouts reckoned") as deed:
        made = WhereaboutsDay.objects.create(day=day, counts=counts, known=known, act=deed)
        _share_out(made)
        return made


def _share_out(day: WhereaboutsDay) -> None:
    """What is published for each group."""
    told = groups.statements()
    if told:
        with connection.cursor() as cursor:
            cursor.execute(SHARES.format(groups=" UNION ALL ".join(told)), {"day": day.pk, "known": list(KNOWN)})


def of_children(child_ids: Collection[int], *, on: date) -> Board:
    """What the marks of some children come to; `on` is the day that they are of."""
    counts: dict[str, dict[str, int]] = {what: dict.fromkeys(MARKS, 0) for what in THINGS}
    with connection.cursor() as cursor:
        cursor.execute(OF_SOME, [list(child_ids)])
        for what, mark, count in cursor.fetchall():
            counts[what][mark] = count
    return Board(on, counts)


@dataclass(frozen=True)
class Doubt:
    """One thing that is not known of a child, and when it was confirmed last."""

    child_id: int
    what: str
    mark: str
    confirmed_on: date | None


def doubts(
    child_ids: Collection[int], things: Collection[str], *, limit: int, offset: int = 0
) -> tuple[list[Doubt], int]:
    """What is not known of some children, never confirmed first and then the longest ago; and how many there are."""
    values: dict[str, Any] = {"children": list(child_ids), "things": list(things), "known": list(KNOWN)}
    values |= {"limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_OF_SOME, values)
        rows = cursor.fetchall()
    return [Doubt(*row[:4]) for row in rows], rows[0][4] if rows else 0


def course_of(code: str, *, most: int) -> list[WhereaboutsShare]:
    """What was published for a group, the last days of it, in their order."""
    found = WhereaboutsShare.objects.filter(code=code).select_related("day").order_by("-day__day")[:most]
    return list(reversed(found))


def _values(on: date) -> dict[str, Any]:
    """The limits spelt out for every kind of source, so that one join finds them."""
    spelt = {
        (kind, source): LIMITS.get((kind, source)) or LIMITS[kind, ANY]
        for kind in (FactKind.RESIDENCE, FactKind.CARE, FactKind.ENROLMENT, FactKind.REGISTRATION)
        for source in SourceKind.values
    }
    return {
        "on": on,
        "kinds": [str(kind) for kind, _ in spelt],
        "sources": [str(source) for _, source in spelt],
        "fresh": [limits.fresh for limits in spelt.values()],
        "ageing": [limits.ageing for limits in spelt.values()],
        "nowhere": [str(standing) for standing in NOWHERE],
        "things": list(THINGS),
        **ages(on),
    }


def _counted() -> dict[str, dict[str, list[int]]]:
    found: dict[str, dict[str, list[int]]] = {what: {mark: [0, 0] for mark in MARKS} for what in THINGS}
    with connection.cursor() as cursor:
        cursor.execute(COUNTED)
        for what, mark, open_to_all, shielded in cursor.fetchall():
            found[what][mark] = [open_to_all, shielded]
    return found


def board_of(day: WhereaboutsDay, *, behind_shields: bool) -> Board:
    """What was published, as this reader may know it: who may not see behind shields is told nothing of those children.

    Not even how many there are: that one has moved away, and is not marked, is what its shield hides.
    """
    counts = {
        what: {mark: pair[0] + (pair[1] if behind_shields else 0) for mark, pair in marks.items()}
        for what, marks in day.counts.items()
    }
    return Board(day.day, counts)


def worst_schools(what: str, *, behind_shields: bool, most: int) -> list[tuple[int, str, int, int]]:
    """Where it would help most to ask: schools with the most pupils of whom it is not known, each with its URN, name,
    pupils, and of how many it is known."""
    values: dict[str, Any] = {"what": what, "known": list(KNOWN), "behind_shields": behind_shields, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(BY_SCHOOL, values)
        return cursor.fetchall()


def oldest(
    what: str, mark: str, *, behind_shields: bool, urn: int | None, limit: int, offset: int = 0
) -> tuple[list[tuple[int, date | None]], int]:
    """Children of one mark, those never confirmed first and then the longest ago; and how many there are."""
    values: dict[str, Any] = {"what": what, "mark": mark, "behind_shields": behind_shields, "urn": urn}
    values |= {"limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(OLDEST, values)
        rows = cursor.fetchall()
    return [(child_id, day) for child_id, day, _ in rows], rows[0][2] if rows else 0
