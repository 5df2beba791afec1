"""The register of children not in school: who is on it, who has to be, and one child's entry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from childindex import words
from childindex.accounts.permissions import requires
from registry import access, disclosure
from registry.access.noting import context_of
from registry.balance.lines import LINES, Line
from registry.disclosure import Context, Summary
from registry.models import Child
from registry.views.balance import page_number
from registry.views.merging import user_of
from registry.views.opening import of_child
from schools import not_in_school
from schools.home_education.keeping import carers_of
from schools.models import Basis, NotInSchool
from schools.not_in_school import keeping
from schools.not_in_school.eligible import Eligible, eligible
from schools.not_in_school.forms import ConfirmForm, GivenForm, LeaveForm, ParentForm, ProviderForm, VisitForm
from schools.not_in_school.keeping import FIFTEEN, CannotEnter, hidden_addresses
from schools.roles import WORK_CASES
from schools.views import working
from schools.views.working import ON_A_PAGE, Deed, Doing, Part, facts

SECTION = "schools:homes"
TITLE = "Children not in school"
COLUMNS = ["Child", "Why", "On the register since", "What is due", "By"]


SHOWN: dict[str, Part] = {
    "late": Part(
        "Overdue",
        lambda user, today: (Q(said_on=None) | Q(visit_asked_on=None)) & Q(registered_on__lt=today - FIFTEEN),
    ),
    "said": Part("Parents to give", lambda user, today: Q(said_on=None)),
    "visit": Part("Visit to ask for", lambda user, today: Q(visit_asked_on=None)),
    "all": Part("All", lambda user, today: Q()),
}


def kept(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorate a page that is there only where the council keeps the register."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not not_in_school.is_kept():
            raise Http404("This council does not keep the register yet: NOT_IN_SCHOOL_REGISTER says so.")
        return view(request, *args, **kwargs)

    opened.required_permission = getattr(view, "required_permission", None)  # type: ignore[attr-defined]
    return opened


def address(one: NotInSchool, doing: str = "") -> str:
    """The page of an entry, or of something to do about it."""
    name = "schools:register_deed" if doing else "schools:register_entry"
    return reverse(name, args=[one.pk, doing] if doing else [one.pk])


@kept
@never_cache
@requires(WORK_CASES)
def register(request: HttpRequest) -> HttpResponse:
    """Who is on the register, what is due of each, and how many have to be on it and are not."""
    to, today = context_of(request), timezone.localdate()
    rows = keeping.visible(to).filter(to_date=None)
    found = working.listed(request, rows, SHOWN, first=("late",), order=("registered_on", "pk"))
    children = disclosure.disclose([one.child_id for one in found.page], to=to)
    access.note(request, kind="listed", asked={"page": "register", "show": found.show})
    _, lacking = eligible(to=to, limit=1)
    context = {
        "title": TITLE,
        "back": {"href": reverse("schools:homes"), "text": "Home education"},
        "lead": f"{words.sentence(words.count(lacking, 'child', 'children'))} to enter." if lacking else "",
        "links": [{"text": "Who has to be on it, and is not", "href": reverse("schools:register_eligible")}],
        "rows": [_row(one, children[one.child_id], today) for one in found.page if one.child_id in children],
        "columns": COLUMNS,
        "caption": words.count(found.total, "child", "children"),
        "tabs": found.tabs,
        "page": found.page,
        "empty": {"title": "Nobody is here", "text": "Enter those who have to be on the register: the link above."},
        "section": SECTION,
    }
    return render(request, "schools/worked/list.html", context)


def _row(one: NotInSchool, child: Summary, today: date) -> list[Any]:
    due = keeping.clocks(one)
    return [
        working.child_cell(child, address(one)),
        str(one.get_basis_display()),
        words.day(one.registered_on),
        due[0].what if due else "Nothing",
        working.due_cell(due[0].due, today) if due else "",
    ]


@kept
@never_cache
@requires(WORK_CASES)
def register_eligible(request: HttpRequest) -> HttpResponse:
    """Who has to be on the register and is not, the longest first."""
    to, number = context_of(request), page_number(request)
    found, total = eligible(to=to, limit=ON_A_PAGE, offset=(number - 1) * ON_A_PAGE)
    if not found and number > 1:
        return redirect("schools:register_eligible")
    children = disclosure.disclose([one.child_id for one in found], to=to)
    access.note(request, kind="listed", asked={"page": "eligible for the register"})
    rows = [_of_eligible(one, child) for one in found if (child := children.get(one.child_id))]
    context = {
        "title": "To enter in the register",
        "back": {"href": reverse("schools:register"), "text": TITLE},
        "rows": rows,
        "columns": ["Child", "Why", "Since", "Line of the balance"],
        "caption": words.count(total, "child", "children"),
        "page": Paginator(range(total), ON_A_PAGE).get_page(number),
        "send": {
            "action": reverse("schools:register_enter_all"),
            "ids": [one.child_id for one in found],
            "text": f"Enter the {words.count(len(rows), 'child', 'children')} of this page",
        },
        "empty": {"title": "Everybody who has to be is on the register", "text": "Who becomes eligible stands here."},
        "section": SECTION,
    }
    return render(request, "schools/worked/list.html", context)


def _of_eligible(one: Eligible, child: Summary) -> list[Any]:
    return [
        {"text": child.name, "href": child.url, "note": child.index_number},
        str(one.basis.label),
        words.day(one.since) if one.since else "Not known",
        LINES[one.line].label,
    ]


@kept
@never_cache
@requires(WORK_CASES)
@require_POST
def register_enter_all(request: HttpRequest) -> HttpResponse:
    """Enter the children of a page of the list. Who is not eligible any more is passed over."""
    to = context_of(request)
    said = [
        int(pk) for pk in request.POST.getlist("child")[:ON_A_PAGE] if pk.isascii() and pk.isdigit() and len(pk) < 19
    ]
    found, _ = eligible(to=to, children=said)
    access.note(request, kind="edited", asked={"page": "enter in the register"})
    disclosure.disclose([one.child_id for one in found], to=to)
    try:
        made = keeping.enter(found, by=user_of(request))
    except CannotEnter as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"{words.sentence(words.count(made, 'child', 'children'))} entered.")
    return redirect("schools:register_eligible")


@kept
@never_cache
@of_child(WORK_CASES)
def register_enter(request: HttpRequest, child: Child) -> HttpResponse:
    """One child's entry, or the question whether to make one: of basis (c) too, which nothing else tells."""
    to = context_of(request)
    shown = working.standing(child, to)
    held = keeping.visible(to).filter(child=child, to_date=None).first()
    access.note(request, kind="edited", asked={"page": "enter in the register"})
    if held is not None:
        return redirect(address(held))
    found, _ = eligible(to=to, children=[child.pk])
    line = working.line_of(child.pk)[0] or Line.NO_ROLL
    one = found[0] if found else Eligible(child.pk, Basis.PART_TIME, None, line)
    if request.method == "POST":
        try:
            keeping.enter([one], by=user_of(request))
        except CannotEnter as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, f"{shown.name} is on the register.")
        return redirect("schools:register_enter", child.index_number)
    asked = {
        "title": f"Enter {shown.name} in the register of children not in school?",
        "lead": f"{one.basis.label}. The balance has the child in the line: {LINES[line].label}."
        + ("" if found else " Nothing on the record makes the child eligible otherwise: be sure that this is so."),
        "button": "Enter the child",
        "back": shown.url,
    }
    return working.ask(request, ConfirmForm(), asked, section=SECTION)


