"""Finding a child, and saying why its record is opened."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from agencies import finding, listed, mediating, reasons
from agencies.finding import FindForm, Found
from agencies.roles import FIND
from agencies.views.asking import summary_of
from childindex import words
from childindex.accounts.permissions import requires
from registry import access, quotas
from registry.access.noting import context_of
from registry.disclosure import Summary
from registry.models import Child
from registry.views.opening import canonical

SECTION = "agencies:find"
TOO_MANY = 429
COLUMNS = ["Name", "Sex", "Date of birth", "Area"]

LISTED = re.compile(r"[0-9a-f]{32}", re.ASCII)


@never_cache
@requires(FIND)
def find(request: HttpRequest) -> HttpResponse:
    """What is known, and the few children who may be meant. Whoever comes from an entry of a list looks for that."""
    given = {name: request.GET[name] for name in FindForm.base_fields if request.GET.get(name, "").strip()}
    form = FindForm(request.GET if given else None)
    context: dict[str, Any] = {"form": form, "section": SECTION, "columns": COLUMNS}
    asked: dict[str, Any] = dict(given)
    status = 200
    if form.is_bound and form.is_valid() and (refusal := quotas.refusal_of_search(by=context_of(request).user)):
        form.add_error(None, str(refusal))
        asked |= quotas.asked("searches", refusal)
        status = TOO_MANY
    elif form.is_bound and form.is_valid():
        found = finding.find(form.cleaned_data, to=context_of(request))
        asked["understood"] = [part.words for part in found.query.parts]
        context |= _told(found)
    if LISTED.fullmatch(key := request.GET.get("listed", "")):
        listed.seek(request, key)
    context["on_behalf"] = mediating.under_way(request)
    mediating.note_purpose(request)
    access.note(request, kind="search" if status == 200 else "refused", asked=asked)
    return render(request, "agencies/find.html", context, status=status)


def _told(found: Found) -> dict[str, Any]:
    count = len(found.candidates)
    return {
        "found": found,
        "rows": [_row(one) for one in found.candidates],
        "caption": f"{words.sentence(words.count(count, 'child', 'children'))} may be meant" if count else "",
    }


def _row(child: Summary) -> list[Any]:
    born = f"{words.day(child.date_of_birth)} ({child.age})" if child.date_of_birth else "Not known"
    area = "Withheld" if "address" in child.withheld else child.area or "Not known"
    return [{"text": child.name, "href": child.url, "note": child.index_number}, child.sex_words, born, area]


@never_cache
@requires(FIND)
def why(request: HttpRequest, index_number: str) -> HttpResponse:
    """Why a record is opened, before it is."""
    child = get_object_or_404(Child, index_number=canonical(index_number))
    record = reverse("registry:record", args=[child.index_number])
    onwards = request.GET.get("next", "")
    if not (onwards.startswith("/children/") and url_has_allowed_host_and_scheme(onwards, allowed_hosts=None)):
        onwards = record
    form = reasons.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reasons.keep(request, child, form.said)
        return redirect(onwards)
    shown = summary_of(request, child)
    access.note(request, kind="listed", asked={"page": "why"})
    born = words.day(shown.date_of_birth) if shown.date_of_birth else "not known"
    about = f"{shown.sex_words}, born {born}"
    return render(request, "agencies/why.html", {"form": form, "child": shown, "about": about, "section": SECTION})
