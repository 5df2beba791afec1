"""The pages on which an officer adds to, changes and corrects one child's record.

Every page asks for the fact, who said so and why; shows the effect; and saves on the second button. What was typed is
carried from step to step in the page itself, so that nothing is lost to an error or to somebody else's save.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from registry import access, disclosure
from registry.access.noting import context_of
from registry.disclosure import NotDisclosed, RecordView
from registry.editing.deeds import Deed
from registry.editing.forms import FORMS, NOUNS, CareForm, EndForm, FactForm, ReasonForm, sources_for
from registry.models import Care, Carer, Child, Fact, Slot, Standing
from registry.recording import CannotRecord, SavedMeanwhile
from registry.views.meanwhile import revision_of, saved_meanwhile
from registry.views.opening import of_child

TITLES = {
    "add": "Add {noun}",
    "change": "Change: it stopped being true",
    "correct": "Correct: it was never true",
    "end": "End: it is no longer true",
    "remove": "Remove: it was never true at all",
}
DONE = {
    "add": "Added to the record.",
    "change": "Changed. The earlier entry has ended.",
    "correct": "Corrected.",
    "end": "Ended.",
    "remove": "Removed. The history keeps what it said.",
}


@of_child("edit_child")
def fact_add(request: HttpRequest, child: Child, kind: str) -> HttpResponse:
    """Add a fact of some kind."""
    view = editable(request, child)
    if kind not in FORMS:
        raise Http404
    return _page(request, child, view, doing="add", kind=kind, fact=None)


@of_child("edit_child")
def fact_edit(request: HttpRequest, child: Child, kind: str, fact_id: int, doing: str) -> HttpResponse:
    """Change, correct, end or remove one fact."""
    view = editable(request, child)
    if kind not in FORMS:
        raise Http404
    fact = get_object_or_404(FORMS[kind].model._default_manager, pk=fact_id, child=child)
    return _page(request, child, view, doing=doing, kind=kind, fact=fact)


@of_child("edit_child")
def fact_which(request: HttpRequest, child: Child, kind: str, fact_id: int) -> HttpResponse:
    """Help somebody who is unsure whether to change or to correct."""
    view = editable(request, child)
    fact = view.fact(kind, fact_id)
    if fact is None:
        raise Http404
    access.note(request, kind="edited", asked={"page": "which"})
    return render(request, "registry/editing/which.html", {"view": view, "fact": fact})


def editable(request: HttpRequest, child: Child) -> RecordView:
    """What may be seen of a child. Raises NotDisclosed where this person may not correct the record."""
    context = context_of(request)
    view = disclosure.record(child, to=context)
    if not context.may_edit(view):
        raise NotDisclosed("This child is shielded. Ask the index team to make the change.")
    if view.superseded_by:
        raise NotDisclosed(f"This record has been superseded. Change {view.superseded_by} instead.")
    return view


def _page(
    request: HttpRequest, child: Child, view: RecordView, *, doing: str, kind: str, fact: Fact | None
) -> HttpResponse:
    access.note(request, kind="edited", asked={"doing": doing, "fact": kind})
    form = _form(request, child, view, doing=doing, kind=kind, fact=fact)
    context: dict[str, Any] = {
        "view": view,
        "form": form,
        "title": TITLES[doing].format(noun=NOUNS[kind]),
        "fact": view.fact(kind, fact.pk) if fact else None,
        "doing": doing,
        "kind": kind,
        "revision": request.POST.get("revision", view.revision),
    }
    if request.method != "POST" or "again" in request.POST or not form.is_valid():
        return render(request, "registry/editing/form.html", context)
    deed = Deed(doing=doing, child=child, fact=fact, form=form)
    if "confirmed" in request.POST:
        try:
            deed.do(revision=revision_of(request), by=request.user)  # type: ignore[arg-type]
        except SavedMeanwhile as meanwhile:
            context |= saved_meanwhile(request, child, view, meanwhile)
        except CannotRecord as refusal:
            form.add_error(None, str(refusal))
            return render(request, "registry/editing/form.html", context)
        else:
            messages.success(request, DONE[doing])
            return redirect("registry:record", view.index_number)
    context |= {"rows": deed.rows, "said": form.said, "typed": typed(request)}
    return render(request, "registry/editing/check.html", context)


def _form(
    request: HttpRequest, child: Child, view: RecordView, *, doing: str, kind: str, fact: Fact | None
) -> ReasonForm:
    data = request.POST if request.method == "POST" else None
    shared: dict[str, Any] = {"sources": sources_for(child.pk)}
    if doing == "end" and fact is not None:
        return EndForm(data, fact=fact, **shared)
    if doing == "remove":
        return ReasonForm(data, doing="remove", **shared)
    form = FORMS[kind]
    if form is CareForm:
        shared |= {"held": fact if isinstance(fact, Care) else None, "carers": _carers_nearby(view, fact)}
    return form(data, doing=doing, initial=_initial(form, doing, fact), **shared)


def _initial(form: type[FactForm], doing: str, fact: Fact | None) -> dict[str, Any]:
    if fact is None:
        return {}
    initial = form.initial_of(fact)
    if doing == "change":
        initial.pop("from_date", None)
    return initial


def _carers_nearby(view: RecordView, fact: Fact | None) -> list[Carer]:
    """Those who care for another child at this child's address and not yet for this one."""
    home = view.leading(Slot.HOME)
    if fact is not None or home is None or home.address is None or home.address.is_institution:
        return []
    here = Care.objects.open().filter(
        child__residences__address_id=home.address.id,
        child__residences__to_date=None,
        child__residences__standing=Standing.LIVES_HERE,
    )
    hidden = disclosure.shielded_among(here.values_list("child_id", flat=True))
    already = [care.carer.id for care in view.cares if care.carer and care.is_open]
    seen = here.exclude(child_id__in=hidden).exclude(carer_id__in=already)
    return list(Carer.objects.filter(pk__in=seen.values("carer_id")).order_by("surname", "forename"))


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Everything the form was sent, to be sent again."""
    left_out = {"csrfmiddlewaretoken", "confirmed", "again", "revision"}
    return [(name, value) for name, values in request.POST.lists() if name not in left_out for value in values]