def _one(request: HttpRequest, entry_id: int) -> tuple[NotInSchool, Summary]:
    to = context_of(request)
    found = working.found_in(keeping.visible(to), entry_id)
    return found, working.shown(found.child_id, to)


@kept
@never_cache
@requires(WORK_CASES)
def register_entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One child's entry: what it says, what it lacks, what is due, and why the balance is as it is."""
    found, child = _one(request, entry_id)
    to = context_of(request)
    access.note(request, kind="opened", asked={"page": "register", "entry": found.pk}, purpose="Children not in school")
    lacking = [] if found.to_date else keeping.lacking(found)
    context = {
        "title": TITLE,
        "name": child.name,
        "child": child,
        "lead": _lead(found, lacking),
        "deeds": [] if found.to_date else [{"text": text, "href": address(found, code)} for code, text in OFFERED],
        "parts": [
            {"title": "The entry", "rows": _told(found)},
            {"title": "What it lacks", "points": lacking, "empty": "Nothing that the law asks for."},
            {"title": "Parents", "rows": _parents(found, to), "empty": "The record has no parents."},
            {"title": "Who else educates the child", "rows": _providers(found), "empty": "Nobody is entered."},
            {"title": "Where the balance has the child", "rows": _where(found)},
        ],
        "back": {"href": reverse("schools:register"), "text": TITLE},
        "section": SECTION,
    }
    return render(request, "schools/worked/one.html", context)


OFFERED = (
    ("given", "Write down what the parents gave"),
    ("visit", "A visit to the home was asked for"),
    ("parent", "A parent’s home address"),
    ("provider", "Add somebody who educates the child"),
    ("ask-providers", "Providers are asked today"),
    ("leave", "The child comes off the register"),
)


def _lead(one: NotInSchool, lacking: list[str]) -> str:
    if one.to_date:
        return f"Came off the register on {words.day(one.to_date)}: {one.removed_how}"
    due = keeping.clocks(one)
    if due:
        late = due[0].due < timezone.localdate()
        return f"{due[0].what}: {'was due' if late else 'due'} by {words.day(due[0].due)}."
    return "" if lacking else "The entry is whole, and nothing is due."


