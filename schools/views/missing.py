"""Children missing education as a whole: the list of cases, opening one, figures, and the checklist of enquiries."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from childindex import acts, words
from childindex.accounts.permissions import requires
from childindex.models import Source, User
from childindex.tables import csv_lines
from registry import access, disclosure, risks
from registry.access.noting import context_of
from registry.balance.lines import STATUTORY, Line
from registry.disclosure import Context, Summary
from registry.models import BalancePlace, Child
from registry.views.merging import user_of
from registry.views.opening import of_child
from schools.missing import cases, collection, opening
from schools.missing.figures import figures
from schools.missing.forms import KindForm, OpenForm
from schools.missing.opening import CannotWork
from schools.models import Case, CaseOutcome, EnquiryKind
from schools.roles import MANAGE_CASES, WORK_CASES
from schools.views import working
from schools.views.working import Part

SECTION = "schools:missing"
COLUMNS = ["Child", "Why", "Since", "Whose", "Next step by"]
SHOWN: dict[str, Part] = {
    "new": Part("New", lambda user, today: Q(owner=None)),
    "mine": Part("Mine", lambda user, today: Q(owner=user)),
    "due": Part("Due today", lambda user, today: Q(due_date=today)),
    "late": Part("Overdue", lambda user, today: Q(due_date__lt=today)),
    "not_found": Part("Not found", lambda user, today: Q(outcome=CaseOutcome.NOT_FOUND)),
    "all": Part("All", lambda user, today: Q()),
}
LOST = {Line.LEFT_BEYOND, *STATUTORY}
"""Lines of the balance in which a brother or a sister may be missing education too."""


@never_cache
@requires(WORK_CASES)
def missing(request: HttpRequest) -> HttpResponse:
    """The open cases: new ones, one's own, what is due and overdue, and who was not found. The first due first."""
    to, today = context_of(request), timezone.localdate()
    rows, owner = cases.visible(to).filter(closed_at=None), request.GET.get("owner", "")
    if owner.isascii() and owner.isdigit() and len(owner) < 10:
        rows = rows.filter(owner=int(owner))
    found = working.listed(request, rows, SHOWN, first=("mine", "new"), order=("due_date", "pk"))
    children = disclosure.disclose([one.child_id for one in found.page], to=to)
    urgent = risks.risks(list(children), to=to)
    access.note(request, kind="listed", asked={"page": "missing education", "show": found.show, "owner": owner})
    links = [
        ("By owner", reverse("schools:missing_owners")),
        ("Write letters to this part", f"{reverse('schools:letters_write')}?show={found.show}"),
        ("Other authorities", reverse("schools:authorities")),
        ("Figures", reverse("schools:missing_figures")),
        *([("The checklist of enquiries", reverse("schools:checklist"))] if to.may(MANAGE_CASES) else []),
    ]
    context = {
        "title": "Children missing education",
        "links": [{"text": text, "href": href} for text, href in links],
        "rows": [_row(one, children[one.child_id], urgent, today) for one in found.page if one.child_id in children],
        "columns": COLUMNS,
        "caption": words.count(found.total, "case"),
        "tabs": found.tabs,
        "page": found.page,
        "empty": {
            "title": "No case is here",
            "text": "A case is opened each night for whoever is on no roll without a reason, or by you: on the record"
            " of a child, under Schools.",
        },
        "section": SECTION,
    }
    return render(request, "schools/worked/list.html", context)


def _row(one: Case, child: Summary, urgent: dict[int, list[str]], today: date) -> list[Any]:
    said = urgent.get(one.child_id, [])
    return [
        working.child_cell(child, case_address(one)),
        {
            "text": str(one.get_source_display()),
            "tag": words.sentence(words.listed(said)) if said else "",
            "tone": "alert",
        },
        {"text": words.day(one.opened_on), "note": words.count((today - one.opened_on).days, "day")},
        str(one.owner) if one.owner else "Nobody’s",
        working.due_cell(one.due_date, today),
    ]


def case_address(one: Case, doing: str = "") -> str:
    """The page of a case, or of something to do about it."""
    return reverse("schools:case_deed", args=[one.pk, doing]) if doing else reverse("schools:case", args=[one.pk])


@never_cache
@requires(WORK_CASES)
def missing_owners(request: HttpRequest) -> HttpResponse:
    """How many open cases each person has, and how many of them are overdue."""
    to, today = context_of(request), timezone.localdate()
    counted = (
        cases.visible(to)
        .filter(closed_at=None)
        .values("owner", "owner__full_name")
        .annotate(total=Count("pk"), late=Count("pk", filter=Q(due_date__lt=today)))
        .order_by(F("owner__full_name").asc(nulls_first=True), "owner")
    )
    access.note(request, kind="listed", asked={"page": "cases by owner"})
    rows = []
    for one in counted:
        part = f"show=all&owner={one['owner']}" if one["owner"] else "show=new"
        href = f"{reverse('schools:missing')}?{part}"
        rows.append(
            [
                {"text": one["owner__full_name"] or "Nobody’s yet", "href": href},
                {"text": f"{one['total']:,}", "numeric": True},
                {"text": f"{one['late']:,}", "numeric": True},
            ]
        )
    context = {
        "title": "Cases by owner",
        "back": {"href": reverse("schools:missing"), "text": "Children missing education"},
        "rows": rows,
        "columns": ["Owner", {"text": "Open cases", "numeric": True}, {"text": "Overdue", "numeric": True}],
        "caption": words.count(len(rows), "owner"),
        "empty": {"title": "No case is open", "text": "Cases stand here by whose they are."},
        "section": SECTION,
    }
    return render(request, "schools/worked/list.html", context)


