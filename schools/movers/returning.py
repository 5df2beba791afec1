"""Making the returns about one pupil: what is written, what is kept, and when a ground may not be used yet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from childindex import acts, words
from childindex.models import Source, User
from registry import recording
from registry.intake import stages
from registry.intake.fields import FIELDS
from registry.intake.receiving import AlreadyReceived, CannotReceive, receive
from registry.models import Child, Delivery, Enrolment, Feed, School
from registry.recording import CannotRecord
from schools.home_education import keeping as home_education
from schools.home_education.keeping import Notice
from schools.models import (
    Absence,
    AbsenceKind,
    Enquirer,
    Enquiry,
    Finding,
    HomeEducation,
    PupilReturn,
    Report,
    ReportKind,
    ReturnKind,
    ToldBy,
)
from schools.movers.grounds import HOME_EDUCATION, Ground
from schools.returns.belonging import source_of
from schools.terms import Calendar

NEW_PUPIL, ONLINE = "new_pupil", "roll_online"


class CannotReturn(Exception):
    """Nothing was returned; the text says why and what to do."""


class AlreadyReturned(CannotReturn):
    """Somebody has made this return already."""

    def __init__(self, made: PupilReturn) -> None:
        super().__init__(f"{made.made_by} has made this return already: {made.receipt}.")
        self.made = made


@dataclass(frozen=True)
class Leaving:
    """What a deletion return says of leaving. `content` is all that was returned, by label, for the receipt."""

    last_day: date
    ground: Ground
    school: School | None
    destination: str
    content: Mapping[str, str]
    starts_on: date | None = None
    home_from: date | None = None
    """From when the parents educate the pupil, where they have said so in writing."""


def make_deletion_return(school: School, enrolment_id: int, leaving: Leaving, *, name: str, by: User) -> PupilReturn:
    """Take a pupil off the roll on a ground, with the return that goes with it: one act. Raises CannotReturn."""
    try:
        with acts.act(by=by, source=source_of(school), reason_code="deletion_return", reason=str(leaving.ground)):
            spell = _locked(school, enrolment_id)
            _refuse_a_second(school, spell, leaving)
            _refuse_unless_enquired(school, spell, leaving)
            _refuse_before_the_notice(spell, leaving)
            recording.end(
                spell,
                on=leaving.last_day,
                leaving_regime=leaving.ground.regime,
                leaving_ground=leaving.ground.letter,
                destination_school=leaving.school,
                destination="" if leaving.school else leaving.destination,
            )
            _close_what_was_open(school, spell.child, leaving.last_day, by)
            if leaving.ground.code in HOME_EDUCATION:
                _educated_at_home(spell.child, leaving)
            _expect(spell.child, leaving)
            return PupilReturn.objects.create(
                kind=ReturnKind.DELETION,
                school=school,
                child=spell.child,
                name=name,
                day=leaving.last_day,
                regime=leaving.ground.regime,
                ground=leaving.ground.letter,
                content=_in_order(leaving.content),
                made_by=by,
            )
    except CannotRecord as refusal:
        raise CannotReturn(str(refusal)) from refusal


def _locked(school: School, enrolment_id: int) -> Enrolment:
    found = Enrolment.objects.filter(pk=enrolment_id, school=school).values_list("child_id", flat=True).first()
    if found is not None:
        Child.objects.in_lock_order().get(pk=found)
        spell = Enrolment.objects.select_related("child").filter(pk=enrolment_id, school=school).first()
        if spell is not None:
            return spell
    raise CannotReturn("This pupil is not on the roll any more. Look at the roll again.")


def _refuse_a_second(school: School, spell: Enrolment, leaving: Leaving) -> None:
    """Two people at once make one return. A pupil who turned out to be there still may leave anew."""
    if spell.to_date is None:
        return
    made = PupilReturn.objects.filter(kind=ReturnKind.DELETION, school=school, child=spell.child)
    again = made.filter(day__gte=spell.from_date or date.min).select_related("made_by").first()
    if again is not None:
        raise AlreadyReturned(again)
    if spell.to_date is not None and spell.to_date < leaving.last_day:
        raise CannotReturn(f"This pupil was last on the roll on {words.day(spell.to_date)}. Give that day.")


def _refuse_unless_enquired(school: School, spell: Enrolment, leaving: Leaving) -> None:
    why = why_blocked(leaving.ground, open_absence(school, spell.child), on=timezone.localdate())
    if why:
        raise CannotReturn(why)


def why_blocked(ground: Ground, absence: Absence | None, *, on: date, calendar: Calendar | None = None) -> str:
    """Why a ground of 10 or 20 school days may not be used yet, in a sentence; nothing where it may, or needs none.

    Both the school and the council must have enquired since the absence began, together, and either the pupil was not
    found, or both agree that there is no reasonable prospect of return.
    """
    if ground.absent is None:
        return ""
    kind, days = ground.absent
    if absence is None or absence.kind != kind:
        return f"Ground {ground.number} needs a return that says: {AbsenceKind(kind).label.lower()}. Make that first."
    away = (calendar or Calendar.of([absence.school_id])).count(absence.school_id, absence.from_date, on)
    if away < days:
        return (
            f"Ground {ground.number} needs {days} school days of absence. So far there are {away}, since"
            f" {words.day(absence.from_date)}."
        )
    found = {one.of: one.finding for one in absence.enquiries.order_by("day", "pk")}
    lacking = [str(Enquirer(of).label).lower() for of in Enquirer.values if of not in found]
    if lacking:
        return (
            f"Ground {ground.number} may be used once the school and the council have both enquired, together, where"
            f" the pupil is. {words.sentence(words.listed(lacking))} {'has' if len(lacking) == 1 else 'have'} not yet."
        )
    if Finding.FOUND in found.values() or len(set(found.values())) > 1:
        return (
            f"Ground {ground.number} may not be used: the pupil was found, or the school and the council do not say the"
            " same. Where both agree that there is no reasonable prospect of return, both write that down."
        )
    return ""


def open_absence(school: School, child: Child) -> Absence | None:
    return Absence.objects.filter(school=school, child=child, to_date=None).first()


def _close_what_was_open(school: School, child: Child, last_day: date, by: User) -> None:
    for absence in Absence.objects.filter(school=school, child=child, to_date=None):
        absence.to_date = max(last_day, absence.from_date)
        absence.save(update_fields=["to_date"])
    for report in Report.objects.filter(school=school, child=child, settled_at=None):
        report.settled_at, report.settled_by, report.settled_how = timezone.now(), by, "The pupil left the roll."
        report.save()


def _expect(child: Child, leaving: Leaving) -> None:
    """Have the next school, where it is one of ours, find the pupil on its roll, to confirm or to say otherwise."""
    school, first_day = leaving.school, leaving.starts_on or leaving.last_day + timedelta(days=1)
    if school is None or not school.in_area:
        return
    if not Enrolment.objects.filter(child=child, school=school).filter(Q(to_date=None) | Q(to_date__gte=first_day)):
        recording.assert_fact(Enrolment(child=child, school=school, from_date=first_day))


def _refuse_before_the_notice(spell: Enrolment, leaving: Leaving) -> None:
    """A parent's notice for a day to come takes a name off only after it, whoever was told of it."""
    if leaving.ground.code not in HOME_EDUCATION:
        return
    held = HomeEducation.objects.open().filter(child=spell.child).exclude(told_by=ToldBy.SCHOOL).first()
    begins = max((day for day in (leaving.home_from, held.from_date if held else None) if day), default=None)
    if begins is not None and leaving.last_day < begins - timedelta(days=1):
        raise CannotReturn(
            f"The parents educate the pupil from {words.day(begins)}. Until the day before, the name stays on the roll."
        )


