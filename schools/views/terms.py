"""Term dates and closed days: the council's, which hold for every school without its own, and a school's own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from childindex import acts, words
from childindex.accounts.permissions import requires
from childindex.forms import DateField, ModelForm
from childindex.models import Source
from registry.dates import school_year
from registry.models import School
from registry.views.merging import user_of
from schools.models import ClosedDay, TermDates
from schools.returns.belonging import source_of
from schools.roles import CAMPAIGN, CONFIRM
from schools.terms import Calendar
from schools.views.rolls import SECTION as OUR_ROLL
from schools.views.rolls import own_school

SECTION = "schools:campaigns"
LONGEST = 130
TWICE = {TermDates: "A term that begins on this day is here already.", ClosedDay: "This day is here already."}


class TermForm(ModelForm):
    """A stretch of days between two holidays."""

    first_day = DateField(label="First day", noun="the first day")
    last_day = DateField(label="Last day", noun="the last day")

    class Meta:
        model = TermDates
        fields = ("first_day", "last_day")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and (last - first).days > LONGEST:
            self.add_error("last_day", "That is longer than a term. Enter each stretch between two holidays.")
        return cleaned


class ClosedForm(ModelForm):
    """A day in term on which no pupils come."""

    day = DateField(label="Day", noun="the day")

    class Meta:
        model = ClosedDay
        fields = ("day", "why")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["why"].label = "Why?"
        self.fields["why"].help_text = "Such as: bank holiday, or staff training."
        self.fields["why"].widget.attrs["class"] = "govuk-input--width-20"


@requires(CAMPAIGN)
def terms(request: HttpRequest) -> HttpResponse:
    """The council's term dates."""
    return _page(request, None, Source.council(), reverse("schools:terms"), SECTION)


@requires(CONFIRM)
def own_terms(request: HttpRequest, urn: int) -> HttpResponse:
    """A school's own: they go before the council's in every school year for which there are any."""
    school = own_school(request, urn)
    return _page(request, school, source_of(school), reverse("schools:own_terms", args=[urn]), OUR_ROLL)


def _page(request: HttpRequest, school: School | None, source: Source, address: str, section: str) -> HttpResponse:
    adding = request.POST.get("adding", "")
    term = TermForm(request.POST if adding == "term" else None, prefix="term")
    closed = ClosedForm(request.POST if adding == "closed" else None, prefix="closed")
    if request.method == "POST":
        form = {"term": term, "closed": closed}.get(adding)
        if form is None:
            _remove(request, school, source)
            return redirect(address)
        if form.is_valid() and _added(request, form, school, source):
            return redirect(address)
    year = school_year(timezone.localdate())
    calendar = Calendar.of([school.pk] if school else [])
    whose = school.pk if school else None
    context = {
        "school": school,
        "term": term,
        "closed": closed,
        "form": {"term": term, "closed": closed}.get(adding),
        "years": [_year(calendar, whose, each) for each in (year, year + 1)],
        "entered": TermDates.objects.filter(school=school, last_day__gte=date(year, 8, 1)),
        "days": ClosedDay.objects.filter(school=school, day__gte=date(year, 8, 1)),
        "section": section,
    }
    return render(request, "schools/terms.html", context)


def _year(calendar: Calendar, school_id: int | None, year: int) -> dict[str, Any]:
    first, last = calendar.first_day(school_id, year), calendar.last_day(school_id, year)
    return {
        "name": f"{year} to {year + 1}",
        "stretches": [f"{words.day(one)} to {words.day(other)}" for one, other in calendar.stretches(school_id, year)],
        "days": calendar.count(school_id, first, last),
        "is_estimated": calendar.is_estimated(school_id, year),
    }


def _added(request: HttpRequest, form: Any, school: School | None, source: Source) -> bool:
    entered = form.save(commit=False)
    entered.school = school
    try:
        with transaction.atomic(), _act(request, source):
            entered.save()
    except IntegrityError:
        form.add_error(None, TWICE[type(entered)])
        return False
    messages.success(request, f"{entered} was added.")
    return True


def _remove(request: HttpRequest, school: School | None, source: Source) -> None:
    """Take one entry away; one that somebody has taken away already is gone."""
    kind, _, number = request.POST.get("remove", "").partition("-")
    model: Any = {"term": TermDates, "closed": ClosedDay}.get(kind)
    found = model.objects.filter(school=school, pk=number).first() if model and number.isdecimal() else None
    if found is None:
        messages.warning(request, "That is not here any more.")
        return
    told = str(found)
    with _act(request, source):
        found.delete()
    messages.success(request, f"{told} was taken away.")


def _act(request: HttpRequest, source: Source) -> Any:
    return acts.act(by=user_of(request), source=source, reason_code="term_dates", reason="Entered by hand")
