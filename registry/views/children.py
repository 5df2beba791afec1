"""The pages that change what is not a dated fact: the child's own row, a carer's details, pins, shields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from childindex import words
from registry import access, disclosure
from registry.access.noting import context_of
from registry.disclosure import RecordView
from registry.editing import rows
from registry.editing.child_forms import ChildForm, LiftForm, PinForm, ShieldForm
from registry.editing.effects import EffectRow, effect
from registry.editing.forms import FORMS, CarerForm, ReasonForm, sources_for
from registry.models import Care, Child
from registry.recording import CannotRecord, SavedMeanwhile
from registry.views.editing import editable, typed
from registry.views.meanwhile import revision_of, saved_meanwhile
from registry.views.opening import of_child


@dataclass
class Asking:
    """One page that asks, shows the effect where there is one to show, and does."""

    view: RecordView
    form: ReasonForm
    title: str
    done: str
    do: Callable[..., None]
    lead: str = ""
    button: str = "Continue"
    effect: Callable[[], list[EffectRow]] | None = None
    others: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The page for this request, or a redirect to the record once it is done."""
        context: dict[str, Any] = {
            "view": self.view,
            "form": self.form,
            "title": self.title,
            "lead": self.lead,
            "button": self.button,
            "others": self.others,
            "revision": request.POST.get("revision", self.view.revision),
        }
        if request.method != "POST" or "again" in request.POST or not self.form.is_valid():
            return render(request, "registry/editing/ask.html", context)
        if self.effect is None or "confirmed" in request.POST:
            try:
                self._do(request)
            except SavedMeanwhile as meanwhile:
                context |= saved_meanwhile(request, meanwhile.child, self.view, meanwhile)
            except ValidationError as refusal:
                self.form.add_error(None, refusal.messages)
                return render(request, "registry/editing/ask.html", context)
            except CannotRecord as refusal:
                self.form.add_error(None, str(refusal))
                return render(request, "registry/editing/ask.html", context)
            else:
                messages.success(request, self.done)
                return redirect("registry:record", self.view.index_number)
        context |= {
            "rows": self.effect() if self.effect else [],
            "said": self.form.said,
            "typed": typed(request),
            "doing": "correct",
        }
        return render(request, "registry/editing/check.html", context)

    def _do(self, request: HttpRequest) -> None:
        self.do(
            revision=revision_of(request),
            by=request.user,
            source=self.form.source,
            reason_code=self.form.cleaned_data["reason_code"],
            reason=self.form.cleaned_data["reason"],
        )


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@of_child("edit_child")
def child_correct(request: HttpRequest, child: Child) -> HttpResponse:
    """Date of birth, sex, death and the state of the record."""
    view = editable(request, child)
    access.note(request, kind="edited", asked={"doing": "correct", "fact": "child"})
    form = ChildForm(_data(request), initial=ChildForm.initial_of(child), sources=sources_for(child.pk))
    return Asking(
        view=view,
        form=form,
        title="Correct date of birth, sex or state",
        done="Corrected.",
        do=lambda **act: rows.correct_child(child, values=form.values(), **act),
        effect=lambda: effect(child, _with(child, form.values())),
    ).answer(request)


def _with(row: Any, values: dict[str, Any]) -> Any:
    held = {one.name: getattr(row, one.name) for one in row._meta.concrete_fields}
    return type(row)(**{**held, **values})


@of_child("edit_child")
def carer_edit(request: HttpRequest, child: Child, care_id: int) -> HttpResponse:
    """A carer's own name, telephone, email and address, for all the children they care for."""
    view = editable(request, child)
    care = get_object_or_404(Care.objects.select_related("carer__address", "child"), pk=care_id, child=child)
    access.note(request, kind="edited", asked={"doing": "correct", "fact": "carer"})
    form = CarerForm(_data(request), initial=CarerForm.initial_of(care.carer), sources=sources_for(child.pk))
    return Asking(
        view=view,
        form=form,
        title=f"Correct the details of {care.carer}",
        done="The carer's details are corrected for every child they care for.",
        do=lambda **act: rows.correct_carer(care, values=form.person(), **act),
        effect=lambda: effect(care.carer, _with(care.carer, form.person())),
        others=_also_for(request, care),
    ).answer(request)


