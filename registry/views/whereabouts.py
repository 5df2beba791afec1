"""The board of whereabouts: how sure the index is of each kind of thing, where to ask, and the oldest first."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from childindex import words
from childindex.accounts.permissions import requires
from registry import access, disclosure
from registry.access.noting import context_of
from registry.models import WhereaboutsDay
from registry.views.balance import page_number
from registry.whereabouts import board
from registry.whereabouts.board import HOME, MARKS, THINGS
from registry.whereabouts.freshness import AGEING, CONTESTED, FRESH, STALE, UNKNOWN

SECTION, PERMISSION = "registry:balance", "see_balance"
ON_A_PAGE, SHOWN, DRAWN = 50, 15, 60
TONES = {FRESH: "good", AGEING: "doubt", STALE: "stale", CONTESTED: "alert", UNKNOWN: ""}
SAID = {
    FRESH: "confirmed lately",
    AGEING: "not confirmed for a while",
    STALE: "not confirmed for too long",
    CONTESTED: "sources disagree",
    UNKNOWN: "nobody has said, or nobody knows",
}


@never_cache
@requires(PERMISSION)
def whereabouts(request: HttpRequest) -> HttpResponse:
    """How sure each kind of thing is, as of last night, and which schools would help most."""
    behind = context_of(request).may_see_shielded
    days = list(reversed(WhereaboutsDay.objects.order_by("-day")[:DRAWN]))
    if not days:
        return render(request, "registry/balance/whereabouts.html", {"section": SECTION})
    boards = [board.board_of(day, behind_shields=behind) for day in days]
    last = boards[-1]
    context = {
        "board": last,
        "leaves_out": not behind,
        "total": last.total(HOME),
        "things": [_thing(what, last) for what in THINGS],
        "said": list(SAID.items()),
        "schools": [_school(*row) for row in board.worst_schools(HOME, behind_shields=behind, most=SHOWN)],
        "school_columns": ["School", {"text": "Pupils", "numeric": True}, {"text": "Home not known", "numeric": True}],
        "points": [(one.day, one.known) for one in boards] if len(boards) > 1 else [],
        "course_rows": [[words.day(one.day), f"{one.known:,}", f"{one.total(HOME):,}"] for one in reversed(boards)],
        "course_columns": ["Day", {"text": "Known", "numeric": True}, {"text": "Children", "numeric": True}],
        "section": SECTION,
    }
    return render(request, "registry/balance/whereabouts.html", context)


def _thing(what: str, found: board.Board) -> dict[str, Any]:
    parts = [
        {
            "value": found.counts[what][mark],
            "label": mark,
            "tone": mark,
            "href": reverse("registry:whereabouts_of", args=[what, mark]),
        }
        for mark in MARKS
    ]
    return {"title": THINGS[what], "parts": parts}


def _school(urn: int, name: str, pupils: int, known: int) -> list[Any]:
    href = f"{reverse('registry:whereabouts_of', args=[HOME, STALE])}?school={urn}"
    return [
        {"text": name, "href": href},
        {"text": f"{pupils:,}", "numeric": True},
        {"text": f"{pupils - known:,}", "numeric": True},
    ]


@never_cache
@requires(PERMISSION)
def whereabouts_of(request: HttpRequest, what: str, mark: str) -> HttpResponse:
    """The children of one mark, those never confirmed first, and then the longest ago."""
    if what not in THINGS or mark not in MARKS:
        raise Http404("The board has no such part.")
    to, number = context_of(request), page_number(request)
    said = request.GET.get("school", "")
    urn = int(said) if said.isascii() and said.isdigit() and len(said) == 6 else None
    found, total = board.oldest(
        what, mark, behind_shields=to.may_see_shielded, urn=urn, limit=ON_A_PAGE, offset=(number - 1) * ON_A_PAGE
    )
    children = disclosure.disclose([child_id for child_id, _ in found if child_id not in to.family], to=to)
    access.note(request, kind="listed", asked={"page": "whereabouts", "what": what, "mark": mark, "school": said})
    context = {
        "title": f"{THINGS[what]}: {mark}",
        "lead": SAID[mark],
        "rows": [
            [
                {"text": child.name, "href": child.url, "note": child.index_number},
                "Withheld" if child.withheld else child.school or "At no school",
                "Withheld" if child.withheld else words.day(day) if day else "Never",
            ]
            for child_id, day in found
            if (child := children.get(child_id))
        ],
        "columns": ["Child", "School", "Confirmed last"],
        "caption": words.count(total, "child", "children"),
        "page": Paginator(range(total), ON_A_PAGE).get_page(number),
        "section": SECTION,
    }
    return render(request, "registry/balance/whereabouts_of.html", context)