def _told(one: NotInSchool) -> list[dict[str, str]]:
    today = timezone.localdate()
    again = keeping.may_ask_providers(one, today)
    asked = f"{words.day(one.providers_asked_on)}." if one.providers_asked_on else "Never."
    return facts(
        ("Why", f"({one.basis}) {one.get_basis_display()}"),
        ("Eligible since", words.day(one.from_date)),
        ("On the register since", words.day(one.registered_on)),
        ("Hours a week by parents", f"{one.parent_hours:g}" if one.parent_hours is not None else "Not said"),
        ("Hours a week by others", f"{one.other_hours:g}" if one.other_hours is not None else "Not said"),
        ("What the parents gave came on", words.day(one.said_on) if one.said_on else ""),
        ("Visit asked for on", words.day(one.visit_asked_on) if one.visit_asked_on else ""),
        ("Visit", str(one.get_visit_outcome_display()) if one.visit_outcome else ""),
        ("Providers asked", f"{asked} They may be asked again from {words.day(again)}." if again else asked),
    )


def _parents(one: NotInSchool, to: Context) -> list[dict[str, Any]]:
    parents = list(one.parents.select_related("carer"))
    hidden = hidden_addresses(parents, to=to)
    return [
        {
            "key": str(each.carer),
            "value": "" if each.pk in hidden else each.address or "No address is known",
            "withheld": each.pk in hidden,
            "source": "Must not be told" if each.kept_apart else "",
            "detail": "Educates the child" if each.educates else "",
        }
        for each in parents
    ]


def _providers(one: NotInSchool) -> list[dict[str, Any]]:
    return [
        {
            "key": str(each.get_kind_display()),
            "value": each.name,
            "detail": f"{each.hours:g} hours a week, {each.hours_alone:g} of them without a parent",
            "more": [text for text in (each.address, each.place) if text],
        }
        for each in one.providers.filter(to_date=None)
    ]


def _where(one: NotInSchool) -> list[dict[str, str]]:
    _, rows = working.line_of(one.child_id)
    return [{**row, "detail": not_in_school.WHY} if one.basis != Basis.NOT_ON_ROLL else row for row in rows]


def _parent_form(data: Any, one: NotInSchool, to: Context) -> ParentForm:
    return ParentForm(data, carers=carers_of(one.child))


def _say_parent(one: NotInSchool, form: Any, by: Any) -> None:
    said = form.cleaned_data
    may_tell = by.may(disclosure.CUSTODIAN)
    keeping.say_parent(
        one, said["carer"], address=said["address"], kept_apart=said["kept_apart"], by=by, may_tell=may_tell
    )


def _given(one: NotInSchool, form: Any, by: Any) -> None:
    said = form.cleaned_data
    educating = [parent.pk for parent in said.get("educating", ())]
    keeping.say(
        one, said_on=said["said_on"], parent_hours=said["parent_hours"], other_hours=said["other_hours"],
        educating=educating, by=by,
    )  # fmt: skip


def _given_form(data: Any, one: NotInSchool, to: Context) -> GivenForm:
    start: dict[str, Any] = {
        "said_on": timezone.localdate(),
        "parent_hours": one.parent_hours,
        "other_hours": one.other_hours,
    }
    start["educating"] = [parent.pk for parent in one.parents.all() if parent.educates]
    return GivenForm(data, parents=one.parents.select_related("carer"), initial=start)


DEEDS: dict[str, Deed] = {
    "given": Deed(
        "What did the parents of {} give?", "Write it down", "Written down.", WORK_CASES, _given_form, _given
    ),
    "visit": Deed(
        "A visit to the home of {}",
        "Write it down",
        "Written down.",
        WORK_CASES,
        lambda data, one, to: VisitForm(data, initial={"on": one.visit_asked_on or timezone.localdate()}),
        lambda one, form, by: keeping.ask_to_visit(one, **form.cleaned_data, by=by),
    ),
    "parent": Deed("A parent of {}", "Write it down", "Written down.", WORK_CASES, _parent_form, _say_parent),
    "provider": Deed(
        "Who else educates {}?",
        "Write it down",
        "Written down.",
        WORK_CASES,
        lambda data, one, to: ProviderForm(data),
        lambda one, form, by: keeping.say_provider(one, form.provider(), by=by),
    ),
    "ask-providers": Deed(
        "Are the providers of {} asked today?",
        "They are asked today",
        "Written down.",
        WORK_CASES,
        lambda data, one, to: ConfirmForm(data),
        lambda one, form, by: keeping.ask_providers(one, by=by),
        "The council may ask a provider once in three months.",
    ),
    "leave": Deed(
        "Does {} come off the register?",
        "Take the child off",
        "The child is off the register. The entry is kept.",
        WORK_CASES,
        lambda data, one, to: LeaveForm(data),
        lambda one, form, by: keeping.leave(one, **form.cleaned_data, by=by),
    ),
}


@kept
@never_cache
@requires(WORK_CASES)
def register_deed(request: HttpRequest, entry_id: int, doing: str) -> HttpResponse:
    """One thing that is done about an entry."""
    found, child = _one(request, entry_id)
    if found.to_date is not None:
        raise Http404("The child is off the register.")
    return working.do(request, DEEDS, doing, Doing(found, child.name, address(found), SECTION, CannotEnter, "entry"))
