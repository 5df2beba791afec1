"""Children missing education: the list of cases, one case, what is done about it, the sheet for a visit, figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from childindex import acts, words
from childindex.accounts.permissions import requires
from childindex.models import Source, User
from childindex.models.users import UserState
from registry import access, disclosure, risks
from registry.access.noting import context_of
from registry.balance.lines import LINES, Line
from registry.disclosure import Context, Summary
from registry.models import BalancePlace, Child, Slot
from registry.views.merging import user_of
from registry.views.opening import of_child
from schools.missing import cases
from schools.missing.cases import CannotWork
from schools.missing.figures import figures
from schools.missing.forms import EnquireForm, GiveForm, KindForm, LocateForm, MistakeForm, NotFoundForm, OpenForm
from schools.models import Case, CaseOutcome, EnquiryKind
from schools.roles import MANAGE_CASES, WORK_CASES

SECTION = "schools:missing"
ON_A_PAGE = 50
COLUMNS = ["Child", "Why", "Since", "Whose", "Next step by"]


class Shown(NamedTuple):
    """One part of the list: what it is called, and which cases are in it."""

    label: str
    cases: Callable[[User, date], Q]


SHOWN: dict[str, Shown] = {
    "new": Shown("New", lambda user, today: Q(owner=None)),
    "mine": Shown("Mine", lambda user, today: Q(owner=user)),
    "due": Shown("Due today", lambda user, today: Q(due_date=today)),
    "late": Shown("Overdue", lambda user, today: Q(due_date__lt=today)),
    "not_found": Shown("Not found", lambda user, today: Q(outcome=CaseOutcome.NOT_FOUND)),
    "all": Shown("All", lambda user, today: Q()),
}


@never_cache
@requires(WORK_CASES)
def missing(request: HttpRequest) -> HttpResponse:
    """The open cases: new ones, one's own, what is due and overdue, and who was not found. The first due first."""
    to, today = context_of(request), timezone.localdate()
    open_ones = cases.visible(to).filter(closed_at=None)
    counted = open_ones.aggregate(
        **{name: Count("pk", filter=one.cases(to.user, today)) for name, one in SHOWN.items()}
    )
    show = request.GET.get("show", "")
    show = show if show in SHOWN else next((name for name in ("mine", "new") if counted[name]), "all")
    found = open_ones.filter(SHOWN[show].cases(to.user, today)).order_by("due_date", "pk")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    children = disclosure.disclose([one.child_id for one in page], to=to)
    urgent = risks.risks(list(children), to=to)
    access.note(request, kind="listed", asked={"page": "missing education", "show": show})
    context = {
        "rows": [_row(one, children[one.child_id], urgent, today) for one in page if one.child_id in children],
        "columns": COLUMNS,
        "caption": words.count(page.paginator.count, "case"),
        "tabs": [
            {"text": one.label, "href": f"?show={name}", "current": name == show, "count": counted[name]}
            for name, one in SHOWN.items()
        ],
        "page": page,
        "keeps_checklist": to.may(MANAGE_CASES),
        "section": SECTION,
    }
    return render(request, "schools/missing/list.html", context)


def _row(one: Case, child: Summary, urgent: dict[int, list[str]], today: date) -> list[Any]:
    said = urgent.get(one.child_id, [])
    late = (today - one.due_date).days
    tag = f"{words.count(late, 'day')} late" if late > 0 else "Today" if late == 0 else ""
    return [
        {"text": child.name, "href": _address(one), "note": child.index_number},
        {
            "text": str(one.get_source_display()),
            "tag": words.sentence(words.listed(said)) if said else "",
            "tone": "alert",
        },
        {"text": words.day(one.opened_on), "note": words.count((today - one.opened_on).days, "day")},
        str(one.owner) if one.owner else "Nobody’s",
        {"text": words.day(one.due_date), "tag": tag, "tone": "alert" if late > 0 else "info"},
    ]


def _address(one: Case, doing: str = "") -> str:
    return reverse("schools:case_deed", args=[one.pk, doing]) if doing else reverse("schools:case", args=[one.pk])


@never_cache
@of_child(WORK_CASES)
def case_open(request: HttpRequest, child: Child) -> HttpResponse:
    """Say that a child is missing education."""
    to = context_of(request)
    shown = _shown(child.pk, to)
    access.note(request, kind="edited", asked={"page": "open a case"})
    held = cases.visible(to).filter(child=child, closed_at=None).first()
    if held is not None:
        return redirect(_address(held))
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        owner = to.user if said["mine"] else None
        try:
            made = cases.open_case(child, source=said["source"], told=said["told"], owner=owner, by=to.user)
        except CannotWork as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The case is open. The first steps are due by {words.day(made.due_date)}.")
            return redirect(_address(made))
    asked = {"title": f"Is {shown.name} missing education?", "button": "Open a case", "back": shown.url}
    return _ask(request, form, asked)


