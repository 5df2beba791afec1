"""What schools know that the balance needs: which return is due, whom a school has not seen, and whose clock runs."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from childindex.models import Source
from registry.balance import known
from registry.balance.known import Children, Due
from registry.dates.holding import holds, true_on
from registry.models import Enrolment, School
from registry.whereabouts import groups
from schools.models import Absence, CampaignSchool, Report
from schools.models.movers import NOT_THERE
from schools.movers import grounds
from schools.movers.leavers import LET_BE_UNTIL, Standing, leavers
from schools.returns.belonging import CODE
from schools.rolls.due import usually

MOVE_MANY = ("campaign_opened", "term_dates", "school_succeeded", "rolled_over")
"""Reasons of acts after which other children are confirmed, or other clocks have run out."""


def register() -> None:
    known.register(dues=dues, unseen=unseen, clocks=clocks, move_many=MOVE_MANY)
    known.say_grounds(grounds.named)
    groups.register("schools", PUPILS)


PUPILS = f"""
    SELECT 'school-' || s.urn AS code, e.child_id FROM registry_enrolment e JOIN registry_school s ON s.id = e.school_id
    LEFT JOIN childindex_source own ON own.code = 'school-' || s.urn
    WHERE s.in_area AND {holds("e")}
      AND (own.id IS NULL OR own.id <> e.source_id OR EXISTS (
          SELECT FROM registry_said n JOIN registry_sourcerecord r ON r.id = n.source_record_id
          WHERE n.kind = 'enrolment' AND n.fact_id = e.id AND r.source_id <> own.id))
    GROUP BY 1, 2
"""
"""The pupils of each school of the area whom not the school alone has placed there: of their whereabouts a share is
published."""


def dues(on: date, children: Children) -> list[Due]:
    """By what each school of the area is measured on a day: the latest return whose due date has passed.

    One that is asked for and not due yet undoes nothing. Only a school that has ever said anything has a source.
    """
    asked = School.objects.filter(in_area=True)
    if children is not None:
        asked = asked.filter(pk__in=Enrolment.objects.filter(child__in=list(children)).values("school"))
    schools = dict(asked.values_list("pk", "urn"))
    if not schools:
        return []
    wanted = {CODE.format(urn=urn): pk for pk, urn in schools.items()}
    passed = CampaignSchool.objects.filter(school__in=schools, campaign__due_date__lt=on)
    latest = dict(passed.order_by("campaign__reference_date").values_list("school", "campaign__reference_date"))
    usual = usually(on).since
    sources = Source.objects.filter(code__in=wanted).values_list("code", "pk")
    return [Due(pk, latest.get(wanted[code], usual)) for code, pk in sources]


def unseen(on: date, children: Children) -> set[int]:
    """Children whom their school has returned as staying away or ill, or said not to be there."""
    of_them = Q() if children is None else Q(child__in=list(children))
    away = Absence.objects.filter(of_them, true_on(on))
    not_there = Report.objects.filter(of_them, kind__in=NOT_THERE, settled_at=None)
    return set(away.values_list("child", flat=True)) | set(not_there.values_list("child", flat=True))


def clocks(on: date, children: Children) -> dict[int, date]:
    """When the next school should have said that it has each child who left a roll and is not found.

    Whoever left with the final year is let be until October.
    """
    found: dict[int, date] = {}
    for one in leavers(children=children, on=on):
        if one.is_open and one.due is not None:
            found[one.child_id] = one.due
        elif one.standing == Standing.PHASE:
            found[one.child_id] = date(one.last_day.year, *LET_BE_UNTIL)
        else:
            found.pop(one.child_id, None)  # a later leaving that is explained, or found, settles an earlier one
    return found