def _educated_at_home(child: Child, leaving: Leaving) -> None:
    since = leaving.home_from or leaving.last_day + timedelta(days=1)
    home_education.begin(child, Notice(ToldBy.SCHOOL, timezone.localdate(), since))


def make_new_pupil_return(
    school: School, cells: Mapping[str, str], content: Mapping[str, str], *, name: str, day: date, by: User
) -> PupilReturn:
    """Return a pupil who has joined. It comes in as a row of a list, and is matched as any other. Raises CannotReturn.

    What it came to is not told to the school: who else knows a child is not learnt by typing in a name.
    """
    delivery = _one_row(school, NEW_PUPIL, cells, name=f"New pupil, {words.day(day)}", by=by)
    row = delivery.all_rows.filter(number__isnull=False).first()
    with acts.act(by=by, source=source_of(school), reason_code="new_pupil_return", reason=f"{school}"[:200]):
        return PupilReturn.objects.create(
            kind=ReturnKind.NEW_PUPIL,
            school=school,
            child_id=row.child_id if row and delivery.is_applied else None,
            name=name,
            day=day,
            content=_in_order(content),
            made_by=by,
            delivery=delivery,
        )


def say_what_changed(school: School, enrolment_id: int, cells: Mapping[str, str], *, by: User) -> Delivery:
    """Have what the school says of one of its pupils come in as a row of a list. Raises CannotReturn.

    The row names the pupil by the school's own reference, so that nobody else can be meant.
    """
    with acts.act(by=by, source=source_of(school), reason_code="roll_changed", reason="The school changed it online"):
        spell = _locked(school, enrolment_id)
        own = spell.child.source_records.filter(source=source_of(school)).order_by("pk").first()
        reference = (own or recording.source_record(spell.child)).reference
    when = timezone.localtime()
    return _one_row(school, ONLINE, {"reference": reference, **cells}, name=f"Changed online at {when:%H:%M:%S}", by=by)


