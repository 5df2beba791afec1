"""Cases of children missing education: opened, worked on, and ended only with evidence of where the child is.

While a case is open the child has the arrangement *missing education, case open*, by which the balance knows it. It is
never ended for its age or for want of effort: whoever was not found stays on the list, with a manager's name and a
review date (Ofsted found 253 children taken off a council's list without being found, 2016).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from childindex import acts, words
from childindex.models import Source, User
from registry import recording
from registry.balance.lines import Line
from registry.disclosure import Context, everybody_shielded
from registry.models import ArrangementKind, BalancePlace, Child, EducationArrangement
from schools.models import Case, CaseEnquiry, CaseOutcome, CaseSource, EnquiryKind
from schools.terms import Calendar

FIRST_STEPS, NEXT_STEPS = 2, 10
"""School days to the first steps, and usually from one step to the next: local figures."""
LONGEST_REVIEW = timedelta(days=92)
NOTICED = {Line.NO_ROLL: CaseSource.BALANCE, Line.LEFT_BEYOND: CaseSource.CLOCK}
OPENED, WORKED_ON, ENDED = "case_opened", "case_worked_on", "case_ended"


class CannotWork(Exception):
    """Nothing was written; the text says why and what to do."""


def visible(to: Context) -> QuerySet[Case]:
    """The cases that this person may know of: a shielded child's are for custodians; of one's own family none."""
    found = Case.objects.select_related("owner", "decided_by").exclude(child__in=to.family)
    return found if to.may_see_shielded else found.exclude(child__in=everybody_shielded())


def open_case(child: Child, *, source: str, told: str, owner: User | None, by: User) -> Case:
    """Open a case. Raises CannotWork where one is open."""
    try:
        with acts.act(by=by, source=Source.council(), reason_code=OPENED, reason=told[:200]):
            Child.objects.in_lock_order().get(pk=child.pk)
            if Case.objects.open().filter(child=child).exists():
                raise CannotWork("A case is open already. Go on with that one.")
            return _made([child], source=source, told=told, owner=owner)[0]
    except IntegrityError as refusal:
        raise CannotWork("Somebody has opened a case just now. Go on with that one.") from refusal


def notice() -> int:
    """Open a case, nobody's yet, for whoever has been on no roll without a reason, or past the clock of a leaver, since
    before today; how many were opened. One act for all."""
    today = timezone.localdate()
    lines = BalancePlace.objects.filter(line__in=[str(line) for line in NOTICED], since__lt=today)
    held = Case.objects.open().values("child")
    wanted = dict(lines.exclude(child__in=held).values_list("child", "line"))
    if not wanted:
        return 0
    with acts.act(by=None, source=Source.council(), reason_code=OPENED, reason="Noticed by the balance"):
        for line, source in NOTICED.items():
            children = list(
                Child.objects.in_lock_order().filter(pk__in=[pk for pk, at in wanted.items() if at == line])
            )
            _made(children, source=source, told="", owner=None)
    return len(wanted)


def _made(children: Iterable[Child], *, source: str, told: str, owner: User | None) -> list[Case]:
    today = timezone.localdate()
    due = Calendar.of().after(None, today, FIRST_STEPS)
    made = []
    for child in children:
        made.append(
            Case.objects.create(child=child, source=source, told=told, owner=owner, opened_on=today, due_date=due)
        )
        fact = EducationArrangement(child=child, kind=ArrangementKind.CASE_OPEN, from_date=today)
        recording.assert_fact(fact)
    return made


def give(cases: Collection[Case], *, to: User | None, by: User) -> None:
    """Give cases to somebody, or back to nobody."""
    reason = f"Given to {to}" if to else "Given back"
    with acts.act(by=by, source=Source.council(), reason_code=WORKED_ON, reason=reason[:200]):
        Case.objects.open().filter(pk__in=[one.pk for one in cases]).update(owner=to)


def enquire(case: Case, *, kind: EnquiryKind, day: date, outcome: str, next_by: date, by: User) -> CaseEnquiry:
    """Write down what was done, and by when the next step is due. Raises CannotWork for a case that has ended."""
    with acts.act(by=by, source=Source.council(), reason_code=WORKED_ON, reason=str(kind)[:200]):
        held = _held(case)
        held.due_date = max(next_by, held.opened_on)
        held.save(update_fields=["due_date"])
        return CaseEnquiry.objects.create(case=held, child_id=held.child_id, kind=kind, day=day, by=by, outcome=outcome)


def usual_next() -> date:
    """By when the next step is usually due."""
    return Calendar.of().after(None, timezone.localdate(), NEXT_STEPS)


def locate(case: Case, *, place: str, said_by: str, sure: str, known_on: date, how: str, by: User) -> None:
    """End a case, since it is known where the child is educated. Raises CannotWork."""
    evidence = {"place": place, "said_by": said_by, "sure": sure, "known_on": known_on, "how": how}
    _end(case, CaseOutcome.LOCATED, evidence, by=by)


def mistaken(case: Case, *, how: str, by: User) -> None:
    """End a case that never was one. Raises CannotWork where nothing was done to find that out."""
    if not case.enquiries.exists():
        raise CannotWork("Write down first how you found out. A case does not end without an enquiry.")
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
    with acts.act(by=by, source=Source.council(), reason_code=ENDED, reason=str(CaseOutcome(outcome).label)):
        held, today = _held(case), timezone.localdate()
        for name, value in values.items():
            setattr(held, name, value)
        held.outcome, held.decided_by, held.closed_at = outcome, by, timezone.now()
        held.save()
        for fact in EducationArrangement.objects.filter(
            child=held.child_id, kind=ArrangementKind.CASE_OPEN, to_date=None
        ):
            if fact.from_date == today:
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
