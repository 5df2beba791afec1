"""The change of the school year: in July what is expected of each school, in September every roll moved up a year.

Whoever is in the final year of a school leaves with it, on the last day of August and without a ground: the law asks
for no return of a phase transfer, and no clock runs before October. All others go up a year. It is what is expected,
and no school's word: a pupil whom a school has said to be on its roll since September is left as it said, and a school
that lists a pupil of the final year still is believed without anybody being asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from childindex import acts, jobs, words
from childindex.models import Job, Source, User
from registry.dates import school_year, school_year_label
from registry.disclosure import everybody_shielded
from registry.models import School
from schools.models import Cohort, Rollover
from schools.roles import CAMPAIGN
from schools.year_groups import UP, ends, final_years

REASON_CODE, EXPECTED = "rolled_over", "cohorts_expected"
KIND, SUBJECT = "roll_over", "school_year"
# From these days on lists may have the pupils of the coming year, and pupils come for it.
LISTS_TURN, COMES_FOR_IT, INTAKE_OVER = (7, 15), (8, 1), (9, 30)
ROLLED = """
    CREATE TEMPORARY TABLE rolled ON COMMIT DROP AS
    WITH told AS (
        SELECT said.fact_id, max(said.day) AS day
        FROM registry_said said JOIN registry_sourcerecord r ON r.id = said.source_record_id
        JOIN childindex_source own ON own.id = r.source_id AND own.code LIKE 'school-%%'
        WHERE said.kind = 'enrolment' AND said.day >= %(turn)s GROUP BY 1
    )
    SELECT e.id, e.child_id, e.school_id, e.year_group, c.date_of_birth,
           CASE WHEN becomes.year = '' OR (e.year_group = 'N2' AND place.is_expected) THEN '' ELSE becomes.year END
               AS becomes,
           place.is_expected
    FROM registry_enrolment e
    JOIN registry_child c ON c.id = e.child_id AND c.state <> 'superseded'
    JOIN unnest(%(schools)s::bigint[], %(years)s::text[], %(become)s::text[]) AS becomes (school_id, was, year)
      ON becomes.school_id = e.school_id AND becomes.was = e.year_group
    LEFT JOIN told ON told.fact_id = e.id
    CROSS JOIN LATERAL (SELECT EXISTS (
        SELECT FROM registry_enrolment o WHERE o.child_id = e.child_id AND o.school_id <> e.school_id
          AND o.from_date >= %(turn)s AND coalesce(o.to_date, 'infinity') > %(last_day)s) AS is_expected) AS place
    WHERE e.to_date IS NULL AND coalesce(e.from_date, '-infinity') < %(comes)s
      AND coalesce(told.day, '-infinity') <= %(last_day)s
      AND NOT coalesce(told.day IS NOT NULL AND e.year_group = (%(codes)s::text[])[
          %(begins)s - (extract(year FROM c.date_of_birth)::int
              - (extract(month FROM c.date_of_birth) < 9)::int) - 5 - %(lowest)s + 1], false)
"""
COHORTS = """
    SELECT s.id, count(r.id) FILTER (WHERE r.becomes <> ''), count(r.id) FILTER (WHERE r.becomes = ''),
           count(r.id) FILTER (WHERE r.becomes = '' AND NOT r.is_expected AND r.date_of_birth > %(too_old)s
                               AND r.date_of_birth <= %(old_enough)s),
           (SELECT count(*) FROM registry_enrolment e JOIN registry_child c ON c.id = e.child_id
            WHERE e.school_id = s.id AND c.state <> 'superseded' AND c.id <> ALL(%(hidden)s::bigint[])
              AND e.from_date BETWEEN %(comes)s AND %(over)s AND coalesce(e.to_date, 'infinity') > %(last_day)s)
    FROM registry_school s LEFT JOIN rolled r ON r.school_id = s.id AND r.child_id <> ALL(%(hidden)s::bigint[])
    WHERE s.id = ANY(%(all)s::bigint[]) GROUP BY s.id
"""
LOCK = "SELECT id FROM registry_child WHERE id IN (SELECT child_id FROM rolled) ORDER BY id FOR NO KEY UPDATE"
END = "UPDATE registry_enrolment e SET to_date = %(last_day)s FROM rolled r WHERE r.id = e.id AND r.becomes = ''"
UPDATE = """
    UPDATE registry_enrolment e SET year_group = r.becomes, class_name = '' FROM rolled r
    WHERE r.id = e.id AND r.becomes <> ''
"""
BACK = """
    UPDATE schools_absence a SET to_date = greatest(a.from_date, %(last_day)s::date) FROM rolled r
    WHERE r.becomes = '' AND a.child_id = r.child_id AND a.school_id = r.school_id AND a.to_date IS NULL
