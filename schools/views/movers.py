"""The queues of pupils who come, go and stay away: the council's, and each school's own."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from childindex import words
from childindex.accounts.permissions import requires
from childindex.forms import Form
from registry import access, disclosure
from registry.access.noting import context_of
from registry.disclosure import Summary
from registry.models import Enrolment
from registry.views.merging import user_of
from schools.models import Absence, Enquirer, PupilReturn, Report
from schools.movers import finding, queue, returning
from schools.movers.forms import EnquiryForm, FoundForm, SettleForm
from schools.movers.grounds import named
from schools.movers.queue import Item, Kind, Turn
from schools.movers.returning import CannotReturn
from schools.roles import FOLLOW, SEE
from schools.views.pupils import page_of as pupil_page_of
from schools.views.rolls import SECTION as OUR_ROLL
from schools.views.rolls import own_school

SECTION = "schools:movers"
ON_A_PAGE = 50
COLUMNS = ["Pupil", "School", "What is left", "Whose turn", "Due"]
OWN_COLUMNS = ["Pupil", "What is left", "Whose turn", "Due"]
TURNS = [("", "Any"), *((turn.value, str(turn.label)) for turn in Turn)]


class QueueFilter(Form):
    """What of the queue to show."""

    whose = forms.ChoiceField(label="Whose turn", choices=TURNS, required=False)
    school = forms.CharField(label="School", max_length=100, required=False, help_text="Part of its name, or its URN")
    late = forms.BooleanField(label="Overdue only", required=False)

    def keeps(self, item: Item) -> bool:
        asked = self.cleaned_data if self.is_valid() else {}
        if asked.get("whose") and item.turn != asked["whose"]:
            return False
        if asked.get("late") and not item.days_late(timezone.localdate()):
            return False
        school = (asked.get("school") or "").strip().casefold()
        return not school or school in item.school.casefold() or school == str(item.urn)


def _asked(request: HttpRequest) -> tuple[QueueFilter, list[Item], str]:
    form = QueueFilter(request.GET)
    form.is_valid()
    kept = [item for item in queue.for_council(to=context_of(request)) if form.keeps(item)]
    kind = request.GET.get("kind", "")
    return form, kept, kind if kind in Kind.values else ""


def _filters(request: HttpRequest, **changes: str) -> str:
    kept = {name: request.GET[name] for name in ("kind", "whose", "school", "late") if request.GET.get(name)}
    return urlencode({name: value for name, value in {**kept, **changes}.items() if value})


@never_cache
@requires(FOLLOW)
def movers(request: HttpRequest) -> HttpResponse:
    """Everything that is left, the most overdue first."""
    form, kept, kind = _asked(request)
    shown = [item for item in kept if not kind or item.kind == kind]
    page = Paginator(shown, ON_A_PAGE).get_page(request.GET.get("page"))
    children = disclosure.disclose([item.child_id for item in page], to=context_of(request))
    access.note(request, kind="listed", asked={"page": "movers", "kind": kind})
    context = {
        "form": form,
        "tabs": _tabs(request, kept, kind),
        "rows": [_row(item, children, f"{queue.page_of(item)}?{_filters(request)}") for item in page],
        "columns": COLUMNS,
        "caption": words.count(len(shown), "thing to do", "things to do"),
        "late": sum(item.days_late(timezone.localdate()) > 0 for item in shown),
        "mine": sum(item.turn == Turn.COUNCIL for item in shown),
        "start": f"{reverse('schools:movers_next')}?{_filters(request)}",
        "is_narrowed": bool(_filters(request)),
        "page": page,
        "section": SECTION,
    }
    return render(request, "schools/movers/queue.html", context)


def _tabs(request: HttpRequest, items: list[Item], current: str) -> list[dict[str, Any]]:
    counted = queue.counts(items)
    offered = [("", "Everything", len(items)), *((kind.value, str(kind.label), counted[kind]) for kind in Kind)]
    return [
        {"text": label, "href": f"?{_filters(request, kind=kind)}", "current": kind == current, "count": count or None}
        for kind, label, count in offered
    ]


def _row(item: Item, children: dict[int, Summary], href: str) -> list[Any]:
    child = children.get(item.child_id)
    name = {"text": child.name if child else "Not shown", "href": href, "note": child.index_number if child else ""}
    return [name, item.school, item.what, str(item.turn.label), _due(item)]


def _due(item: Item) -> dict[str, str]:
    late = item.days_late(timezone.localdate())
    if item.due is None:
        return {"text": ""}
    return {
        "text": words.day(item.due),
        "tag": f"{words.count(late, 'day')} late" if late else "",
        "tone": "alert" if late else "",
    }


@never_cache
@requires(FOLLOW)
def movers_next(request: HttpRequest) -> HttpResponse:
    """Go to the next thing that is the council's to do; after the one that was put aside, if one was."""
    _, kept, kind = _asked(request)
    ours = [item for item in kept if item.turn == Turn.COUNCIL and (not kind or item.kind == kind)]
    keys = [item.key for item in ours]
    after = request.GET.get("after", "")
    rest = ours[keys.index(after) + 1 :] if after in keys else ours
    if not rest:
        messages.success(request, "Nothing here is left for the council to do.")
        return redirect(f"{reverse(SECTION)}?{_filters(request)}")
    return redirect(f"{queue.page_of(rest[0])}?{_filters(request)}")


