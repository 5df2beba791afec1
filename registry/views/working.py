"""*My work*: everything that waits for somebody or their team, in one list across the product."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from childindex import words
from childindex.accounts.permissions import requires
from registry import access, disclosure, working_through
from registry.access.noting import context_of
from registry.waiting import Found, Item, Kind, kinds_for

SECTION, PERMISSION, KEPT = "registry:work", "do_work", "work-kind"
MOST, ON_A_PAGE = 200, 50
COLUMNS = ["What", "Of whom", "By when"]


@never_cache
@requires(PERMISSION)
def work(request: HttpRequest) -> HttpResponse:
    """What waits, the most overdue first; of one kind where one is chosen, which stays chosen."""
    to, today = context_of(request), timezone.localdate()
    kinds = kinds_for(to)
    found = {kind.code: kind.find(to, MOST) for kind in kinds}
    chosen = _chosen(request, kinds)
    items = sorted((one for code in found if chosen in ("", code) for one in found[code].items), key=_order)
    working_through.keep(request, [one.href for one in items])
    page = Paginator(items, ON_A_PAGE).get_page(request.GET.get("page"))
    children = disclosure.disclose([one.child_id for one in page if one.child_id], to=to)
    access.note(request, kind="listed", asked={"page": "my work", "of": chosen})
    context = {
        "rows": [row for one in page if (row := _row(one, children, today))],
        "columns": COLUMNS,
        "caption": words.count(sum(one.total for code, one in found.items() if chosen in ("", code)), "thing"),
        "late": sum(one.due is not None and one.due < today for one in items),
        "tabs": _tabs(kinds, found, chosen),
        "is_cut": any(len(one.items) < one.total for code, one in found.items() if chosen in ("", code)),
        "most": MOST,
        "page": page,
        "section": SECTION,
    }
    return render(request, "registry/work.html", context)


@never_cache
@requires(PERMISSION)
def work_next(request: HttpRequest, place: int) -> HttpResponse:
    """Go on with an item of the list as it was shown last."""
    return redirect(working_through.address_at(request, place))


def _chosen(request: HttpRequest, kinds: list[Kind]) -> str:
    """The kind that is chosen now, or was the last time; none where that is not this person's work."""
    said = request.GET.get("of", request.session.get(KEPT, ""))
    chosen = said if said in {kind.code for kind in kinds} else ""
    if "of" in request.GET:
        request.session[KEPT] = chosen
    return chosen


def _order(one: Item) -> tuple[bool, date, bool]:
    return (one.due is None, one.due or date.max, not one.is_mine)


def _tabs(kinds: list[Kind], found: dict[str, Found], chosen: str) -> list[dict[str, Any]]:
    total = sum(one.total for one in found.values())
    tabs: list[dict[str, Any]] = [{"text": "Everything", "href": "?of=", "current": not chosen, "count": total}]
    return tabs + [
        {
            "text": kind.label,
            "href": f"?of={kind.code}",
            "current": kind.code == chosen,
            "count": found[kind.code].total,
        }
        for kind in kinds
    ]


def _row(one: Item, children: dict[int, disclosure.Summary], today: date) -> list[Any] | None:
    child = children.get(one.child_id) if one.child_id else None
    if one.child_id and child is None:
        return None
    of_whom: Any = {"text": child.name, "note": child.index_number} if child else one.about
    due = {"text": _due(one.due, today), "tag": "Late" if one.due and one.due < today else "", "tone": "alert"}
    return [
        {"text": one.what, "href": one.href, "note": "Yours" if one.is_mine else ""},
        of_whom,
        due if one.due else "",
    ]


def _due(day: date | None, today: date) -> str:
    """A day as people say it: *due tomorrow*, *3 days late*, or the date."""
    if day is None:
        return ""
    days = (day - today).days
    if days < 0:
        return f"{words.count(-days, 'day')} late"
    return {0: "Due today", 1: "Due tomorrow"}.get(days, words.day(day))
