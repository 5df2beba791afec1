"""One pupil of a roll: confirmed, or has left, never arrived, stays away, or is not as the council has it.

What these pages ask goes in at once and is kept with a receipt. Where a pupil went, and what a new pupil's row came to,
is not told to the school.
"""

from __future__ import annotations

from collections.abc import Callable
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
from registry.models import Child, School, YearGroup
from registry.views.merging import user_of
from schools.models import Absence, Enquirer, PupilReturn, Report, ReportKind, ReturnKind
from schools.movers import drafts, returning
from schools.movers.forms import (
    AbsenceForm,
    BackForm,
    ChangeForm,
    DeletionForm,
    EnquiryForm,
    LeavingForm,
    NewPupilForm,
    ReportForm,
)
from schools.movers.returning import AlreadyReturned, CannotReturn
from schools.returns.belonging import source_of
from schools.roles import CONFIRM, SEE
from schools.rolls.due import confirmed_since
from schools.rolls.reading import Pupil, pupil_of
from schools.views.own_returns import said_and_held
from schools.views.rolls import SECTION, doubts_of, hidden_because, own_school

KEPT = "What you typed is kept for you. Come back to it when you like."
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
    school = own_school(request, urn)
    pupil = pupil_of(school, enrolment_id, to=context_of(request))
    access.note(request, kind="opened", asked={"page": page, "school": school.urn, "enrolment": enrolment_id})
    if pupil is None:
        raise Http404("No pupil of yours has this number.")
    return school, pupil


def _readable(request: HttpRequest, urn: int, enrolment_id: int, page: str) -> tuple[School, Pupil]:
    """A pupil of whom the school may be shown more than a name: of others it can only tell the council something."""
    school, pupil = about_pupil(request, urn, enrolment_id, page)
    if hidden_because(pupil):
        raise Http404("Of this pupil you can only tell the council something.")
    return school, pupil


def page_of(school: School, enrolment_id: int) -> str:
    return reverse("schools:pupil", args=[school.urn, enrolment_id])


def _is_gone(pupil: Pupil) -> bool:
    return pupil.leaving_date is not None and pupil.leaving_date < timezone.localdate()


@never_cache
@requires(SEE)
def pupil_page(request: HttpRequest, urn: int, enrolment_id: int) -> HttpResponse:
    """What the council has of one pupil, what it has changed and why, and what the school can do about it."""
    school, pupil = about_pupil(request, urn, enrolment_id, "pupil")
    since, gone, hidden = confirmed_since(school), _is_gone(pupil), hidden_because(pupil)
    child_id, may = pupil.child.child_id, user_of(request).may(CONFIRM)
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


@never_cache
@requires(CONFIRM)
def left(request: HttpRequest, urn: int, enrolment_id: int) -> HttpResponse:
    """The deletion return: first the day and the ground, then what the ground asks for."""
    school, pupil = _readable(request, urn, enrolment_id, "left")
    chosen = LeavingForm(request.GET if request.GET else None, first_day=pupil.entry_date, initial=_day_of(pupil))
    back = page_of(school, pupil.enrolment_id)
    held = drafts.take(form=f"left:{enrolment_id}", school=school, by=user_of(request))
    if not chosen.is_bound and held is not None:
        begun = {name: held[0][name] for name in ("last_day", "ground") if name in held[0]}
        return redirect(f"{request.path}?{urlencode(begun)}")
    if not (chosen.is_bound and chosen.is_valid()):
        return _ask(request, school, chosen, Asked(f"{pupil.name} has left", "", "Continue", back), method="get")
    ground, day = chosen.chosen_ground, chosen.cleaned_data["last_day"]
    child = Child.objects.get(pk=pupil.child.child_id)
    why = returning.why_blocked(ground, returning.open_absence(school, child), on=timezone.localdate())
    if why:
        chosen.add_error("ground", why)
        return _ask(request, school, chosen, Asked(f"{pupil.name} has left", "", "Continue", back), method="get")

    def make(form: DeletionForm) -> PupilReturn:
        said = form.cleaned_data
        leaving = returning.Leaving(
            day, ground, form.found, said["school"], form.content(day), said["starts_on"], said.get("home_from")
        )
        return returning.make_deletion_return(school, enrolment_id, leaving, name=pupil.name, by=user_of(request))

    asked = Asked(
        f"{pupil.name} leaves on {words.day(day)}",
        f"Ground {ground}. The law has you return this no later than the name comes off the roll.",
        "Return it, and take the name off the roll",
        back,
        may_keep=True,
    )
    initial = {"parents": _parents(pupil), "telephone": _telephone(pupil)}
    kept_with = {"last_day": day.isoformat(), "ground": ground.code}
    return _answer(
        request, school, f"left:{enrolment_id}", lambda *data: DeletionForm(*data, ground=ground, initial=initial),
        make, asked, also=kept_with,
    )  # fmt: skip