def _next(request: HttpRequest, after: str = "") -> str:
    return f"{reverse('schools:movers_next')}?{_filters(request, after=after)}"


def _child(request: HttpRequest, child_id: int) -> Summary:
    """The child of an item, if this person may know that it is on the queue."""
    context = context_of(request)
    child = disclosure.disclose([child_id], to=context).get(child_id)
    is_hidden = not context.may_see_shielded and bool(disclosure.shielded_among([child_id]))
    if child is None or is_hidden or child_id in context.family:
        raise Http404("Nothing of yours to do has this number.")
    return child


def _case(request: HttpRequest, child: Summary, **context: Any) -> HttpResponse:
    back = f"{reverse(SECTION)}?{_filters(request)}"
    return render(request, "schools/movers/case.html", {"child": child, "back": back, "section": SECTION, **context})


@never_cache
@requires(FOLLOW)
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """What a school says of one pupil, to be looked into and settled."""
    found = get_object_or_404(Report.objects.select_related("school", "made_by"), pk=report_id)
    child = _child(request, found.child_id)
    access.note(request, kind="opened", asked={"page": "movers", "report": found.pk})
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ends = request.POST.get("ends") == "yes" and found.kind != "changed"
        usual = "The place on the roll was taken away." if ends else "It was looked into."
        try:
            returning.settle(found, how=form.cleaned_data["how"] or usual, by=user_of(request), ends=ends)
        except CannotReturn as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Settled: {child.name}.")
            return redirect(_next(request))
    rows = [
        {"key": "The school", "value": str(found.school)},
        {"key": "Says", "value": f"{found.get_kind_display()}. {found.said}"},
        {"key": "Told by", "value": f"{found.made_by}, {words.day(timezone.localtime(found.made_at).date())}"},
    ]
    if found.settled_at:
        day = words.day(timezone.localtime(found.settled_at).date())
        rows.append({"key": "Settled", "value": f"{found.settled_how} {found.settled_by}, {day}"})
    buttons = [{"text": "Settled", "value": "no", "key": "K"}]
    if found.kind != "changed":
        buttons = [
            {"text": "Take the place away", "value": "yes", "key": "E"},
            {"text": "Keep the place", "value": "no", "key": "K"},
        ]
    context = {"rows": rows, "form": form, "buttons": [] if found.settled_at else buttons}
    return _case(
        request,
        child,
        title=str(found.get_kind_display()),
        after=_next(request, f"{Kind.REPORT}-{found.pk}"),
        **context,
    )