def _one_row(school: School, feed: str, cells: Mapping[str, str], *, name: str, by: User) -> Delivery:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([FIELDS[key].label for key in cells])
    writer.writerow(cells.values())
    file = io.BytesIO(text.getvalue().encode())
    try:
        delivery = receive(
            file,
            name=f"{name}.csv",
            feed=Feed.objects.get(code=feed),
            source=source_of(school),
            as_of=timezone.localdate(),
            by=by,
        )
    except AlreadyReceived as before:
        raise CannotReturn(
            f"This very return was made before, on {words.day(timezone.localdate(before.delivery.received_at))}."
        ) from before
    except CannotReceive as refusal:
        raise CannotReturn(str(refusal)) from refusal
    return stages.read(delivery, by=by)


def return_absence(
    school: School, enrolment_id: int, *, kind: str, first_day: date, cause: str, name: str, by: User
) -> PupilReturn:
    """Return that a pupil stays away: an attendance return, or a sickness return. Raises CannotReturn."""
    source, is_ill = source_of(school), kind == AbsenceKind.SICKNESS
    code = "sickness_return" if is_ill else "attendance_return"
    with acts.act(by=by, source=source, reason_code=code, reason=str(AbsenceKind(kind).label)):
        spell = _locked(school, enrolment_id)
        if open_absence(school, spell.child) is not None:
            raise CannotReturn("That this pupil is away has been returned already. Look at the movers again.")
        if spell.from_date and first_day < spell.from_date:
            raise CannotReturn(f"This pupil has been on the roll since {words.day(spell.from_date)}. Give a later day.")
        Absence.objects.create(school=school, child=spell.child, kind=kind, from_date=first_day, cause=cause)
        return PupilReturn.objects.create(
            kind=ReturnKind.SICKNESS if is_ill else ReturnKind.ATTENDANCE,
            school=school,
            child=spell.child,
            name=name,
            day=first_day,
            content=_in_order(
                {"First day of absence": words.day(first_day), "Why": str(AbsenceKind(kind).label), "Cause": cause}
            ),
            made_by=by,
        )


