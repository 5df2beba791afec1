"""How every page about one child begins: the permission, the child by index number however it is written, the frame."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.urls.converters import StringConverter
from django.utils import timezone

from childindex.accounts.permissions import requires
from registry import sections
from registry.access.noting import context_of
from registry.disclosure import RecordView
from registry.identifiers import NotValid, read_index_number
from registry.models import Child
from registry.views.facts import identity


class IndexNumberConverter(StringConverter):
    """An index number in an address, however it is written; whether it is one is for the view to say."""

    regex = r"(?:[Cc][Ii][- ]?)?[0-9A-Za-z]{4}[- ]?[0-9A-Za-z]{4}[- ]?[0-9A-Za-z]"


ChildView = Callable[..., HttpResponse]
Gate = Callable[[HttpRequest, Child], HttpResponse | None]

_gates: dict[str, Gate] = {}


def register_gate(role: str, gate: Gate) -> None:
    """Have a role pass here before it opens a page about a child: None lets it through, an answer is what it gets."""
    _gates[role] = gate


def of_child(permission: str) -> Callable[[ChildView], Callable[..., HttpResponseBase]]:
    """Decorate a view of one child: it gets the child in place of the index number.

    Another way of writing the number (small letters, no hyphens) leads to the one address; an unknown one is not found.
    """

    def decorate(view: ChildView) -> Callable[..., HttpResponseBase]:
        @requires(permission)
        @wraps(view)
        def opened(request: HttpRequest, index_number: str, **kwargs: Any) -> HttpResponseBase:
            number = canonical(index_number)
            if number != index_number:
                return _to_canonical(request, number, kwargs)
            child = get_object_or_404(Child.objects.select_related("superseded_by"), index_number=number)
            context = context_of(request)
            user = context.user
            context.refuse_family(child)
            gate = _gates.get(user.role)
            return (gate(request, child) if gate else None) or view(request, child, **kwargs)

        return opened

    return decorate


def canonical(written: str) -> str:
    """An index number as it is written in addresses. Raises Http404 for what is none."""
    try:
        return read_index_number(written).value
    except NotValid as fault:
        raise Http404(str(fault)) from fault


def _to_canonical(request: HttpRequest, number: str, kwargs: dict[str, Any]) -> HttpResponse:
    if request.method not in ("GET", "HEAD") or request.resolver_match is None:
        raise Http404
    address = reverse(request.resolver_match.view_name, kwargs={"index_number": number, **kwargs})
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{address}?{query}" if query else address)


def frame(request: HttpRequest, view: RecordView, *, current: str, on: date | None = None) -> dict[str, Any]:
    """What every page of a record shows around its own content. `on` is the day looked back to."""
    head = identity(view, on=on or timezone.localdate())
    head["tags"] = [*head["tags"], *sections.tags_for(request, view)]
    return {"view": view, "identity": head, "tabs": _tabs(request, view, current), "may_edit": may_edit(request, view)}


def may_edit(request: HttpRequest, view: RecordView) -> bool:
    """Whether this person may correct this record; one that was superseded is left as it was."""
    return context_of(request).may_edit(view) and not view.superseded_by


def address_of(name: str, *args: Any) -> str:
    """The address of a page of the registry; empty where an installation has no such page."""
    try:
        return reverse(f"registry:{name}", args=args)
    except NoReverseMatch:
        return ""


def _tabs(request: HttpRequest, view: RecordView, current: str) -> list[dict[str, Any]]:
    number, context = view.index_number, context_of(request)
    pages = [("overview", "Overview", address_of("record", number))]
    pages += [("household", "Household", address_of("household", number))]
    pages += [("schools", "Schools", address_of("schools", number))]
    for section in sections.pages_for(request):
        pages.append((section.code, section.title, address_of("record_section", number, section.code)))
    if context.may("view_history"):
        pages.append(("history", "History", address_of("history", number)))
    if context.may("read_access_log"):
        pages.append(("who_looked", "Who looked", address_of("child_access", number)))
    return [{"text": title, "href": href, "current": code == current} for code, title, href in pages if href]
