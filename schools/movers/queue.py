"""What is left to do about pupils who come, go and stay away, and whose turn it is. Told anew each time.

A school sees what it owes itself, and of its leavers only that another school has still to say that it has them: not
which, and not where they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection, models
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from childindex import words
from registry import disclosure
from registry.dates.holding import holds, lasts
from registry.disclosure import Context
from registry.models import Enrolment
from schools.home_education.keeping import BESIDE
from schools.models import Absence, AbsenceKind, Enquirer, HomeEducation, Report, ToldBy
from schools.movers.leavers import Joiner, Leaver, Standing, joiners, leavers
from schools.terms import Calendar

DAYS_TO_SETTLE = 5
"""School days within which the council should settle what a school reports: a local figure."""
TWO_ROLLS = f"""
    SELECT e.id, e.child_id, e.school_id, s.name, s.urn, later.name, later.from_date
    FROM registry_enrolment e
    JOIN registry_school s ON s.id = e.school_id AND s.in_area
    JOIN registry_child c ON c.id = e.child_id AND c.state <> 'superseded'
    JOIN LATERAL (
        SELECT t.name, o.from_date FROM registry_enrolment o JOIN registry_school t ON t.id = o.school_id
        WHERE o.child_id = e.child_id AND o.school_id <> e.school_id AND {holds("o", on="%(today)s")}
          AND o.status NOT IN ('S', 'G')
          AND (coalesce(o.from_date, '-infinity'), o.id) > (coalesce(e.from_date, '-infinity'), e.id)
        ORDER BY o.from_date DESC NULLS LAST, o.id DESC LIMIT 1
    ) later ON true
    WHERE {lasts("e", on="%(today)s")} AND e.status NOT IN ('S', 'G')
      AND (%(schools)s::bigint[] IS NULL OR e.school_id = ANY(%(schools)s))
      AND e.child_id IN (
          SELECT f.child_id FROM registry_enrolment f WHERE {holds("f", on="%(today)s")}
          GROUP BY 1 HAVING count(DISTINCT school_id) > 1)
    ORDER BY e.id
"""


class Kind(models.TextChoices):
    """What an item is about."""

    LEAVER = "leaver", _("Left, and not yet found")
    DELETION = "deletion", _("Deletion return to make")
    JOINER = "joiner", _("New-pupil return to make")
    TWO_ROLLS = "two_rolls", _("On two rolls")
    ABSENCE = "absence", _("Stays away")
    REPORT = "report", _("A school reports")
    NOTICE = "notice", _("To be educated at home")


class Turn(models.TextChoices):
    """Who has to do something next."""

    SCHOOL = "school", _("The school")
    NEXT = "next", _("The next school")
    COUNCIL = "council", _("The council")


BEHIND_A_SHIELD = {Kind.ABSENCE, Kind.REPORT}
"""What a school sees of its shielded pupils: what it has said itself."""


@dataclass(frozen=True)
class Item:
    """Something left to do. `pk` is an enrolment's, an absence's or a report's, by its kind."""

    kind: Kind
    pk: int
    child_id: int
    school_id: int
    school: str
    urn: int
    what: str
    turn: Turn
    due: date | None
    enrolment_id: int | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.pk}"

    def days_late(self, on: date) -> int:
        return max(0, (on - self.due).days) if self.due else 0


def for_council(*, to: Context, on: date | None = None) -> list[Item]:
    """Everything that is left, the most overdue first. A shielded child is left out for all but custodians, and one's
    own family for everybody."""
    today = on or timezone.localdate()
    found = [
        *_leavers(today),
        *_joiners(today),
        *_on_two_rolls(today),
        *_absences(today),
        *_reports(today),
        *_notices(today),
    ]
    hidden = set() if to.may_see_shielded else disclosure.shielded_among({item.child_id for item in found})
    hidden = hidden | to.family
    return _in_order(item for item in found if item.child_id not in hidden)


def for_school(school_id: int, *, to: Context, on: date | None = None) -> list[Item]:
    """What one school has to do, and what is open of its pupils."""
    today, schools = on or timezone.localdate(), [school_id]
    found = [
        *_leavers(today, schools, whole=False),
        *_joiners(today, schools),
        *_on_two_rolls(today, schools, whole=False),
        *_absences(today, schools),
        *_reports(today, schools),
        *_notices(today, schools),
    ]
    known = to.within_scope({item.child_id for item in found})
    hidden = disclosure.shielded_among(known)
    return _in_order(
        item
        for item in found
        if item.child_id in known and (item.child_id not in hidden or item.kind in BEHIND_A_SHIELD)
    )


def counts(items: Iterable[Item]) -> Counter[str]:
    return Counter(str(item.kind) for item in items)


def _in_order(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (item.due or date.max, item.school, item.key))


def _leavers(today: date, schools: Collection[int] | None = None, *, whole: bool = True) -> list[Item]:
    items = []
    for one in leavers(schools=schools, on=today):
        if one.needs_return and one.is_said:
            told = f"Left on {words.day(one.last_day)}. The return that takes the name off the roll is missing."
            items.append(_of_leaver(one, Kind.DELETION, told, Turn.SCHOOL, one.last_day))
        if one.is_open:
            told = _of_where(one) if whole else (
                f"Left on {words.day(one.last_day)}. Another school has still to say that it has the pupil."
            )  # fmt: skip
            turn = Turn.NEXT if one.standing == Standing.EXPECTED else Turn.COUNCIL
            items.append(_of_leaver(one, Kind.LEAVER, told, turn, one.due))
    return items


def _of_leaver(one: Leaver, kind: Kind, told: str, turn: Turn, due: date | None) -> Item:
    return Item(
        kind, one.enrolment_id, one.child_id, one.school_id, one.school, one.urn, told, turn, due, one.enrolment_id
    )