def say_back(absence: Absence, *, back_on: date, by: User) -> None:
    """The school has the pupil back. Raises CannotReturn."""
    if back_on <= absence.from_date:
        raise CannotReturn("The pupil cannot be back before the absence began. Give a later day.")
    with acts.act(by=by, source=source_of(absence.school), reason_code="pupil_back", reason="The pupil is back"):
        held = Absence.objects.select_for_update().get(pk=absence.pk)
        if held.to_date is None:
            held.to_date = back_on - timedelta(days=1)
            held.save(update_fields=["to_date"])


def enquire(absence: Absence, *, of: str, day: date, what: str, finding: str, by: User) -> Enquiry:
    """Write down what was done to find an absent pupil. Raises CannotReturn for a day before the absence began."""
    if day < absence.from_date:
        raise CannotReturn("Nobody enquired before the pupil stayed away. Give a later day.")
    source = source_of(absence.school) if of == Enquirer.SCHOOL else Source.council()
    with acts.act(by=by, source=source, reason_code="enquired", reason=what[:200]):
        return Enquiry.objects.create(
            absence=absence, child_id=absence.child_id, of=of, day=day, what=what, finding=finding
        )


def report(school: School, enrolment_id: int, *, kind: str, said: str, by: User) -> Report:
    """Tell the council of something that only it can settle; told twice, more is added. Raises CannotReturn."""
    with acts.act(by=by, source=source_of(school), reason_code="school_reported", reason=str(ReportKind(kind).label)):
        spell = _locked(school, enrolment_id)
        held = (
            Report.objects.select_for_update()
            .filter(school=school, child=spell.child, kind=kind, settled_at=None)
            .first()
        )
        if held is None:
            return Report.objects.create(school=school, child=spell.child, kind=kind, said=said, made_by=by)
        if said not in held.said:
            held.said = f"{held.said}\n{said}"
            held.save(update_fields=["said"])
        return held


def take_back(school: School, enrolment_id: int, *, by: User) -> int:
    """The school takes back what it told the council of a pupil and is not settled; how many reports. One act."""
    how = "The school took it back."
    with acts.act(by=by, source=source_of(school), reason_code="report_taken_back", reason=how):
        spell = _locked(school, enrolment_id)
        held = list(
            Report.objects.select_for_update().filter(school=school, child=spell.child, settled_at=None).order_by("pk")
        )
        for one in held:
            one.settled_at, one.settled_by, one.settled_how = timezone.now(), by, how
            one.save()
    return len(held)


def settle(report: Report, *, how: str, by: User, ends: bool = False) -> None:
    """Write down what the council did about a report; with `ends`, take the pupil off the roll. Raises CannotReturn.

    A place that the school never said itself was never taken up: it is taken away. Otherwise its last day is its first.
    """
    with transaction.atomic(), acts.act(by=by, source=Source.council(), reason_code="report_settled", reason=how[:200]):
        held = Report.objects.select_for_update().get(pk=report.pk)
        if held.settled_at is not None:
            raise CannotReturn("Somebody has settled this already. Look at the list again.")
        if ends:
            _take_off(held)
        held.settled_at, held.settled_by, held.settled_how = timezone.now(), by, how
        held.save()


def _take_off(report: Report) -> None:
    own = source_of(report.school)
    for spell in Enrolment.objects.open().filter(school=report.school, child=report.child):
        if spell.source_id == own.pk:
            recording.end(spell, on=spell.from_date or timezone.localdate())
        else:
            recording.withdraw(spell)


def _in_order(content: Mapping[str, str]) -> list[list[str]]:
    """What was returned, by label, as a list: the database would put the labels in an order of its own."""
    return [[label, value] for label, value in content.items()]
