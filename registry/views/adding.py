"""Adding a child by hand: first look whether the child is here already, then describe, check and save.

Everything typed travels in the page from step to step. The server asks for the proof that the search was made; names or
a date of birth changed since are searched for again.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from childindex.accounts.permissions import requires
from registry import access, disclosure
from registry.access.noting import context_of
from registry.editing.forms import sources_for
from registry.editing.new_child import TELLING, Looked, NewChildForm, TellingForm, add_child, rows
from registry.recording import CannotRecord
from registry.search import search, understand
from registry.views.editing import typed
from registry.views.search import described

MOST_SHOWN = 10


@requires("edit_child")
def child_add(request: HttpRequest) -> HttpResponse:
    """The steps of adding a child; which one it is, the page sent says."""
    access.note(request, kind="edited", asked={"doing": "add", "fact": "child"})
    if request.method != "POST":
        return _ask(request, TellingForm(initial=_begun(request)))
    looked = Looked.read(request.POST.get("looked", ""), by=context_of(request).user)
    if looked is None or request.POST.get("step") == "look":
        return _look(request)
    return _describe(request, looked)


def _begun(request: HttpRequest) -> dict[str, str]:
    """What a search that found nobody had, to begin with."""
    return {name: request.GET.get(name, "")[:100] for name in ("forename", "surname", "postcode")}


def _ask(request: HttpRequest, form: TellingForm) -> HttpResponse:
    return render(request, "registry/adding/ask.html", {"form": form})


def _look(request: HttpRequest) -> HttpResponse:
    """Who of the index it may be."""
    form = TellingForm(request.POST)
    if not form.is_valid():
        return _ask(request, form)
    question = form.question()
    context, today = context_of(request), timezone.localdate()
    query = understand(question, today=today)
    found = search(query, behind_shields=context.may_see_shielded, limit=MOST_SHOWN, today=today)
    children = disclosure.disclose([one.child_id for one in found.page], to=context)
    understood = [part.words for part in query.parts]
    access.note(request, kind="search", asked={**query.asked, "understood": understood, "before": "adding"})
    page = {
        "strong": described(found, children, strong=True),
        "weak": described(found, children, strong=False),
        "looked": Looked.now(form.cleaned_data, by=context.user).token,
        "typed": _without_steps(request),
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
        return _look(request)
    if "confirmed" in request.POST:
        try:
            child = add_child(form, looked, by=context_of(request).user)
        except CannotRecord as refusal:
            form.add_error(None, str(refusal))
            return render(request, "registry/adding/describe.html", page)
        messages.success(request, f"Added, with the index number {child.index_number}.")
        return redirect("registry:record", child.index_number)
    page |= {"rows": rows(form, looked.number), "typed": _without_steps(request)}
    return render(request, "registry/adding/check.html", page)


def _begun_with(request: HttpRequest) -> dict[str, Any]:
    """What the search was made for, to begin the description with."""
    begun = TellingForm(request.POST)
    begun.is_valid()
    known = {name: begun.cleaned_data.get(name) for name in (*TELLING, "postcode")}
    return {"initial": {name: value for name, value in known.items() if value}}


def _without_steps(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, value) for name, value in typed(request) if name not in ("step", "looked")]
