"""One pupil of a roll: confirmed, or has left, never arrived, stays away, or is not as the council has it.

What these pages ask goes in at once and is kept with a receipt. Where a pupil went, and what a new pupil's row came to,
is not told to the school.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from childindex import words
from childindex.accounts.permissions import requires
from registry import access
from registry.access.noting import context_of
from registry.intake.corrections import WHY, open_for
from registry.models import School, YearGroup
from registry.views.merging import user_of
from schools.models import Absence, Enquirer, PupilReturn, Report, ReportKind, ReturnKind
from schools.movers import returning
from schools.movers.forms import (
    BackForm,
    ChangeForm,
    EnquiryForm,
    ReportForm,
)
from schools.movers.returning import CannotReturn
from schools.returns.belonging import source_of
from schools.roles import CONFIRM, SEE
from schools.rolls.due import confirmed_since
from schools.rolls.reading import Pupil, pupil_of
from schools.views.own_returns import said_and_held
from schools.views.rolls import SECTION, doubts_of, hidden_because, own_school

ABOUT = {
    ReportKind.NEVER_ARRIVED: "has never arrived",
    ReportKind.CHANGED: "is not as you have it",
    ReportKind.MISSING_LEAVER: "is not known here",
}


class Asked(NamedTuple):
    """One page that asks something: its heading, what stands under it, and the button."""

    title: str
    lead: str
    button: str
    back: str
    may_keep: bool = False


def about_pupil(request: HttpRequest, urn: int, enrolment_id: int, page: str) -> tuple[School, Pupil]:
    """The school and its pupil; that the page was opened is noted. Raises Http404."""
    school = own_school(request, urn)
    pupil = pupil_of(school, enrolment_id, to=context_of(request))
    access.note(request, kind="opened", asked={"page": page, "school": school.urn, "enrolment": enrolment_id})
    if pupil is None:
        raise Http404("No pupil of yours has this number.")
    return school, pupil


def readable(request: HttpRequest, urn: int, enrolment_id: int, page: str) -> tuple[School, Pupil]:
    """A pupil of whom the school may be shown more than a name: of others it can only tell the council something."""
    school, pupil = about_pupil(request, urn, enrolment_id, page)
    if hidden_because(pupil):
        raise Http404("Of this pupil you can only tell the council something.")
    return school, pupil


def page_of(school: School, enrolment_id: int) -> str:
    """The address of a pupil's page, for its own school."""
    return reverse("schools:pupil", args=[school.urn, enrolment_id])


def is_gone(pupil: Pupil) -> bool:
    """Whether the last day on the roll has passed."""
    return pupil.leaving_date is not None and pupil.leaving_date < timezone.localdate()


@never_cache
@requires(SEE)
def pupil_page(request: HttpRequest, urn: int, enrolment_id: int) -> HttpResponse:
    """What the council has of one pupil, what it has changed and why, and what the school can do about it."""
    school, pupil = about_pupil(request, urn, enrolment_id, "pupil")
    since, gone, hidden = confirmed_since(school), is_gone(pupil), hidden_because(pupil)
    child_id, may = pupil.child.child_id, user_of(request).may(CONFIRM) and not pupil.is_of_family
    absence = Absence.objects.filter(school=school, child=child_id, to_date=None).first()
    made = PupilReturn.objects.filter(school=school, child=child_id)
    is_confirmed = pupil.is_confirmed(since)
    context = {
        "school": school,
        "pupil": pupil,
        "gone": gone,
        "hidden": hidden,
        "rows": _facts(pupil, hidden),
        "is_confirmed": is_confirmed,
        "may_take_back": may and not gone and bool(pupil.reported),
        "may_confirm": may and pupil.can_be_confirmed and not (is_confirmed or gone),
        "may_leave": may and not hidden and not made.filter(kind=ReturnKind.DELETION, day__gte=_entry(pupil)).exists(),
        "may_act": may and not (gone or hidden),
        "may_report": may and not gone,
        "absence": absence if not hidden else None,
        "enquiries": EnquiryForm.told(list(absence.enquiries.all())) if absence and not hidden else [],
        "reports": Report.objects.filter(school=school, child=child_id).order_by("settled_at", "-made_at")[:5],
        "returns": [] if hidden else made[:20],
        "corrections": [] if hidden or gone else _corrections(school, pupil),
        "class_address": f"{reverse('schools:roll_of', args=[school.urn])}?{urlencode({'class': pupil.group})}",
        "section": SECTION,
    }
    return render(request, "schools/rolls/pupil.html", context)


def _entry(pupil: Pupil) -> date:
    return pupil.entry_date or date.min


def _facts(pupil: Pupil, hidden: str) -> list[dict[str, Any]]:
    child = pupil.child
    born = f"{words.day(child.date_of_birth)} ({child.age})" if child.date_of_birth else "Not known"
    year = str(YearGroup(pupil.year_group).label) if pupil.year_group else ""
    place = [year, pupil.class_name if pupil.class_name != year else ""]
    known = [] if hidden else [("UPN", pupil.upn), ("Address", pupil.address), ("Carers", "; ".join(pupil.carers))]
    rows = [
        ("Date of birth", born),
        ("Year and class", ", ".join(part for part in place if part) or "Not known"),
        ("First day on roll", words.day(pupil.entry_date) if pupil.entry_date else "Not known"),
        *([("Last day on roll", words.day(pupil.leaving_date))] if pupil.leaving_date else []),
        *known,
        *([("Everything else", hidden)] if hidden else []),
        ("Missing or doubted", doubts_of(pupil) or "Nothing"),
        ("Last confirmed by you", words.day(pupil.confirmed_on) if pupil.confirmed_on else "Never"),
    ]
    return [{"key": key, "value": value or "Not known"} for key, value in rows]


