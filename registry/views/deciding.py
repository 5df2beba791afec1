"""One row of a file beside the child it means or could mean, and what is decided of it; alone, or with others alike."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
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
from registry.intake.seeing import Reading, asking
from registry.models import Child, Delivery, DeliveryRow, FindingState, IndexEntry, Outcome, Says
from registry.views import claims as telling
from registry.views.deliveries import SECTION, address_of, opened, reason_of, row_address
from registry.views.merging import user_of
from registry.views.pairs import reasons_of

PERMISSION = "decide_rows"
AT_ONCE, SHOWN = 500, 50


@never_cache
@requires(PERMISSION)
def delivery_row(request: HttpRequest, delivery_id: int, row_key: str) -> HttpResponse:
    """The row as its sender wrote it, the child as the index has it, and the answers, each with its key."""
    reading, row = _opened(request, delivery_id, row_key)
    if row.pk in reading.hidden:
        return _received(request, reading, row)
    if row.outcome == Outcome.RECEIVED:
        return _behind_shields(row)
    error, named = "", {"page": "row", "delivery": reading.delivery.pk, "row": reading.key(row)}
    if request.method == "POST":
        access.note(request, kind="edited", asked={**named, "doing": request.POST.get("doing", "")})
        try:
            return _done(request, reading, row)
        except CannotDecide as refusal:
            error = str(refusal)
            row.refresh_from_db()
    access.note(request, kind="opened", asked=named)
    return render(request, "registry/deliveries/row.html", _shown(request, reading, row) | {"error": error})


def _behind_shields(row: DeliveryRow) -> HttpResponse:
    """Custodians decide a row that was received in their own queue."""
    waiting = row.findings.filter(state=FindingState.WAITS).first()
    return redirect("registry:finding", waiting.pk) if waiting else redirect("registry:behind_shields")


def _received(request: HttpRequest, reading: Reading, row: DeliveryRow) -> HttpResponse:
    """An own row that was received: what was sent, and no more."""
    if request.method == "POST":
        raise Http404
    access.note(request, kind="opened", asked={"page": "row", "delivery": reading.delivery.pk, "row": reading.key(row)})
    context = {
        "delivery": reading.delivery,
        "number": reading.number(row.number or 0),
        "name": telling.name_of(row) or "No name",
        "cells": cells_of(reading.delivery, row),
        "problems": [sentence for _, _, sentence in row.problems],
        "back": f"{address_of(reading.delivery)}?show={Outcome.RECEIVED}#rows",
        "section": SECTION,
    }
    return render(request, "registry/deliveries/received.html", context)


def _opened(request: HttpRequest, delivery_id: int, row_key: str) -> tuple[Reading, DeliveryRow]:
    """The row of an address, as far as this person may see it: rows of shielded children are not there for others."""
    reading = opened(request, delivery_id)
    row = reading.by_key(row_key)
    if row is None:
        raise Http404
    return reading, row


def _shown(request: HttpRequest, reading: Reading, row: DeliveryRow) -> dict[str, Any]:
    to, delivery = reading.to, reading.delivery
    views = _views(row, to)
    codes = codes_of(row.questions)
    asks = row.outcome == Outcome.TO_DECIDE
    alike = _alike(reading, row).count() - 1 if asks and not codes & ALONE else 0
    return {
        "delivery": delivery,
        "row": row,
        "number": None if row.number is None else reading.number(row.number),
        "ask": row_address(row, reading, "delivery_row_ask"),
        "version": deciding.version_of(row),
        "name": telling.name_of(row) or (views[0].name if views else "No name"),
        "cells": cells_of(delivery, row),
        "problems": [sentence for _, _, sentence in row.problems],
        "questions": telling.questions(row, reading),
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
        "left_to_decide": asking(reading.rows).count(),
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


def cells_of(delivery: Delivery, row: DeliveryRow) -> list[dict[str, str]]:
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


def _done(request: HttpRequest, reading: Reading, row: DeliveryRow) -> HttpResponse:
    """Do what was pressed, and go on to the next row that asks. Raises CannotDecide."""
    doing, officer = request.POST.get("doing", ""), user_of(request)
    if doing == "later":
        deciding.put_off(row, officer)
        messages.success(request, f"{_row_of(row, reading)} comes last now.")
    elif doing == "take_back":
        deciding.take_back(row, officer)
        messages.success(request, "Taken back. Decide again.")
        return redirect(row_address(row, reading))
    elif doing == "alike":
        return redirect(f"{row_address(row, reading, 'delivery_alike')}?{_carried(request)}")
    else:
        because = reason_of(request)
        deciding.decide(row, _choice(request), officer, because=because, version=request.POST.get("version", ""))
        messages.success(request, f"{_row_of(row, reading)} is decided.")
    return _on(request, reading, after=row)


def _row_of(row: DeliveryRow, reading: Reading) -> str:
    return f"Row {reading.number(row.number):,}" if row.number is not None else "The missing child"


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


def _on(request: HttpRequest, reading: Reading, *, after: DeliveryRow | None = None) -> HttpResponse:
    """The next row that asks, at once; back to the file where none is left."""
    waiting = asking(reading.rows).select_related("child")
    found = waiting.exclude(pk=after.pk).first() if after else waiting.first()
    if found is not None:
        return redirect(row_address(found, reading))
    messages.info(request, "Nothing is left to decide in this file.")
    return redirect(address_of(reading.delivery))


@requires(PERMISSION)
def delivery_next(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Go to the first row that asks."""
    access.note(request, kind="listed", asked={"page": "file", "delivery": delivery_id, "doing": "next"})
    return _on(request, opened(request, delivery_id))


