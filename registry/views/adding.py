"""Adding a child by hand: first look whether the child is here already, then describe, check and save.

Everything typed travels in the page from step to step. The server asks for the proof that the search was made; names, a
date of birth or a number changed since are searched for again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from childindex.accounts.permissions import requires
from registry import access, disclosure, quotas
from registry.access.noting import context_of
from registry.editing.forms import sources_for
from registry.editing.new_child import TELLING, Looked, NewChildForm, TellingForm, add_child, rows
from registry.recording import CannotRecord
from registry.search import search, understand
from registry.views.editing import typed
from registry.views.results import groups_of

MOST_SHOWN = 10


@requires("edit_child")
def child_add(request: HttpRequest) -> HttpResponse:
    """The steps of adding a child; which one it is, the page sent says."""
    access.note(request, kind="edited", asked={"doing": "add", "fact": "child"})
    if request.method != "POST":
        return _ask(request, TellingForm(initial=_begun(request)))
    looked = Looked.read(request.POST.get("looked", ""), by=context_of(request).user)
    match request.POST.get("step"):
        case "ask":
            return _ask(request, TellingForm(request.POST))
        case "look":
            return _look(request)
    return _describe(request, looked) if looked else _look(request)


def _begun(request: HttpRequest) -> dict[str, str]:
    """What a search that found nobody had, to begin with."""
    return {name: request.GET.get(name, "")[:100] for name in ("forename", "surname", "postcode", "date_of_birth")}


def _ask(request: HttpRequest, form: TellingForm) -> HttpResponse:
    asked_for = [name for name in form.fields if name != "date_of_birth"]
    typed_further = [one for one in _typed(request) if one[0] not in asked_for and not _is_birth(one[0])]
    return render(request, "registry/adding/ask.html", {"form": form, "typed": typed_further})


def _is_birth(name: str) -> bool:
    return name.startswith("date_of_birth_") and name != "date_of_birth_evidence"


def _look(request: HttpRequest, *, again: bool = False) -> HttpResponse:
    """Who of the index it may be."""
    form = TellingForm(request.POST)
    if not form.is_valid():
        return _ask(request, form)
    if refusal := quotas.refusal_of_search(by=context_of(request).user):
        form.add_error(None, str(refusal))
        access.note(request, kind="refused", asked=quotas.asked("searches", refusal))
        return _ask(request, form)
    context, today = context_of(request), timezone.localdate()
    query = replace(understand(form.question(), today=today), numbers=form.numbers())
    found = search(query, behind_shields=context.may_see_shielded, limit=MOST_SHOWN, today=today)
    children = disclosure.disclose([one.child_id for one in found.page], to=context)
    understood = [part.words for part in query.parts] + form.numbers_words
    access.note(request, kind="search", asked={**query.asked, "understood": understood, "before": "adding"})
    page = {
        "groups": groups_of(found, children, today=today),
        "more": found.total - len(found.page),
        "again": again,
        "looked": Looked.now(form.cleaned_data, by=context.user).token,
        "typed": _typed(request),
        "name": " ".join(part for part in (form.cleaned_data["forename"], form.cleaned_data["surname"]) if part),
    }
    return render(request, "registry/adding/found.html", page)


def _describe(request: HttpRequest, looked: Looked) -> HttpResponse:
    """All that is known, then a check, then saved."""
    is_first = request.POST.get("step") == "describe" and "source" not in request.POST
    form = NewChildForm(**_begun_with(request) if is_first else {"data": request.POST}, sources=sources_for(None))
    page: dict[str, Any] = {"form": form, "looked": looked.token}
    if is_first or "again" in request.POST or not form.is_valid():
        return render(request, "registry/adding/describe.html", page)
    if not looked.covers(form.cleaned_data):
        return _look(request, again=True)
    if "confirmed" in request.POST:
        try:
            child = add_child(form, looked, by=context_of(request).user)
        except CannotRecord as refusal:
            form.add_error(None, str(refusal))
            return render(request, "registry/adding/describe.html", page)
        messages.success(request, f"Added, with the index number {child.index_number}.")
        return redirect("registry:record", child.index_number)
    page |= {"rows": rows(form, looked.number), "typed": _typed(request)}
    return render(request, "registry/adding/check.html", page)


def _begun_with(request: HttpRequest) -> dict[str, Any]:
    """What the search was made for, to begin the description with."""
    begun = TellingForm(request.POST)
    begun.is_valid()
    known = {name: begun.cleaned_data.get(name) for name in (*TELLING, "postcode")}
    return {"initial": {name: value for name, value in known.items() if value}}


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Everything typed so far, on whichever step."""
    return [(name, value) for name, value in typed(request) if name not in ("step", "looked")]
