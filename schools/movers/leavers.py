"""Leavers and joiners: one event seen from two schools, told from the spells on rolls and from nothing else.

Leaving school A and joining school B are paired by the child. A leaver stays open until the school that has the child
now says so itself; until then it is told whose turn it is. Nothing is stored: a return that is undone undoes this too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.utils import timezone

from registry.dates import compulsory_school_age, school_year
from registry.dates.holding import lasts
from registry.models import ArrangementKind, ChildState
from schools.terms import Calendar
from schools.year_groups import ends, final_years, first_years

FOLLOWED = timedelta(days=180)
"""How long after the last day a leaver is told of here; whoever is not found by then is missing education."""
LET_BE_UNTIL = (10, 1)
"""Month and day until which whoever left with the final year is let be: by then the next school's return has come."""
DAYS_TO_CONFIRM = 10
"""School days within which the next school should say that it has the pupil: a local figure, no law's."""
DAYS_TO_RETURN = 5
"""Days after a name is entered by whose end the new-pupil return is due: regulation 13(1), days and not school days."""
SAID_BY = """EXISTS (
    SELECT FROM childindex_source own
    WHERE own.code = 'school-' || {school}.urn AND (own.id = {spell}.source_id OR EXISTS (
        SELECT FROM registry_said said JOIN registry_sourcerecord r ON r.id = said.source_record_id
        WHERE said.kind = 'enrolment' AND said.fact_id = {spell}.id AND r.source_id = own.id)))"""
# Whether the school itself has said of some fact of the child since it came. Looked up fact by fact.
SAID_SINCE = """EXISTS (
    SELECT FROM registry_{kind} f CROSS JOIN LATERAL (
        SELECT said.source_record_id FROM registry_said said
        WHERE said.kind = '{kind}' AND said.fact_id = f.id AND said.day >= e.from_date OFFSET 0
    ) said
    JOIN registry_sourcerecord r ON r.id = said.source_record_id
    JOIN childindex_source own ON own.id = r.source_id AND own.code = 'school-' || s.urn
    WHERE f.child_id = e.child_id)"""
LEAVERS = f"""
    SELECT e.id, e.child_id, e.school_id, s.name, s.urn, e.year_group, e.to_date, e.leaving_regime, e.leaving_ground,
           e.destination, e.destination_school_id, d.name, d.in_area, c.date_of_birth, c.state, c.date_of_death,
           n.school_id, n.name, n.is_said, a.kind, a.is_ours,
           EXISTS (SELECT FROM schools_pupilreturn r WHERE r.kind = 'deletion' AND r.school_id = e.school_id
                   AND r.day = e.to_date AND r.child_id = e.child_id),
           {SAID_BY.format(school="s", spell="e")}
    FROM registry_enrolment e
    JOIN registry_school s ON s.id = e.school_id AND s.in_area
    JOIN registry_child c ON c.id = e.child_id AND c.state <> 'superseded'
    LEFT JOIN registry_school d ON d.id = e.destination_school_id
    LEFT JOIN LATERAL (
        SELECT o.school_id, t.name, NOT t.in_area OR {SAID_BY.format(school="t", spell="o")} AS is_said
        FROM registry_enrolment o JOIN registry_school t ON t.id = o.school_id
        WHERE o.child_id = e.child_id AND o.id <> e.id AND coalesce(o.to_date, 'infinity') > e.to_date
        ORDER BY is_said DESC, o.from_date DESC NULLS LAST, o.id LIMIT 1
    ) n ON true
    LEFT JOIN LATERAL (
        SELECT x.kind, EXISTS (
            SELECT FROM childindex_source own WHERE own.code = 'council' AND (own.id = x.source_id OR EXISTS (
                SELECT FROM registry_said said JOIN registry_sourcerecord r ON r.id = said.source_record_id
                WHERE said.kind = 'educationarrangement' AND said.fact_id = x.id AND r.source_id = own.id))) AS is_ours
        FROM registry_educationarrangement x
        WHERE x.child_id = e.child_id AND x.kind <> 'awaiting_place' AND coalesce(x.to_date, 'infinity') > e.to_date
        ORDER BY x.id LIMIT 1
    ) a ON true
    WHERE e.to_date BETWEEN %(since)s AND %(until)s
      AND (%(schools)s::bigint[] IS NULL OR e.school_id = ANY(%(schools)s))
      AND (%(children)s::bigint[] IS NULL OR e.child_id = ANY(%(children)s))
    ORDER BY e.to_date, e.id
"""
JOINERS = f"""
    SELECT e.id, e.child_id, e.school_id, s.name, s.urn, e.year_group, e.from_date,
           {SAID_BY.format(school="s", spell="e")},
           EXISTS (SELECT FROM schools_pupilreturn r WHERE r.kind = 'new_pupil' AND r.school_id = e.school_id
                   AND r.day >= e.from_date - 60 AND (r.child_id = e.child_id OR EXISTS (
                       SELECT FROM registry_deliveryrow w
                       WHERE w.delivery_id = r.delivery_id AND w.child_id = e.child_id)))
           OR ({SAID_SINCE.format(kind="care")} AND {SAID_SINCE.format(kind="residence")}),
           NOT EXISTS (SELECT FROM registry_enrolment o WHERE o.school_id = e.school_id AND o.child_id = e.child_id
                       AND o.to_date = e.from_date - 1)
    FROM registry_enrolment e
    JOIN registry_school s ON s.id = e.school_id AND s.in_area
    JOIN registry_child c ON c.id = e.child_id AND c.state <> 'superseded'
    WHERE e.from_date BETWEEN %(since)s AND %(until)s AND {lasts("e", on="%(until)s")}
      AND (%(schools)s::bigint[] IS NULL OR e.school_id = ANY(%(schools)s))
    ORDER BY e.from_date, e.id
"""