def _day_of(pupil: Pupil) -> dict[str, Any]:
    return {"last_day": pupil.leaving_date} if pupil.leaving_date else {}


def _parents(pupil: Pupil) -> str:
    """Who cares for the pupil, each on a line, at the pupil's home as far as it is known."""
    names = [_name_and_telephone(carer)[0] for carer in pupil.carers]
    return "\n".join(f"{name}, {pupil.address}" if pupil.address else name for name in names)


def _telephone(pupil: Pupil) -> str:
    return next((number for _, number in map(_name_and_telephone, pupil.carers) if number), "")


def _name_and_telephone(carer: str) -> tuple[str, str]:
    name, _, number = carer.rpartition(", ")
    return (name, number) if name and number[:1] in "0+" else (carer, "")


def _answer(
    request: HttpRequest,
    school: School,
    name: str,
    begin: Callable[..., Any],
    make: Callable[[Any], PupilReturn],
    asked: Asked,
    *,
    also: dict[str, Any] | None = None,
) -> HttpResponse:
    """A return's form: from its draft where it was put off, put off again, refused with its words kept, or made."""
    by = user_of(request)
    if request.method != "POST":
        held = drafts.take(form=name, school=school, by=by)
        form = begin()
        if held is not None:
            messages.info(request, f"You began this on {words.day(held[1].date())}. What you had typed is here.")
            form = begin(held[0])
            form.full_clean()
            form._errors = forms.utils.ErrorDict()
        return _ask(request, school, form, asked)
    if "keep" in request.POST:
        typed = request.POST.copy()
        for key, value in (also or {}).items():
            typed[key] = str(value)
        drafts.keep(typed, form=name, school=school, by=by)
        messages.success(request, KEPT)
        return redirect(asked.back)
    form = begin(request.POST)
    if form.is_valid():
        try:
            made = make(form)
        except AlreadyReturned as before:
            drafts.drop(form=name, school=school, by=by)
            messages.warning(request, str(before))
            return redirect("schools:receipt", school.urn, before.made.pk)
        except CannotReturn as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.drop(form=name, school=school, by=by)
            return redirect("schools:receipt", school.urn, made.pk)
    return _ask(request, school, form, asked)


def _ask(
    request: HttpRequest,
    school: School | None,
    form: forms.BaseForm,
    asked: Asked,
    *,
    method: str = "post",
    **more: Any,
) -> HttpResponse:
    context = {"school": school, "form": form, "asked": asked, "method": method, "section": SECTION, **more}
    return render(request, "schools/ask.html", context)


@never_cache
@requires(CONFIRM)
def join(request: HttpRequest, urn: int) -> HttpResponse:
    """The new-pupil return: somebody has come, or is coming, who is not on the roll yet."""
    school = own_school(request, urn)

    def make(form: NewPupilForm) -> PupilReturn:
        said = form.cleaned_data
        cells = {**form.cells(), "on_roll": "yes"}
        day = said["entry_date"]
        return returning.make_new_pupil_return(
            school, cells, form.content(), name=form.name, day=day, by=user_of(request)
        )

    access.note(request, kind="edited", asked={"page": "join", "school": school.urn})
    asked = Asked(
        "Somebody has joined",
        "It is the new-pupil return that the law asks for by the end of the fifth day. If the council knows the pupil"
        " already, it finds them; where it cannot be sure, the index team decides.",
        "Return the new pupil",
        reverse("schools:roll_of", args=[school.urn]),
        may_keep=True,
    )
    return _answer(request, school, "join", lambda *data: NewPupilForm(*data), make, asked)