@never_cache
@requires(PERMISSION)
def delivery_row_ask(request: HttpRequest, delivery_id: int, row_key: str) -> HttpResponse:
    """Have somebody find out, with a note."""
    reading, row = _opened(request, delivery_id, row_key)
    if row.pk in reading.hidden or row.outcome == Outcome.RECEIVED:
        raise Http404
    named = {"page": "row", "delivery": delivery_id, "row": reading.key(row)}
    access.note(request, kind="edited", asked={**named, "doing": "ask"})
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
            return _on(request, reading, after=row)
    back = row_address(row, reading)
    context = {"form": form, "row": row, "name": telling.name_of(row), "back": back, "section": SECTION}
    return render(request, "registry/deliveries/ask.html", context)


def _is_shielded(row: DeliveryRow) -> bool:
    children = [row.child_id, *(candidate[0] for candidate in row.candidates)]
    return IndexEntry.objects.filter(child__in=[pk for pk in children if pk], shielded=True).exists()


def _alike(reading: Reading, row: DeliveryRow) -> Any:
    """The rows that ask what this one asks, as far as this person may see them."""
    waiting = reading.rows.filter(outcome=Outcome.TO_DECIDE).select_related("child")
    code = row.questions[0]["code"] if row.questions else ""
    same = {"questions__contains": [{"code": code}]}
    if code == Asks.DIFFERS:
        same = {"questions__contains": [{"code": code, "says": row.questions[0]["says"]}]}
    return waiting.filter(**same)


@never_cache
@requires(PERMISSION)
def delivery_alike(request: HttpRequest, delivery_id: int, row_key: str) -> HttpResponse:
    """Many rows that ask the same, answered in one go: which they are is shown first."""
    reading, row = _opened(request, delivery_id, row_key)
    if row.pk in reading.hidden:
        raise Http404
    delivery, choice = reading.delivery, request.POST.get("choice") or request.GET.get("choice", "")
    rows = list(_alike(reading, row)[:AT_ONCE])
    if row.outcome != Outcome.TO_DECIDE or codes_of(row.questions) & ALONE or choice not in BULK:
        messages.warning(request, "These rows are decided one by one.")
        return redirect(row_address(row, reading))
    access.note(request, kind="edited", asked={"page": "rows alike", "delivery": delivery.pk, "rows": len(rows)})
    if request.method == "POST":
        return _decide_alike(request, reading, [row, *(one for one in rows if one.pk != row.pk)], choice)
    shown = rows[:SHOWN]
    children = disclosure.disclose(telling.meant_by(shown), to=context_of(request))
    context = {
        "delivery": delivery,
        "choice": choice,
        "doing": BULK[choice],
        "number": len(rows),
        "more": len(rows) - len(shown),
        "rows": [telling.line(one, children, row_address(one, reading), reading) for one in shown],
        "columns": telling.COLUMNS,
        "back": row_address(row, reading),
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


def _decide_alike(request: HttpRequest, reading: Reading, rows: list[DeliveryRow], choice: str) -> HttpResponse:
    says = [question["says"] for question in rows[0].questions if question["code"] == Asks.DIFFERS]
    asked: dict[str, Any] = {choice: says} if choice in ("take", "keep") else {choice: True}
    because = reason_of(request)
    try:
        done = deciding.decide_alike(rows, asked, user_of(request), because=because)
    except CannotDecide as refusal:
        messages.warning(request, str(refusal))
        return redirect(row_address(rows[0], reading))
    messages.success(request, f"{words.sentence(words.count(len(done.decided), 'row'))} decided.")
    if done.refused:
        reasons = words.listed(list(dict.fromkeys(reason for _, reason in done.refused))[:3])
        left = words.count(len(done.refused), "row")
        messages.warning(request, f"{words.sentence(left)} left to be decided one by one: {reasons}")
    return _on(request, reading)