class Standing(StrEnum):
    """How a leaving stands. Only *found* is settled by a school; the first four are open."""

    UNKNOWN = "unknown"
    EXPECTED = "expected"
    OUTSIDE = "outside"
    NOTIFIED = "notified"
    FOUND = "found"
    EXPLAINED = "explained"
    PHASE = "phase"


OPEN = {Standing.UNKNOWN, Standing.EXPECTED, Standing.OUTSIDE, Standing.NOTIFIED}


@dataclass(frozen=True)
class Leaver:
    """A pupil who left a roll of ours. `due` is when the next school should have said that it has the pupil."""

    enrolment_id: int
    child_id: int
    school_id: int
    school: str
    urn: int
    year_group: str
    last_day: date
    regime: str
    ground: str
    destination: str
    next_school: str
    standing: Standing
    has_return: bool
    due: date | None
    is_said: bool
    why: str = ""
    is_phase: bool = False

    @property
    def is_open(self) -> bool:
        return self.standing in OPEN

    @property
    def needs_return(self) -> bool:
        """Whether the school has still to make its deletion return: no later than the deletion, so at once."""
        return not (self.has_return or self.ground or self.is_phase)


@dataclass(frozen=True)
class Joiner:
    """A pupil who came onto a roll of ours. `due` is the last day for the new-pupil return; none where none is."""

    enrolment_id: int
    child_id: int
    school_id: int
    school: str
    urn: int
    year_group: str
    first_day: date
    is_said: bool
    has_return: bool
    due: date | None

    @property
    def needs_return(self) -> bool:
        return self.due is not None and not self.has_return


def leavers(
    *, schools: Collection[int] | None = None, children: Collection[int] | None = None, on: date | None = None
) -> list[Leaver]:
    """Who left the rolls of these schools (of all) in the last half year, the longest ago first. Four queries.

    `children` narrows it to some.
    """
    today = on or timezone.localdate()
    values = {"since": today - FOLLOWED, "until": today - timedelta(days=1), "schools": _ids(schools)}
    rows = list(_rows(LEAVERS, {**values, "children": _ids(children)}))
    if not rows:
        return []
    calendar = Calendar.of({row[2] for row in rows})
    finals = final_years({row[2] for row in rows}, today)
    return [_leaver(row, calendar, finals, today) for row in rows]


