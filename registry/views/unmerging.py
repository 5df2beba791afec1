"""The page on which two merged records are taken apart: the rehearsal, what is asked, the check, and the deed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from childindex.accounts.permissions import requires
from registry import access
from registry.merging import Parting, Side, rehearse_unmerging, unmerge
from registry.merging.forms import ChoicesForm
from registry.merging.wording import asked_before_unmerging, going_back_rows, name_of, placed_rows, references
from registry.models import Merge
from registry.recording import CannotRecord, SavedMeanwhile
from registry.views.editing import typed
from registry.views.merging import both, revisions_of, said_revisions, user_of

COLUMNS = ["Kind", "What is said", "Days", "How it comes there"]


@requires("merge_children")
def unmerge_two(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Show both records as they would be, ask what must be asked, and take them apart."""
    merge = get_object_or_404(Merge.objects.select_related("act__by", "survivor", "superseded"), pk=merge_id)
    survivor, superseded = merge.survivor, merge.superseded
    view, _ = both(request, survivor, superseded)
    access.note(request, kind="edited", asked={"doing": "unmerge", "other": superseded.index_number})
    officer = user_of(request)
    parting = rehearse_unmerging(merge, by=officer)
    asked = asked_before_unmerging(parting)
    data = request.POST if request.method == "POST" else None
    form = ChoicesForm(data, asked=asked, why="How do you know that they are two children?")
    page = {"view": view, "form": form, "revisions": said_revisions(request, parting.revisions), **_page(parting)}
    if request.method != "POST" or "again" in request.POST or parting.stops or not form.is_valid():
        return render(request, "registry/merging/unmerge.html", page)
    if "confirmed" in request.POST:
        try:
            unmerge(merge=merge, reason=form.reason, by=officer, choices=form.choices, revisions=revisions_of(request))
        except SavedMeanwhile as meanwhile:
            page |= {"meanwhile": str(meanwhile), "revisions": "-".join(map(str, parting.revisions))}
        except CannotRecord as refusal:
            form.add_error(None, str(refusal))
            return render(request, "registry/merging/unmerge.html", page)
        else:
            messages.success(request, f"Taken apart. {survivor} and {superseded} are two children again.")
            return redirect("registry:record", superseded.index_number)
    decided = rehearse_unmerging(merge, by=officer, choices=form.choices)
    answers = [{"key": one.label, "value": one.answer(form.choices[one.key])} for one in asked]
    page |= {**_page(decided), "answers": [*answers, {"key": "Why", "value": form.reason}], "typed": typed(request)}
    return render(request, "registry/merging/check_unmerge.html", page)


def _page(parting: Parting) -> dict[str, Any]:
    """Both records as they would be."""
    merge = parting.merge
    return {
        "merge": merge,
        "merged_at": timezone.localtime(merge.act.at),
        "merged_by": merge.act.by.full_name if merge.act.by else "the index itself",
        "stops": parting.stops,
        "survivor": merge.survivor.index_number,
        "superseded": merge.superseded.index_number,
        "caption": f"{merge.survivor} would have ({name_of(parting.placements, Side.SURVIVOR)})",
        "other_caption": f"{merge.superseded} would have ({name_of(parting.placements, Side.SUPERSEDED)})",
        "columns": COLUMNS,
        "going": going_back_rows(parting.placements, parting.carried),
        "staying": placed_rows(parting.placements, Side.SURVIVOR),
        "references": references(parting.carried),
        "shields": bool(parting.shields),
    }
