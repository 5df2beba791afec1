"""Cases of children missing education: worked on, and ended only with evidence of where the child is.

A case is never ended for the child's age or for want of effort: whoever was not found stays on the list, with a
manager's name and a review date (Ofsted found 253 children taken off a council's list without being found, 2016).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from childindex import acts, words
from childindex.models import Source, User
from registry import recording
from registry.disclosure import Context
from registry.disclosure.working import workable
from registry.models import (
    ArrangementKind,
    Child,
    ChildState,
    EducationArrangement,
    Enrolment,
    Residence,
    School,
    Standing,
)
from registry.recording import CannotRecord
from schools.home_education import keeping as home_education
from schools.home_education.keeping import Notice
from schools.missing.opening import WORKED_ON, CannotWork
from schools.models import Absence, Case, CaseEnquiry, CaseOutcome, Enquirer, Enquiry, EnquiryKind, ToldBy, Where
from schools.terms import Calendar

NEXT_STEPS = 10
"""School days from one step to the next: a local figure."""
LONGEST_REVIEW = timedelta(days=92)
ENDED = "case_ended"


def visible(to: Context) -> QuerySet[Case]:
    """The cases that this person may know of: a shielded child's are for custodians; of one's own family none."""
    return workable(Case.objects.select_related("owner", "decided_by"), to)


def give(cases: Collection[Case], *, to: User | None, by: User) -> None:
    """Give cases to somebody, or back to nobody."""
    reason = f"Given to {to}" if to else "Given back"
    with acts.act(by=by, source=Source.council(), reason_code=WORKED_ON, reason=reason[:200]):
        Case.objects.open().filter(pk__in=[one.pk for one in cases]).update(owner=to)


def explain(case: Case, *, reason: str, by: User) -> None:
    """Say why the child is missing education, as far as it is known. Raises CannotWork for a case that has ended."""
    with acts.act(by=by, source=Source.council(), reason_code=WORKED_ON, reason="Reason said"):
        held = _held(case)
        held.reason = reason
        held.save(update_fields=["reason"])


def absence_of(child_id: int) -> Absence | None:
    """That a school has returned that it has not seen the child: its grounds of 10 and 20 school days ask for both."""
    return Absence.objects.filter(child=child_id, to_date=None).select_related("school").order_by("from_date").first()


def enquire(
    case: Case,
    *,
    kind: EnquiryKind,
    day: date,
    outcome: str,
    next_by: date,
    by: User,
    finding: str = "",
    also: Collection[Case] = (),
) -> CaseEnquiry:
    """Write down what was done, and by when the next step is due; the same of the open cases of `also`.

    Where a school has returned that it has not seen the child, `finding` makes it the council's half of the enquiry
    that school and council owe together before a name may come off the roll. Raises CannotWork for a case that ended.
    """
    with acts.act(by=by, source=Source.council(), reason_code=WORKED_ON, reason=str(kind)[:200]):
        made = [
            _enquired(one, kind=kind, day=day, outcome=outcome, next_by=next_by, by=by)
            for one in sorted((case, *also), key=lambda one: one.child_id)
        ]
        absence = absence_of(case.child_id) if finding else None
        if absence is not None:
            if day < absence.from_date:
                raise CannotWork(
                    f"{absence.school} has not seen the child since {words.day(absence.from_date)}. What counts for the"
                    " enquiry together was done since then."
                )
            Enquiry.objects.create(
                absence=absence, child_id=case.child_id, of=Enquirer.COUNCIL, day=day, finding=finding,
                what=f"{kind}: {outcome}"[:300],
            )  # fmt: skip
        return next(one for one in made if one.case_id == case.pk)


def _enquired(case: Case, *, kind: EnquiryKind, day: date, outcome: str, next_by: date, by: User) -> CaseEnquiry:
    held = _held(case)
    held.due_date = max(next_by, held.opened_on)
    held.save(update_fields=["due_date"])
    return CaseEnquiry.objects.create(case=held, child_id=held.child_id, kind=kind, day=day, by=by, outcome=outcome)


def usual_next() -> date:
    """By when the next step is usually due."""
    return Calendar.of().after(None, timezone.localdate(), NEXT_STEPS)


@dataclass(frozen=True)
class Evidence:
    """Where a child is, who says so, how it is known and since when. `school` where the index has it."""

    where: str
    place: str
    said_by: str
    sure: str
    known_on: date
    how: str = ""
    school: School | None = None


def locate(case: Case, evidence: Evidence, *, by: User) -> None:
    """End a case, since it is known where the child is educated, and say that on the record. Raises CannotWork."""
    try:
        with acts.act(by=by, source=Source.council(), reason_code=ENDED, reason=str(CaseOutcome.LOCATED.label)):
            end_located(case, evidence, by=by)
    except CannotRecord as refusal:
        raise CannotWork(str(refusal)) from refusal


def end_located(case: Case, evidence: Evidence, *, by: User) -> None:
    """The same within the open act."""
    values = {name: getattr(evidence, name) for name in ("where", "place", "said_by", "sure", "known_on", "how")}
    _end(case, CaseOutcome.LOCATED, values, by=by)
    _say_where(Child.objects.get(pk=case.child_id), evidence)


def _say_where(child: Child, evidence: Evidence) -> None:
    """What follows for the record, so that the balance knows where the child is."""
    since = evidence.known_on
    match evidence.where:
        case Where.SCHOOL if evidence.school is not None:
            recording.assert_or_confirm(Enrolment(child=child, school=evidence.school, from_date=since))
        case Where.HOME:
            home_education.begin(child, Notice(ToldBy.COUNCIL, timezone.localdate(), since))
        case Where.OTHER:
            kind = ArrangementKind.OTHER_PROVISION
            detail = evidence.place[:200]
            recording.assert_or_confirm(EducationArrangement(child=child, kind=kind, from_date=since, detail=detail))
        case Where.ELSEWHERE:
            child.state = ChildState.MOVED_AWAY
            child.save(update_fields=["state"])
        case Where.ABROAD:
            for home in Residence.objects.open().filter(child=child):
                if home.from_date is None or home.from_date < since:
                    recording.end(home, on=since - timedelta(days=1))
            recording.assert_fact(Residence(child=child, standing=Standing.LEFT_INTENTION_UNKNOWN, from_date=since))


def mistaken(case: Case, *, how: str, by: User) -> None:
    """End a case that never was one. Raises CannotWork where nothing was done to find that out."""
    if not case.enquiries.exists():
        raise CannotWork("Write down first how you found out. A case does not end without an enquiry.")
    with acts.act(by=by, source=Source.council(), reason_code=ENDED, reason=str(CaseOutcome.MISTAKE.label)):
        _end(case, CaseOutcome.MISTAKE, {"how": how}, by=by)


def not_found(case: Case, *, how: str, review: date, by: User) -> None:
    """Say, as a manager, that the child was not found for now. The case stays on the list, until a review date.

    Raises CannotWork where steps of the checklist that are in use were not taken.
    """
    lacking = lacking_of(case)
    if lacking:
        raise CannotWork(f"Not yet: {words.listed(lacking)}. Every step is taken before a child counts as not found.")
    with acts.act(by=by, source=Source.council(), reason_code=WORKED_ON, reason=how[:200]):
        held = _held(case)
        held.outcome, held.decided_by, held.how, held.due_date = CaseOutcome.NOT_FOUND, by, how, review
        held.save()


def lacking_of(case: Case) -> list[str]:
    """The steps of the checklist that nobody has taken yet, in its order."""
    taken = case.enquiries.values("kind")
    return list(EnquiryKind.objects.filter(is_active=True).exclude(pk__in=taken).values_list("name", flat=True))


def _end(case: Case, outcome: str, values: dict[str, Any], *, by: User) -> None:
    held, today = _held(case), timezone.localdate()
    for name, value in values.items():
        setattr(held, name, value)
    held.outcome, held.decided_by, held.closed_at = outcome, by, timezone.now()
    held.save()
    for fact in EducationArrangement.objects.open().filter(child=held.child_id, kind=ArrangementKind.CASE_OPEN):
        if fact.from_date is not None and fact.from_date >= today:
            recording.withdraw(fact)  # it never held for a whole day
        else:
            recording.end(fact, on=today - timedelta(days=1))


def _held(case: Case) -> Case:
    Child.objects.in_lock_order().get(pk=case.child_id)
    held = Case.objects.select_for_update().get(pk=case.pk)
    if held.closed_at is not None:
        raise CannotWork(
            f"This case ended on {words.day(timezone.localdate(held.closed_at))}. Open another if need be."
        )
    return held
