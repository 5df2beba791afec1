"""The returns about one pupil: leaving, joining, staying away, each with a receipt; put off, and gone on with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from childindex import words
from childindex.accounts.permissions import requires
from registry import access
from registry.access.noting import context_of
from registry.models import Child, School
from registry.views.merging import user_of
from schools.models import PupilReturn, ReturnKind
from schools.movers import drafts, returning
from schools.movers.forms import (
    AbsenceForm,
    DeletionForm,
    LeavingForm,
    NewPupilForm,
)
from schools.movers.returning import AlreadyReturned, CannotReturn
from schools.roles import CONFIRM, SEE
from schools.rolls.reading import Pupil
from schools.views.pupils import Asked, ask, is_gone, page_of, readable
from schools.views.rolls import SECTION, own_school

KEPT = "What you typed is kept for you. Come back to it when you like."


@never_cache
@requires(CONFIRM)
def left(request: HttpRequest, urn: int, enrolment_id: int) -> HttpResponse:
    """The deletion return: first the day and the ground, then what the ground asks for."""
    school, pupil = readable(request, urn, enrolment_id, "left")
    chosen = LeavingForm(request.GET if request.GET else None, first_day=pupil.entry_date, initial=_day_of(pupil))
    back = page_of(school, pupil.enrolment_id)
    held = drafts.take(form=f"left:{enrolment_id}", school=school, by=user_of(request))
    if not chosen.is_bound and held is not None:
        begun = {name: held[0][name] for name in ("last_day", "ground") if name in held[0]}
        return redirect(f"{request.path}?{urlencode(begun)}")
    if not (chosen.is_bound and chosen.is_valid()):
        return ask(request, school, chosen, Asked(f"{pupil.name} has left", "", "Continue", back), method="get")
    ground, day = chosen.chosen_ground, chosen.cleaned_data["last_day"]
    child = Child.objects.get(pk=pupil.child.child_id)
    why = returning.why_blocked(ground, returning.open_absence(school, child), on=timezone.localdate())
    if why:
        chosen.add_error("ground", why)
        return ask(request, school, chosen, Asked(f"{pupil.name} has left", "", "Continue", back), method="get")

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
        return ask(request, school, _begun(request, school, name, begin), asked)
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
    return ask(request, school, form, asked)


def _begun(request: HttpRequest, school: School, name: str, begin: Callable[..., Any]) -> Any:
    """The form as it was put off, without errors yet; an empty one where nobody has begun it."""
    held = drafts.take(form=name, school=school, by=user_of(request))
    if held is None:
        return begin()
    messages.info(request, f"You began this on {words.day(held[1].date())}. What you had typed is here.")
    form = begin(held[0])
    form.full_clean()
    form._errors = forms.utils.ErrorDict()
    return form


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
def away(request: HttpRequest, urn: int, enrolment_id: int) -> HttpResponse:
    """The attendance return and the sickness return."""
    school, pupil = readable(request, urn, enrolment_id, "away")
    if is_gone(pupil):
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
    rows = [{"key": key, "value": value} for key, value in made.content if value]
    return render(
        request, "schools/rolls/receipt.html", {"school": school, "made": made, "rows": rows, "section": SECTION}
    )