@never_cache
@of_child(WORK_CASES)
def case_open(request: HttpRequest, child: Child) -> HttpResponse:
    """Say that a child is missing education, and brothers and sisters with it."""
    to = context_of(request)
    shown = working.standing(child, to)
    access.note(request, kind="edited", asked={"page": "open a case"})
    held = cases.visible(to).filter(child=child, closed_at=None).first()
    if held is not None:
        return redirect(case_address(held))
    form = OpenForm(request.POST or None, siblings=_missing_too(child, to))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        owner = to.user if said["mine"] else None
        also = list(Child.objects.filter(pk__in=form.chosen()))
        try:
            made = opening.open_case(
                child,
                source=said["source"],
                told=said["told"],
                owner=owner,
                by=to.user,
                reason=said["reason"],
                also=also,
            )
        except CannotWork as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The case is open. The first steps are due by {words.day(made.due_date)}.")
            return redirect(case_address(made))
    asked = {"title": f"Is {shown.name} missing education?", "button": "Open a case", "back": shown.url}
    return working.ask(request, form, asked, section=SECTION)


def _missing_too(child: Child, to: Context) -> list[Summary]:
    """Brothers and sisters whom the balance has as missing education, or nearly, and who have no case."""
    family = disclosure.kin(disclosure.record(child, to=to)) - to.family
    lost = BalancePlace.objects.filter(child__in=family, line__in=[str(line) for line in LOST])
    wanted = lost.exclude(child__in=Case.objects.open().values("child")).values_list("child", flat=True)
    return list(disclosure.disclose(sorted(wanted), to=to).values())


@never_cache
@requires(WORK_CASES)
def missing_figures(request: HttpRequest) -> HttpResponse:
    """Counts for the termly collection, and how long it takes to find a child. Nobody is named."""
    to, days = context_of(request), collection.days(timezone.localdate())
    day = _day_of(request, days)
    found = figures(day, to=to)
    homes = collection.home_figures(day, to=to)
    access.note(request, kind="listed", asked={"page": "figures of missing education", "on": day.isoformat()})
    tables = [
        ("Sex", found.by_sex), ("Year group", found.by_year_group), ("Reason", found.by_reason),
        ("Who told", found.by_source), ("Open for", found.by_duration),
        ("Educated at home: sex", homes.by_sex), ("Educated at home: year group", homes.by_year_group),
        ("Educated at home: reason", homes.by_reason),
    ]  # fmt: skip
    context = {
        "found": found,
        "homes": homes,
        "leaves_out": not to.may_see_shielded,
        "days": [{"text": words.day(one), "href": f"?on={one.isoformat()}", "current": one == day} for one in days],
        "file": f"{reverse('schools:missing_csv')}?on={day.isoformat()}",
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


def _day_of(request: HttpRequest, days: list[date]) -> date:
    """The day that is asked for, if it is one of those offered; otherwise the first."""
    asked = request.GET.get("on", "")
    return next((day for day in days if day.isoformat() == asked), days[0])


@never_cache
@requires(WORK_CASES)
def missing_csv(request: HttpRequest) -> HttpResponseBase:
    """The figures of a day as a file, for the termly collection: counts, and nobody's name."""
    to = context_of(request)
    day = _day_of(request, collection.days(timezone.localdate()))
    access.note(request, kind="exported", asked={"page": "figures of missing education", "on": day.isoformat()})
    lines = collection.lines(day, to=to)
    answer = StreamingHttpResponse(csv_lines(collection.HEADINGS, lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="missing-education-{day.isoformat()}.csv"'
    return answer


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
    kinds = EnquiryKind.objects.exclude(name=opening.TOLD_MORE)
    context = {"form": form, "kinds": kinds, "section": SECTION}
    return render(request, "schools/missing/checklist.html", context)


def _turn(said: str, *, by: User) -> None:
    """Put a step out of use, or take it up again."""
    kind = (
        EnquiryKind.objects.exclude(name=opening.TOLD_MORE).filter(pk=int(said)).first()
        if said.isascii() and said.isdigit() and len(said) < 10
        else None
    )
    if kind is not None:
        with acts.act(by=by, source=Source.council(), reason_code="checklist_changed", reason=kind.name):
            EnquiryKind.objects.filter(pk=kind.pk).update(is_active=not kind.is_active)
