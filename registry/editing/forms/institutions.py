"""The forms of schooling and of GP practices: bodies that are chosen, not described."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from registry.editing.forms.asking import NARROW, FactForm, chosen, text
from registry.identifiers import NotValid, read_laestab, read_practice_code, read_urn
from registry.models import (
    ArrangementKind,
    EducationArrangement,
    Enrolment,
    EnrolmentStatus,
    Fact,
    Practice,
    Registration,
    School,
    YearGroup,
)


def find_school(typed: str) -> School:
    """The school meant by a URN, a LAESTAB or a name. Raises ValidationError when there is none, or more than one."""
    matches = Q(name__iexact=typed)
    if typed.replace(" ", "").isdigit() and len(typed.replace(" ", "")) == 6:
        matches |= Q(urn=int(read_urn(typed).value))
    else:
        try:
            laestab = str(read_laestab(typed)).replace("/", "")
            matches |= Q(la_code=laestab[:3], estab_number=laestab[3:])
        except NotValid:
            matches |= Q(name__icontains=typed)
    return _only(School.objects.filter(matches).order_by("name")[:6], "school", "URN", typed)


def find_practice(typed: str) -> Practice:
    """The practice meant by an ODS code or a name. Raises ValidationError when there is none, or more than one."""
    matches = Q(name__iexact=typed)
    try:
        matches |= Q(ods_code=str(read_practice_code(typed).value))
    except NotValid:
        matches |= Q(name__icontains=typed)
    return _only(Practice.objects.filter(matches).order_by("name")[:6], "practice", "ODS code", typed)


def _only(found: Any, noun: str, number: str, typed: str) -> Any:
    rows = list(found)
    exact = [row for row in rows if row.name.casefold() == typed.casefold()]
    if len(rows) == 1 or len(exact) == 1:
        return exact[0] if exact else rows[0]
    if not rows:
        raise forms.ValidationError(f"No {noun} is called “{typed}”. Enter more of its name, or its {number}.")
    names = "; ".join(f"{row.name} ({getattr(row, 'urn', None) or getattr(row, 'ods_code', '')})" for row in rows[:5])
    raise forms.ValidationError(f"More than one {noun} fits: {names}. Enter the {number}.")


class EnrolmentForm(FactForm):
    """A spell on a school's roll."""

    model = Enrolment
    dated = "Entry date"
    school = text("School", length=160, required=True, attrs={}, hint="Its name, URN or LAESTAB.")
    status = chosen("Enrolment status", EnrolmentStatus.choices)
    year_group = chosen("Year group", [("", "Not known"), *YearGroup.choices], required=False)
    class_name = text("Class", length=40, attrs=NARROW)
    part_time = forms.BooleanField(label="Part time", required=False)
    hours = forms.DecimalField(
        label="Hours a week",
        required=False,
        max_digits=4,
        decimal_places=1,
        min_value=0,
        widget=forms.TextInput(attrs={**NARROW, "inputmode": "decimal"}),
    )

    @staticmethod
    def initial_of(fact: Fact) -> dict[str, Any]:
        return {**FactForm.initial_of(fact), "school": str(fact.school.urn)}  # type: ignore[attr-defined]

    def clean_school(self) -> School:
        return find_school(self.cleaned_data["school"])


class ArrangementForm(FactForm):
    """Education other than on a roll."""

    model = EducationArrangement
    kind = chosen("What is the arrangement?", ArrangementKind.choices, radio=True)
    detail = text("Detail", length=200, attrs={})


class RegistrationForm(FactForm):
    """A spell on a GP practice's list."""

    model = Registration
    practice = text("GP practice", length=160, required=True, attrs={}, hint="Its name or ODS code.")

    @staticmethod
    def initial_of(fact: Fact) -> dict[str, Any]:
        return {**FactForm.initial_of(fact), "practice": fact.practice.ods_code}  # type: ignore[attr-defined]

    def clean_practice(self) -> Practice:
        return find_practice(self.cleaned_data["practice"])