"""
Say = Callable[[str], Any]


class CannotRollOver(Exception):
    """Nothing was moved; the text says why."""


@dataclass(frozen=True)
class Expected:
    """What a school year is expected to bring, over all schools. Shielded children are in no count."""

    school_year: int
    schools: int
    staying: int
    leaving: int
    unplaced: int
    joining: int


def year_in_hand(on: date) -> int:
    """The school year that is prepared, from May on, or that has begun."""
    return on.year if on.month >= 5 else on.year - 1


def first_day(year: int) -> date:
    return date(year, 9, 1)


def is_due(year: int, on: date) -> bool:
    """Whether the rolls of a school year may be moved up: it has begun, and they have not been."""
    return on >= first_day(year) and not Rollover.objects.filter(school_year=year).exists()


def expect(year: int, *, by: User | None) -> Expected:
    """Reckon what is expected of each school of the area, in place of what was reckoned before."""
    with acts.act(by=by, source=Source.council(), reason_code=EXPECTED, reason=school_year_label(year)):
        values = _prepare(year)
        with connection.cursor() as cursor:
            cursor.execute(COHORTS, values)
            rows = cursor.fetchall()
            cursor.execute("DROP TABLE rolled")
        cohorts = [
            Cohort(school_id=pk, school_year=year, staying=up, leaving=left, unplaced=unplaced, joining=joining)
            for pk, up, left, unplaced, joining in rows
        ]
        Cohort.objects.bulk_create(
            cohorts,
            update_conflicts=True,
            unique_fields=["school", "school_year"],
            update_fields=["staying", "leaving", "unplaced", "joining"],
        )
    sums = [sum(getattr(one, name) for one in cohorts) for name in ("staying", "leaving", "unplaced", "joining")]
    return Expected(year, len(cohorts), *sums)


def roll_over(year: int, *, by: User | None, on: date | None = None) -> Rollover:
    """Move every roll up a year, in one act; once a school year, from its first day on. Raises CannotRollOver."""
    today = on or timezone.localdate()
    if today < first_day(year):
        raise CannotRollOver(
            f"The school year {school_year_label(year)} has not begun. Move the rolls up from"
            f" {words.day(first_day(year))} on."
        )
    if school_year(today) != year:
        raise CannotRollOver(
            f"The school year {school_year_label(year)} is over. Schools' returns have said its rolls."
        )
    try:
        with acts.act(by=by, source=Source.council(), reason_code=REASON_CODE, reason=school_year_label(year)):
            made = Rollover.objects.create(school_year=year, moved_up=0, ended=0, made_by=by)
            made.moved_up, made.ended = _move(year)
            made.save(update_fields=["moved_up", "ended"])
    except IntegrityError as twice:
        raise CannotRollOver(f"The rolls of {school_year_label(year)} have been moved up already.") from twice
    return made


def _move(year: int) -> tuple[int, int]:
    values = _prepare(year)
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute(END, values)
        ended = cursor.rowcount
        cursor.execute(BACK, values)
        cursor.execute(UPDATE, values)
        moved_up = cursor.rowcount
        cursor.execute("DROP TABLE rolled")
    return moved_up, ended


def _prepare(year: int) -> dict[str, Any]:
    """Make the table `rolled`: each place of the year that ends, and the year group that it becomes, if any."""
    ours = list(School.objects.filter(in_area=True).order_by("pk").values_list("pk", flat=True))
    finals = final_years(ours, date(year, *LISTS_TURN))
    becomes = [(pk, was, "" if ends(was, finals.get(pk, "")) else up) for pk in ours for was, up in _up()]
    values: dict[str, Any] = {
        "all": ours,
        "schools": [pk for pk, _, _ in becomes],
        "years": [was for _, was, _ in becomes],
        "become": [up for _, _, up in becomes],
        "codes": ["N1", "N2", "R", *(str(number) for number in range(1, 15))],
        "lowest": -2,
        "begins": year,
        "turn": date(year, *LISTS_TURN),
        "comes": date(year, *COMES_FOR_IT),
        "over": date(year, *INTAKE_OVER),
        "last_day": date(year, 8, 31),
        "too_old": date(year - 16, 8, 31),
        "old_enough": date(year - 5, 8, 31),
        "hidden": list(everybody_shielded()),
    }
    with connection.cursor() as cursor:
        cursor.execute(ROLLED, values)
        cursor.execute("ANALYZE rolled")
    return values


def _up() -> list[tuple[str, str]]:
    return [*UP.items(), ("14", "")]


def ask(year: int, *, moves: bool, by: User) -> Job:
    """Have what is expected reckoned, or the rolls moved up, in the background."""
    return jobs.ask(KIND, subject=SUBJECT, by=by, arguments={"moves": moves, "year": year})


def under_way() -> Job | None:
    return Job.objects.under_way().about(KIND, SUBJECT).first()


def told(result: dict[str, Any]) -> str:
    """What came of it, in a sentence."""
    if "refused" in result:
        return str(result["refused"])
    if "moved_up" in result:
        return (
            f"{words.sentence(words.count(result['moved_up'], 'pupil'))} moved up a year;"
            f" {words.count(result['ended'], 'pupil')} left with their final year."
        )
    return f"What is expected of {words.count(result['schools'], 'school')} was reckoned."


@jobs.kind(
    KIND,
    label="The change of the school year",
    permission=CAMPAIGN,
    page="schools:school_year",
    tells=told,
    weight=jobs.WHOLE,
)
def run(running: jobs.Running) -> dict[str, Any]:
    """Reckon, or move."""
    year = running.job.arguments["year"]
    if not running.job.arguments["moves"]:
        running.say("Reckoning what is expected")
        return {"schools": expect(year, by=running.job.by).schools}
    running.say("Moving every roll up a year")
    try:
        with transaction.atomic():
            made = roll_over(year, by=running.job.by)
    except CannotRollOver as refusal:
        return {"refused": str(refusal)}
    return {"moved_up": made.moved_up, "ended": made.ended}
