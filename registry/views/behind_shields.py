"""What arrived about children behind shields: the custodians' queue, and one thing in it beside the child's record."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from childindex import words
from childindex.accounts.permissions import requires
from childindex.forms import DateField, Form, RadioSelect
from childindex.models import SourceKind
from registry import access, disclosure
from registry.access.noting import context_of
from registry.disclosure import Context, RecordView, Summary
from registry.intake import custody
from registry.intake.answering import CannotDecide
from registry.intake.asking import Asks
from registry.intake.custody import findings_open_to
from registry.intake.seeing import Reading
from registry.models import Delivery, DeliveryRow, FindingKind, Says, ShieldedFinding
from registry.views import claims as telling
from registry.views.deciding import cells_of
from registry.views.merging import user_of
from registry.views.pairs import reasons_of

SECTION, PERMISSION = "registry:behind_shields", "manage_shields"
ON_A_PAGE = 50
COLUMNS = ["Child", "What arrived", "From", "Found"]
WHAT = {
    FindingKind.MET: "The row may be this child’s",
    FindingKind.BEYOND: "What is hidden says that the row is this child’s",
    FindingKind.NUMBER: "A number of this child’s was given to somebody else",
    FindingKind.ABSENT: "Missing from a full list",
    FindingKind.UNDONE: "What you wrote from this file was taken back, as the file was undone",
}


class FindingForm(Form):
    """What custodians answer: which of the two is right where they differ, when a child left, and why."""

    left = DateField(
        label="When was the last day?", noun="the last day", latest=timezone.localdate, required=False,
        help_text="Leave it empty if the child is still there and the list is wrong.",
    )  # fmt: skip
    because = forms.CharField(
        label="Why",
        max_length=200,
        required=False,
        help_text="Needed where you let it go. Custodians alone read it.",
    )

    def __init__(self, *args: Any, row: DeliveryRow | None, is_missing: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_missing:
            del self.fields["left"]
        asked = row.questions if row else []
        self.asked = {one["says"]: one for one in asked if one["code"] == Asks.DIFFERS}
        for says, one in self.asked.items():
            self.fields[f"which_{says}"] = forms.ChoiceField(
                label=f"{Says(says).label}: which is right?",
                choices=[
                    ("take", f"The file’s: {telling.shown(one, 'now')}"),
                    ("keep", f"The index’s: {telling.shown(one, 'was') or 'nothing'}"),
                ],
                widget=RadioSelect(),
                required=False,
            )
        self.order_fields(["left", *(f"which_{says}" for says in self.asked), "because"])

    @property
    def decision(self) -> dict[str, Any]:
        """The answers as a decision of the row."""
        said = self.cleaned_data
        if "left" in self.fields:
            left: date | None = said.get("left")
            return {"left": left.isoformat()} if left else {"still_here": True}
        chosen = {says: said.get(f"which_{says}") for says in self.asked}
        return {which: [says for says, one in chosen.items() if one == which] for which in ("take", "keep")}


@never_cache
@requires(PERMISSION)
def behind_shields(request: HttpRequest) -> HttpResponse:
    """All that waits for custodians, the longest waiting first."""
    to = context_of(request)
    page = Paginator(findings_open_to(to), ON_A_PAGE).get_page(request.GET.get("page"))
    children = disclosure.disclose([one.child_id for one in page], to=to)
    access.note(request, kind="listed", asked={"page": "behind shields"})
    context = {
        "rows": [_line(one, children[one.child_id]) for one in page if one.child_id in children],
        "columns": COLUMNS,
        "caption": words.count(page.paginator.count, "thing", "things"),
        "page": page,
        "section": SECTION,
    }
    return render(request, "registry/behind_shields/list.html", context)


def _line(one: ShieldedFinding, child: Summary) -> list[Any]:
    href = reverse("registry:finding", args=[one.pk])
    row = f"row {one.row.number:,} of {one.delivery}" if one.row and one.row.number else str(one.delivery or "A form")
    what: Any = WHAT[FindingKind(one.kind)]
    if one.delivery and one.is_early:
        what = {"text": what, "note": f"The file is not applied yet: {one.delivery.get_stage_display().lower()}"}
    return [
        {"text": child.name, "href": href, "note": child.index_number},
        what,
        words.sentence(row),
        words.day(timezone.localdate(one.found_at)),
    ]


@requires(PERMISSION)
@require_POST
def confirm_repeated(request: HttpRequest) -> HttpResponse:
    """Write all that only confirms what is on record."""
    access.note(request, kind="edited", asked={"page": "behind shields", "doing": "confirm"})
    number = custody.write_confirming(by=user_of(request))
    if number:
        messages.success(request, f"{words.sentence(words.count(number, 'row'))} confirmed.")
    else:
        messages.info(request, "No row of a file that is applied only confirms what is on record. Nothing was written.")
    return redirect(SECTION)


@never_cache
@requires(PERMISSION)
def finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """What arrived, beside the child's record, and what writing it would do."""
    to = context_of(request)
    held = findings_open_to(to).filter(pk=finding_id).select_related("child", "other").first()
    if held is None:
        raise Http404("This waits for nobody any more.")
    row = custody.rehearse(held)
    data = request.POST if request.method == "POST" else None
    form = FindingForm(data, row=row, is_missing=held.kind == FindingKind.ABSENT)
    doing = request.POST.get("doing", "") if data else ""
    access.note(request, kind="edited" if doing else "opened", asked={"page": "behind shields", "finding": held.pk})
    if doing and form.is_valid():
        try:
            return _done(request, held, form, doing)
        except CannotDecide as refusal:
            form.add_error("because" if doing == "let_go" else None, str(refusal))
    return render(request, "registry/behind_shields/finding.html", _shown(held, row, form, to))


