"""What happened to a child's record, one entry for each act, and undoing one's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from childindex import words
from childindex.forms import Form
from childindex.models import Act, User
from registry import access, disclosure
from registry.access.noting import context_of
from registry.disclosure import ActEntry, ChangeView, NotDisclosed, RecordView
from registry.editing.reasons import words_for
from registry.models import Child, Delivery
from registry.undoing import CannotUndo, Plan, plan, undo
from registry.views import deliveries
from registry.views.merging import user_of
from registry.views.opening import address_of, frame, may_edit, of_child

ON_A_PAGE = 25
NAMED_IN_A_TITLE = 2


class UndoForm(Form):
    """Why an act is undone."""

    reason = forms.CharField(
        label="Why do you undo this?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For whoever reads the history later.",
    )


@of_child("view_history")
def history(request: HttpRequest, child: Child) -> HttpResponse:
    """Everything that happened, newest first."""
    context = context_of(request)
    view = disclosure.record(child, to=context)
    page = Paginator(disclosure.history(child, to=context), ON_A_PAGE).get_page(request.GET.get("page"))
    access.note(request, kind="history", asked={"page": page.number})
    editable = may_edit(request, view)
    files = _files([entry.act_id for entry in page], to=user_of(request))
    return render(
        request,
        "registry/record/history.html",
        {
            **frame(request, view, current="history"),
            "page": page,
            "entries": [_told(entry, view, editable=editable) | {"file": files.get(entry.act_id)} for entry in page],
            "is_withheld": "history" in view.withheld,
        },
    )


def _files(act_ids: list[int], *, to: User) -> dict[int, dict[str, str]]:
    """The file that each of these acts applied, for whoever may see files."""
    if not to.may(deliveries.PERMISSION):
        return {}
    applied = Delivery.objects.filter(Q(act__in=act_ids) | Q(further_acts__act__in=act_ids))
    found: dict[int, dict[str, str]] = {}
    for act, further, pk, name in applied.values_list("act", "further_acts__act", "pk", "name").distinct():
        file = {"name": name, "href": reverse("registry:delivery", args=[pk])}
        found |= {one: file for one in (act, further) if one in act_ids}
    return found


def _told(entry: ActEntry, view: RecordView, *, editable: bool) -> dict[str, Any]:
    """An entry as the page shows it: one change is its own title, several are listed below one."""
    undoable = editable and entry.may_undo and entry.undoes is None
    return {
        "title": _title(entry),
        "changes": [_change(one, alone=len(entry.changes) == 1) for one in entry.changes],
        "by": f"recorded by {entry.by_name}" if entry.by_name else "recorded automatically",
        "at": entry.at,
        "source": entry.source_name,
        "why": " ".join(part for part in (f"{words_for(entry.reason_code)}.", _sentence(entry.reason)) if part),
        "undone": entry.undone,
        "undo": address_of("undo", view.index_number, entry.act_id) if undoable else "",
        "id": entry.act_id,
    }


def _title(entry: ActEntry) -> str:
    """*Home ended and home added*; the sentence itself where it is the only one; an undo says that it is one."""
    if len(entry.changes) == 1:
        title = _in_a_sentence(entry.changes[0])
    else:
        said = list(dict.fromkeys(f"{one.label} {one.verb}" for one in entry.changes))
        more = len(said) - NAMED_IN_A_TITLE
        named = [*said[:NAMED_IN_A_TITLE], *([words.count(more, "more change")] if more > 0 else [])]
        title = words.listed([named[0], *(words.inside(one) for one in named[1:])])
    return f"Undone: {words.inside(title)}" if entry.undoes else title


def _in_a_sentence(change: ChangeView) -> str:
    if change.verb == "changed" and (change.old == change.new or not change.old or not change.new):
        return f"{change.label} changed: {change.new or change.old}"
    return change.words.removesuffix(".")


def _change(change: ChangeView, *, alone: bool) -> dict[str, Any]:
    """A change's sentence, where the title does not say it, and each value that a row had before and has now."""
    told = change.verb == "changed" and not (len(change.fields) == 1 and change.old != change.new)
    fields = change.fields if told else change.fields[1:] if change.verb == "ended" else ()
    return {
        "words": "" if alone else f"{_in_a_sentence(change)}.",
        "fields": [{"label": _capital(one.label), "old": one.old, "new": one.new} for one in fields],
    }


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."


@of_child("edit_child")
def undo_act(request: HttpRequest, child: Child, act_id: int) -> HttpResponse:
    """Show what undoing would do, ask why, and do it."""
    context = context_of(request)
    view = disclosure.record(child, to=context)
    if not may_edit(request, view):
        raise NotDisclosed("You may not change this record, and so undo nothing of it.")
    entry = next((one for one in disclosure.history(child, to=context) if one.act_id == act_id), None)
    if entry is None:
        raise Http404
    deed = get_object_or_404(Act.objects.select_related("by", "source"), pk=act_id)
    access.note(request, kind="edited", asked={"doing": "undo", "act": act_id})
    officer = request.user
    assert isinstance(officer, User)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            undo(deed, by=officer, reason=form.cleaned_data["reason"])
        except CannotUndo as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Undone. The history shows what was done and that it was undone.")
            still_there = Child.objects.filter(pk=child.pk).exists()
            return redirect("registry:history", view.index_number) if still_there else redirect("/")
    found = plan(deed, by=officer)
    return render(request, "registry/record/undo.html", _undo_page(request, view, entry, found) | {"form": form})


def _undo_page(request: HttpRequest, view: RecordView, entry: ActEntry, found: Plan) -> dict[str, Any]:
    others = set() if found.obstacles else found.child_ids - {view.child_id}
    shown = disclosure.disclose(sorted(others), to=context_of(request)).values()
    return {
        **frame(request, view, current="history"),
        "entry": entry,
        "title": _title(entry),
        "rows": [_reversed(one) for one in entry.changes],
        "obstacles": found.obstacles,
        "others": words.listed([one.name for one in shown]) if shown else "",
    }


def _reversed(one: ChangeView) -> dict[str, Any]:
    """A change as a row of a comparison: as it is now, and as it would be again."""
    now, then = one.new or "Not on the record", one.old or "Not on the record"
    match one.verb:
        case "ended":
            now, then = f"Ended: {one.old}", "Not ended"
        case "changed" if one.old == one.new:
            now = "; ".join(f"{part.label}: {part.new or 'nothing'}" for part in one.fields)
            then = "; ".join(f"{part.label}: {part.old or 'nothing'}" for part in one.fields)
    return {"key": one.label, "left": now, "right": then, "is_different": True, "word": "Undone"}