@never_cache
@requires(CONFIRM)
def change(request: HttpRequest, urn: int, enrolment_id: int) -> HttpResponse:
    """What is not as the council has it: said as a row of a list, and whatever is left over to the index team."""
    school, pupil = _readable(request, urn, enrolment_id, "change")
    if _is_gone(pupil):
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
    return _ask(request, school, form, Asked(f"What is not right about {pupil.name}?", lead, "Tell the council", back))


@never_cache
@requires(CONFIRM)
def away(request: HttpRequest, urn: int, enrolment_id: int) -> HttpResponse:
    """The attendance return and the sickness return."""
    school, pupil = _readable(request, urn, enrolment_id, "away")
    if _is_gone(pupil):
        raise Http404("This pupil has left.")

    def make(form: AbsenceForm) -> PupilReturn:
        said = form.cleaned_data
        return returning.return_absence(
            school, enrolment_id, kind=said["kind"], first_day=said["first_day"], cause=said["cause"], name=pupil.name,
            by=user_of(request),
        )  # fmt: skip

    lead = "Ten school days running without leave are returned to the council, and fifteen of illness in a school year."
    asked = Asked(f"{pupil.name} stays away", lead, "Return it", page_of(school, enrolment_id), may_keep=True)
    return _answer(request, school, f"away:{enrolment_id}", lambda *data: AbsenceForm(*data), make, asked)


def _absence(school: School, pupil: Pupil) -> Absence:
    return get_object_or_404(Absence, school=school, child=pupil.child.child_id, to_date=None)


@never_cache
@requires(CONFIRM)
def back(request: HttpRequest, urn: int, enrolment_id: int) -> HttpResponse:
    """A pupil who stayed away is at school again."""
    school, pupil = _readable(request, urn, enrolment_id, "back")
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
    return _ask(request, school, form, Asked(f"{pupil.name} is back", lead, "Say so", page))


@never_cache
@requires(CONFIRM)
def enquiry(request: HttpRequest, urn: int, enrolment_id: int) -> HttpResponse:
    """What the school has done to find an absent pupil."""
    school, pupil = _readable(request, urn, enrolment_id, "enquiry")
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
    return _ask(request, school, form, asked, told=EnquiryForm.told(list(absence.enquiries.all())))


@never_cache
@requires(CONFIRM)
def report(request: HttpRequest, urn: int, enrolment_id: int, kind: str) -> HttpResponse:
    """Tell the council what only it can settle. The pupil counts as explained meanwhile."""
    if kind not in ABOUT:
        raise Http404("There is no such report.")
    school, pupil = about_pupil(request, urn, enrolment_id, "report")
    if _is_gone(pupil):
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
    return _ask(request, school, form, Asked(title, lead, "Tell the council", page))


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


@never_cache
@requires(SEE)
def receipt(request: HttpRequest, urn: int, return_id: int) -> HttpResponse:
    """What was returned of one pupil, word for word, to be printed."""
    school = own_school(request, urn)
    made = get_object_or_404(PupilReturn.objects.select_related("made_by"), school=school, pk=return_id)
    context = context_of(request)
    if made.child_id is not None and not context.within_scope([made.child_id]) and made.kind != ReturnKind.NEW_PUPIL:
        raise Http404("This pupil left too long ago.")
    if made.child_id is not None:
        access.declare(request, [made.child_id])
    access.note(request, kind="opened", asked={"page": "receipt", "school": school.urn, "receipt": made.receipt})
    rows = [{"key": key, "value": value} for key, value in made.content.items() if value]
    return render(
        request, "schools/rolls/receipt.html", {"school": school, "made": made, "rows": rows, "section": SECTION}
    )