def _ask(request: HttpRequest, form: forms.BaseForm, asked: dict[str, str], **more: Any) -> HttpResponse:
    return render(request, "schools/ask.html", {"form": form, "asked": asked, "section": SECTION, **more})


def _shown(child_id: int, to: Context) -> Summary:
    """The child of a case. Raises Http404 for one whose cases are not this person's to know."""
    child = disclosure.disclose([child_id], to=to).get(child_id)
    if child is None or child.withheld:
        raise Http404("No case of yours has this number.")
    return child


def _case(request: HttpRequest, case_id: int) -> tuple[Case, Summary]:
    to = context_of(request)
    found = cases.visible(to).filter(pk=case_id).first()
    if found is None:
        raise Http404("No case of yours has this number.")
    return found, _shown(found.child_id, to)


@never_cache
@requires(WORK_CASES)
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case: the child, brothers and sisters, the checklist with what was done, and what can be done next."""
    found, child = _case(request, case_id)
    to = context_of(request)
    access.note(request, kind="opened", asked={"page": "case", "case": found.pk}, purpose="Missing education")
    done = list(found.enquiries.select_related("kind", "by"))
    lacking = [] if found.closed_at else cases.lacking_of(found)
    context = {
        "case": found,
        "child": child,
        "told": _told(found),
        "urgent": risks.risks([child.child_id], to=to).get(child.child_id, []),
        "before": cases.visible(to).filter(child=found.child_id).exclude(pk=found.pk).count(),
        "siblings": _siblings(found, to),
        "done": [_enquiry(one) for one in done],
        "lacking": lacking,
        "deeds": _deeds(found, to, lacking),
        "sheet": reverse("schools:case_sheet", args=[found.pk]),
        "add": reverse("registry:fact_add", args=[child.index_number, "enrolment"]) if found.closed_at else "",
        "section": SECTION,
    }
    return render(request, "schools/missing/case.html", context)


def _told(one: Case) -> list[dict[str, str]]:
    rows = [
        {"key": "Who told", "value": str(one.get_source_display())},
        {"key": "What was told", "value": one.told},
        {"key": "Opened", "value": words.day(one.opened_on)},
        {"key": "Whose", "value": str(one.owner) if one.owner else "Nobody’s yet"},
    ]
    if one.closed_at is None:
        rows.append({"key": "Next step by", "value": words.day(one.due_date)})
    if one.outcome:
        rows.append({"key": "Outcome", "value": f"{one.get_outcome_display()}, said by {one.decided_by}"})
    if one.place:
        seen = f"{one.get_sure_display()}, {words.day(one.known_on)}" if one.known_on else ""
        rows += [{"key": "Educated at", "value": one.place}, {"key": "Who says so", "value": f"{one.said_by}. {seen}."}]
    rows.append({"key": "In words", "value": one.how})
    return [row for row in rows if row["value"]]


def _enquiry(one: Any) -> dict[str, str]:
    return {"key": str(one.kind), "value": one.outcome, "source": f"{words.day(one.day)}, {one.by}"}


def _siblings(one: Case, to: Context) -> list[dict[str, str]]:
    """Brothers and sisters, as far as this person may know, each with where it stands, and its case if one is open."""
    view = disclosure.record(Child.objects.get(pk=one.child_id), to=to)
    family = [each for each in disclosure.family(view, to=to) if not each.withheld]
    ids = [each.child_id for each in family]
    lines = dict(BalancePlace.objects.filter(child__in=ids).values_list("child", "line"))
    held = {each.child_id: each for each in cases.visible(to).filter(child__in=ids, closed_at=None)}
    rows = []
    for each in family:
        case_of = held.get(each.child_id)
        rows.append(
            {
                "key": each.sex_words,
                "value": each.name,
                "href": _address(case_of) if case_of else each.url,
                "detail": LINES[Line(lines[each.child_id])].label if each.child_id in lines else "",
                "source": each.school or "At no school",
            }
        )
    return rows


def _deeds(one: Case, to: Context, lacking: list[str]) -> list[dict[str, str]]:
    if one.closed_at is not None:
        return []
    offered = [
        ("enquire", "Write down an enquiry"),
        ("locate", "The child is located"),
        ("give", "Take the case, or give it to somebody"),
    ]
    if to.may(MANAGE_CASES) and not lacking:
        offered.append(("not-found", "The child was not found"))
    offered.append(("mistake", "The child was never missing"))
    return [{"text": text, "href": _address(one, doing)} for doing, text in offered]


class Deed(NamedTuple):
    """One thing that is done to a case: what is asked, who may, and what is said when it is done."""

    title: str
    button: str
    done: str
    permission: str
    form: Callable[[Any], forms.BaseForm]
    do: Callable[[Case, dict[str, Any], User], Any]


def _people() -> QuerySet[User]:
    able = [one.pk for one in User.objects.filter(state=UserState.ACTIVE) if one.may(WORK_CASES)]
    return User.objects.filter(pk__in=able).order_by("full_name")


DEEDS: dict[str, Deed] = {
    "enquire": Deed(
        "What was done to find {}?",
        "Write it down",
        "Written down.",
        WORK_CASES,
        lambda data: EnquireForm(data, kinds=EnquiryKind.objects.filter(is_active=True)),
        lambda case, said, by: cases.enquire(case, **said, by=by),
    ),
    "locate": Deed(
        "Where is {} now?",
        "The child is located",
        "Located. Add the place to the record too, so that the balance knows it.",
        WORK_CASES,
        lambda data: LocateForm(data),
        lambda case, said, by: cases.locate(case, **said, by=by),
    ),
    "not-found": Deed(
        "{} was not found",
        "Say so, and look again later",
        "The case stays on the list until the review.",
        MANAGE_CASES,
        lambda data: NotFoundForm(data),
        lambda case, said, by: cases.not_found(case, **said, by=by),
    ),
    "mistake": Deed(
        "Was {} never missing education?",
        "End the case",
        "The case has ended.",
        WORK_CASES,
        lambda data: MistakeForm(data),
        lambda case, said, by: cases.mistaken(case, **said, by=by),
    ),
    "give": Deed(
        "Whose is the case of {}?",
        "Give it",
        "Given.",
        WORK_CASES,
        lambda data: GiveForm(data, people=_people()),
        lambda case, said, by: cases.give([case], to=said["owner"], by=by),
    ),
}


@never_cache
@requires(WORK_CASES)
def case_deed(request: HttpRequest, case_id: int, doing: str) -> HttpResponse:
    """One thing that is done to a case; what was typed stays where it cannot be done."""
    found, child = _case(request, case_id)
    deed = DEEDS.get(doing)
    if deed is None or found.closed_at is not None:
        raise Http404("This cannot be done to the case.")
    if not context_of(request).may(deed.permission):
        raise disclosure.NotDisclosed("A manager of cases says this. Ask one.")
    access.note(request, kind="edited", asked={"page": "case", "case": found.pk, "doing": doing})
    form = deed.form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            deed.do(found, form.cleaned_data, user_of(request))
        except CannotWork as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, deed.done)
            return redirect(_address(found))
    asked = {"title": deed.title.format(child.name), "button": deed.button, "back": _address(found)}
    return _ask(request, form, asked)


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
    context = {"case": found, "child": child, "told": told, "today": timezone.localdate(), "back": _address(found)}
    return render(request, "schools/missing/sheet.html", context)


@never_cache
@requires(WORK_CASES)
def missing_figures(request: HttpRequest) -> HttpResponse:
    """Counts for the termly collection, and how long it takes to find a child. Nobody is named."""
    found = figures(timezone.localdate(), to=context_of(request))
    tables = [
        ("Sex", found.by_sex), ("Year group", found.by_year_group), ("Who told", found.by_source),
        ("Open for", found.by_duration),
    ]  # fmt: skip
    context = {
        "found": found,
        "leaves_out": not context_of(request).may_see_shielded,
        "tables": [
            {
                "caption": title,
                "columns": [title, {"text": "Children", "numeric": True}],
                "rows": [[label, {"text": f"{count:,}", "numeric": True}] for label, count in counted.items()],
            }
            for title, counted in tables
            if counted
        ],
        "section": SECTION,
    }
    return render(request, "schools/missing/figures.html", context)


@never_cache
@requires(MANAGE_CASES)
def checklist(request: HttpRequest) -> HttpResponse:
    """The steps that are taken to find a child: added, put out of use, and taken up again."""
    form = KindForm(request.POST if "name" in request.POST else None)
    if request.method == "POST" and "kind" in request.POST:
        _turn(request.POST["kind"], by=user_of(request))
        return redirect("schools:checklist")
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        if EnquiryKind.objects.filter(name__iexact=name).exists():
            form.add_error("name", "There is a step of this name already.")
        else:
            with acts.act(by=user_of(request), source=Source.council(), reason_code="checklist_changed", reason=name):
                EnquiryKind.objects.create(name=name)
            return redirect("schools:checklist")
    context = {"form": form, "kinds": EnquiryKind.objects.all(), "section": SECTION}
    return render(request, "schools/missing/checklist.html", context)


def _turn(said: str, *, by: User) -> None:
    """Put a step out of use, or take it up again."""
    kind = (
        EnquiryKind.objects.filter(pk=int(said)).first()
        if said.isascii() and said.isdigit() and len(said) < 10
        else None
    )
    if kind is not None:
        with acts.act(by=by, source=Source.council(), reason_code="checklist_changed", reason=kind.name):
            EnquiryKind.objects.filter(pk=kind.pk).update(is_active=not kind.is_active)
