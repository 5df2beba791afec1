"""How far every school's roll is confirmed, set-based: the board of a campaign, its course over time, and the city's
one figure. Nobody is named here; it is counted. Children behind a shield are left out of every count, so that no count
tells at which school they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, models
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.dates.holding import holds
from registry.disclosure import everybody_shielded
from registry.intake.seeing import behind_a_shield, told_of
from registry.models import Delivery, DeliveryRow, Outcome, School, Stage
from schools.models import Campaign
from schools.models.movers import NOT_THERE
from schools.returns.belonging import CODE
from schools.rolls.due import Due, due_of_all

# Pupils now on the rolls of some schools, with when the school itself first said so since a day.
CONFIRMED = f"""
    WITH asked AS (
        SELECT s.id AS school_id, c.id AS source_id, since.day
        FROM unnest(%(schools)s::bigint[], %(since)s::date[]) AS since (school_id, day)
        JOIN registry_school s ON s.id = since.school_id
        LEFT JOIN childindex_source c ON c.code = 'school-' || s.urn
    ), spells AS (
        SELECT e.id, e.child_id, e.school_id FROM registry_enrolment e
        JOIN registry_child c ON c.id = e.child_id AND c.state <> 'superseded'
        WHERE e.school_id = ANY(%(schools)s) AND c.id <> ALL(%(hidden)s::bigint[])
          AND {holds("e", on="%(today)s")}
    ), confirmed AS (
        SELECT spells.id, min(said.day) AS day
        FROM registry_said said
        JOIN registry_sourcerecord r ON r.id = said.source_record_id
        JOIN asked ON asked.source_id = r.source_id
        JOIN spells ON spells.id = said.fact_id AND spells.school_id = asked.school_id
        WHERE said.kind = 'enrolment' AND said.day >= asked.day AND said.day <= %(today)s AND NOT EXISTS (
            SELECT FROM schools_report p WHERE p.school_id = spells.school_id AND p.child_id = spells.child_id
              AND p.kind = ANY(%(not_there)s) AND p.settled_at IS NULL)
        GROUP BY 1
    )
"""
SCHOOLS = f"""{CONFIRMED}
    SELECT asked.school_id, count(spells.id), count(confirmed.id),
           count(spells.id) FILTER (WHERE confirmed.id IS NULL AND EXISTS (
               SELECT FROM schools_report p WHERE p.school_id = spells.school_id AND p.child_id = spells.child_id
                 AND p.settled_at IS NULL))
    FROM asked LEFT JOIN spells ON spells.school_id = asked.school_id LEFT JOIN confirmed ON confirmed.id = spells.id
    GROUP BY asked.school_id, asked.source_id, asked.day
"""
COURSE = f"{CONFIRMED} SELECT day, count(*) FROM confirmed GROUP BY 1 ORDER BY 1"
DECLARED = """
    SELECT d.school_id, d.id, d.made_at FROM schools_declaration d
    JOIN unnest(%(schools)s::bigint[], %(since)s::date[]) AS asked (school_id, day) USING (school_id)
    WHERE d.since = asked.day AND d.reopened_at IS NULL
"""
CITY = f"""{CONFIRMED}
    SELECT count(DISTINCT spells.child_id),
           count(DISTINCT spells.child_id) FILTER (WHERE confirmed.id IS NOT NULL)
    FROM spells LEFT JOIN confirmed ON confirmed.id = spells.id JOIN registry_child c ON c.id = spells.child_id
    WHERE c.date_of_birth BETWEEN %(oldest)s AND %(youngest)s
"""


class State(models.TextChoices):
    """How far a school is with its return."""

    NOTHING = "nothing", _("Nothing yet")
    UNDER_WAY = "under_way", _("Under way")
    COMPLETE = "complete", _("Complete, not declared")
    DECLARED = "declared", _("Declared")


@dataclass(frozen=True)
class Line:
    """One school on the board."""

    school: School
    due: Due
    pupils: int
    confirmed: int
    reported: int
    waiting: int
    last_return: date | None
    declaration: int | None
    declared_on: date | None

    @property
    def share(self) -> float:
        return self.confirmed / self.pupils if self.pupils else 0.0

    @property
    def left(self) -> int:
        return self.pupils - self.confirmed - self.reported

    @property
    def state(self) -> State:
        if self.declaration is not None:
            return State.DECLARED
        if self.pupils and self.left <= 0:
            return State.COMPLETE
        return State.UNDER_WAY if self.confirmed or self.last_return else State.NOTHING

    @property
    def is_outstanding(self) -> bool:
        return self.state != State.DECLARED

    def days_late(self, on: date) -> int:
        """Days since the campaign's return was due; none for a school that has declared."""
        campaign = self.due.campaign
        if campaign is None or not self.is_outstanding:
            return 0
        return max(0, ((campaign.closed_on or on) - campaign.due_date).days)


