"""One case of a child missing education: what is known, what was done, what can be done, and the sheet for a visit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from childindex import words
from childindex.accounts.permissions import requires
from registry import access, disclosure, risks
from registry.access.noting import context_of
from registry.balance.lines import LINES, Line
from registry.disclosure import Context, Summary
from registry.models import BalancePlace, Child, Slot
from registry.views.merging import user_of
from schools.letters import mailing
from schools.missing import authorities, cases
from schools.missing.forms import (
    AskAuthorityForm,
    EnquireForm,
    GiveForm,
    LocateForm,
    MistakeForm,
    NoContactForm,
    NotFoundForm,
    ReasonForm,
)
from schools.missing.opening import CannotWork
from schools.models import AuthorityRequest, Case, EnquiryKind, NoContact, RequestKind
from schools.roles import MANAGE_CASES, WORK_CASES
from schools.views import working
from schools.views.missing import SECTION, case_address
from schools.views.working import Deed, Doing, facts


def _case(request: HttpRequest, case_id: int) -> tuple[Case, Summary]:
    to = context_of(request)
    found = working.found_in(cases.visible(to), case_id)
    return found, working.shown(found.child_id, to)


@never_cache
@requires(WORK_CASES)
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case: the child, brothers and sisters, the checklist with what was done, and what can be done next."""
    found, child = _case(request, case_id)
    to = context_of(request)
    access.note(request, kind="opened", asked={"page": "case", "case": found.pk}, purpose="Missing education")
    lacking = [] if found.closed_at else cases.lacking_of(found)
    barred = NoContact.objects.in_force().filter(child=found.child_id).first()
    before = cases.visible(to).filter(child=found.child_id).exclude(pk=found.pk).count()
    urgent = risks.risks([child.child_id], to=to).get(child.child_id, [])
    context = {
        "case": found,
        "child": child,
        "told": _told(found),
        "urgent": urgent,
        "before": before,
        "barred": barred,
        "may_lift": to.may(MANAGE_CASES),
        "absence": None if found.closed_at else cases.absence_of(found.child_id),
        "siblings": _siblings(found, to),
        "done": [_enquiry(one) for one in found.enquiries.select_related("kind", "by")],
        "requests": [_request(one) for one in authorities.visible(to).filter(case=found)],
        "lacking": lacking,
        "deeds": _deeds(found, to, lacking, barred),
        "add": reverse("registry:fact_add", args=[child.index_number, "enrolment"]) if found.closed_at else "",
        "section": SECTION,
    }
    return render(request, "schools/missing/case.html", context)


def _told(one: Case) -> list[dict[str, str]]:
    seen = f"{one.get_sure_display()}, {words.day(one.known_on)}" if one.known_on else ""
    return facts(
        ("Who told", str(one.get_source_display())),
        ("What was told", one.told),
        ("Reason", str(one.get_reason_display())),
        ("Opened", words.day(one.opened_on)),
        ("Whose", str(one.owner) if one.owner else "Nobody’s yet"),
        ("Next step by", words.day(one.due_date) if one.closed_at is None else ""),
        ("Outcome", f"{one.get_outcome_display()}, said by {one.decided_by}" if one.outcome else ""),
        ("Where", str(one.get_where_display()) if one.where else ""),
        ("Educated at", one.place),
        ("Who says so", f"{one.said_by}. {seen}." if one.place else ""),
        ("In words", one.how),
    )


def _enquiry(one: Any) -> dict[str, str]:
    return {"key": str(one.kind), "value": one.outcome, "source": f"{words.day(one.day)}, {one.by}"}


def _request(one: AuthorityRequest) -> dict[str, str]:
    said = (
        str(one.get_outcome_display()) if one.answered_at else f"No answer yet. It is due by {words.day(one.due_date)}."
    )
    href = reverse("schools:authority", args=[one.pk])
    return {"key": one.authority, "value": str(one.get_kind_display()), "href": href, "detail": said}