def _corrections(school: School, pupil: Pupil) -> list[dict[str, str]]:
    """What the council has otherwise than the school, and why."""
    rows = []
    for one in open_for(source_of(school)).filter(child=pupil.child.child_id):
        said, held = said_and_held(one, is_own_word=pupil.is_own_word)
        why = f"{WHY.get(one.why, one.why)}, since {words.day(one.since)}"
        rows.append({"key": str(one.get_says_display()), "value": f"You have: {said}. We have: {held}.", "detail": why})
    return rows


def ask(
    request: HttpRequest,
    school: School | None,
    form: forms.BaseForm,
    asked: Asked,
    *,
    method: str = "post",
    **more: Any,
) -> HttpResponse:
    """The page that asks one thing of a school."""
    context = {"school": school, "form": form, "asked": asked, "method": method, "section": SECTION, **more}
    return render(request, "schools/ask.html", context)


@never_cache
@requires(CONFIRM)
def change(request: HttpRequest, urn: int, enrolment_id: int) -> HttpResponse:
    """What is not as the council has it: said as a row of a list, and whatever is left over to the index team."""
    school, pupil = readable(request, urn, enrolment_id, "change")
    if is_gone(pupil):
        raise Http404("This pupil has left.")
    back, by = page_of(school, enrolment_id), user_of(request)
    form = ChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if cells := form.cells():
                returning.say_what_changed(school, enrolment_id, cells, by=by)
            if more := form.cleaned_data["more"]:
                returning.report(school, enrolment_id, kind=ReportKind.CHANGED, said=more, by=by)
        except CannotReturn as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Thank you. What nobody can be sure of is looked at by the index team.")
            return redirect(back)
    lead = "Fill in only what is not right. A new address is for the pupil; brothers and sisters are asked about."
    return ask(request, school, form, Asked(f"What is not right about {pupil.name}?", lead, "Tell the council", back))


def _absence(school: School, pupil: Pupil) -> Absence:
    return get_object_or_404(Absence, school=school, child=pupil.child.child_id, to_date=None)


@never_cache
@requires(CONFIRM)
def back(request: HttpRequest, urn: int, enrolment_id: int) -> HttpResponse:
    """A pupil who stayed away is at school again."""
    school, pupil = readable(request, urn, enrolment_id, "back")
    absence, page = _absence(school, pupil), page_of(school, enrolment_id)
    form = BackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            returning.say_back(absence, back_on=form.cleaned_data["back_on"], by=user_of(request))
        except CannotReturn as refusal:
            form.add_error("back_on", str(refusal))
        else:
            messages.success(request, f"{pupil.name} is back.")
            return redirect(page)
    lead = f"Away since {words.day(absence.from_date)}."
    return ask(request, school, form, Asked(f"{pupil.name} is back", lead, "Say so", page))


@never_cache
@requires(CONFIRM)
def enquiry(request: HttpRequest, urn: int, enrolment_id: int) -> HttpResponse:
    """What the school has done to find an absent pupil."""
    school, pupil = readable(request, urn, enrolment_id, "enquiry")
    absence, page = _absence(school, pupil), page_of(school, enrolment_id)
    form = EnquiryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            returning.enquire(absence, of=Enquirer.SCHOOL, by=user_of(request), **form.cleaned_data)
        except CannotReturn as refusal:
            form.add_error("day", str(refusal))
        else:
            messages.success(request, "It is written down.")
            return redirect(page)
    lead = "You and the council both look for a pupil before the name may come off the roll for absence."
    asked = Asked(f"You looked for {pupil.name}", lead, "Write it down", page)
    return ask(request, school, form, asked, told=EnquiryForm.told(list(absence.enquiries.all())))


@never_cache
@requires(CONFIRM)
def report(request: HttpRequest, urn: int, enrolment_id: int, kind: str) -> HttpResponse:
    """Tell the council what only it can settle. The pupil counts as explained meanwhile."""
    if kind not in ABOUT:
        raise Http404("There is no such report.")
    school, pupil = about_pupil(request, urn, enrolment_id, "report")
    if is_gone(pupil):
        raise Http404("This pupil has left.")
    form, page = ReportForm(request.POST or None), page_of(school, enrolment_id)
    if request.method == "POST" and form.is_valid():
        try:
            returning.report(school, enrolment_id, kind=kind, said=form.cleaned_data["said"], by=user_of(request))
        except CannotReturn as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The index team has been told. What came of it will stand here.")
            return redirect(page)
    title = f"{pupil.name} {ABOUT[ReportKind(kind)]}"
    lead = "The index team settles it. Until then the pupil counts as explained: you can declare the roll."
    return ask(request, school, form, Asked(title, lead, "Tell the council", page))


@requires(CONFIRM)
@require_POST
def take_back(request: HttpRequest, urn: int, enrolment_id: int) -> HttpResponse:
    """What was told to the council was not so: the pupil can be confirmed again."""
    school, pupil = about_pupil(request, urn, enrolment_id, "take back")
    try:
        count = returning.take_back(school, enrolment_id, by=user_of(request))
    except CannotReturn as refusal:
        messages.warning(request, str(refusal))
        return redirect("schools:roll_of", school.urn)
    if count:
        messages.success(request, f"It is taken back. {pupil.name} can be confirmed again.")
    else:
        messages.warning(request, "The index team has settled it meanwhile. What came of it stands here.")
    return redirect(page_of(school, enrolment_id))