@never_cache
@requires(FOLLOW)
def absence(request: HttpRequest, absence_id: int) -> HttpResponse:
    """A pupil who stays away: what both have done to find out where the pupil is."""
    found = get_object_or_404(Absence.objects.select_related("school"), pk=absence_id)
    child = _child(request, found.child_id)
    access.note(request, kind="opened", asked={"page": "movers", "absence": found.pk})
    form = EnquiryForm(request.POST or None, initial={"day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            returning.enquire(found, of=Enquirer.COUNCIL, by=user_of(request), **form.cleaned_data)
        except CannotReturn as refusal:
            form.add_error("day", str(refusal))
        else:
            messages.success(request, f"It is written down of {child.name}.")
            return redirect(_next(request))
    until = f" to {words.day(found.to_date)}" if found.to_date else ""
    rows = [
        {"key": "The school", "value": str(found.school)},
        {"key": "Away", "value": f"{found.get_kind_display()} since {words.day(found.from_date)}{until}"},
        *([{"key": "Cause", "value": found.cause}] if found.cause else []),
        *EnquiryForm.told(list(found.enquiries.all())),
    ]
    buttons = [] if found.to_date else [{"text": "Write down what the council did", "value": "no", "key": ""}]
    context = {"rows": rows, "form": form, "buttons": buttons, "title": "Stays away"}
    return _case(request, child, after=_next(request, f"{Kind.ABSENCE}-{found.pk}"), **context)


@never_cache
@requires(FOLLOW)
def leaver(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """Somebody who left a roll, or is on two, or has come: what is known, and where the pupil is found to be."""
    spell = get_object_or_404(Enrolment.objects.select_related("school", "destination_school"), pk=enrolment_id)
    child = _child(request, spell.child_id)
    access.note(request, kind="opened", asked={"page": "movers", "enrolment": spell.pk})
    form = FoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            finding.settle(
                spell, found=said["found"], school=said["school"], since=said["since"], how=said["how"],
                by=user_of(request),
            )  # fmt: skip
        except CannotReturn as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"It is written down where {child.name} is.")
            return redirect(_next(request))
    has_left = spell.to_date is not None and spell.to_date < timezone.localdate()
    buttons = [{"text": "Write it down", "value": "no", "key": ""}] if has_left else []
    context = {"rows": _of_spell(spell), "form": form, "buttons": buttons, "returns": _returns(spell)}
    title = "Where is this pupil?" if has_left else "On the roll"
    return _case(request, child, title=title, after=_next(request, f"{Kind.LEAVER}-{spell.pk}"), **context)


def _of_spell(spell: Enrolment) -> list[dict[str, str]]:
    going = spell.destination_school or spell.destination
    rows = [
        ("The school", str(spell.school)),
        ("On its roll since", words.day(spell.from_date) if spell.from_date else "Not known"),
        *([("Last day there", words.day(spell.to_date))] if spell.to_date else []),
        *([("Ground", named(spell.leaving_regime, spell.leaving_ground))] if spell.leaving_ground else []),
        *([("Said to go to", str(going))] if going else []),
    ]
    rows += [(f"On the roll of {other.school} too", _since(other)) for other in _others(spell)]
    return [{"key": key, "value": value} for key, value in rows]


def _since(spell: Enrolment) -> str:
    return f"since {words.day(spell.from_date)}" if spell.from_date else "since when is not known"


def _others(spell: Enrolment) -> list[Enrolment]:
    found = Enrolment.objects.open().filter(child=spell.child_id).exclude(pk=spell.pk).select_related("school")
    return list(found.order_by("from_date"))


def _returns(spell: Enrolment) -> list[dict[str, Any]]:
    """What the school has returned of this pupil, label by label."""
    made = PupilReturn.objects.filter(school=spell.school_id, child=spell.child_id).select_related("made_by")
    return [
        {
            "title": f"{one.get_kind_display()} {one.receipt}",
            "rows": [{"key": key, "value": value} for key, value in one.content if value],
        }
        for one in made[:5]
    ]


@never_cache
@requires(SEE)
def own_movers(request: HttpRequest, urn: int) -> HttpResponse:
    """What one school has still to do about pupils who come, go and stay away."""
    school, to = own_school(request, urn), context_of(request)
    items = queue.for_school(school.pk, to=to)
    page = Paginator(items, ON_A_PAGE).get_page(request.GET.get("page"))
    children = disclosure.disclose([item.child_id for item in page], to=to)
    access.note(request, kind="listed", asked={"page": "own movers", "school": school.urn})
    spells = _spells_of(school.pk, [item.child_id for item in page])
    rows = []
    for item in page:
        child = children.get(item.child_id)
        enrolment = item.enrolment_id or spells.get(item.child_id)
        href = pupil_page_of(school, enrolment) if enrolment else ""
        turn = "You" if item.turn == Turn.SCHOOL else str(item.turn.label)
        rows.append([{"text": child.name if child else "", "href": href}, item.what, turn, _due(item)])
    context = {
        "school": school,
        "rows": rows,
        "columns": OWN_COLUMNS,
        "ours": sum(item.turn == Turn.SCHOOL for item in items),
        "caption": words.count(len(items), "thing to do", "things to do"),
        "page": page,
        "section": OUR_ROLL,
    }
    return render(request, "schools/movers/own.html", context)


def _spells_of(school_id: int, child_ids: list[int]) -> dict[int, int]:
    """The latest spell of each pupil at a school."""
    found = Enrolment.objects.filter(school=school_id, child__in=child_ids).order_by(
        F("from_date").asc(nulls_first=True)
    )
    return dict(found.values_list("child_id", "pk"))