def _of_where(one: Leaver) -> str:
    left = f"Left on {words.day(one.last_day)}."
    if one.standing == Standing.EXPECTED:
        return f"{left} Expected at {one.next_school or one.destination}, which has not said that it has the pupil."
    if one.standing == Standing.OUTSIDE:
        return f"{left} Said to have gone to {one.next_school or one.destination}: ask whether it has the pupil."
    if one.standing == Standing.NOTIFIED:
        return f"{left} The parent wrote that the pupil is educated at home: the council has still to look into it."
    return f"{left} Nobody has said where to."


def _joiners(today: date, schools: Collection[int] | None = None) -> list[Item]:
    return [_of_joiner(one) for one in joiners(schools=schools, on=today) if one.needs_return]


def _of_joiner(one: Joiner) -> Item:
    told = f"Came on {words.day(one.first_day)}. The new-pupil return is missing."
    return Item(
        Kind.JOINER, one.enrolment_id, one.child_id, one.school_id, one.school, one.urn, told, Turn.SCHOOL, one.due,
        one.enrolment_id,
    )  # fmt: skip


def _on_two_rolls(today: date, schools: Collection[int] | None = None, *, whole: bool = True) -> list[Item]:
    """Of two rolls the earlier school is asked: it is the likelier to have been left."""
    values = {"today": today, "schools": None if schools is None else list(schools)}
    with connection.cursor() as cursor:
        cursor.execute(TWO_ROLLS, values)
        rows = cursor.fetchall()
    items = []
    for pk, child_id, school_id, school, urn, other, since in rows:
        begun = f", since {words.day(since)}" if since else ""
        told = f"Is on the roll of {other} too{begun}." if whole else "Is on another school’s roll too."
        items.append(
            Item(
                Kind.TWO_ROLLS,
                pk,
                child_id,
                school_id,
                school,
                urn,
                f"{told} Has this pupil left?",
                Turn.SCHOOL,
                since,
                pk,
            )
        )
    return items


def _absences(today: date, schools: Collection[int] | None = None) -> list[Item]:
    open_ones = Absence.objects.filter(to_date=None).select_related("school").prefetch_related("enquiries")
    if schools is not None:
        open_ones = open_ones.filter(school__in=schools)
    found = list(open_ones)
    calendar = Calendar.of({one.school_id for one in found})
    items = []
    for one in found:
        days = calendar.count(one.school_id, one.from_date, today)
        asked = {enquiry.of for enquiry in one.enquiries.all()}
        turn, told = _turn_of_absence(one, asked)
        items.append(
            Item(
                Kind.ABSENCE,
                one.pk,
                one.child_id,
                one.school_id,
                one.school.name,
                one.school.urn,
                f"{one.get_kind_display()} since {words.day(one.from_date)}: {words.count(days, 'school day')}. {told}",
                turn,
                calendar.after(one.school_id, one.from_date, _days_until(one)),
            )
        )
    return items


def _days_until(absence: Absence) -> int:
    return {AbsenceKind.AFTER_LEAVE: 9, AbsenceKind.UNAUTHORISED: 19}.get(AbsenceKind(absence.kind), 14)


def _turn_of_absence(absence: Absence, asked: set[str]) -> tuple[Turn, str]:
    if absence.kind == AbsenceKind.SICKNESS:
        return Turn.SCHOOL, "Say when the pupil is back."
    if Enquirer.COUNCIL not in asked:
        return Turn.COUNCIL, "The council has not looked for the pupil yet."
    if Enquirer.SCHOOL not in asked:
        return Turn.SCHOOL, "The school has not looked for the pupil yet."
    return Turn.SCHOOL, "Both have looked for the pupil."


def _reports(today: date, schools: Collection[int] | None = None) -> list[Item]:
    waiting = Report.objects.filter(settled_at=None).select_related("school")
    if schools is not None:
        waiting = waiting.filter(school__in=schools)
    found = list(waiting)
    calendar = Calendar.of({one.school_id for one in found})
    return [
        Item(
            Kind.REPORT,
            one.pk,
            one.child_id,
            one.school_id,
            one.school.name,
            one.school.urn,
            f"{one.get_kind_display()}: {Truncator(one.said).chars(120)}",
            Turn.COUNCIL,
            calendar.after(one.school_id, timezone.localtime(one.made_at).date(), DAYS_TO_SETTLE),
        )
        for one in found
    ]


def _notices(today: date, schools: Collection[int] | None = None) -> list[Item]:
    """Parents who have told the council that they educate a pupil whose name is on a roll: the school takes it off."""
    told = HomeEducation.objects.open().exclude(told_by=ToldBy.SCHOOL)
    since = dict(told.values_list("child", "from_date"))
    spells = Enrolment.objects.open().filter(child__in=since, school__in_area=True).exclude(status__in=BESIDE)
    if schools is not None:
        spells = spells.filter(school__in=schools)
    return [
        Item(
            Kind.NOTICE, one.pk, one.child_id, one.school_id, one.school.name, one.school.urn,
            f"A parent has told the council: educated at home from {words.day(since[one.child_id])}. The name comes off"
            " the roll no sooner than the day before, with a deletion return.",
            Turn.SCHOOL, since[one.child_id], one.pk,
        )
        for one in spells.select_related("school").order_by("pk")
        if one.from_date is None or one.from_date <= since[one.child_id]
    ]  # fmt: skip


def page_of(item: Item) -> str:
    """Where the council works on an item."""
    if item.kind == Kind.REPORT:
        return reverse("schools:mover_report", args=[item.pk])
    if item.kind == Kind.ABSENCE:
        return reverse("schools:mover_absence", args=[item.pk])
    return reverse("schools:mover_leaver", args=[item.pk])
