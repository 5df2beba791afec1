"""The list of records that may be of one child, and the page on which somebody decides about two of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from childindex import words
from childindex.accounts.permissions import requires
from childindex.models import User
from registry import access, disclosure
from registry.access.noting import context_of
from registry.disclosure import RecordView
from registry.duplicates import deciding, jobs
from registry.duplicates.filters import PARTS, DuplicatesFilter, counts, decided_today, next_for, part_of
from registry.duplicates.forms import AskForm, DifferenceForm
from registry.models import Child, Suspicion, SuspicionState
from registry.recording import CannotRecord
from registry.views import pairs as telling
from registry.views import sweeps
from registry.views.merging import both, compared, said_of_any, user_of

ON_A_PAGE = 25
SECTION = "registry:duplicates"
GONE = "That pair has left the list: somebody has merged the two, or they have come to differ. Nothing was changed."
COLUMNS = ["Children", "How likely", "Why", "Came", "Asked of"]


@requires("merge_children")
def duplicates(request: HttpRequest) -> HttpResponse:
    """The pairs, the likeliest first, a part of the list at a time."""
    context, officer = context_of(request), user_of(request)
    asked = _asked(request)
    part = request.GET.get("part", "open")
    part = part if part in PARTS else "open"
    page = Paginator(part_of(asked.found, part, officer).select_related("owner"), ON_A_PAGE)
    shown = page.get_page(request.GET.get("page"))
    found, numbers = list(shown), counts(asked.found, officer)
    children = disclosure.disclose([pk for one in found for pk in (one.first_id, one.second_id)], to=context)
    access.note(request, kind="listed", asked={"page": "duplicates", "part": part, **asked.understood})
    return render(
        request,
        "registry/duplicates/list.html",
        {
            "filter": asked,
            "form": asked.form,
            "page": shown,
            "parts": _parts(request, numbers, part),
            "progress": _progress(officer, numbers["open"]),
            "rows": [telling.row(one, children, _address(request, one)) for one in found],
            "columns": COLUMNS,
            "count": words.count(page.count, "pair"),
            "part": part,
            "start": f"{reverse('registry:duplicates_next')}?{_filters(request)}",
            "is_narrowed": bool(asked.understood),
            "sweep": sweeps.state(to=officer),
            "section": SECTION,
        },
    )


@requires(jobs.PERMISSION)
@require_POST
def duplicates_find(request: HttpRequest) -> HttpResponse:
    """Have the whole index compared, or go on where that was stopped."""
    jobs.ask(by=user_of(request))
    return redirect("registry:duplicates")


@requires("merge_children")
def duplicates_next(request: HttpRequest) -> HttpResponse:
    """Go to the likeliest pair that nobody else was asked about."""
    asked = _asked(request)
    access.note(request, kind="listed", asked={"page": "duplicates", "doing": "next", **asked.understood})
    return _on(request)


@requires("merge_children")
def duplicate(request: HttpRequest, suspicion_id: int) -> HttpResponse:
    """Both records side by side, why they are here, and what to do about them."""
    suspicion = _opened(request, suspicion_id)
    if suspicion is None:
        return _gone(request)
    form = DifferenceForm(request.POST if request.POST.get("decision") == "different" else None)
    if request.method == "POST" and (answer := _decided(request, suspicion, form)):
        return answer
    left, right = both(request, suspicion.first, suspicion.second)
    access.note(request, kind="opened", asked={"page": "duplicates", "pair": suspicion.pk})
    return render(
        request,
        "registry/duplicates/case.html",
        {
            "suspicion": suspicion,
            "version": deciding.version_of(suspicion),
            "form": form,
            "left": left,
            "right": right,
            "likely": telling.likelihood(suspicion.score),
            "reasons": telling.reasons(suspicion),
            "decided": telling.decided(suspicion),
            **_records(request, suspicion, left, right),
            "ask": f"{reverse('registry:duplicate_ask', args=[suspicion.pk])}?{_filters(request)}",
            "back": f"{reverse('registry:duplicates')}?{_filters(request)}",
            "merge": _merge_address(request, suspicion),
            "next": f"{reverse('registry:duplicates_next')}?{_filters(request)}",
            "is_open": suspicion.state == SuspicionState.PROPOSED,
            "is_same": suspicion.state == SuspicionState.SAME,
            "section": SECTION,
        },
    )


def _records(request: HttpRequest, suspicion: Suspicion, left: RecordView, right: RecordView) -> dict[str, Any]:
    """The two records through one component, with a twin beside them, and who lives with either."""
    context = context_of(request)
    members = {view.child_id: disclosure.household(view, to=context) for view in (left, right)}
    twins = disclosure.born_with((left, right), to=context)
    twin = disclosure.record(Child.objects.get(pk=twins[0].child_id), to=context) if twins else None
    return {
        "twin": twin,
        "rows": said_of_any(compared(left, right, twin)),
        "others": telling.others(suspicion, twins[1:], to=context),
        "others_columns": telling.OTHERS_COLUMNS,
        "beneath": [
            telling.beneath(view, members[view.child_id], other=other) for view, other in ((left, right), (right, left))
        ],
    }


@requires("merge_children")
def duplicate_ask(request: HttpRequest, suspicion_id: int) -> HttpResponse:
    """Choose who should find out, and say what."""
    suspicion = _opened(request, suspicion_id)
    if suspicion is None:
        return _gone(request)
    left, right = both(request, suspicion.first, suspicion.second)
    access.note(request, kind="edited", asked={"doing": "ask", "pair": suspicion.pk})
    initial = {"owner": suspicion.owner_id, "note": suspicion.note}
    data = request.POST if request.method == "POST" else None
    form = AskForm(data, shielded=left.shielded or right.shielded, initial=initial)
    if request.method == "POST" and form.is_valid():
        owner, note = form.cleaned_data["owner"], form.cleaned_data["note"]
        try:
            deciding.ask(
                suspicion, owner=owner, note=note, by=user_of(request), version=request.POST.get("version", "")
            )
        except CannotRecord as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{owner.full_name} was asked about {left.name} and {right.name}.")
            return _on(request)
    return render(
        request,
        "registry/duplicates/ask.html",
        {
            "form": form,
            "left": left,
            "right": right,
            "back": _address(request, suspicion),
            "version": request.POST.get("version") or deciding.version_of(suspicion),
            "section": SECTION,
        },
    )


def _told_of(request: HttpRequest) -> QuerySet[Suspicion]:
    """The pairs that this person may know of at all: nobody else's are in a list, a count or an address."""
    to = context_of(request)
    return Suspicion.objects.may_be_told(behind_shields=to.may_see_shielded, family=to.family)


