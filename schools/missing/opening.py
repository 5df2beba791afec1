"""Cases of children missing education: how they are opened.

While a case is open the child has the arrangement *missing education, case open*, by which the balance knows it.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone

from childindex import acts
from childindex.models import Source, User
from registry import recording
from registry.balance.lines import Line
from registry.models import ArrangementKind, BalancePlace, Child, EducationArrangement
from registry.models.facts import kind_of
from schools.models import Case, CaseEnquiry, CaseReason, CaseSource, EnquiryKind
from schools.terms import Calendar

FIRST_STEPS = 2
"""School days to the first steps: a local figure."""
NOTICED = {
    Line.NO_ROLL: (CaseSource.BALANCE, CaseReason.UNKNOWN),
    Line.LEFT_BEYOND: (CaseSource.CLOCK, CaseReason.OFF_ROLL),
    Line.MISSING: (CaseSource.BALANCE, CaseReason.UNKNOWN),  # a source says so, and nobody works on it
}
OPENED, WORKED_ON = "case_opened", "case_worked_on"
TOLD_MORE = "Somebody told the council more"


class CannotWork(Exception):
    """Nothing was written; the text says why and what to do."""


def open_case(
    child: Child,
    *,
    source: str,
    told: str,
    owner: User | None,
    by: User,
    reason: str = CaseReason.UNKNOWN,
    also: Collection[Child] = (),
) -> Case:
    """Open a case, and one for each of `also` who has none. Raises CannotWork where one is open of the child itself."""
    try:
        with acts.act(by=by, source=Source.council(), reason_code=OPENED, reason=told[:200]):
            children = {one.pk: one for one in (child, *also)}
            list(Child.objects.in_lock_order().filter(pk__in=children))
            held = set(Case.objects.open().filter(child__in=children).values_list("child", flat=True))
            if child.pk in held:
                raise CannotWork("A case is open already. Go on with that one.")
            made = begin(
                [pk for pk in children if pk not in held], source=source, told=told, owner=owner, reason=reason
            )
            return next(one for one in made if one.child_id == child.pk)
    except IntegrityError as refusal:
        raise CannotWork("Somebody has opened a case just now. Go on with that one.") from refusal


def report(child: Child, *, source: str, told: str, by: User) -> None:
    """What a school or a service tells the council of a child who may be missing education: a new case, nobody's yet,
    or more on the one that is open. Whoever tells does not learn which."""
    with acts.act(by=by, source=Source.council(), reason_code=OPENED, reason=str(CaseSource(source).label)):
        told_of(child, source=source, told=told, by=by)


def told_of(
    child: Child, *, source: str, told: str, by: User, owner: User | None = None, reason: str = CaseReason.UNKNOWN
) -> None:
    """Within the open act: a new case, or more on the one that is open."""
    Child.objects.in_lock_order().get(pk=child.pk)
    held = Case.objects.open().filter(child=child).first()
    if held is None:
        begin([child.pk], source=source, told=told, owner=owner, reason=reason)
    else:
        kind = EnquiryKind.objects.get(name=TOLD_MORE)
        CaseEnquiry.objects.create(
            case=held, child=child, kind=kind, day=timezone.localdate(), by=by,
            outcome=f"{CaseSource(source).label}: {told}"[:500],
        )  # fmt: skip


def notice() -> int:
    """Open a case, nobody's yet, for whoever has been on no roll without a reason, or past the clock of a leaver, since
    before today, or is said to be missing education without a case; how many were opened. One act for all."""
    today = timezone.localdate()
    lines = BalancePlace.objects.filter(line__in=[str(line) for line in NOTICED])
    lines = lines.filter(Q(since__lt=today) | Q(line=str(Line.MISSING)))
    held = Case.objects.open().values("child")
    wanted = dict(lines.exclude(child__in=held).values_list("child", "line"))
    if not wanted:
        return 0
    with acts.act(by=None, source=Source.council(), reason_code=OPENED, reason="Noticed by the balance"):
        list(Child.objects.in_lock_order().filter(pk__in=wanted).values_list("pk"))
        taken = set(Case.objects.open().filter(child__in=wanted).values_list("child", flat=True))
        for line, (source, reason) in NOTICED.items():
            children = [pk for pk, at in wanted.items() if at == line and pk not in taken]
            begin(children, source=source, told="", owner=None, reason=reason)
    return len(wanted) - len(taken)


def begin(
    children: Collection[int], *, source: str, told: str, owner: User | None, reason: str = CaseReason.UNKNOWN
) -> list[Case]:
    """Open a case for each of these children, who have none, within the open act. A fixed number of statements."""
    today = timezone.localdate()
    due = Calendar.of().after(None, today, FIRST_STEPS)
    made = Case.objects.bulk_create(
        Case(child_id=pk, source=source, told=told[:500], reason=reason, owner=owner, opened_on=today, due_date=due)
        for pk in sorted(children)
    )
    _say(children)
    return made


def _say(children: Collection[int]) -> None:
    """The record of each says that a case is open, on the word of the open act's source."""
    today, kind = timezone.localdate(), ArrangementKind.CASE_OPEN
    said = EducationArrangement.objects.open().filter(child__in=children, kind=kind)
    lacking = set(children) - set(said.values_list("child", flat=True))
    source = acts.current().source
    EducationArrangement.objects.bulk_create(
        EducationArrangement(child_id=pk, kind=kind, from_date=today, source=source) for pk in sorted(lacking)
    )
    facts = said.values_list("pk", "child")
    recording.confirm_all([(kind_of(EducationArrangement), pk, child_id) for pk, child_id in facts])
