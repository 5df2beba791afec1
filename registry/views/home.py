"""The first page after signing in: what this person came to do, and where they were."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from childindex import navigation, roles, words
from registry import access, disclosure
from registry.access.noting import context_of
from registry.balance import counting
from registry.models import AccessKind, AccessPayload, BalanceDay, IndexEntry
from registry.views.opening import address_of

LATELY = timedelta(days=14)
SHOWN = 8
EXACT_UP_TO = 100_000
WORKED_ON = [AccessKind.OPENED, AccessKind.EDITED, AccessKind.HISTORY, AccessKind.AS_AT]


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """A search box for those who search, the records opened lately, and what else this role may do."""
    context = context_of(request)
    may_search, may_open = context.may("search_children"), context.may("view_child")
    page: dict[str, Any] = {
        "role": roles.label(context.user.role),
        "what": roles.description(context.user.role),
        "may_search": may_search,
        "links": [item for item in navigation.items_for(context.user) if item.url_name != "registry:search"],
        "add": address_of("child_add") if context.may("edit_child") else "",
    }
    if may_search:
        size = _size()
        page |= {"size": size, "is_empty": not size}
    if context.may("see_balance"):
        day = BalanceDay.objects.first()
        told = counting.published([day] if day else [], behind_shields=context.may_see_shielded)
        page["balance"] = next(iter(told.values()), None)
    if may_search and may_open:
        lately = disclosure.disclose(_opened_lately(context.user.pk), to=context)
        page["lately"] = [_row(child) for child in lately.values()]
        access.note(request, kind="listed", asked={"page": "home"})
    return render(request, "registry/home.html", page)


def _row(child: disclosure.Summary) -> dict[str, Any]:
    born = words.day(child.date_of_birth) if child.date_of_birth else ""
    return {"href": child.url, "name": child.name, "born": born, "index_number": child.index_number}


def _opened_lately(user_id: int) -> list[int]:
    """Ids of the children whose records this person opened last, the latest first, each once."""
    since = timezone.now() - LATELY
    opened = (
        AccessPayload.objects.filter(at__gte=since, entry__user_id=user_id, entry__kind__in=WORKED_ON)
        .exclude(asked__has_key="continues")
        .order_by("-at")
        .values_list("asked__index_number", "children", "index_numbers")[: SHOWN * 8]
    )
    found: dict[int, None] = {}
    for about, children, numbers in opened:
        subject = [child for child, number in zip(children, numbers, strict=True) if number == about or not about]
        for child in subject[:1]:
            found.setdefault(child)
    return list(found)[:SHOWN]


def _size() -> str:
    """How many children the index holds: exact where counting is quick, otherwise about how many; empty for none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass('registry_indexentry')")
        about = cursor.fetchone()[0]
    if about > EXACT_UP_TO:
        return f"about {round(about, -3):,} children"
    exact = IndexEntry.objects.count()
    return words.count(exact, "child") if exact else ""
