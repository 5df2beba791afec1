"""The head's declaration, what the council takes from a school, and who supports its pupils."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from childindex import roles, words
from childindex.accounts.permissions import requires
from registry import access, supporting
from registry.access.noting import context_of
from registry.models import Delivery, Feed, Says, Stage
from registry.views.merging import user_of
from schools.campaigns import declaring
from schools.campaigns.declaring import CannotDeclare
from schools.campaigns.forms import DeclareForm
from schools.models import Declaration
from schools.returns.belonging import source_of
from schools.returns.importing import FEEDS
from schools.roles import DECLARE, SEE, SUPPORT
from schools.rolls.due import due_of
from schools.rolls.reading import Pupil, roll_of
from schools.views.pupils import page_of
from schools.views.rolls import SECTION, own_school

SHOWN = 50
SUPPORT_COLUMNS = ["Pupil", "Class", "Service", "Who", "Telephone", "Since"]
UNPLACED_COLUMNS = ["Pupil", "Class", "Services"]
UNPLACED = "Placement not confirmed by anybody but the school yet: ask the council"
TAKEN = {
    "field_columns": ["What", "Why", "Last received, as of"],
    "right_columns": ["Return", "By what right", "Last received, as of"],
}
ONLINE = ("new_pupil", "roll_online")
USED_FOR = {
    Says.NAME: "So that the pupil is known to be one and the same child everywhere.",
    Says.PREFERRED_NAME: "So that the pupil is found by the name in use.",
    Says.BIRTH: "To tell children apart, and to know who is of compulsory school age.",
    Says.SEX: "To tell children apart.",
    Says.NUMBERS: "To tell children apart without doubt.",
    Says.HOME: "So that each child’s whereabouts is known.",
    Says.CARERS: "So that somebody can be reached.",
    Says.SCHOOL: "So that every child has a school, and those who have none are found.",
}


@never_cache
@requires(DECLARE)
def declare(request: HttpRequest, urn: int) -> HttpResponse:
    """How far the roll is, what stands in the way, and the declaration."""
    school = own_school(request, urn)
    due = due_of(school)
    made = declaring.standing(school, due)
    if made is not None and request.method != "POST":
        return render(
            request, "schools/rolls/declare.html", {"school": school, "made": made, "due": due, "section": SECTION}
        )
    found = declaring.readiness(school, roll_of(school, to=context_of(request)), due)
    access.note(request, kind="listed", asked={"page": "declare", "school": school.urn})
    by = user_of(request)
    initial = {"name": by.full_name, "position": "Headteacher" if by.role == "head" else roles.label(by.role)}
    form = DeclareForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = declaring.declare(school, found, name=said["name"], position=said["position"], by=by)
        except CannotDeclare as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("schools:declaration", school.urn, made.pk)
    context = {
        "school": school,
        "found": found,
        "due": due,
        "form": form,
        "left": [{"name": one.name, "href": page_of(school, one.enrolment_id)} for one in found.left[:SHOWN]],
        "more": max(0, len(found.left) - SHOWN),
        "reopened": Declaration.objects.filter(school=school, since=due.since).exclude(reopened_at=None).first(),
        "section": SECTION,
    }
    return render(request, "schools/rolls/declare.html", context)


@requires(SEE)
def declaration(request: HttpRequest, urn: int, declaration_id: int) -> HttpResponse:
    """The receipt of a declaration, to be printed."""
    school = own_school(request, urn)
    made = get_object_or_404(
        Declaration.objects.select_related("campaign", "made_by"), school=school, pk=declaration_id
    )
    return render(request, "schools/rolls/declaration.html", {"school": school, "made": made, "section": SECTION})


@requires(SEE)
def taken_from_us(request: HttpRequest, urn: int) -> HttpResponse:
    """Field by field what the council takes from the school, why, by what right, and when it came last."""
    school = own_school(request, urn)
    feeds = list(Feed.objects.filter(code__in=(*FEEDS, *ONLINE), is_active=True).order_by("name"))
    came: dict[int, Delivery] = {}
    done = Delivery.objects.filter(feed__in=feeds, source=source_of(school)).exclude(
        stage__in=[Stage.REFUSED, Stage.UNDONE]
    )
    for delivery in done.order_by("as_of", "pk"):
        came[delivery.feed_id] = delivery
    fields = [
        [str(says.label), USED_FOR[says], _last(says, feeds, came)]
        for says in Says
        if says in USED_FOR and any(says in feed.carries for feed in feeds)
    ]
    rights = [
        [feed.name, feed.gateway, words.day(came[feed.pk].as_of) if feed.pk in came else "Never"] for feed in feeds
    ]
    context = {"school": school, "fields": fields, "rights": rights, **TAKEN, "section": SECTION}
    return render(request, "schools/rolls/taken.html", context)


def _last(says: str, feeds: list[Feed], came: dict[int, Delivery]) -> str:
    days = [came[feed.pk].as_of for feed in feeds if says in feed.carries and feed.pk in came]
    return words.day(max(days)) if days else "Never"


@never_cache
@requires(SUPPORT)
def supported(request: HttpRequest, urn: int) -> HttpResponse:
    """Who supports the school's pupils, as services say it and disclosure allows: pupil by pupil, by class and name.

    Of a pupil whom nobody but the school places on its roll no service is named (`schools/rolls/scope.py`).
    """
    school, to = own_school(request, urn), context_of(request)
    told_of = [pupil for pupil in roll_of(school, to=to) if not (pupil.is_claimed_elsewhere or pupil.is_withheld)]
    pupils = [pupil for pupil in told_of if not pupil.is_own_word]
    known = supporting.supporters([pupil.child.child_id for pupil in pupils], to=to)
    access.note(request, kind="listed", asked={"page": "support", "school": school.urn})
    rows = [_support(pupil, one) for pupil in pupils for one in known.get(pupil.child.child_id, [])]
    context = {
        "school": school,
        "rows": rows,
        "columns": SUPPORT_COLUMNS,
        "caption": f"{words.sentence(words.count(len(known), 'pupil'))} known to a service",
        "unplaced": [[pupil.name, pupil.group, UNPLACED] for pupil in told_of if pupil.is_own_word],
        "unplaced_columns": UNPLACED_COLUMNS,
        "section": SECTION,
    }
    return render(request, "schools/rolls/supported.html", context)


def _support(pupil: Pupil, one: supporting.Support) -> list[Any]:
    told = f"Not confirmed since {words.day(one.confirmed_on)}" if one.has_faded else ""
    told = "Listed, not confirmed" if one.is_listed else told
    lead = "Lead professional" if one.is_lead and not told else ""
    service = {"text": one.service, "note": one.kind, "tag": told or lead, "tone": "stale" if told else "good"}
    return [pupil.name, pupil.group, service, one.practitioner, one.telephone, words.day(one.since)]
