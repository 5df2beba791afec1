"""One row of a file beside the child it means or could mean, and what is decided of it; alone, or with others alike."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from childindex import words
from childindex.accounts.permissions import requires
from registry import access, disclosure
from registry.access.noting import context_of
from registry.disclosure import Context, RecordView
from registry.intake import deciding
from registry.intake.answering import CannotDecide
from registry.intake.asking import ALONE, WHOM, Asks, codes_of
from registry.intake.forms import AskForm
from registry.intake.seeing import asking, rows_for
from registry.models import Child, Delivery, DeliveryRow, IndexEntry, Outcome, Says
from registry.views import claims as telling
from registry.views.deliveries import SECTION, address_of, opened, reason_of, row_address
from registry.views.merging import user_of
from registry.views.pairs import reasons_of

PERMISSION = "decide_rows"
AT_ONCE, SHOWN = 500, 50


@never_cache
@requires(PERMISSION)
def delivery_row(request: HttpRequest, delivery_id: int, row_id: int) -> HttpResponse:
    """The row as its sender wrote it, the child as the index has it, and the answers, each with its key."""
    delivery, row = _opened(request, delivery_id, row_id)
    error = ""
    if request.method == "POST":
        access.note(
            request, kind="edited", asked={"page": "row", "row": row.pk, "doing": request.POST.get("doing", "")}
        )
        try:
            return _done(request, delivery, row)
        except CannotDecide as refusal:
            error = str(refusal)
            row.refresh_from_db()
    access.note(request, kind="opened", asked={"page": "row", "delivery": delivery.pk, "row": row.pk})
    return render(request, "registry/deliveries/row.html", _shown(request, delivery, row) | {"error": error})


def _opened(request: HttpRequest, delivery_id: int, row_id: int) -> tuple[Delivery, DeliveryRow]:
    """The row of an address, as far as this person may see it: rows of shielded children are not there for others."""
    delivery = opened(delivery_id)
    row = rows_for(delivery, context_of(request)).select_related("asked_of", "decided_by").filter(pk=row_id).first()
    if row is None:
        raise Http404
    return delivery, row


def _shown(request: HttpRequest, delivery: Delivery, row: DeliveryRow) -> dict[str, Any]:
    to = context_of(request)
    views = _views(row, to)
    codes = codes_of(row.questions)
    asks = row.outcome == Outcome.TO_DECIDE
    alike = _alike(request, delivery, row).count() - 1 if asks and not codes & ALONE else 0
    return {
        "delivery": delivery,
        "row": row,
        "version": deciding.version_of(row),
        "name": telling.name_of(row) or (views[0].name if views else "No name"),
        "cells": _cells(delivery, row),
        "problems": [sentence for _, _, sentence in row.problems],
        "questions": list(dict.fromkeys(question["text"] for question in row.questions)),
        "views": views,
        "lines": telling.beside(row, views[0] if views else None, views[1] if len(views) > 1 else None),
        "candidates": _candidates(row, views),
        "changes": telling.changes(row),
        "asks": asks,
        "asks_whom": asks and bool(codes & WHOM),
        "asks_which": _which(row) if asks else [],
        "asks_absent": asks and Asks.ABSENT in codes,
        "may_create": delivery.feed.may_create and {"surname", "date_of_birth"} <= row.claim.keys(),
        "may_be_twins": Asks.TWINS in codes,
        "alike": alike,
        "decided": _decided(row),
        "left_on": request.POST.get("left", ""),
        "typed": request.POST,
        "back": f"{address_of(delivery)}?show={'absent' if row.number is None else row.outcome}#rows",
        "left_to_decide": asking(rows_for(delivery, to)).count(),
        "section": SECTION,
    }


def _views(row: DeliveryRow, to: Context) -> list[RecordView]:
    """The child that the row means, or the two likeliest that it could."""
    ids = [row.child_id] if row.child_id else telling.could_mean(row)
    found = Child.objects.select_related("superseded_by").in_bulk([pk for pk in ids if pk])
    current = dict.fromkeys(_current(found[pk]) for pk in ids if pk in found)
    return [disclosure.record(child, to=to) for child in current]


def _current(child: Child) -> Child:
    while child.superseded_by is not None:
        child = child.superseded_by
    return child


def _cells(delivery: Delivery, row: DeliveryRow) -> list[dict[str, str]]:
    """The row as it was written, heading by heading."""
    headings = [heading for heading, _ in delivery.headings]
    padded = [*headings, *[""] * (len(row.cells) - len(headings))]
    return [
        {"key": heading or "Without a heading", "value": cell}
        for heading, cell in zip(padded, row.cells, strict=False)
        if cell
    ]


def _candidates(row: DeliveryRow, views: list[RecordView]) -> list[dict[str, Any]]:
    """Each child that the row could mean, with why."""
    by_child = {view.child_id: view for view in views}
    return [
        {"view": by_child[child_id], "reasons": reasons_of(reasons), "key": str(place)}
        for place, (child_id, _, reasons) in enumerate(row.candidates[:2], start=1)
        if child_id in by_child
    ]


def _which(row: DeliveryRow) -> list[dict[str, Any]]:
    """The things about which the file and the index differ, each to be taken or kept."""
    return [
        {
            "says": question["says"],
            "label": str(Says(question["says"]).label),
            "was": telling.shown(question, "was") or "Nothing",
            "now": telling.shown(question, "now"),
        }
        for question in row.questions
        if question["code"] == Asks.DIFFERS
    ]


def _decided(row: DeliveryRow) -> str:
    if row.decided_by is None or row.decided_at is None:
        return ""
    return f"{row.decided_by.full_name} decided this row on {words.day(row.decided_at.date())}."


def _done(request: HttpRequest, delivery: Delivery, row: DeliveryRow) -> HttpResponse:
    """Do what was pressed, and go on to the next row that asks. Raises CannotDecide."""
    doing, officer = request.POST.get("doing", ""), user_of(request)
    if doing == "later":
        deciding.put_off(row, officer)
        messages.success(request, f"{_row_of(row)} comes last now.")
    elif doing == "take_back":
        deciding.take_back(row, officer)
        messages.success(request, "Taken back. Decide again.")
        return redirect(row_address(row))
    elif doing == "alike":
        return redirect(f"{reverse('registry:delivery_alike', args=[delivery.pk, row.pk])}?{_carried(request)}")
    else:
        because = reason_of(request)
        deciding.decide(row, _choice(request), officer, because=because, version=request.POST.get("version", ""))
        messages.success(request, f"{_row_of(row)} is decided.")
    return _on(request, delivery, after=row)


def _row_of(row: DeliveryRow) -> str:
    return f"Row {row.number:,}" if row.number is not None else "The missing child"


def _choice(request: HttpRequest) -> dict[str, Any]:
    """The choice as `deciding` takes it, from the button that was pressed. Raises CannotDecide."""
    doing, sent = request.POST.get("doing", ""), request.POST
    if doing == "index_number":
        if not sent.get("index_number", "").strip():
            raise CannotDecide("Enter the child’s index number.")
        return {"index_number": sent["index_number"].strip().upper()}
    if doing.startswith("child-") and doing.removeprefix("child-").isdigit():
        return {"child": int(doing.removeprefix("child-"))}
    if doing in ("take", "keep"):
        return {doing: sent.getlist("says")}
    if doing == "left":
        return {"left": "-".join(_part(sent.get(f"left_{part}", ""), part) for part in ("2", "1", "0"))}
    if doing in ("same", "nobody", "leave_out", "still_here"):
        return {doing: True}
    raise CannotDecide("Choose what to do with this row.")


def _part(text: str, part: str) -> str:
    return text.strip().zfill(4 if part == "2" else 2)


def _carried(request: HttpRequest) -> str:
    chosen = request.POST.get("choice", "")
    return f"choice={chosen if chosen in BULK else 'same'}"


def _on(request: HttpRequest, delivery: Delivery, *, after: DeliveryRow | None = None) -> HttpResponse:
    """The next row that asks, at once; back to the file where none is left."""
    waiting = asking(rows_for(delivery, context_of(request)))
    found = waiting.exclude(pk=after.pk).first() if after else waiting.first()
    if found is not None:
        return redirect(row_address(found))
    messages.info(request, "Nothing is left to decide in this file.")
    return redirect(address_of(delivery))


@requires(PERMISSION)
def delivery_next(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Go to the first row that asks."""
    access.note(request, kind="listed", asked={"page": "file", "delivery": delivery_id, "doing": "next"})
    return _on(request, opened(delivery_id))


