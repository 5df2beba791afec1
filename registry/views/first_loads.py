"""The pages of the first load: send the tables, watch the rehearsal, read what it comes to, and load with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from childindex import words
from childindex.accounts.permissions import requires
from childindex.models import JobState, User
from childindex.tables import Cell, csv_lines
from registry import access, disclosure
from registry.access.noting import context_of
from registry.disclosure import Context, Summary
from registry.first_load import jobs
from registry.first_load.forms import LoadForm, SendTablesForm
from registry.first_load.receiving import CannotReceive, begin, keep, source_of
from registry.first_load.tables import ALL
from registry.matching.explaining import again
from registry.models import (
    ExtractTable,
    FirstLoad,
    FirstLoadFile,
    FirstLoadProblem,
    FirstLoadSuspect,
    IndexEntry,
    LoadOutcome,
    LoadStage,
)
from registry.views.pairs import likelihood

ON_A_PAGE = 50
SECTION, PERMISSION = "registry:first_loads", "manage_feeds"
TONES = {"loaded": "good", "joined": "", "set_aside": "doubt", "refused": "alert"}
COLUMNS = ["Extract", "Sent", {"text": "Rows", "numeric": True}, "Now"]
TABLE_COLUMNS = [
    "Table",
    *({"text": text, "numeric": True} for text in ("Rows", *(str(one.label) for one in LoadOutcome))),
]
PROBLEM_COLUMNS = ["Table", {"text": "Row", "numeric": True}, "Field", "What is wrong", "The row is"]
SUSPECT_COLUMNS = ["Reference", "In the extract", "May be the same as", "Why", "How likely"]
CODES = {
    "unreadable": "A value cannot be read",
    "shape": "The row does not fit its headings",
    "no_reference": "No reference",
    "says_nothing": "The row says nothing",
    "no_place": "An address without street and postcode",
    "no_name": "A carer without a name",
    "backwards": "The last day is before the first",
    "before": "A date before the date of birth",
    "contradicted": "Two children under one reference",
    "twice": "A reference twice",
    "nameless": "A child without a name",
    "orphan": "Nobody in the extract has the reference",
    "unknown_school": "A school that nobody knows",
    "unknown_practice": "A GP practice that nobody knows",
    "said_twice": "Said twice",
    "overlaps": "Said twice over days that overlap",
    "said_already": "Said in other rows",
    "two_homes": "Two current homes",
    "differs": "Another date of birth than in the index",
}


@requires(PERMISSION)
def first_loads(request: HttpRequest) -> HttpResponse:
    """The extracts that were sent, the latest first."""
    found = FirstLoad.objects.select_related("source").prefetch_related("files").order_by("-pk")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [_row(load) for load in page],
        "columns": COLUMNS,
        "caption": words.count(page.paginator.count, "extract"),
        "page": page,
        "section": SECTION,
    }
    return render(request, "registry/first_load/list.html", context)


def _row(load: FirstLoad) -> list[Any]:
    return [
        {"text": str(load), "href": _address("first_load", load)},
        words.day(load.received_at.date()),
        {"text": f"{sum(file.rows for file in load.files.all()):,}", "numeric": True},
        load.get_stage_display(),
    ]


@requires(PERMISSION)
def first_load_send(request: HttpRequest) -> HttpResponse:
    """Send the tables of an extract; the rehearsal begins by itself."""
    form = SendTablesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            load = _sent(form, user_of(request))
        except CannotReceive as refusal:
            form.add_error("tables", str(refusal))
        else:
            jobs.ask_to_rehearse(load, user_of(request))
            return redirect("registry:first_load", load.pk)
    return render(request, "registry/first_load/send.html", {"form": form, "section": SECTION})


def _sent(form: SendTablesForm, by: User) -> FirstLoad:
    said = form.cleaned_data
    load = begin(source_of(form.code, name=said["name"] or form.code, by=by), as_of=said["as_of"], by=by)
    try:
        keep(load, [(file.name, file.file) for file in said["tables"]])
    except CannotReceive:
        load.delete()
        raise
    return load


@never_cache
@requires(PERMISSION)
def first_load(request: HttpRequest, load_id: int) -> HttpResponse:
    """One extract: how far the work has come, what every row comes to, and the button to load it."""
    load = get_object_or_404(FirstLoad.objects.select_related("source", "act"), pk=load_id)
    job = jobs.under_way(load)
    form = LoadForm(request.POST if request.POST.get("doing") == "load" else None)
    if request.method == "POST" and job is None and load.stage != LoadStage.LOADED and load.let_go_at is None:
        if request.POST.get("doing") == "rehearse":
            jobs.ask_to_rehearse(load, user_of(request))
            return redirect("registry:first_load", load.pk)
        if form.is_bound and load.stage == LoadStage.REHEARSED and form.is_valid():
            jobs.ask_to_load(load, user_of(request), form.cleaned_data["because"])
            return redirect("registry:first_load", load.pk)
    return render(request, "registry/first_load/load.html", _shown(load, form, context_of(request)) | {"job": job})


def _shown(load: FirstLoad, form: LoadForm, to: Context) -> dict[str, Any]:
    files = list(load.files.all())
    last = jobs.last(load)
    return {
        "load": load,
        "form": form,
        "failed": last.problem if last and last.state == JobState.FAILED else load.refusal,
        "parts": _parts(files),
        "columns": TABLE_COLUMNS,
        "tables": [_table_row(file) for file in files],
        "totals": _totals(files),
        "headings": [{"file": file, "rows": _headings(file)} for file in files if file.headings],
        "warnings": [f"{file.name}: {warning}" for file in files for warning in file.warnings],
        "codes": _codes(load),
        "suspects": _visible_suspects(load, to).count(),
        "is_rehearsed": load.stage == LoadStage.REHEARSED,
        "is_loaded": load.stage == LoadStage.LOADED,
        "section": SECTION,
    }


def _parts(files: list[FirstLoadFile]) -> list[dict[str, Any]]:
    return [
        {"value": sum(getattr(file, one.value) for file in files), "label": one.label.lower(), "tone": TONES[one]}
        for one in LoadOutcome
    ]


def _numbers(file: FirstLoadFile) -> list[int]:
    return [file.rows, *(getattr(file, one.value) for one in LoadOutcome)]


def _table_row(file: FirstLoadFile) -> list[Any]:
    label = ExtractTable(file.table).label if file.table else file.name
    cells = [{"text": f"{number:,}", "numeric": True} for number in _numbers(file)]
    return [{"text": str(label), "note": file.name if file.table else ""}, *cells]


def _totals(files: list[FirstLoadFile]) -> list[Any]:
    sums = [sum(column) for column in zip(*map(_numbers, files), strict=True)] if files else []
    return ["All of it", *({"text": f"{number:,}", "numeric": True} for number in sums)]


def _headings(file: FirstLoadFile) -> list[dict[str, str]]:
    return [{"key": heading or "(unnamed)", "value": _field(key) or "Not read"} for heading, key in file.headings]


def _field(key: str) -> str:
    return "Reference" if key == "reference" else ALL[key].label if key in ALL else ""


def _codes(load: FirstLoad) -> list[dict[str, Any]]:
    """How many problems there are of each sort, the most first."""
    found = FirstLoadProblem.objects.filter(file__load=load).values_list("code").annotate(Count("pk")).order_by()
    return [
        {
            "key": CODES.get(code, code),
            "value": words.count(number, "row"),
            "actions": [{"text": "Show", "href": f"{_address('first_load_problems', load)}?code={code}", "what": code}],
        }
        for code, number in sorted(found, key=lambda one: (-one[1], one[0]))
    ]


@requires(PERMISSION)
def first_load_problems(request: HttpRequest, load_id: int) -> HttpResponse:
    """What is wrong, by table and row as a spreadsheet shows it."""
    load = get_object_or_404(FirstLoad.objects.select_related("source"), pk=load_id)
    code = request.GET.get("code", "")
    found = _problems(load)
    page = Paginator(found.filter(code=code) if code in CODES else found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "load": load,
        "kind": CODES.get(code, ""),
        "rows": [_problem_row(one) for one in page],
        "columns": PROBLEM_COLUMNS,
        "caption": words.count(page.paginator.count, "problem"),
        "page": page,
        "section": SECTION,
    }
    return render(request, "registry/first_load/problems.html", context)


def _problems(load: FirstLoad) -> QuerySet[FirstLoadProblem]:
    return FirstLoadProblem.objects.filter(file__load=load).select_related("file").order_by("file__number", "row", "pk")


def _became(one: FirstLoadProblem) -> str:
    return one.get_outcome_display() if one.outcome else "Loaded all the same"


def _problem_row(one: FirstLoadProblem) -> list[Any]:
    return [one.file.name, {"text": f"{one.row:,}", "numeric": True}, _field(one.field), one.sentence, _became(one)]


@requires(PERMISSION)
def first_load_problems_csv(request: HttpRequest, load_id: int) -> HttpResponseBase:
    """The same as a file, for whoever looks after the former system."""
    load = get_object_or_404(FirstLoad, pk=load_id)
    response = StreamingHttpResponse(csv_lines(PROBLEM_HEADINGS, _problem_lines(load)), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="first-load-{load.pk}-problems.csv"'
    return response


PROBLEM_HEADINGS = ["Table", "Row", "Field", "Code", "What is wrong", "The row is"]


def _problem_lines(load: FirstLoad) -> Iterator[list[Cell]]:
    for one in _problems(load).iterator():
        yield [one.file.name, one.row, _field(one.field), one.code, one.sentence, _became(one)]


@requires(PERMISSION)
def first_load_suspects(request: HttpRequest, load_id: int) -> HttpResponse:
    """The records that may be of one child, the likeliest first. A shielded child's are for custodians."""
    load, context = get_object_or_404(FirstLoad.objects.select_related("source"), pk=load_id), context_of(request)
    page = Paginator(_visible_suspects(load, context), ON_A_PAGE).get_page(request.GET.get("page"))
    found = list(page)
    children = disclosure.disclose([one.child_id for one in found if one.child_id], to=context)
    access.note(request, kind="listed", asked={"page": "first load", "load": load.pk, "number": page.number})
    shown = {
        "load": load,
        "rows": [_suspect_row(one, children) for one in found],
        "columns": SUSPECT_COLUMNS,
        "caption": words.count(page.paginator.count, "pair"),
        "page": page,
        "section": SECTION,
    }
    return render(request, "registry/first_load/suspects.html", shown)


