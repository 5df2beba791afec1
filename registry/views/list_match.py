"""The pages of list match: send a list, say what its columns are, follow the work, fetch it back.

Only whoever asked sees what is in a list. Information governance reads who had which list matched, for whom and by
what right.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from childindex import words
from childindex.accounts.permissions import requires
from childindex.models import Job, User
from childindex.tables import TableError
from registry import access, quotas
from registry.access.noting import context_of
from registry.list_match import jobs, keeping
from registry.list_match.forms import ColumnsForm, SendListForm
from registry.list_match.reading import headings_of
from registry.list_match.returning import counts, given_back
from registry.list_match.words import MANY, MATCH, MEANING, NONE, POSSIBLE
from registry.models import ListMatch, MatchStage, Returned
from registry.quotas import OverQuota

ON_A_PAGE = 25
SECTION, PERMISSION = "registry:list_matches", "match_lists"
OUTCOMES = {MATCH: ("matched", "good"), POSSIBLE: ("possible", "doubt"), MANY: ("many", "alert"), NONE: ("none", "")}
COLUMNS = ["List", "Asked", "For whom", "What it is for", {"text": "Rows", "numeric": True}, "Now"]
NUMBER_OF_ROWS = {"text": "Rows", "numeric": True}
ALL_COLUMNS = ["Asked", "By", "For whom", "What it is for", "Lawful gateway", "What came back", NUMBER_OF_ROWS]


@requires(PERMISSION)
def list_matches(request: HttpRequest) -> HttpResponse:
    """The lists that this person had matched, the latest first."""
    page = Paginator(ListMatch.objects.of(user_of(request)), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [_row(one) for one in page],
        "columns": COLUMNS,
        "caption": words.count(page.paginator.count, "list"),
        "page": page,
        "section": SECTION,
    }
    return render(request, "registry/list_match/list.html", context)


def _row(one: ListMatch) -> list[Any]:
    return [
        {"text": one.name, "href": reverse("registry:list_match", args=[one.pk])},
        words.day(timezone.localtime(one.asked_at).date()),
        one.recipient,
        one.purpose,
        {"text": f"{one.rows:,}" if one.rows else "", "numeric": True},
        one.get_stage_display(),
    ]


@requires("read_access_log")
def list_matches_all(request: HttpRequest) -> HttpResponse:
    """Who had a list matched, for whom and by what right: nothing of what was in it."""
    page = Paginator(ListMatch.objects.select_related("by"), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [_facts_of(one) for one in page],
        "columns": ALL_COLUMNS,
        "caption": words.count(page.paginator.count, "list"),
        "page": page,
        "section": "registry:list_matches_all",
    }
    return render(request, "registry/list_match/all.html", context)


def _facts_of(one: ListMatch) -> list[Any]:
    return [
        words.day(timezone.localtime(one.asked_at).date()),
        str(one.by),
        one.recipient,
        one.purpose,
        one.gateway,
        _said(one.wanted),
        {"text": f"{one.rows:,}", "numeric": True},
    ]


def _said(wanted: list[str]) -> str:
    return words.listed([str(Returned(kind).label) for kind in wanted])


@requires(PERMISSION)
def list_match_send(request: HttpRequest) -> HttpResponse:
    """Send a list, and say what it is for, for whom and by what right."""
    form = SendListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("registry:list_match", _kept(form, user_of(request)).pk)
        except OverQuota as refusal:
            form.add_error("file", str(refusal))
            access.note(request, kind="refused", asked=quotas.asked("lists", refusal))
    return render(request, "registry/list_match/send.html", {"form": form, "section": SECTION})


@transaction.atomic
def _kept(form: SendListForm, by: User) -> ListMatch:
    """The list that was sent. Raises OverQuota."""
    quotas.for_list(by=by)
    said = form.cleaned_data
    return ListMatch.objects.create(
        by=by,
        name=said["file"].name[-255:],
        purpose=said["purpose"],
        recipient=said["recipient"],
        gateway=said["gateway"],
        wanted=said["wanted"],
        headings={str(place): key for place, (_, key) in enumerate(form.headings) if key},
        kept_until=timezone.localdate() + timedelta(days=said["days"]),
        content=form.content,
    )


@never_cache
@requires(PERMISSION)
def list_match(request: HttpRequest, match_id: int) -> HttpResponse:
    """One list: which column is what, then how far the work has come, then what was found."""
    asked = _own(request, match_id)
    job = jobs.under_way(asked)
    context: dict[str, Any] = {"asked": asked, "job": job, "rows": _facts(asked), "section": SECTION}
    if job is None and asked.stage == MatchStage.RECEIVED:
        return _columns(request, asked, context)
    if asked.stage == MatchStage.MATCHED and job is None:
        context |= _found(asked, user_of(request))
    return render(request, "registry/list_match/match.html", context)


def _columns(request: HttpRequest, asked: ListMatch, context: dict[str, Any]) -> HttpResponse:
    """Ask which column is what, and once that is said have the list matched."""
    headings = _headings(asked)
    form = ColumnsForm(request.POST or None, headings=headings)
    if request.method == "POST" and form.is_valid():
        asked.headings = form.chosen
        asked.save(update_fields=["headings"])
        jobs.ask_to_match(asked, user_of(request))
        access.note(request, kind="search", asked={"list": asked.pk, "for": asked.recipient}, purpose=asked.purpose)
        return redirect("registry:list_match", asked.pk)
    failed = Job.objects.about(jobs.KIND, f"list_match:{asked.pk}").order_by("-pk").first()
    context |= {"form": form, "failed": failed.problem if failed else ""}
    return render(request, "registry/list_match/columns.html", context)


def _headings(asked: ListMatch) -> list[tuple[str, str]]:
    try:
        found = headings_of(bytes(asked.content or b""))
    except TableError:
        return []
    return [(heading, asked.headings.get(str(place), "")) for place, (heading, _) in enumerate(found)]


def _found(asked: ListMatch, to: User) -> dict[str, Any]:
    numbers = counts(asked, to=to)
    parts = [{"value": numbers[letter], "label": label, "tone": tone} for letter, (label, tone) in OUTCOMES.items()]
    meanings = [{"key": OUTCOMES[letter][0].capitalize(), "value": MEANING[letter]} for letter in OUTCOMES]
    return {"parts": parts, "meanings": meanings, "file": reverse("registry:list_match_file", args=[asked.pk])}


def _facts(asked: ListMatch) -> list[dict[str, str]]:
    rows = [
        {"key": "What it is for", "value": asked.purpose},
        {"key": "For whom", "value": asked.recipient},
        {"key": "Lawful gateway", "value": asked.gateway},
        {"key": "What comes back", "value": _said(asked.wanted)},
        {"key": "Rows", "value": f"{asked.rows:,}" if asked.rows else ""},
        {"key": "Kept until", "value": words.day(asked.kept_until) if asked.content else "Removed"},
    ]
    return [row for row in rows if row["value"]]


@never_cache
@requires(PERMISSION)
def list_match_file(request: HttpRequest, match_id: int) -> HttpResponseBase:
    """The list with what was found. Everybody in it is written down, with the purpose, before it leaves."""
    asked = _own(request, match_id)
    if asked.stage != MatchStage.MATCHED:
        return redirect("registry:list_match", asked.pk)
    context = context_of(request)
    content = given_back(asked, to=context)
    said = {"list": asked.pk, "understood": [f"For {asked.recipient}", asked.gateway, _said(asked.wanted)]}
    access.note(request, kind="exported", asked=said, purpose=asked.purpose)
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'matched {asked.name}')}"
    return response


@requires(PERMISSION)
@require_POST
def list_match_remove(request: HttpRequest, match_id: int) -> HttpResponse:
    """Remove the list before its days are over."""
    asked = _own(request, match_id)
    if jobs.under_way(asked) is not None:
        raise PermissionDenied("The list is being matched. Stop the work first.")
    keeping.remove(asked)
    messages.success(request, "The list has been removed.")
    return redirect("registry:list_matches")


def _own(request: HttpRequest, match_id: int) -> ListMatch:
    return get_object_or_404(ListMatch.objects.of(user_of(request)), pk=match_id)


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
