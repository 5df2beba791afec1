"""What this council and other authorities ask one another: asked, answered, handed over and taken over.

The gateway is s.436A of the Education Act 1996: each authority establishes who misses education in its area, as far as
it can. What is told goes into the answer, and is kept with the name of whoever told it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from childindex import acts
from childindex.models import Source, User
from registry.disclosure import Context
from registry.disclosure.working import workable
from registry.models import Child
from schools.missing import cases, opening
from schools.missing.cases import Evidence
from schools.missing.opening import CannotWork
from schools.models import (
    OURS_TO_ANSWER,
    AuthorityRequest,
    Case,
    CaseEnquiry,
    CaseReason,
    CaseSource,
    EnquiryKind,
    RequestKind,
    RequestOutcome,
    Sure,
    Where,
)
from schools.terms import Calendar

ANSWER_WITHIN = 10
"""School days within which requests are answered: a local figure."""
ASKED, ANSWERED = "authority_asked", "authority_answered"
ENQUIRY = "Ask another authority"
OUTCOMES: dict[str, tuple[RequestOutcome, ...]] = {
    RequestKind.ASKED_US: (RequestOutcome.KNOWN, RequestOutcome.NOT_KNOWN, RequestOutcome.NOT_TOLD),
    RequestKind.ASKED_THEM: (RequestOutcome.KNOWN, RequestOutcome.NOT_KNOWN, RequestOutcome.NOT_TOLD),
    RequestKind.HANDED_OVER: (RequestOutcome.ACCEPTED, RequestOutcome.REFUSED),
    RequestKind.HANDED_TO_US: (RequestOutcome.ACCEPTED, RequestOutcome.REFUSED),
}


@dataclass(frozen=True)
class Answer:
    """What an answer says: the outcome, the words, the day, and which child of the index it is about."""

    outcome: str
    words: str
    day: date
    child: Child | None = None


def visible(to: Context) -> QuerySet[AuthorityRequest]:
    """Requests of which this person may know. One about a shielded child is the custodians' from the moment that it is
    known to be."""
    return workable(AuthorityRequest.objects.select_related("case", "answered_by", "child"), to)


def ask(
    kind: str, *, authority: str, contact: str, said: str, by: User, name: str, born: date | None = None,
    asked_on: date | None = None, case: Case | None = None,
) -> AuthorityRequest:  # fmt: skip
    """Write down what was asked, of us or by us."""
    today = timezone.localdate()
    with acts.act(by=by, source=Source.council(), reason_code=ASKED, reason=authority[:200]):
        made = AuthorityRequest.objects.create(
            kind=kind, authority=authority, contact=contact, name=name[:200], born=born, said=said,
            asked_on=asked_on or today, due_date=Calendar.of().after(None, asked_on or today, ANSWER_WITHIN),
            child=case.child if case else None, case=case,
        )  # fmt: skip
        if case is not None:
            what = "Handed over to" if kind == RequestKind.HANDED_OVER else "Asked"
            _note(case, f"{what} {authority}: {said}", by)
        return made


def _note(case: Case, outcome: str, by: User) -> None:
    kind = EnquiryKind.objects.filter(name=ENQUIRY).first()
    if kind is not None:
        CaseEnquiry.objects.create(
            case=case, child_id=case.child_id, kind=kind, day=timezone.localdate(), by=by, outcome=outcome[:500]
        )


def pass_on(request: AuthorityRequest, child: Child, *, by: User) -> None:
    """Say which child it is, and leave the answer to the custodians: the child is behind a shield."""
    with acts.act(by=by, source=Source.council(), reason_code=ASKED, reason="Left to custodians"):
        AuthorityRequest.objects.filter(pk=request.pk, answered_at=None, child=None).update(child=child)


def answer(request: AuthorityRequest, answer: Answer, *, by: User) -> AuthorityRequest:
    """Write down the answer, and do what follows from it. Raises CannotWork.

    A child whom we take over gets a case. One whom another authority took over is located there, and has moved away.
    """
    if answer.outcome not in OUTCOMES[request.kind]:
        raise CannotWork("This is no answer to such a request. Choose another.")
    needs_child = request.kind in OURS_TO_ANSWER and answer.outcome in (RequestOutcome.KNOWN, RequestOutcome.ACCEPTED)
    if needs_child and answer.child is None and request.child_id is None:
        raise CannotWork("Enter which child of the index it is. If it has none, add the child first.")
    with acts.act(
        by=by, source=Source.council(), reason_code=ANSWERED, reason=str(RequestOutcome(answer.outcome).label)
    ):
        held = AuthorityRequest.objects.select_for_update(of=("self",)).select_related("case").get(pk=request.pk)
        if held.answered_at is not None:
            raise CannotWork("Somebody has written down an answer already. Look at the request again.")
        held.child = held.child or answer.child
        held.outcome, held.answer, held.answered_on = answer.outcome, answer.words, answer.day
        held.answered_at, held.answered_by = timezone.now(), by
        held.save()
        _follow(held, answer, by)
    return held


def _follow(request: AuthorityRequest, answer: Answer, by: User) -> None:
    case, child = request.case, request.child
    if request.kind == RequestKind.HANDED_TO_US and answer.outcome == RequestOutcome.ACCEPTED and child is not None:
        told = f"{request.authority}: {request.said}"[:400]
        opening.told_of(child, source=CaseSource.AUTHORITY, told=told, by=by, owner=by, reason=CaseReason.NEW)
    if case is None or case.closed_at is not None:
        return
    if answer.outcome == RequestOutcome.ACCEPTED:
        place, who = request.authority, f"{request.contact}, {request.authority}"
        evidence = Evidence(Where.ELSEWHERE, place, who[:200], Sure.CONFIRMED, answer.day, answer.words[:500])
        cases.end_located(case, evidence, by=by)
    else:
        label = str(RequestOutcome(answer.outcome).label)
        _note(case, f"{request.authority} answers: {label}. {answer.words}", by)