def _visible_suspects(load: FirstLoad, to: Context) -> QuerySet[FirstLoadSuspect]:
    found = load.suspects.exclude(child__in=to.family).order_by("-score", "pk")
    if to.may_see_shielded:
        return found
    return found.exclude(child__in=IndexEntry.objects.filter(shielded=True).values("child_id"))


def _suspect_row(one: FirstLoadSuspect, children: dict[int, Summary]) -> list[Any]:
    return [
        one.reference,
        one.label,
        _other(one, children),
        words.sentence("; ".join(said.removeprefix("The ") for said in _reasons(one))),
        likelihood(one.score),
    ]


def _other(one: FirstLoadSuspect, children: dict[int, Summary]) -> Any:
    view = children.get(one.child_id or 0)
    if view is None:
        return {"text": one.other_label or "A child of the index", "note": one.other_reference}
    return {"text": view.name, "href": view.url, "note": view.index_number}


def _reasons(one: FirstLoadSuspect) -> list[str]:
    return [part.said for part in again(one.reasons) if part.bits > 1][:3]


@requires(PERMISSION)
@require_POST
def first_load_remove(request: HttpRequest, load_id: int) -> HttpResponse:
    """Remove the tables and figures of an extract that was not loaded."""
    load = get_object_or_404(FirstLoad.objects.exclude(stage=LoadStage.LOADED), pk=load_id)
    if jobs.under_way(load) is None:
        load.delete()
    return redirect("registry:first_loads")


def _address(name: str, load: FirstLoad) -> str:
    return reverse(f"registry:{name}", args=[load.pk])


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