def lines_of(campaign: Campaign, *, on: date | None = None) -> list[Line]:
    """Every school of a campaign, by name, in a fixed number of queries."""
    schools = list(School.objects.filter(campaigns__campaign=campaign).order_by("name", "urn"))
    return lines(schools, {school.pk: Due(campaign.reference_date, campaign) for school in schools}, on=on)


def lines(schools: Collection[School], dues: dict[int, Due], *, on: date | None = None) -> list[Line]:
    today = on or timezone.localdate()
    values = _values(dues, today)
    counted = {pk: rest for pk, *rest in _rows(SCHOOLS, values)}
    declared = {pk: (number, timezone.localtime(at).date()) for pk, number, at in _rows(DECLARED, values)}
    waiting, sent = _files(schools)
    found = []
    for school in schools:
        due, code = dues[school.pk], CODE.format(urn=school.urn)
        last = max((day for day in sent.get(code, ()) if day >= due.since), default=None)
        told = (*counted.get(school.pk, [0, 0, 0]), waiting.get(code, 0), last)
        found.append(Line(school, due, *told, *declared.get(school.pk, (None, None))))
    return found


def _files(schools: Collection[School]) -> tuple[dict[str, int], dict[str, list[date]]]:
    """How many rows of each school's returns wait, and of which days the returns are, by the school's code.

    As far as everybody may know of them: that a return came which holds a shielded child alone is told to nobody.
    """
    codes = [CODE.format(urn=school.urn) for school in schools]
    standing = Delivery.objects.filter(source__code__in=codes).exclude(stage__in=[Stage.REFUSED, Stage.UNDONE])
    rows = DeliveryRow.objects.filter(delivery__in=standing, outcome=Outcome.TO_DECIDE).exclude(behind_a_shield())
    waiting = dict(rows.order_by().values_list("delivery__source__code").annotate(Count("pk")))
    sent: dict[str, list[date]] = defaultdict(list)
    for code, day in told_of(standing).order_by().values_list("source__code", "as_of"):
        sent[code].append(day)
    return waiting, sent


def course(campaign: Campaign, *, on: date | None = None) -> list[tuple[date, int]]:
    """How many of the pupils now on the rolls were confirmed by each day, from the reference date on."""
    today = min(on or timezone.localdate(), campaign.closed_on or date.max)
    schools = campaign.members.values_list("school_id", flat=True)
    by_day = dict(_rows(COURSE, _values({pk: Due(campaign.reference_date) for pk in schools}, today)))
    found, done = [], 0
    for number in range(max(0, (today - campaign.reference_date).days) + 1):
        day = campaign.reference_date + timedelta(days=number)
        done += by_day.get(day, 0)
        found.append((day, done))
    return found


@dataclass(frozen=True)
class Coverage:
    """The city's one figure: of the children of compulsory school age on its rolls, whom the latest return confirms."""

    children: int
    confirmed: int

    @property
    def share(self) -> float:
        return self.confirmed / self.children if self.children else 0.0


def coverage(*, on: date | None = None) -> Coverage:
    """Each school is measured by the latest return that it was asked for."""
    today = on or timezone.localdate()
    dues = due_of_all(School.objects.filter(in_area=True).values_list("pk", flat=True), on=today)
    ages = {"oldest": today - timedelta(days=16 * 365 + 4), "youngest": today - timedelta(days=5 * 365 + 1)}
    [found] = _rows(CITY, {**_values(dues, today), **ages})
    return Coverage(*found)


def _values(dues: dict[int, Due], today: date) -> dict[str, Any]:
    return {
        "schools": list(dues),
        "since": [due.since for due in dues.values()],
        "today": today,
        "hidden": sorted(everybody_shielded()),
        "not_there": sorted(NOT_THERE),
    }


def _rows(statement: str, values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
