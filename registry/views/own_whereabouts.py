"""The board of whereabouts of one group of children: a school's pupils, or those known to a service."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone

from childindex import words
from registry import disclosure
from registry.access.noting import context_of
from registry.disclosure import Summary
from registry.views.balance import page_number
from registry.views.whereabouts import SAID, TONES
from registry.whereabouts import board
from registry.whereabouts.board import CARER, HOME, KNOWN, MARKS, PRACTICE, SCHOOL, THINGS
from registry.whereabouts.freshness import CONTESTED

ON_A_PAGE, DRAWN = 50, 60
HELPS = {
    HOME: "Ask the families where they live now, and confirm it.",
    CARER: "Ask who cares for them now, and how they are reached.",
    SCHOOL: "Ask which school they go to.",
    PRACTICE: "Ask with which GP practice they are registered.",
}


@dataclass(frozen=True)
class Group:
    """Whose board it is: the children, what of them is shown, the code under which shares are published, and the page
    of each child for whoever looks. `child_id` of `page` is one of `children`."""

    children: Collection[int]
    things: Collection[str]
    code: str
    noun: str
    page: Callable[[Summary], str]
    helps: Mapping[str, str] = field(default_factory=dict)
    """What would help with a thing, where it is otherwise than usually."""


def own_board(request: HttpRequest, group: Group) -> dict[str, Any]:
    """What the page shows: one figure, a bar for each thing, what would help most, whom to ask about first, and how it
    came to this."""
    to, number, today = context_of(request), page_number(request), timezone.localdate()
    found = board.of_children(group.children, on=today)
    asked, total = board.doubts(group.children, group.things, limit=ON_A_PAGE, offset=(number - 1) * ON_A_PAGE)
    if not asked and number > 1:  # a page beyond the last: what stood there was confirmed meanwhile
        number = 1
        asked, total = board.doubts(group.children, group.things, limit=ON_A_PAGE)
    children = disclosure.disclose([one.child_id for one in asked], to=to)
    course = board.course_of(group.code, most=DRAWN)
    return {
        "known": found.known,
        "total": found.total(HOME),
        "noun": group.noun,
        "things": [{"title": THINGS[what], "parts": _parts(found.counts[what])} for what in group.things],
        "helps": _helps(found.counts, group),
        "said": list(SAID.items()),
        "rows": [_row(one, children[one.child_id], group) for one in asked if one.child_id in children],
        "columns": [words.sentence(group.noun), "What", "How sure", "Confirmed last"],
        "caption": words.count(total, "thing") + " to ask about, never confirmed first",
        "page": Paginator(range(total), ON_A_PAGE).get_page(number),
        "points": [(one.day.day, one.known) for one in course] if len(course) > 1 else [],
        "course_rows": [[words.day(one.day.day), f"{one.known:,}", f"{one.total:,}"] for one in reversed(course)],
        "course_columns": ["Day", _number("Home known"), _number(words.sentence(words.plural(group.noun)))],
    }


def _number(text: str) -> dict[str, Any]:
    return {"text": text, "numeric": True}


def _parts(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"value": counts[mark], "label": mark, "tone": mark} for mark in MARKS]


def _helps(counts: Mapping[str, Mapping[str, int]], group: Group) -> str:
    """What would make most of them known."""
    lacking = {what: sum(counts[what][mark] for mark in MARKS if mark not in KNOWN) for what in group.things}
    what = max(lacking, key=lambda one: lacking[one], default="")
    if not what or not lacking[what]:
        return ""
    return f"{THINGS[what]}, of {words.count(lacking[what], group.noun)}. {group.helps.get(what, HELPS[what])}"


def _row(one: board.Doubt, child: Summary, group: Group) -> list[Any]:
    mark = {"text": "", "tag": words.sentence(one.mark), "tone": TONES[one.mark]}
    note = SAID[one.mark] if one.mark == CONTESTED else ""
    return [
        {"text": child.name, "href": group.page(child)},
        THINGS[one.what],
        {**mark, "note": note},
        words.day(one.confirmed_on) if one.confirmed_on else "Never",
    ]