@never_cache
@requires(PERMISSION)
def delivery_row_ask(request: HttpRequest, delivery_id: int, row_id: int) -> HttpResponse:
    """Have somebody find out, with a note."""
    delivery, row = _opened(request, delivery_id, row_id)
    access.note(request, kind="edited", asked={"page": "row", "row": row.pk, "doing": "ask"})
    disclosure.disclose(telling.meant_by([row]), to=context_of(request))
    asked_before = {"owner": row.asked_of_id, "note": row.note}
    form = AskForm(request.POST or None, shielded=_is_shielded(row), initial=asked_before)
    if request.method == "POST" and form.is_valid():
        owner = form.cleaned_data["owner"]
        try:
            deciding.ask_of(row, owner, form.cleaned_data["note"], user_of(request))
        except CannotDecide as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{owner.full_name} was asked.")
            return _on(request, delivery, after=row)
    context = {"form": form, "row": row, "name": telling.name_of(row), "back": row_address(row), "section": SECTION}
    return render(request, "registry/deliveries/ask.html", context)


def _is_shielded(row: DeliveryRow) -> bool:
    children = [row.child_id, *(candidate[0] for candidate in row.candidates)]
    return IndexEntry.objects.filter(child__in=[pk for pk in children if pk], shielded=True).exists()


