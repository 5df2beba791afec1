"""The pages of who looked: for information governance, by person, by child, by day and by kind.

Reading the record of looking is looking, and is written down like any other.
"""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from childindex import words
from childindex.accounts.permissions import requires
from childindex.templatetags.words import moment
from registry import access, disclosure
from registry.access import exporting
from registry.access.lists import COUNTED, FirstPages, LogFilter, OneChildFilter
from registry.access.noting import context_of
from registry.access.reading import Log, Told
from registry.disclosure import Summary
from registry.models import Child
from registry.views.opening import address_of, of_child

ON_A_PAGE = 25
CHILDREN_IN_A_LIST = 5
CHILDREN_ON_A_PAGE = 100


@requires("read_access_log")
def access_log(request: HttpRequest) -> HttpResponse:
    """Everybody's looking, newest first."""
    log = Log(context_of(request))
    asked = LogFilter(request.GET, queryset=log.entries(), log=log)
    about = disclosure.disclose([asked.chosen.pk], to=log.context)[asked.chosen.pk] if asked.chosen else None
    access.note(request, kind="log_read", asked={"understood": asked.understood, "page": _page_number(request)})
    return render(
        request,
        "registry/access/log.html",
        {
            **_list(request, log, asked),
            "about": about,
            "export": f"{reverse('registry:access_log_export')}?{request.GET.urlencode()}",
            "section": "registry:access_log",
        },
    )


@of_child("read_access_log")
def child_access(request: HttpRequest, child: Child) -> HttpResponse:
    """Who was shown this child, when and why."""
    log = Log(context_of(request))
    asked = OneChildFilter(request.GET, queryset=log.showing(log.entries(), child))
    about = disclosure.disclose([child.pk], to=log.context)[child.pk]
    access.note(request, kind="log_read", asked={"understood": asked.understood, "page": _page_number(request)})
    return render(
        request,
        "registry/access/child.html",
        {
            **_list(request, log, asked),
            "about": about,
            "details": [about.index_number],
            "tags": [{"text": "Shielded", "tone": "alert"}] if about.shielded else [],
            "record": about.url if log.context.may("view_child") else "",
            "section": "registry:access_log",
        },
    )


def _list(request: HttpRequest, log: Log, asked: OneChildFilter) -> dict[str, Any]:
    page = FirstPages(asked.found, ON_A_PAGE).get_page(request.GET.get("page"))
    number = page.paginator.count
    return {
        "filter": asked,
        "form": asked.form,
        "page": page,
        "entries": [_shown(told) for told in log.tell(list(page), at_most=CHILDREN_IN_A_LIST)],
        "count": f"More than {COUNTED:,} entries" if number > COUNTED else words.count(number, "entry", "entries"),
        "is_narrowed": bool(asked.understood),
        "may_export": 0 < number <= COUNTED,
        "in_part": not log.context.may_see_shielded,
    }


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _shown(told: Told) -> dict[str, Any]:
    return {
        "told": told,
        "href": reverse("registry:access_log_entry", args=[told.id]),
        "person": f"{reverse('registry:access_log')}?by={told.email}" if told.email else "",
        "children": [_child(one) for one in told.children],
        "more": words.count(told.more, "other") if told.more else "",
    }


def _child(one: Summary) -> dict[str, str]:
    return {"name": one.name, "number": one.index_number, "href": address_of("child_access", one.index_number)}


@requires("read_access_log")
def access_log_entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One entry, whole: a page at a time of those shown."""
    log = Log(context_of(request))
    entry = get_object_or_404(log.entries(), pk=entry_id)
    page = Paginator(range(log.number_in(entry)), CHILDREN_ON_A_PAGE).get_page(request.GET.get("page"))
    [told] = log.tell([entry], skip=(page.number - 1) * CHILDREN_ON_A_PAGE, at_most=CHILDREN_ON_A_PAGE)
    access.note(request, kind="log_read", asked={"entry": entry_id, "page": page.number})
    return render(
        request,
        "registry/access/entry_page.html",
        {
            "told": told,
            "rows": _rows(told),
            "page": page,
            "children": [_child(one) for one in told.children],
            "shown": words.count(told.total, "child", "children"),
            "in_part": not log.context.may_see_shielded,
            "section": "registry:access_log",
        },
    )


def _rows(told: Told) -> list[dict[str, Any]]:
    rows = [
        {"key": "When", "value": moment(told.at)},
        {"key": "Who", "value": told.who, "note": told.email},
        {"key": "What they did", "value": told.did.capitalize(), "note": told.page},
        *({"key": label, "value": text} for label, text in told.asked),
        {"key": "Purpose", "value": told.purpose},
        {"key": "Case", "value": told.case_reference},
        {"key": "Place in the log", "value": f"Entry {told.id}"},
    ]
    return [row for row in rows if row["value"]]


@requires("read_access_log")
def access_log_export(request: HttpRequest) -> HttpResponseBase:
    """The entries that fit, as a file for a spreadsheet. Who is in it is written down before its first line leaves."""
    log = Log(context_of(request))
    asked = LogFilter(request.GET, queryset=log.entries(), log=log)
    entries = list(asked.found[: COUNTED + 1])
    access.note(request, kind="exported", asked={"understood": ["who looked", *asked.understood]})
    if len(entries) > COUNTED:
        return render(request, "registry/access/too_long.html", {"most": COUNTED}, status=400)
    access.declare(request, log.everybody_in(entries))
    response = StreamingHttpResponse(exporting.csv_of(log, entries), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="who-looked-{timezone.localdate():%Y-%m-%d}.csv"'
    return response
