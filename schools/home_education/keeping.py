"""Home education: told of, asked about, and ended, each with what the balance has to know.

The fact that a child is educated at home is the registry's, and the balance knows it by that. A notice for a day to
come takes nobody off a roll: until then the child is where it was, and only the school takes the name off. Education
that is not suitable is no home education to the balance: it ends, and a case of missing education is opened.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from childindex import acts, words
from childindex.models import Source, User
from registry import recording
from registry.balance.lines import Line
from registry.dates import compulsory_school_age
from registry.disclosure import Context
from registry.disclosure.working import workable
from registry.models import (
    ArrangementKind,
    BalancePlace,
    Care,
    Carer,
    Child,
    ChildState,
    EducationArrangement,
    Enrolment,
    School,
)
from registry.recording import CannotRecord
from schools.missing.opening import begin as begin_cases
from schools.models import (
    Case,
    CaseReason,
    CaseSource,
    ContactHow,
    HomeContact,
    HomeEducation,
    HomeEducator,
    HomeEnd,
    HomeReason,
    Suitability,
    ToldBy,
)
from schools.terms import Calendar

GONE = (Line.AFTER_IN, Line.AFTER_NOT, Line.ADULT, Line.MOVED_AWAY, Line.LEFT_ENGLAND, Line.ARCHIVED, Line.DEAD)
"""Lines of whoever is not followed any more."""
FIRST_CONTACT = 15
"""School days from the notice to the first contact: a local figure."""
YEAR = timedelta(days=365)
"""From one contact to the next, where the education is suitable: the guidance expects one a year."""
LONGEST_WAIT = timedelta(days=400)
NOTIFIED, WORKED_ON, ENDED = "home_education_notified", "home_education_worked_on", "home_education_ended"
BESIDE = ("S", "G")
"""Statuses of a place on a roll that is beside another one."""


class CannotKeep(Exception):
    """Nothing was written; the text says why and what to do."""


@dataclass(frozen=True)
class Notice:
    """What the council was told: by whom and when, from which day on, why, and who educates."""

    told_by: str
    told_on: date
    from_date: date
    reason: str = HomeReason.UNKNOWN
    carers: Collection[int] = ()


def visible(to: Context) -> QuerySet[HomeEducation]:
    """Home education of which this person may know."""
    return workable(HomeEducation.objects.select_related("owner"), to)


def carers_of(child: Child) -> QuerySet[Carer]:
    """Who may educate the child: whoever cares for it now."""
    now = Care.objects.true_on(timezone.localdate()).filter(child=child)
    return Carer.objects.filter(pk__in=now.values("carer")).order_by("surname", "forename", "pk")


def notify(child: Child, notice: Notice, *, owner: User | None, by: User) -> HomeEducation:
    """Write down a notice, in an act of the council. Raises CannotKeep where one is on record."""
    try:
        with acts.act(by=by, source=Source.council(), reason_code=NOTIFIED, reason=str(ToldBy(notice.told_by).label)):
            Child.objects.in_lock_order().get(pk=child.pk)
            if HomeEducation.objects.open().filter(child=child).exists():
                raise CannotKeep("That the child is educated at home is on record already. Go on with that.")
            return begin(child, notice, owner=owner)
    except (IntegrityError, CannotRecord) as refusal:
        raise CannotKeep("Somebody has written down a notice just now. Look at the record again.") from refusal


def begin(child: Child, notice: Notice, *, owner: User | None = None) -> HomeEducation:
    """Open home education within the open act, whose source says so on the record; where it is open, that stands."""
    kind = ArrangementKind.HOME_EDUCATION
    recording.assert_or_confirm(EducationArrangement(child=child, kind=kind, from_date=notice.from_date))
    held = HomeEducation.objects.open().filter(child=child).first()
    if held is not None:
        return held
    made = HomeEducation.objects.create(
        child=child,
        told_by=notice.told_by,
        told_on=notice.told_on,
        from_date=notice.from_date,
        reason=notice.reason,
        owner=owner,
        due_date=Calendar.of().after(None, max(notice.told_on, notice.from_date), FIRST_CONTACT),
    )
    HomeEducator.objects.bulk_create(
        HomeEducator(home_education=made, child=child, carer_id=pk) for pk in sorted(set(notice.carers))
    )
    return made


def contact(
    home: HomeEducation, *, day: date, how: str, seen: bool, suitability: str, said: str, next_by: date | None, by: User
) -> HomeContact:
    """Write down that the council asked about the education, and what it holds of it. Raises CannotKeep.

    What is not suitable ends, and a case of missing education is opened: the child counts as missing education.
    """
    if day < home.told_on:
        raise CannotKeep(f"The council was told on {words.day(home.told_on)}. Give that day, or a later one.")
    if how == ContactHow.NO_ANSWER and suitability == Suitability.SUITABLE:
        raise CannotKeep("Where nobody answered, nothing shows that the education is suitable. Choose another finding.")
    label = str(Suitability(suitability).label)
    with acts.act(by=by, source=Source.council(), reason_code=WORKED_ON, reason=label):
        held = _held(home)
        made = HomeContact.objects.create(
            home_education=held, child_id=held.child_id, day=day, how=how, seen=seen, suitability=suitability,
            said=said, by=by,
        )  # fmt: skip
        held.suitability = suitability
        held.due_date = next_by or usual_next(suitability)
        held.save(update_fields=["suitability", "due_date"])
        if suitability == Suitability.UNSUITABLE:
            _end(held, HomeEnd.UNSUITABLE, on=max(day, held.from_date))
            _open_case(held, said)
        return made


def usual_next(suitability: str) -> date:
    """By when the next contact is usually due."""
    today = timezone.localdate()
    return today + YEAR if suitability == Suitability.SUITABLE else Calendar.of().after(None, today, FIRST_CONTACT)


def _open_case(home: HomeEducation, told: str) -> None:
    if not Case.objects.open().filter(child=home.child_id).exists():
        begin_cases([home.child_id], source=CaseSource.HOME, told=told, owner=home.owner, reason=CaseReason.UNSUITABLE)


def change(home: HomeEducation, *, reason: str, carers: Collection[int], owner: User | None, by: User) -> None:
    """Correct why, who educates, and whose it is to follow. Raises CannotKeep for what has ended."""
    with acts.act(by=by, source=Source.council(), reason_code=WORKED_ON, reason="Details changed"):
        held = _held(home)
        held.reason, held.owner = reason, owner
        held.save(update_fields=["reason", "owner"])
        wanted, had = set(carers), set(held.educators.values_list("carer", flat=True))
        held.educators.filter(carer__in=had - wanted).delete()
        HomeEducator.objects.bulk_create(
            HomeEducator(home_education=held, child_id=held.child_id, carer_id=pk) for pk in sorted(wanted - had)
        )


def end(home: HomeEducation, how: str, *, on: date, school: School | None = None, by: User) -> None:
    """Home education ended on a day, its last; of a child who went back to school, it is on that roll from the next.

    Raises CannotKeep.
    """
    if how == HomeEnd.SCHOOL and school is None:
        raise CannotKeep("Enter which school has the child now.")
    if how == HomeEnd.AGE:
        born = home.child.date_of_birth
        if born is None or compulsory_school_age(born).ends > on:
            raise CannotKeep("The child is not over compulsory school age on that day.")
    try:
        with acts.act(by=by, source=Source.council(), reason_code=ENDED, reason=str(HomeEnd(how).label)):
            held = _held(home)
            _end(held, how, on=max(on, held.from_date))
            if how == HomeEnd.SCHOOL and school is not None:
                first_day = on + timedelta(days=1)
                recording.assert_or_confirm(Enrolment(child=held.child, school=school, from_date=first_day))
    except CannotRecord as refusal:
        raise CannotKeep(str(refusal)) from refusal


def _end(home: HomeEducation, how: str, *, on: date) -> None:
    """`on` is the last day; what is not suitable is none from that day on."""
    if how == HomeEnd.UNSUITABLE:
        on -= timedelta(days=1)
    home.to_date, home.ended_how = max(on, home.from_date), how
    home.save(update_fields=["to_date", "ended_how"])
    kind = ArrangementKind.HOME_EDUCATION
    for fact in EducationArrangement.objects.open().filter(child=home.child_id, kind=kind):
        if how == HomeEnd.MISTAKE or (fact.from_date is not None and fact.from_date > on):
            recording.withdraw(fact)
        else:
            recording.end(fact, on=on)


def _held(home: HomeEducation) -> HomeEducation:
    Child.objects.in_lock_order().get(pk=home.child_id)
    held = HomeEducation.objects.select_for_update(of=("self",)).select_related("child", "owner").get(pk=home.pk)
    if held.to_date is not None:
        raise CannotKeep(f"This home education ended on {words.day(held.to_date)}. Look at the record again.")
    return held


def take_up() -> tuple[int, int]:
    """Follow whoever the record says is educated at home and nobody follows, and no longer whoever it does not.

    How many were taken up, and how many let go. One act for all.
    """
    today = timezone.localdate()
    said = EducationArrangement.objects.open().filter(kind=ArrangementKind.HOME_EDUCATION)
    followed = HomeEducation.objects.open()
    gone = ~Exists(said.filter(child=OuterRef("child")))
    lost = list(followed.filter(gone).values_list("pk", flat=True))
    new = list(
        said.exclude(child__state__in=[ChildState.SUPERSEDED, ChildState.ARCHIVED])
        .exclude(child__in=past_it())
        .filter(~Exists(followed.filter(child=OuterRef("child"))), child__date_of_death=None)
        .order_by("child")
        .values_list("child", "from_date")
    )
    if not (new or lost):
        return 0, 0
    due = Calendar.of().after(None, today, FIRST_CONTACT)
    with acts.act(by=None, source=Source.council(), reason_code=NOTIFIED, reason="The record says so"):
        HomeEducation.objects.bulk_create(
            HomeEducation(
                child_id=child_id, told_by=ToldBy.COUNCIL, told_on=today, from_date=since or today, due_date=due
            )
            for child_id, since in new
        )
        for one in HomeEducation.objects.filter(pk__in=lost).select_for_update():
            one.to_date, one.ended_how = max(today, one.from_date), HomeEnd.RECORD
            one.save(update_fields=["to_date", "ended_how"])
    return len(new), len(lost)


def past_it() -> Any:
    """Ids of children above school age, or gone: their home education is ended, and nobody's is begun."""
    return BalancePlace.objects.filter(line__in=[str(line) for line in GONE]).values("child")


def back_on_a_roll(rows: QuerySet[HomeEducation]) -> QuerySet[HomeEducation]:
    """Those of children whom a school has had on its roll since, which an officer confirms or puts right."""
    today = timezone.localdate()
    on_roll = Enrolment.objects.true_on(today).filter(child=OuterRef("child"), from_date__gt=OuterRef("from_date"))
    return rows.filter(Exists(on_roll.exclude(status__in=BESIDE)), from_date__lte=today)