def _alike(request: HttpRequest, delivery: Delivery, row: DeliveryRow) -> Any:
    """The rows that ask what this one asks, as far as this person may see them."""
    waiting = rows_for(delivery, context_of(request)).filter(outcome=Outcome.TO_DECIDE)
    code = row.questions[0]["code"] if row.questions else ""
    same = {"questions__contains": [{"code": code}]}
    if code == Asks.DIFFERS:
        same = {"questions__contains": [{"code": code, "says": row.questions[0]["says"]}]}
    return waiting.filter(**same)


@never_cache
@requires(PERMISSION)
def delivery_alike(request: HttpRequest, delivery_id: int, row_id: int) -> HttpResponse:
    """Many rows that ask the same, answered in one go: which they are is shown first."""
    delivery, row = _opened(request, delivery_id, row_id)
    choice = request.POST.get("choice") or request.GET.get("choice", "")
    rows = list(_alike(request, delivery, row)[:AT_ONCE])
    if row.outcome != Outcome.TO_DECIDE or codes_of(row.questions) & ALONE or choice not in BULK:
        messages.warning(request, "These rows are decided one by one.")
        return redirect(row_address(row))
    access.note(request, kind="edited", asked={"page": "rows alike", "delivery": delivery.pk, "rows": len(rows)})
    if request.method == "POST":
        return _decide_alike(request, delivery, [row, *(one for one in rows if one.pk != row.pk)], choice)
    shown = rows[:SHOWN]
    children = disclosure.disclose(telling.meant_by(shown), to=context_of(request))
    context = {
        "delivery": delivery,
        "choice": choice,
        "doing": BULK[choice],
        "number": len(rows),
        "more": len(rows) - len(shown),
        "rows": [telling.line(one, children, row_address(one)) for one in shown],
        "columns": telling.COLUMNS,
        "back": row_address(row),
        "section": SECTION,
    }
    return render(request, "registry/deliveries/alike.html", context)


BULK = {
    "same": "Take each as the likeliest child",
    "nobody": "Add each as a new child",
    "take": "Take what the file says",
    "keep": "Keep what the index has",
    "still_here": "Say that each is still here",
    "leave_out": "Leave these rows out",
}


def _decide_alike(request: HttpRequest, delivery: Delivery, rows: list[DeliveryRow], choice: str) -> HttpResponse:
    says = [question["says"] for question in rows[0].questions if question["code"] == Asks.DIFFERS]
    asked: dict[str, Any] = {choice: says} if choice in ("take", "keep") else {choice: True}
    because = reason_of(request)
    try:
        done = deciding.decide_alike(rows, asked, user_of(request), because=because)
    except CannotDecide as refusal:
        messages.warning(request, str(refusal))
        return redirect(row_address(rows[0]))
    messages.success(request, f"{words.sentence(words.count(len(done.decided), 'row'))} decided.")
    if done.refused:
        reasons = words.listed(list(dict.fromkeys(reason for _, reason in done.refused))[:3])
        left = words.count(len(done.refused), "row")
        messages.warning(request, f"{words.sentence(left)} left to be decided one by one: {reasons}")
    return _on(request, delivery)
