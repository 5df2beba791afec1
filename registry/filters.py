"""The filters beside a list of children, and what they leave in.

django-filter reads and cleans the address's parameters; what they mean is `registry.search.Filters`, applied where the
children are found, so that nothing hidden can be filtered by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from childindex.forms import Form
from registry.disclosure.areas import wards_called
from registry.editing.forms import find_school
from registry.identifiers import NotValid, read_part_postcode
from registry.models import ChildState, IndexEntry, School, Sex, YearGroup
from registry.search import Filters, Query

NARROW = {"class": "govuk-input--width-3", "inputmode": "numeric"}
STATES = [choice for choice in ChildState.choices if choice[0] != ChildState.SUPERSEDED]
OLDEST = 25


class SchoolField(forms.CharField):
    """A school by URN, LAESTAB or name, whichever is to hand."""

    def clean(self, value: Any) -> School | None:
        typed = super().clean(value)
        return find_school(typed) if typed else None


class AreaField(forms.CharField):
    """A ward by name, or the first part of a postcode. A ward that only shielded children have is none to most."""

    behind_shields = False

    def clean(self, value: Any) -> tuple[str, list[str]] | None:
        typed = super().clean(value)
        if not typed:
            return None
        codes = wards_called(typed, behind_shields=self.behind_shields)
        if codes:
            return "wards", codes
        try:
            return "districts", [read_part_postcode(typed).value]
        except NotValid as fault:
            raise ValidationError(
                f"No ward is called “{typed}”. Enter a ward, or the first part of a postcode, like B15."
            ) from fault


class SchoolFilter(django_filters.Filter):
    field_class = SchoolField


class AreaFilter(django_filters.Filter):
    field_class = AreaField


class FilterForm(Form):
    """The filters' form: ages must make a span."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        youngest, eldest = cleaned.get("age_from"), cleaned.get("age_to")
        if youngest is not None and eldest is not None and youngest > eldest:
            self.add_error("age_to", "The upper age cannot be below the lower one.")
        return cleaned


class AgeFilter(django_filters.Filter):
    field_class = forms.IntegerField


class ChildFilter(django_filters.FilterSet):
    """School, year group, age, area, sex and state of a record, for a reader who sees behind shields or does not."""

    school = SchoolFilter(label="School", help_text="Its name, URN or LAESTAB.")
    year_group = django_filters.ChoiceFilter(label="Year group", choices=YearGroup.choices, empty_label="Any")
    age_from = AgeFilter(label="Age from", min_value=0, max_value=OLDEST, widget=forms.TextInput(attrs=NARROW))
    age_to = AgeFilter(label="Age to", min_value=0, max_value=OLDEST, widget=forms.TextInput(attrs=NARROW))
    area = AreaFilter(label="Area", help_text="A ward, or the first part of a postcode.")
    sex = django_filters.ChoiceFilter(label="Sex", choices=Sex.choices, empty_label="Any")
    state = django_filters.ChoiceFilter(label="State of the record", choices=STATES, empty_label="Any")

    class Meta:
        model = IndexEntry
        fields: tuple[str, ...] = ()
        form = FilterForm

    def __init__(self, data: Any = None, *, behind_shields: bool = False) -> None:
        super().__init__(data)
        self.form.fields["area"].behind_shields = behind_shields

    @property
    def chosen(self) -> Filters:
        """What the filters leave in. Call when `is_valid()`."""
        cleaned, today = self.form.cleaned_data, timezone.localdate()
        kind, values = cleaned.get("area") or ("wards", [])
        school, youngest, eldest = cleaned.get("school"), cleaned.get("age_from"), cleaned.get("age_to")
        return Filters(
            school=school.pk if school else None,
            year_groups=_only(cleaned.get("year_group")),
            sexes=_only(cleaned.get("sex")),
            states=_only(cleaned.get("state")),
            born_from=_years_before(today, eldest + 1, days=1) if eldest is not None else None,
            born_to=_years_before(today, youngest) if youngest is not None else None,
            **{kind: tuple(values)},
        )

    @property
    def words(self) -> list[tuple[str, str]]:
        """What is filtered by: the parameter, and its words, for those that are given."""
        cleaned = self.form.cleaned_data
        given = [(name, cleaned.get(name)) for name in self.filters if cleaned.get(name) not in (None, "")]
        return [(name, self._said(name, value)) for name, value in given]

    def _said(self, name: str, value: Any) -> str:
        match name:
            case "school":
                return f"at {value.name}"
            case "year_group":
                return str(YearGroup(value).label)
            case "age_from":
                return f"aged {value} or over"
            case "age_to":
                return f"aged {value} or under"
            case "area":
                return f"in {str(self.data['area']).strip()}"
            case "sex":
                return str(Sex(value).label).lower()
        return f"record {str(ChildState(value).label).lower()}"


def asked_too(query: Query, filters: Filters, *, today: date) -> Filters | None:
    """What `filters` leave in of the crowd that a question asks for; None where the two leave nobody."""
    born_from, born_to = _born(query, today)
    parts = [query.district] if query.district else []
    sexes, districts = _both(filters.sexes, [query.sex] if query.sex else []), _within(filters.districts, parts)
    if sexes is None or districts is None:
        return None
    return replace(
        filters,
        born_from=max([day for day in (born_from, filters.born_from) if day], default=None),
        born_to=min([day for day in (born_to, filters.born_to) if day], default=None),
        sexes=sexes,
        districts=districts,
    )


def _born(query: Query, today: date) -> tuple[date | None, date | None]:
    """The first and the last day on which whoever is asked for could be born."""
    if query.birth:
        return query.birth.earliest, query.birth.latest
    if query.ages:
        years = today.year - query.ages[1]
        return _years_before(today, years + 1, days=1), _years_before(today, years)
    return None, None


def _both(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...] | None:
    """What two choices have in common, an empty one being any; None for nothing."""
    if not one or not other:
        return (*one, *other)
    return tuple(value for value in one if value in other) or None


def _within(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...] | None:
    """The parts of postcodes that lie in both, an empty choice being anywhere; None for nowhere."""
    if not one or not other:
        return (*one, *other)
    pairs = [(mine, theirs) for mine in one for theirs in other]
    inner = [mine for mine, theirs in pairs if _is_in(mine, theirs)]
    return tuple(inner + [theirs for mine, theirs in pairs if mine != theirs and _is_in(theirs, mine)]) or None


def _is_in(part: str, whole: str) -> bool:
    """“B1 1” lies in “B1”, and so does “B1”; “B11” does not."""
    return part == whole or part.startswith(whole if " " in whole else f"{whole} ")


def _only(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


def _years_before(day: date, years: int, *, days: int = 0) -> date:
    """The same day some years earlier; 29 February becomes 28. `days` moves it on."""
    try:
        earlier = day.replace(year=day.year - years)
    except ValueError:
        earlier = day.replace(year=day.year - years, day=28)
    return date.fromordinal(earlier.toordinal() + days)
