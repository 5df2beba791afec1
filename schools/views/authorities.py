"""Requests between authorities: what others ask of us, what we ask of them, and hand-overs."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from childindex import words
from childindex.accounts.permissions import requires
from registry import access, disclosure
from registry.access.noting import context_of
from registry.disclosure import Summary, shielded_among
from registry.views.merging import user_of
from schools.missing import authorities
from schools.missing.authorities import Answer
from schools.missing.forms import AnswerForm, AskedForm
from schools.missing.opening import CannotWork
from schools.models import OURS_TO_ANSWER, AuthorityRequest
from schools.roles import WORK_CASES
from schools.views import working
from schools.views.missing import SECTION, case_address
from schools.views.working import Part, facts

TITLE = "Other authorities"
OURS = [str(one) for one in OURS_TO_ANSWER]
GATEWAY = (
    "Tell what the other authority needs to find the child, or to take over: Education Act 1996, s.436A. Of a child"
    " behind a shield nothing is told: ask a custodian."
)
SHOWN: dict[str, Part] = {
    "to_answer": Part("To answer", lambda user, today: Q(answered_at=None, kind__in=OURS)),
    "awaited": Part("Answer awaited", lambda user, today: Q(answered_at=None) & ~Q(kind__in=OURS)),
    "late": Part("Overdue", lambda user, today: Q(answered_at=None, due_date__lt=today)),
    "done": Part("Answered", lambda user, today: Q(answered_at__isnull=False)),
    "all": Part("All", lambda user, today: Q()),
}


@never_cache
@requires(WORK_CASES)
def authority_requests(request: HttpRequest) -> HttpResponse:
    """What is asked between authorities, the first due first."""
    to, today = context_of(request), timezone.localdate()
    found = working.listed(
        request, authorities.visible(to), SHOWN, first=("to_answer", "awaited"), order=("due_date", "pk")
    )
    children = disclosure.disclose([one.child_id for one in found.page if one.child_id], to=to)
    access.note(request, kind="listed", asked={"page": "other authorities", "show": found.show})
    context = {
        "title": TITLE,
        "back": {"href": reverse("schools:missing"), "text": "Children missing education"},
        "links": [{"text": "Another authority asks", "href": reverse("schools:authority_asks")}],
        "rows": [_row(one, children.get(one.child_id or 0), today) for one in found.page],
        "columns": ["Authority", "What", "Of whom", "Answer by"],
        "caption": words.count(found.total, "request"),
        "tabs": found.tabs,
        "page": found.page,
        "empty": {
            "title": "Nothing is here",
            "text": "What another authority asks is written down here; what we ask of one, on the case of the child.",
        },
        "section": SECTION,
    }
    return render(request, "schools/worked/list.html", context)


def _row(one: AuthorityRequest, child: Summary | None, today: date) -> list[Any]:
    href = reverse("schools:authority", args=[one.pk])
    whom = {"text": child.name, "note": child.index_number} if child else {"text": one.name, "note": "As they wrote it"}
    due = str(one.get_outcome_display()) if one.answered_at else working.due_cell(one.due_date, today)
    return [{"text": one.authority, "href": href}, str(one.get_kind_display()), whom, due]


@never_cache
@requires(WORK_CASES)
def authority_asks(request: HttpRequest) -> HttpResponse:
    """Write down what another authority asks, or whom it hands over."""
    form = AskedForm(request.POST or None)
    access.note(request, kind="edited", asked={"page": "another authority asks"})
    if request.method == "POST" and form.is_valid():
        made = authorities.ask(**form.cleaned_data, by=user_of(request))
        messages.success(request, f"Written down. The answer is due by {words.day(made.due_date)}.")
        return redirect("schools:authority", made.pk)
    asked = {"title": "What does another authority ask?", "button": "Write it down"}
    return working.ask(request, form, {**asked, "back": reverse("schools:authorities")}, section=SECTION)


@never_cache
@requires(WORK_CASES)
def authority(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request: what is asked, whether the index knows the child, and the answer."""
    to = context_of(request)
    found = working.found_in(authorities.visible(to), request_id)
    access.note(request, kind="opened", asked={"page": "other authorities", "request": found.pk})
    child = working.shown(found.child_id, to) if found.child_id else None
    form = AnswerForm(request.POST or None, asked=found)
    if request.method == "POST" and found.answered_at is None and form.is_valid():
        said = form.cleaned_data
        child_of = said.get("child")
        if child_of is not None and not to.may_see_shielded and shielded_among([child_of.pk]):
            authorities.pass_on(found, child_of, by=user_of(request))
            messages.success(
                request, "The child is behind a shield. The request is the custodians’ now: they answer it."
            )
            return redirect("schools:authorities")
        answer = Answer(said["outcome"], said["answer"], said["day"], said.get("child"))
        try:
            done = authorities.answer(found, answer, by=user_of(request))
        except CannotWork as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The answer is written down.")
            return redirect("schools:authority", done.pk)
    context = {
        "found": found,
        "form": form if found.answered_at is None else None,
        "rows": _told(found, child),
        "gateway": GATEWAY if found.kind in OURS else "",
        "search": _search(found),
        "back": reverse("schools:authorities"),
        "section": SECTION,
    }
    return render(request, "schools/missing/authority.html", context)


def _told(one: AuthorityRequest, child: Summary | None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        *facts(
            ("What", str(one.get_kind_display())),
            ("Whom there", one.contact),
            ("Of whom, as written", one.name),
            ("Born, as written", words.day(one.born) if one.born else ""),
            ("What is asked or told", one.said),
            ("Asked on", words.day(one.asked_on)),
            ("Answer by", words.day(one.due_date) if one.answered_at is None else ""),
        )
    ]
    if child is not None:
        rows.append({"key": "Child of the index", "value": child.name, "href": child.url, "detail": child.index_number})
    if one.case_id and one.case is not None:
        rows.append(
            {"key": "Case", "value": f"Opened on {words.day(one.case.opened_on)}", "href": case_address(one.case)}
        )
    if one.answered_at:
        answered = f"{words.day(one.answered_on)}, written down by {one.answered_by}" if one.answered_on else ""
        rows.append({"key": str(one.get_outcome_display()), "value": one.answer, "source": answered})
    return rows


def _search(one: AuthorityRequest) -> str:
    """The search for the child whom another authority names."""
    if one.child_id or one.answered_at or one.kind not in OURS:
        return ""
    born = f" {one.born:%d/%m/%Y}" if one.born else ""
    return f"{reverse('registry:search')}?{urlencode({'q': f'{one.name}{born}'})}"
