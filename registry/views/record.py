"""The pages of one child's record: overview, household, schools, sections from the rooms above, and print.

Every page shows what disclosure gives for the person asking, and notes what was asked for and who was shown.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from childindex import words
from childindex.forms import DateField, Form
from registry import access, disclosure, sections
from registry.access.noting import context_of
from registry.disclosure import NotDisclosed, RecordView
from registry.looking_back import BELIEVED, TRUE, differences
from registry.models import Child, FactKind
from registry.views.facts import GROUPS, Group, about, groups
from registry.views.households import carer_links, others_at, with_contact
from registry.views.links import OwnLinks, fact_links
from registry.views.opening import address_of, frame, may_edit, of_child
from registry.whereabouts import LIMITS, sentences

SCHOOLING = ("enrolments", "arrangements")


class AsAtForm(Form):
    """A day to look back to, and which of the two questions is asked of it."""

    on = DateField(label="As at", noun="a day", latest=timezone.localdate, help_text="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["as"] = forms.ChoiceField(
            label="Which question?",
            choices=[(TRUE, "What was true"), (BELIEVED, "What we believed")],
            initial=TRUE,
            required=False,
        )


@of_child("view_child")
def overview(request: HttpRequest, child: Child) -> HttpResponse:
    """Where this child is and how that is known; then every fact. Also as at a day gone by."""
    asked = [name for name in request.GET if name == "on" or name.startswith("on_")]
    form = AsAtForm(request.GET if asked else None, initial={"on": timezone.localdate()})
    if asked and form.is_valid():
        day, question = form.cleaned_data["on"], form.cleaned_data["as"] or TRUE
        if "on" not in request.GET:
            return redirect(f"{request.path}?on={day.isoformat()}&as={question}")
        return _looking_back(request, child, form, day=day, question=question)
    view = disclosure.record(child, to=context_of(request))
    access.note(request, kind="opened", asked={"page": "record"})
    today = timezone.localdate()
    return render(
        request,
        "registry/record/overview.html",
        {
            **frame(request, view, current="overview"),
            "form": form,
            "sentences": sentences(view),
            "groups": [_about(request, view), *_kinds_to_show(request, view, on=today)],
            "sections": sections.shown_on_overview(request, view),
            "further": _further(request, view),
            "limit_columns": ["Fact", "Confirmed by", "Fresh for", "Ageing until", "Because"],
            "limits": [] if view.withheld else _limits(),
            "print": address_of("print", view.index_number) if context_of(request).may("print_record") else "",
        },
    )


def _further(request: HttpRequest, view: RecordView) -> list[dict[str, str]]:
    """What else may be done about the whole record."""
    context = context_of(request)
    number = view.index_number
    offered = []
    if context.may("merge_children") and may_edit(request, view):
        offered.append(("This is the same child as another record", address_of("merge_choose", number)))
    if context.may("manage_shields") and may_edit(request, view):
        offered.append(("Lift the shield" if view.shielded else "Shield this child", address_of("shield", number)))
    if context.may("ask_shield") and not context.may("manage_shields") and not view.shielded and not view.superseded_by:
        offered.append(("Ask for a shield", address_of("shield_ask", number)))
    offered += sections.offers_for(request, view)
    if context.may("seal_identity") and may_edit(request, view):
        offered.append(("Give this child a new identity", address_of("new_identity", number)))
    return [{"text": text, "href": href} for text, href in offered if href]


def _looking_back(request: HttpRequest, child: Child, form: AsAtForm, *, day: date, question: str) -> HttpResponse:
    """The record as at a day: as it was true, or as it was believed, and how the two differ."""
    context = context_of(request)
    true = disclosure.record(child, to=context, on=day)
    try:
        believed = disclosure.record(child, to=context, believed=day)
    except NotDisclosed:
        believed = None
    access.note(request, kind="as_at", asked={"on": day, "as": question})
    view = believed if question == BELIEVED else true
    content: dict[str, Any] = {
        **frame(request, view or true, current="overview", on=day),
        "form": AsAtForm(initial={"on": day, "as": question}),
        "day": day,
        "question": question,
        "is_known": view is not None,
        "was_known": believed is not None,
        "differences": differences(believed=believed, true=true) if believed else [],
    }
    if view is not None:
        content |= {
            "sentences": sentences(view, on=day),
            "groups": [about(view), *_groups(request, view, of=tuple(GROUPS), on=day, is_past=True)],
        }
    return render(request, "registry/record/as_at.html", content)


@of_child("view_child")
def household(request: HttpRequest, child: Child) -> HttpResponse:
    """Who cares for the child, and which other children live at the address."""
    context = context_of(request)
    view = disclosure.record(child, to=context)
    members = disclosure.household(view, to=context)
    access.note(request, kind="opened", asked={"page": "household"})
    [carers] = _groups(request, view, of=("cares",), on=timezone.localdate(), links=carer_links)
    shown = [with_contact(carers, view), others_at(view, members)]
    return render(
        request, "registry/record/household.html", {**frame(request, view, current="household"), "groups": shown}
    )


@of_child("view_child")
def schools(request: HttpRequest, child: Child) -> HttpResponse:
    """Every roll the child is or was on, and education other than on a roll."""
    view = disclosure.record(child, to=context_of(request))
    access.note(request, kind="opened", asked={"page": "schools"})
    told = [one for one in sentences(view) if one.about in ("school", "other_school", "school_to_come", "arrangement")]
    return render(
        request,
        "registry/record/schools.html",
        {
            **frame(request, view, current="schools"),
            "sentences": told,
            "groups": _groups(request, view, of=SCHOOLING, on=timezone.localdate()),
        },
    )


@of_child("view_child")
def section(request: HttpRequest, child: Child, code: str) -> HttpResponse:
    """A page that one of the rooms above offers."""
    page = sections.page_for(request, code)
    if page is None:
        raise Http404
    view = disclosure.record(child, to=context_of(request))
    access.note(request, kind="opened", asked={"page": code})
    content = page.content(request, view)
    if content is None:
        raise Http404
    return render(request, page.template, {**frame(request, view, current=code), **content})


@of_child("print_record")
def print_record(request: HttpRequest, child: Child) -> HttpResponse:
    """The record on paper, stamped with who printed it and when."""
    view = disclosure.record(child, to=context_of(request))
    access.note(request, kind="printed", asked={"page": "print"})
    return render(
        request,
        "registry/record/print.html",
        {
            **frame(request, view, current=""),
            "sentences": sentences(view),
            "groups": [about(view), *groups(view, of=tuple(GROUPS), on=timezone.localdate())],
            "printed_at": context_of(request).at,
        },
    )


def _about(request: HttpRequest, view: RecordView) -> Group:
    return about(view, correct=address_of("child_correct", view.index_number) if may_edit(request, view) else "")


def _kinds_to_show(request: HttpRequest, view: RecordView, *, on: date) -> list[Group]:
    """The facts of every kind; of a superseded record, those kinds of which it still says something."""
    found = _groups(request, view, of=tuple(GROUPS), on=on)
    return [group for group in found if group.rows or group.earlier] if view.superseded_by else found


def _groups(
    request: HttpRequest,
    view: RecordView,
    *,
    of: tuple[str, ...],
    on: date,
    is_past: bool = False,
    links: OwnLinks = fact_links,
) -> list[Group]:
    """The facts with what this person may do about each; a day looked back to is only looked at."""
    if is_past or not may_edit(request, view):
        return groups(view, of=of, on=on)
    return groups(
        view,
        of=of,
        on=on,
        links=lambda fact: links(view.index_number, fact),
        add=lambda kind: address_of("fact_add", view.index_number, kind),
    )


def _limits() -> list[list[str]]:
    """The table of how long a confirmation keeps a fact fresh, in words."""
    return [
        [
            str(FactKind(kind).label),
            source.replace("_", " ").capitalize() or "Any other",
            words.count(limits.fresh, "day"),
            words.count(limits.ageing, "day"),
            f"{limits.because[0].upper()}{limits.because[1:]}.",
        ]
        for (kind, source), limits in LIMITS.items()
    ]