def joiners(*, schools: Collection[int] | None = None, on: date | None = None) -> list[Joiner]:
    """Who came onto the rolls of these schools (of all) in the last half year."""
    today = on or timezone.localdate()
    rows = _rows(JOINERS, {"since": today - FOLLOWED, "until": today, "schools": _ids(schools)})
    calendar = Calendar.of({row[2] for row in rows})
    juniors = first_years({row[2] for row in rows}, today)
    return [_joiner(row, calendar, juniors) for row in rows]


def is_phase_transfer(year_group: str, last_day: date, final: str) -> bool:
    """Whether somebody left with the final year, at or after the end of its last term: the law asks for no return.

    Schools enter anything from the last day of June, when a Year 11 may go, to the end of September.
    """
    return ends(year_group, final) and (last_day.month in (7, 8, 9) or _is_after_exams(last_day))


def _is_after_exams(day: date) -> bool:
    return day.month == 6 and day.day >= 24


def _leaver(row: tuple[Any, ...], calendar: Calendar, finals: dict[int, str], today: date) -> Leaver:
    (pk, child_id, school_id, school, urn, year, last_day, regime, ground, destination, to_school, to_name, in_area) = (
        row[:13]
    )
    born, state, died, next_id, next_name, next_said, arranged, is_ours, has_return, is_said = row[13:]
    standing, why = Standing.UNKNOWN, ""
    is_phase = is_phase_transfer(year, last_day, finals.get(school_id, ""))
    let_be = date(last_day.year, *LET_BE_UNTIL)
    if next_id is not None and next_said:
        standing = Standing.FOUND
    elif why := _explained(born, state, died, arranged, last_day):
        is_news = arranged == ArrangementKind.HOME_EDUCATION and not is_ours
        standing = Standing.NOTIFIED if is_news else Standing.EXPLAINED
    elif is_phase and today < let_be:
        standing = Standing.PHASE
    elif next_id is not None:
        standing = Standing.EXPECTED
    elif to_school is not None or destination:
        standing = Standing.EXPECTED if in_area else Standing.OUTSIDE
    due = let_be if is_phase else calendar.after(school_id, last_day, DAYS_TO_CONFIRM)
    return Leaver(
        pk, child_id, school_id, school, urn, year, last_day, regime, ground, to_name or destination,
        next_name or to_name or "", standing, has_return, due if standing in OPEN else None, is_said, why, is_phase,
    )  # fmt: skip


def _explained(born: date | None, state: str, died: date | None, arranged: str | None, last_day: date) -> str:
    """Why nobody looks for the pupil on another roll, if so."""
    if died is not None:
        return "Has died."
    if state in (ChildState.MOVED_AWAY, ChildState.ARCHIVED):
        return "Has moved away."
    if arranged == ArrangementKind.HOME_EDUCATION:
        return "Educated at home, as the school was told."
    if arranged == ArrangementKind.CASE_OPEN:
        return "Missing education: a case is open."
    if arranged:
        return "Has other arranged education."
    if born is not None and last_day >= compulsory_school_age(born).ends:
        return "Over compulsory school age."
    return ""


def _joiner(row: tuple[Any, ...], calendar: Calendar, juniors: dict[int, str]) -> Joiner:
    pk, child_id, school_id, school, urn, year, first_day, is_said, has_return, is_new = row
    starts = calendar.first_day(school_id, school_year(first_day))
    usually = timedelta(days=14 if calendar.is_estimated(school_id, school_year(first_day)) else 0)
    is_intake = year == juniors.get(school_id) and first_day <= starts + usually
    owes = is_said and is_new and not (is_intake or year.startswith("N"))
    due = first_day + timedelta(days=DAYS_TO_RETURN) if owes else None
    return Joiner(pk, child_id, school_id, school, urn, year, first_day, is_said, has_return, due)


def _ids(schools: Collection[int] | None) -> list[int] | None:
    return None if schools is None else list(schools)


def _rows(statement: str, values: Any) -> Iterator[Any] | list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
