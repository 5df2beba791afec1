"""How far somebody is in *My work*: the list as it was shown last, and the item whose pages they are on.

The list stands in the session as addresses. Nothing of it is read anew on the way, so that going on costs nothing; what
somebody else has done meanwhile says so on its own page.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse

from childindex.navigation import Place

KEPT_LIST, KEPT_AT = "work-list", "work-at"
MOST = 300


def keep(request: HttpRequest, addresses: Sequence[str]) -> None:
    """Keep the list that is shown; nobody is in it yet."""
    request.session[KEPT_LIST] = list(dict.fromkeys(addresses))[:MOST]
    request.session.pop(KEPT_AT, None)


def where_now(request: HttpRequest) -> Place | None:
    """The place in the list, from the first item that is opened on; not on the list itself."""
    held: list[str] = request.session.get(KEPT_LIST, []) if hasattr(request, "session") else []
    if not held:
        return None
    here = reverse("registry:work")
    if request.path.startswith(here):
        return None
    at = next((place for place, one in enumerate(held) if _is_of(request.path, one)), None)
    if at is None:
        at = request.session.get(KEPT_AT)
    elif request.session.get(KEPT_AT) != at:
        request.session[KEPT_AT] = at
    if at is None or at >= len(held):
        return None
    text = f"My work: {at + 1} of {len(held)}."
    if at + 1 == len(held):
        return Place(text, "That is the last. Back to my work", here)
    return Place(text, "Next", reverse("registry:work_next", args=[at + 1]))


def address_at(request: HttpRequest, place: int) -> str:
    """The address of an item of the list; that of the list itself for a place that it does not have."""
    held: list[str] = request.session.get(KEPT_LIST, [])
    if place >= len(held):
        return reverse("registry:work")
    request.session[KEPT_AT] = place
    return held[place]


def _is_of(path: str, address: str) -> bool:
    """Whether a page is an item's own, or one below it."""
    return path.startswith(address.partition("?")[0])