def _siblings(one: Case, to: Context) -> list[dict[str, str]]:
    """Brothers and sisters, as far as this person may know, each with where it stands, and its case if one is open."""
    family = _family(one, to)
    ids = [each.child_id for each in family]
    lines = dict(BalancePlace.objects.filter(child__in=ids).values_list("child", "line"))
    held = {each.child_id: each for each in cases.visible(to).filter(child__in=ids, closed_at=None)}
    return [
        {
            "key": each.sex_words,
            "value": each.name,
            "href": case_address(held[each.child_id]) if each.child_id in held else each.url,
            "detail": LINES[Line(lines[each.child_id])].label if each.child_id in lines else "",
            "source": each.school or "At no school",
        }
        for each in family
    ]


def _family(one: Case, to: Context) -> list[Summary]:
    view = disclosure.record(Child.objects.get(pk=one.child_id), to=to)
    return [each for each in disclosure.family(view, to=to) if not each.withheld]


def _together(one: Case, to: Context) -> list[tuple[Case, Summary]]:
    """The open cases of brothers and sisters, which can be worked together with this one."""
    family = disclosure.kin(disclosure.record(Child.objects.get(pk=one.child_id), to=to))
    held = list(cases.visible(to).filter(child__in=family, closed_at=None).order_by("child"))
    children = disclosure.disclose([each.child_id for each in held], to=to)
    return [(each, children[each.child_id]) for each in held if each.child_id in children]


def _deeds(one: Case, to: Context, lacking: list[str], barred: NoContact | None) -> list[dict[str, str]]:
    if one.closed_at is not None:
        return []
    offered = [
        ("enquire", "Write down an enquiry"),
        ("locate", "The child is located"),
        ("give", "Take the case, or give it to somebody"),
        ("reason", "Say why the child is missing education"),
        ("ask-authority", "Ask another authority"),
        ("hand-over", "Hand the child over to another authority"),
    ]
    if to.may(MANAGE_CASES) and not lacking:
        offered.append(("not-found", "The child was not found"))
    offered.append(("mistake", "The child was never missing"))
    if barred is None:
        offered.append(("no-contact", "Nobody may contact the home"))
    links = [{"text": text, "href": case_address(one, doing)} for doing, text in offered]
    if barred is None:
        links.append({"text": "Write a letter", "href": f"{reverse('schools:letters_write')}?child={one.child_id}"})
    return [*links, {"text": "A sheet for a visit", "href": reverse("schools:case_sheet", args=[one.pk])}]


def _enquire_form(data: Any, case: Case, to: Context) -> EnquireForm:
    absence = cases.absence_of(case.child_id)
    kinds = EnquiryKind.objects.filter(is_active=True)
    return EnquireForm(data, kinds=kinds, siblings=_together(case, to), absent_from=absence.school if absence else None)


def _give(case: Case, form: Any, by: Any) -> None:
    cases.give([case, *form.cleaned_data.get("also", ())], to=form.cleaned_data["owner"], by=by)


def _ask(kind: str) -> Any:
    def ask(case: Case, form: Any, by: Any) -> None:
        born = case.child.date_of_birth
        authorities.ask(kind, **form.cleaned_data, by=by, name=_name_of(case, by), born=born, case=case)

    return ask


def _name_of(case: Case, by: Any) -> str:
    return disclosure.disclose([case.child_id], to=Context(user=by))[case.child_id].name