def _asked(request: HttpRequest) -> DuplicatesFilter:
    return DuplicatesFilter(request.GET, queryset=_told_of(request), user=user_of(request))


def _opened(request: HttpRequest, suspicion_id: int) -> Suspicion | None:
    """The pair of this address; None for a decision about one that has left the list, or that never was on it."""
    pairs = _told_of(request).select_related("first__superseded_by", "second__superseded_by", "owner")
    if request.method == "POST":
        return pairs.filter(pk=suspicion_id).first()
    return get_object_or_404(pairs, pk=suspicion_id)


def _gone(request: HttpRequest) -> HttpResponse:
    access.note(request, kind="listed", asked={"page": "duplicates", "doing": "next"})
    messages.warning(request, GONE)
    return _on(request)


def _progress(user: User, still_open: int) -> dict[str, int]:
    """How many pairs somebody has decided today, of those and of what is to be looked at."""
    done = decided_today(user)
    return {"done": done, "total": done + still_open} if done else {}


def _decided(request: HttpRequest, suspicion: Suspicion, form: DifferenceForm) -> HttpResponse | None:
    """What was pressed, done; nothing where the page must be shown again."""
    decision = request.POST.get("decision", "")
    if decision not in DECISIONS or (decision == "different" and not form.is_valid()):
        return None
    access.note(request, kind="edited", asked={"page": "duplicates", "pair": suspicion.pk, "doing": decision})
    try:
        return DECISIONS[decision](request, suspicion, form)
    except CannotRecord as refusal:
        messages.warning(request, str(refusal))
        return redirect(_address(request, suspicion))


def _same(request: HttpRequest, suspicion: Suspicion, form: DifferenceForm) -> HttpResponse:
    deciding.say_same(suspicion, by=user_of(request), version=request.POST.get("version", ""))
    return redirect(_merge_address(request, suspicion))


def _different(request: HttpRequest, suspicion: Suspicion, form: DifferenceForm) -> HttpResponse:
    version = request.POST.get("version", "")
    deciding.say_different(suspicion, by=user_of(request), reason=form.reason, version=version)
    messages.success(request, f"{suspicion.first} and {suspicion.second} are remembered as two children.")
    return _on(request)


def _later(request: HttpRequest, suspicion: Suspicion, form: DifferenceForm) -> HttpResponse:
    deciding.put_off(suspicion, by=user_of(request), version=request.POST.get("version", ""))
    messages.success(request, f"{suspicion.first} and {suspicion.second} come up again tomorrow.")
    return _on(request)


Decide = Callable[[HttpRequest, Suspicion, DifferenceForm], HttpResponse]
DECISIONS: dict[str, Decide] = {"same": _same, "different": _different, "later": _later}


def _on(request: HttpRequest) -> HttpResponse:
    """The next case of the same part of the list, at once."""
    found = next_for(_asked(request).found, user_of(request))
    if found is not None:
        return redirect(_address(request, found))
    messages.info(request, "Nothing is left to look at here.")
    return redirect(f"{reverse('registry:duplicates')}?{_filters(request)}")


def _filters(request: HttpRequest) -> str:
    """The filters of the list, to be carried along."""
    kept = request.GET.copy()
    for name in set(kept) - set(DuplicatesFilter.base_filters):
        del kept[name]
    return kept.urlencode()


def _address(request: HttpRequest, suspicion: Suspicion) -> str:
    return f"{reverse('registry:duplicate', args=[suspicion.pk])}?{_filters(request)}".rstrip("?")


def _merge_address(request: HttpRequest, suspicion: Suspicion) -> str:
    numbers = suspicion.first.index_number, suspicion.second.index_number
    return f"{reverse('registry:merge', args=numbers)}?duplicates&{_filters(request)}".rstrip("&")


def _parts(request: HttpRequest, numbers: dict[str, int], current: str) -> list[dict[str, Any]]:
    address, kept = reverse("registry:duplicates"), _filters(request)
    return [
        {
            "text": label,
            "href": f"{address}?part={code}&{kept}".rstrip("&"),
            "count": f"{numbers[code]:,}",
            "current": code == current,
        }
        for code, (label, _) in PARTS.items()
    ]
