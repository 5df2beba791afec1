"""The pages on which two records of one child become one: choose the other, rehearse, choose, check, confirm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from childindex import words
from childindex.accounts.permissions import requires
from childindex.models import User
from registry import access, disclosure
from registry.access.noting import context_of
from registry.disclosure import NotDisclosed, RecordView
from registry.looking_back import COMPARED, NOTHING, Difference, Said, text
from registry.merging import Rehearsal, merge, rehearse
from registry.merging.decisions import against, last_survivor, overrule
from registry.merging.forms import ChoicesForm, OtherRecordForm, OverruleForm
from registry.merging.wording import asked_before_merging, combining_rows, moving_rows, references
from registry.models import Child, Merge, Sex
from registry.recording import CannotRecord, SavedMeanwhile
from registry.views.editing import editable, typed
from registry.views.opening import canonical, of_child

MERGED_COLUMNS = ["When", "Record that stands", "Record merged into it", "Why", "If it was wrong"]
MOVING_COLUMNS = ["Kind", "What is said", "Days", "Source"]


@of_child("merge_children")
def merge_choose(request: HttpRequest, child: Child) -> HttpResponse:
    """Which other record describes the same child."""
    view = editable(request, child)
    access.note(request, kind="edited", asked={"doing": "merge"})
    form = OtherRecordForm(request.GET if "other" in request.GET else None, first=child)
    if form.is_bound and form.is_valid():
        return redirect("registry:merge", view.index_number, form.cleaned_data["other"])
    return render(request, "registry/merging/choose.html", {"view": view, "form": form})


@of_child("merge_children")
def merge_two(request: HttpRequest, child: Child, other: str) -> HttpResponse:
    """The rehearsal with its choices, the check, and the merge itself; the first record of the address stands."""
    if canonical(other) != other:
        return redirect("registry:merge", child.index_number, canonical(other))
    second = get_object_or_404(Child.objects.select_related("superseded_by"), index_number=other)
    views = both(request, child, second)
    access.note(request, kind="edited", asked={"doing": "merge", "other": other})
    officer = user_of(request)
    overruling = OverruleForm(request.POST if "overrule" in request.POST else None)
    if overruling.is_bound and overruling.is_valid():
        overrule(child, second, by=officer, reason=overruling.cleaned_data["overruled"])
        return redirect(request.get_full_path())
    rehearsal = rehearse(child, second, by=officer)
    asked = asked_before_merging(rehearsal, views)
    data = request.POST if request.method == "POST" else None
    form = ChoicesForm(data, asked=asked, why="How do you know that they are the same child?")
    page = _page(rehearsal, views) | {"form": form, "revisions": said_revisions(request, rehearsal.revisions)}
    page |= {"carried": request.GET.urlencode(), "onward": _onward(request)}
    if rehearsal.stops:
        page |= {"form": overruling, "is_decided": bool(against(child, second))}
    if request.method != "POST" or "again" in request.POST or rehearsal.stops or not form.is_valid():
        return render(request, "registry/merging/merge.html", page)
    now = _joined(rehearsal.revisions)
    if "confirmed" in request.POST and (answer := _merged(request, child, second, form, page, now)):
        return answer
    answers = [{"key": one.label, "value": one.answer(form.choices[one.key])} for one in asked]
    page |= {"answers": [*answers, {"key": "Why", "value": form.reason}], "typed": typed(request)}
    return render(request, "registry/merging/check_merge.html", page)


def _merged(
    request: HttpRequest, child: Child, second: Child, form: ChoicesForm, page: dict[str, Any], revisions: str
) -> HttpResponse | None:
    """The merge as it was confirmed; nothing where somebody saved meanwhile: the check is shown again."""
    try:
        merge(
            survivor=child,
            superseded=second,
            reason=form.reason,
            by=user_of(request),
            choices=form.choices,
            revisions=revisions_of(request),
        )
    except SavedMeanwhile as meanwhile:
        page |= {"meanwhile": str(meanwhile), "revisions": revisions}
        return None
    except CannotRecord as refusal:
        form.add_error(None, str(refusal))
        return render(request, "registry/merging/merge.html", page)
    messages.success(request, f"Merged. {second} now leads to {child}, and can be taken apart again at any time.")
    return redirect(_onward(request) or reverse("registry:record", args=[child.index_number]))


def _onward(request: HttpRequest) -> str:
    """Where whoever comes from the review of duplicates goes on; empty for anybody else."""
    return f"{reverse('registry:duplicates_next')}?{request.GET.urlencode()}" if "duplicates" in request.GET else ""


@requires("merge_children")
def merges(request: HttpRequest) -> HttpResponse:
    """What the person asking has merged today, each with the way to take it apart."""
    context, today = context_of(request), timezone.localdate()
    midnight = timezone.make_aware(datetime.combine(today, time.min))
    mine = Merge.objects.filter(act__by=user_of(request), act__at__gte=midnight).order_by("-act__at", "-pk")
    found = list(mine.select_related("act", "survivor", "superseded"))
    shown = disclosure.disclose([pk for one in found for pk in (one.survivor_id, one.superseded_id)], to=context)
    access.note(request, kind="listed", asked={"page": "merges", "on": today})
    rows = [_merged_row(one, shown) for one in found if one.survivor_id in shown and one.superseded_id in shown]
    return render(
        request,
        "registry/merging/merges.html",
        {
            "rows": rows,
            "columns": MERGED_COLUMNS,
            "today": today,
            "caption": words.count(len(rows), "merge"),
            "section": "registry:merges",
        },
    )


def _merged_row(one: Merge, shown: dict[int, disclosure.Summary]) -> list[Any]:
    survivor, superseded = shown[one.survivor_id], shown[one.superseded_id]
    hidden = survivor.withheld or superseded.withheld
    done = {"text": "Taken apart since"}
    unmerge = {
        "text": "Take apart",
        "href": reverse("registry:unmerge", args=[one.pk]),
        "what": superseded.index_number,
    }
    return [
        f"{timezone.localtime(one.act.at):%H:%M}",
        {"text": survivor.name, "href": survivor.url, "note": survivor.index_number},
        {"text": superseded.index_number, "href": superseded.url},
        "" if hidden else one.act.reason,
        done if one.undone_by_id else "" if hidden else unmerge,
    ]


def joined_records(request: HttpRequest, view: RecordView) -> dict[str, Any] | None:
    """For the overview: which records were merged into this one, or this into which, and the way to take them apart."""
    context = context_of(request)
    if not context.may_edit(view):
        return None
    mine = Merge.objects.standing().filter(Q(survivor=view.child_id) | Q(superseded=view.child_id))
    found = list(mine.select_related("act__by", "survivor", "superseded").order_by("-act__at"))
    known = context.within_scope(pk for one in found for pk in (one.survivor_id, one.superseded_id)) - context.family
    shown = [one for one in found if {one.survivor_id, one.superseded_id} <= known]
    for one in shown:
        context.hand_out(one.survivor_id)
        context.hand_out(one.superseded_id)
    return {"rows": [_joined_row(one) for one in shown]} if shown else None


def _joined_row(one: Merge) -> dict[str, Any]:
    day = words.day(timezone.localtime(one.act.at).date())
    apart = {"text": "Take apart", "href": reverse("registry:unmerge", args=[one.pk]), "what": f"from {one.superseded}"}
    return {
        "key": f"Merged on {day}",
        "value": f"{one.superseded} into {one.survivor}",
        "note": f"{one.act.by.full_name if one.act.by else 'The index'}: {one.act.reason}",
        "actions": [apart],
    }


def both(request: HttpRequest, first: Child, second: Child) -> tuple[RecordView, RecordView]:
    """What may be seen of two records. Raises NotDisclosed where this person may not work on either."""
    context = context_of(request)
    views = disclosure.record(first, to=context), disclosure.record(second, to=context)
    if not all(context.may_edit(view) for view in views):
        raise NotDisclosed("A child behind a shield is in this. Ask the index team to do it.")
    for child in (first, second):
        context.hand_out(last_survivor(child).pk)
    return views


def user_of(request: HttpRequest) -> User:
    """The account asking."""
    assert isinstance(request.user, User)
    return request.user


def revisions_of(request: HttpRequest) -> tuple[int, int]:
    """The revisions that the page was worked out from, as it sends them back."""
    mine, _, theirs = request.POST.get("revisions", "").partition("-")
    return (int(mine), int(theirs)) if mine.isdecimal() and theirs.isdecimal() else (-1, -1)


def said_revisions(request: HttpRequest, now: tuple[int, int]) -> str:
    """The revisions for the page to send back: those it came with, or those of now."""
    return request.POST.get("revisions", _joined(now))


def _joined(revisions: tuple[int, int]) -> str:
    return "-".join(map(str, revisions))


@dataclass(frozen=True)
class Line(Difference):
    """One thing said of two records side by side, and of a third where one is shown with them."""

    third: str = ""


def compared(left: RecordView, right: RecordView, third: RecordView | None = None) -> list[Line]:
    """Two records side by side, with a third perhaps. What only one of the two says is no difference."""
    return [
        Line(
            name,
            text(say(left)),
            text(say(right)),
            is_different=_differ(say(left), say(right)),
            third=text(say(third)) if third else "",
        )
        for name, say in COMPARED.items()
    ]


def said_of_any(rows: list[Line]) -> list[Line]:
    """The lines on which at least one of those shown has anything, and that do more than repeat the one before."""
    before = [None, *((row.left, row.right, row.third) for row in rows)]
    return [
        row
        for row, last in zip(rows, before, strict=False)
        if {row.left, row.right, row.third} - {NOTHING, ""} and (row.left, row.right, row.third) != last
    ]


def _differ(mine: Said, theirs: Said) -> bool:
    if mine == theirs or str(Sex.UNKNOWN.label) in (*mine, *theirs):
        return False
    return not (set(mine) <= set(theirs) or set(theirs) <= set(mine))


def _page(rehearsal: Rehearsal, views: tuple[RecordView, RecordView]) -> dict[str, Any]:
    """The rehearsal as the page shows it."""
    survivor, superseded = views
    return {
        "view": survivor,
        "other": superseded,
        "stops": rehearsal.stops,
        "rows": said_of_any(compared(survivor, superseded)),
        "moving": moving_rows(rehearsal.moving, rehearsal.carried),
        "moving_columns": MOVING_COLUMNS,
        "combining": combining_rows(rehearsal.combining, rehearsal.survivor),
        "combining_columns": [
            "Kind",
            "What both say",
            survivor.index_number,
            superseded.index_number,
            "Together",
        ],
        "references": references(rehearsal.carried),
    }