DEEDS: dict[str, Deed] = {
    "enquire": Deed(
        "What was done to find {}?",
        "Write it down",
        "Written down.",
        WORK_CASES,
        _enquire_form,
        lambda case, form, by: cases.enquire(case, **form.cleaned_data, by=by),
    ),
    "locate": Deed(
        "Where is {} now?",
        "The child is located",
        "Located. What follows from it stands on the record, and the balance knows it.",
        WORK_CASES,
        lambda data, case, to: LocateForm(data),
        lambda case, form, by: cases.locate(case, form.evidence(), by=by),
    ),
    "not-found": Deed(
        "{} was not found",
        "Say so, and look again later",
        "The case stays on the list until the review.",
        MANAGE_CASES,
        lambda data, case, to: NotFoundForm(data),
        lambda case, form, by: cases.not_found(case, **form.cleaned_data, by=by),
    ),
    "mistake": Deed(
        "Was {} never missing education?",
        "End the case",
        "The case has ended.",
        WORK_CASES,
        lambda data, case, to: MistakeForm(data),
        lambda case, form, by: cases.mistaken(case, **form.cleaned_data, by=by),
    ),
    "give": Deed(
        "Whose is the case of {}?",
        "Give it",
        "Given.",
        WORK_CASES,
        lambda data, case, to: GiveForm(data, people=working.people(WORK_CASES), siblings=_together(case, to)),
        _give,
    ),
    "reason": Deed(
        "Why is {} missing education?",
        "Write it down",
        "Written down.",
        WORK_CASES,
        lambda data, case, to: ReasonForm(data, initial={"reason": case.reason}),
        lambda case, form, by: cases.explain(case, **form.cleaned_data, by=by),
        "The termly collection asks for it.",
    ),
    "ask-authority": Deed(
        "Ask another authority about {}",
        "Write it down",
        "Written down. Send it by your usual secure mail; the answer comes back here.",
        WORK_CASES,
        lambda data, case, to: AskAuthorityForm(data),
        _ask(RequestKind.ASKED_THEM),
    ),
    "hand-over": Deed(
        "Hand {} over to another authority",
        "Write it down",
        "Written down. The case stays open until they say that they have taken over.",
        WORK_CASES,
        lambda data, case, to: AskAuthorityForm(data),
        _ask(RequestKind.HANDED_OVER),
        "The child stays ours until the other authority says that it has taken over.",
    ),
    "no-contact": Deed(
        "Must nobody contact the home of {}?",
        "Say so",
        "Said. No letter goes there, and every case and sheet says so.",
        WORK_CASES,
        lambda data, case, to: NoContactForm(data),
        lambda case, form, by: mailing.bar(case.child, **form.cleaned_data, by=by),
    ),
}


@never_cache
@requires(WORK_CASES)
def case_deed(request: HttpRequest, case_id: int, doing: str) -> HttpResponse:
    """One thing that is done to a case; what was typed stays where it cannot be done."""
    found, child = _case(request, case_id)
    if found.closed_at is not None:
        raise Http404("This cannot be done to a case that has ended.")
    about = Doing(found, child.name, case_address(found), SECTION, CannotWork, "case")
    return working.do(request, DEEDS, doing, about)


@never_cache
@requires(MANAGE_CASES)
def contact_again(request: HttpRequest, case_id: int) -> HttpResponse:
    """Say that the home may be contacted again, which a manager does."""
    found, child = _case(request, case_id)
    access.note(request, kind="edited", asked={"page": "case", "case": found.pk, "doing": "contact-again"})
    if request.method == "POST":
        mailing.lift(found.child, by=user_of(request))
        messages.success(request, f"The home of {child.name} may be contacted again.")
    return redirect(case_address(found))


@never_cache
@requires(WORK_CASES)
def case_sheet(request: HttpRequest, case_id: int) -> HttpResponse:
    """What is needed for a visit, to print, and no more: the child, the last address, and whom to ask for."""
    found, child = _case(request, case_id)
    view = disclosure.record(Child.objects.get(pk=found.child_id), to=context_of(request))
    home = view.leading(Slot.HOME)
    access.note(request, kind="printed", asked={"page": "visit sheet", "case": found.pk}, purpose="Missing education")
    told = [
        {"key": "Child", "value": child.name},
        {"key": "Born", "value": words.day(child.date_of_birth) if child.date_of_birth else "Not known"},
        {"key": "Last known home", "value": home.text if home else "None is known"},
        {
            "key": "Ask for",
            "value": words.listed([care.text for care in view.cares if care.is_open]) or "Nobody is known",
        },
        {
            "key": "Last school",
            "value": child.school or (view.enrolments[0].text if view.enrolments else "None is known"),
        },
    ]
    barred = NoContact.objects.in_force().filter(child=found.child_id).exists()
    context = {
        "case": found,
        "child": child,
        "told": told,
        "barred": barred,
        "today": timezone.localdate(),
        "back": case_address(found),
    }
    return render(request, "schools/missing/sheet.html", context)