def _also_for(request: HttpRequest, care: Care) -> str:
    """Which other children the carer's details are shared by, as far as this person may know."""
    context = context_of(request)
    ids = set(Care.objects.open().filter(carer=care.carer).values_list("child_id", flat=True)) - {care.child_id}
    ids -= context.family
    if not context.may_see_shielded:
        ids -= disclosure.shielded_among(ids)
    names = [one.name for one in disclosure.disclose(sorted(ids), to=context).values()]
    return f"These details are also shown for {words.listed(names)}." if names else ""


@of_child("edit_child")
def fact_pin(request: HttpRequest, child: Child, kind: str, fact_id: int) -> HttpResponse:
    """Make one of several facts lead."""
    view = editable(request, child)
    shown = view.fact(kind, fact_id)
    if shown is None or shown.slot is None or kind not in FORMS:
        raise Http404
    fact = get_object_or_404(FORMS[kind].model._default_manager, pk=fact_id, child=child)
    access.note(request, kind="edited", asked={"doing": "pin", "fact": kind})
    return Asking(
        view=view,
        form=PinForm(_data(request), sources=sources_for(child.pk)),
        title="Pin this entry",
        lead=f"{shown.label}: {shown.text}. It is shown first, whatever other sources say, until somebody unpins it.",
        done="Pinned. This entry leads until it is unpinned.",
        button="Pin it",
        do=lambda **act: rows.pin(child, fact, slot=str(shown.slot), **act),
    ).answer(request)


@of_child("edit_child")
def fact_unpin(request: HttpRequest, child: Child, kind: str, fact_id: int) -> HttpResponse:
    """Let the rules decide again."""
    view = editable(request, child)
    shown = view.fact(kind, fact_id)
    if shown is None or not shown.pinned:
        raise Http404
    access.note(request, kind="edited", asked={"doing": "unpin", "fact": kind})
    return Asking(
        view=view,
        form=PinForm(_data(request), doing="unpin", sources=sources_for(child.pk)),
        title="Unpin this entry",
        lead=f"{shown.label}: {shown.text}. The rules decide again which entry leads.",
        done="Unpinned.",
        button="Unpin it",
        do=lambda **act: rows.unpin(child, slot=str(shown.slot), **act),
    ).answer(request)


@of_child("manage_shields")
def shield(request: HttpRequest, child: Child) -> HttpResponse:
    """Shield a child, or lift the shield."""
    view = editable(request, child)
    access.note(request, kind="edited", asked={"doing": "lift" if view.shielded else "shield"})
    if view.shielded:
        form: ReasonForm = LiftForm(_data(request), sources=sources_for(child.pk))
        if form.is_valid() and form.cleaned_data["sure"] == "no":
            return redirect("registry:record", view.index_number)
        return Asking(
            view=view,
            form=form,
            title="Lift the shield",
            done="The shield is lifted.",
            button="Continue",
            do=lambda **act: rows.lift(child, **act),
        ).answer(request)
    family = disclosure.family(view, to=context_of(request))
    form = ShieldForm(_data(request), family=family, sources=sources_for(child.pk))
    return Asking(
        view=view,
        form=form,
        title="Shield this child",
        lead="From the moment you save, everybody but custodians sees only the name, sex, date of birth, index number"
        " and carers' names. The shield stays until somebody lifts it.",
        done="Shielded from now on.",
        button="Shield",
        do=lambda **act: rows.shield(
            child,
            ground=form.cleaned_data["ground"],
            review_date=form.cleaned_data["review_date"],
            also=form.others(),
            **act,
        ),
    ).answer(request)