def _done(request: HttpRequest, held: ShieldedFinding, form: FindingForm, doing: str) -> HttpResponse:
    """Do what was pressed, and go on to the next. Raises CannotDecide."""
    by, because = user_of(request), form.cleaned_data["because"]
    if doing == "let_go":
        custody.let_go(held, by=by, because=because)
        messages.success(request, "Let go.")
    else:
        custody.write(held, form.decision, by=by, because=because)
        messages.success(request, "Written.")
    following = findings_open_to(context_of(request)).first()
    return redirect("registry:finding", following.pk) if following else redirect(SECTION)


def _shown(held: ShieldedFinding, row: DeliveryRow | None, form: FindingForm, to: Context) -> dict[str, Any]:
    view = disclosure.record(held.child, to=to)
    other = disclosure.record(held.other, to=to) if held.other else None
    compared = row if row is not None else held.row
    delivery: Delivery | None = held.delivery
    return {
        **_may_be_done(held, row),
        "finding": held,
        "what": WHAT[FindingKind(held.kind)],
        "delivery": delivery,
        "view": view,
        "other": other,
        "lines": telling.beside(compared, view, other) if compared and compared.claim else [],
        "cells": cells_of(delivery, held.row) if delivery and held.row else [],
        "reasons": reasons_of(held.reasons),
        "changes": telling.changes(row) if row else [],
        "is_missing": held.kind == FindingKind.ABSENT,
        "pair": _pair(view, other),
        "file": reverse("registry:delivery", args=[delivery.pk]) if delivery and to.may("load_files") else "",
        "number": Reading(delivery, to).number(held.row.number) if delivery and held.row and held.row.number else None,
        "form": form,
        "section": SECTION,
    }


def _may_be_done(held: ShieldedFinding, row: DeliveryRow | None) -> dict[str, Any]:
    """Whether a row can be written, or why not; and the service that its writing puts on the record as listing it."""
    source = held.delivery.source if held.delivery else None
    return {
        "may_write": row is not None and not held.is_early,
        "is_early": row is not None and held.is_early,
        "is_undone": held.kind == FindingKind.UNDONE,
        "lists": str(source) if row and source and source.kind == SourceKind.AGENCY else "",
    }


def _pair(view: RecordView, other: RecordView | None) -> str:
    """Where the two records are looked at side by side."""
    return reverse("registry:merge", args=[view.index_number, other.index_number]) if other else ""
