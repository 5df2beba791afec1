"""The returns of one's own school: sending one, what could not be read of it, and what to mend in one's own system.

A school reads back what it said itself. What its rows came to is not shown here, row by row or in numbers: that would
tell what others have said of a child to anybody who can send a guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from childindex import words
from childindex.accounts.permissions import requires
from childindex.tables import Cell, csv_lines
from registry import access, disclosure
from registry.access.noting import context_of
from registry.intake import jobs
from registry.intake.corrections import WHY, open_for
from registry.intake.formats import format_of
from registry.intake.receiving import AlreadyReceived, CannotReceive
from registry.intake.seeing import UNREADABLE
from registry.intake.telling import problems_of
from registry.models import Correction, Delivery, DeliveryRow, Says, School, Stage
from registry.views import claims as telling
from registry.views.merging import user_of
from schools.forms import SendOwnForm
from schools.returns.belonging import source_of
from schools.returns.importing import FEEDS, take_in
from schools.roles import SEE, SEND
from schools.rolls.reading import placed_by_itself_alone
from schools.rolls.scope import pupils_among
from schools.views.returns import on_disk
from schools.views.rolls import own_school

SECTION = "schools:roll"
ON_A_PAGE = 50
COLUMNS = ["Return", "As of", {"text": "Rows", "numeric": True}, "Now"]
PROBLEMS = [{"text": "Row", "numeric": True}, "Field", "What is wrong", "The row was"]
CORRECTIONS = ["Pupil", "What", "You have", "We have", "Why", "Since"]
ASK = "Ask the index team"
WHO = (Says.NAME, Says.BIRTH, Says.SEX)
SAID = {
    Stage.RECEIVED: "It has come, and will be read.",
    Stage.CHECKED: "It is being compared with what the council has.",
    Stage.COMPARED: "It has been compared. The council will apply it.",
    Stage.HELD: "It would change more than returns usually do, so the council looks at it first.",
    Stage.APPLIED: "It has been applied. Rows that nobody can be sure of go to the council.",
    Stage.UNDONE: "The council has taken it back. Ask the index team why.",
}


def _of(school: School) -> QuerySet[Delivery]:
    return Delivery.objects.filter(feed__code__in=FEEDS, source=source_of(school)).select_related("feed", "source")


@requires(SEND)
def own_returns(request: HttpRequest, urn: int) -> HttpResponse:
    """What the school has sent, the latest first."""
    school = own_school(request, urn)
    page = Paginator(_of(school).order_by("-received_at", "-pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        [
            {"text": one.name, "href": _address(school, one), "note": str(one.feed)},
            words.day(one.as_of),
            {"text": f"{one.rows:,}", "numeric": True},
            {"text": "", "tag": one.get_stage_display(), "tone": "alert" if one.stage == Stage.REFUSED else ""},
        ]
        for one in page
    ]
    caption = words.count(page.paginator.count, "return")
    context = {"school": school, "rows": rows, "columns": COLUMNS, "caption": caption, "page": page}
    return render(request, "schools/rolls/returns.html", {**context, "section": SECTION})


def _address(school: School, delivery: Delivery) -> str:
    return reverse("schools:own_return", args=[school.urn, delivery.pk])


@requires(SEND)
def send(request: HttpRequest, urn: int) -> HttpResponse:
    """Send a return of the school; it is read at once."""
    school = own_school(request, urn)
    form = SendOwnForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    came_before = None
    if form.is_bound and form.is_valid():
        said, by = form.cleaned_data, user_of(request)
        try:
            with on_disk([said["file"]]) as names:
                taken = take_in(list(names), names=names, school=school, as_of=said["as_of"], by=by)
        except AlreadyReceived as before:
            came_before = _address(school, before.delivery)
            form.add_error("file", str(before))
        except CannotReceive as refusal:
            form.add_error("file", str(refusal))
        else:
            jobs.ask_to_read(taken.deliveries[0], by)
            return redirect(_address(school, taken.deliveries[0]))
    context = {"school": school, "form": form, "came_before": came_before, "section": SECTION}
    return render(request, "schools/rolls/send.html", context)


@never_cache
@requires(SEND)
def own_return(request: HttpRequest, urn: int, delivery_id: int) -> HttpResponse:
    """One return: how far it has come, and what could not be read, row by row, to be mended and sent again."""
    school = own_school(request, urn)
    found = get_object_or_404(_of(school), pk=delivery_id)
    page = Paginator(_unread(found), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "school": school,
        "delivery": found,
        "said": found.refusal or SAID[Stage(found.stage)],
        "is_refused": found.stage == Stage.REFUSED,
        "is_read": found.stage not in (Stage.RECEIVED, Stage.REFUSED),
        "job": jobs.under_way(found),
        "rows": [_line(*problem) for row in page for problem in problems_of(row)],
        "columns": PROBLEMS,
        "caption": words.count(page.paginator.count, "row"),
        "unread": [heading for heading, key in found.headings if heading and not key],
        "numbered": format_of(found).numbered,
        "page": page,
        "section": SECTION,
    }
    return render(request, "schools/rolls/return.html", context)


def _unread(delivery: Delivery) -> QuerySet[DeliveryRow]:
    return delivery.all_rows.filter(UNREADABLE).order_by("number")


def _line(number: int, field: str, code: str, sentence: str, was: str) -> list[Any]:
    return [{"text": f"{number:,}", "numeric": True}, field, sentence, was]


@requires(SEND)
def problems_csv(request: HttpRequest, urn: int, delivery_id: int) -> HttpResponseBase:
    """The same as a file, to be worked through beside one's own system."""
    found = get_object_or_404(_of(own_school(request, urn)), pk=delivery_id)
    headings = ["Row", "Field", "Code", "What is wrong", "The row was"]
    lines: Iterator[list[Cell]] = (list(one) for row in _unread(found).iterator() for one in problems_of(row))
    response = StreamingHttpResponse(csv_lines(headings, lines), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="return-{found.pk}-problems.csv"'
    return response


def said_and_held(one: Correction, *, is_own_word: bool) -> tuple[str, str]:
    """What the school has and what the council has, in words."""
    said = telling.shown({"says": one.says, "value": one.said}, "value") or "Something that was taken out"
    if is_own_word and one.says not in WHO:
        return said, ASK
    return said, telling.shown(_held(one), "value") or ASK


def _held(one: Correction) -> dict[str, str]:
    return {"says": one.says, "value": one.held}


@never_cache
@requires(SEE)
def corrections(request: HttpRequest, urn: int) -> HttpResponse:
    """What the school should mend in its own system, of its present pupils who are not behind a shield.

    Of a pupil whom the school alone places on its roll it does not read what others said but of who the pupil is.
    """
    school, to = own_school(request, urn), context_of(request)
    waiting = list(open_for(source_of(school)))
    pupils = pupils_among(user_of(request), {one.child_id for one in waiting}, gone=0)
    pupils -= disclosure.shielded_among(pupils) | to.family
    page = Paginator([one for one in waiting if one.child_id in pupils], ON_A_PAGE).get_page(request.GET.get("page"))
    children, own = disclosure.disclose([one.child_id for one in page], to=to), placed_by_itself_alone(school)
    access.note(request, kind="listed", asked={"page": "corrections", "school": school.urn})
    rows = [
        [
            {"text": children[one.child_id].name, "note": one.source_record.reference},
            one.get_says_display(),
            *said_and_held(one, is_own_word=one.child_id in own),
            WHY.get(one.why, one.why),
            words.day(one.since),
        ]
        for one in page
    ]
    caption = words.count(page.paginator.count, "correction")
    context = {"school": school, "rows": rows, "columns": CORRECTIONS, "caption": caption, "page": page}
    return render(request, "schools/rolls/corrections.html", {**context, "section": SECTION})
