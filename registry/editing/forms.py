"""The forms by which facts are added, changed, corrected and ended.

A form turns what was typed into a fact's values; it writes nothing. Each begins with the fact and ends with who said so
and why. `fact_values` gives what the fact would say, with an unsaved address or carer where a new one is described, so
that the effect can be shown before anything is written; `settle` gives the same with those saved, inside an act.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.db.models import Q

from childindex.forms import DateField, Form, RadioSelect
from childindex.models import Source, SourceKind
from registry.editing.addresses import settled_address
from registry.editing.reasons import REASONS
from registry.identifiers import (
    NotValid,
    read_laestab,
    read_nhs_number,
    read_postcode,
    read_practice_code,
    read_telephone,
    read_uln,
    read_upn,
    read_urn,
)
from registry.models import (
    AT_AN_ADDRESS,
    Address,
    AddressKind,
    ArrangementKind,
    Care,
    CareKind,
    Carer,
    EducationArrangement,
    Enrolment,
    EnrolmentStatus,
    Fact,
    Identifier,
    IdentifierKind,
    IdentifierStatus,
    Name,
    NameKind,
    Practice,
    Registration,
    Residence,
    School,
    Standing,
    YesNo,
)

WIDE = {"class": "govuk-input--width-20"}
NARROW = {"class": "govuk-input--width-10"}
YEAR_GROUPS = [("", "Not known"), *[(code, f"Year {code}") for code in ("N1", "N2", "R", *map(str, range(1, 15)), "X")]]


def text(
    label: str, *, length: int, required: bool = False, attrs: dict[str, str] | None = None, hint: str = ""
) -> Any:
    """A line of text."""
    widget = forms.TextInput(attrs=attrs or WIDE)
    return forms.CharField(label=label, max_length=length, required=required, widget=widget, help_text=hint)


def chosen(label: str, choices: Any, *, radio: bool = False, **options: Any) -> Any:
    """One of a list."""
    widget = RadioSelect() if radio else forms.Select()
    return forms.ChoiceField(label=label, choices=choices, widget=widget, **options)


class ReasonForm(Form):
    """Who said so and why: the end of every form that writes."""

    doing: ClassVar[str] = "add"

    def __init__(self, *args: Any, doing: str = "", sources: list[Source] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.doing_now = doing or self.doing
        known = sources or []
        self.fields["source"] = forms.ChoiceField(
            label="Who said so?",
            choices=[(source.code, source.name) for source in known],
            initial="council",
            help_text="Choose the council where you are deciding yourself.",
        )
        self.fields["reason_code"] = forms.ChoiceField(
            label="Why?", choices=REASONS[self.doing_now], widget=RadioSelect()
        )
        self.fields["reason"] = forms.CharField(
            label="In a few words",
            required=False,
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="For whoever reads the history later. Do not write about the child's health or family life.",
        )
        self._known = {source.code: source for source in known}

    @property
    def source(self) -> Source:
        return self._known[self.cleaned_data["source"]]


class FactForm(ReasonForm):
    """A fact of one kind. Subclasses name their model and give its values."""

    model: ClassVar[type[Fact]]
    dated = "From which day was this true?"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = {name: self.fields.pop(name) for name in ("source", "reason_code", "reason")}
        if self.doing_now == "change":
            self.fields["from_date"] = DateField(label="From which day is this true?", noun="the day it changed")
        else:
            self.fields["from_date"] = DateField(label=self.dated, noun="the first day", required=False)
        if self.doing_now == "correct":
            self.fields["to_date"] = DateField(label="Last day, if it has ended", noun="the last day", required=False)
        self.fields.update(last)

    @staticmethod
    def initial_of(fact: Fact) -> dict[str, Any]:
        """What the form starts from when it is about a fact that is already held."""
        return {field.name: field.value_from_object(fact) for field in fact._meta.concrete_fields}

    def fact_values(self) -> dict[str, Any]:
        """The fact's values, unsaved rows included."""
        own = {field.name for field in self.model._meta.concrete_fields} - {"source", "child", "id"}
        return {name: value for name, value in self.cleaned_data.items() if name in own}

    def settle(self) -> dict[str, Any]:
        """The fact's values with everything they rest on saved. Call inside an act."""
        return self.fact_values()


class NameForm(FactForm):
    """A name."""

    model = Name
    kind = chosen("Which name is it?", NameKind.choices)
    forename = text("Forename", length=100)
    middle_names = text("Middle names", length=150)
    surname = text("Surname", length=100)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("forename") and not cleaned.get("surname"):
            self.add_error("surname", "Enter a forename or a surname.")
        return cleaned


READERS: dict[str, Callable[[str], Any]] = {
    "upn": read_upn,
    "temporary_upn": read_upn,
    "former_upn": read_upn,
    "uln": read_uln,
    "nhs_number": read_nhs_number,
}


class IdentifierForm(FactForm):
    """A number other systems know the child by; its check digits are proved."""

    model = Identifier
    kind = chosen("Which number is it?", IdentifierKind.choices)
    value = text("Number", length=20, required=True, attrs=NARROW, hint="Spaces do not matter.")
    status = chosen("How sure is it?", IdentifierStatus.choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind, value = cleaned.get("kind"), cleaned.get("value")
        if kind and value:
            try:
                cleaned["value"] = self._proved(kind, value)
            except NotValid as fault:
                self.add_error("value", str(fault))
        return cleaned

    @staticmethod
    def _proved(kind: str, value: str) -> str:
        read = READERS[kind](value)
        if kind == "upn" and read.is_temporary:
            raise NotValid("This is a temporary UPN: it ends in a letter. Choose Temporary UPN.")
        if kind == "temporary_upn" and not read.is_temporary:
            raise NotValid("This is a permanent UPN: it ends in a digit. Choose UPN.")
        return str(read.value)


class AddressFields(Form):
    """The parts of an address, as BS7666 and the census divide it."""

    saon = text("Flat or unit", length=100)
    paon = text("House name or number", length=100)
    street = text("Street", length=100)
    locality = text("Locality", length=60)
    town = text("Town", length=60)
    postcode = text("Postcode", length=10, attrs=NARROW)
    address_kind = chosen("What sort of place is it?", AddressKind.choices, required=False)

    def clean_postcode(self) -> str:
        typed = self.cleaned_data["postcode"]
        try:
            return str(read_postcode(typed)) if typed else ""
        except NotValid as fault:
            raise forms.ValidationError(str(fault)) from fault

    def address(self) -> Address | None:
        """The address described, unsaved; None where nothing was."""
        parts = {name: self.cleaned_data.get(name, "") for name in ADDRESS_PARTS}
        if not any(parts.values()):
            return None
        return Address(**parts, kind=self.cleaned_data.get("address_kind") or AddressKind.HOUSEHOLD)


ADDRESS_PARTS = ("saon", "paon", "street", "locality", "town", "postcode")


def initial_address(address: Address | None) -> dict[str, Any]:
    """What an address's boxes start from."""
    if address is None:
        return {}
    return {**{name: getattr(address, name) for name in ADDRESS_PARTS}, "address_kind": address.kind}


class ResidenceForm(AddressFields, FactForm):
    """Where the child lives, or why no address is given."""

    model = Residence
    standing = chosen("What do you know?", Standing.choices, radio=True)
    field_order = ("standing", *ADDRESS_PARTS, "address_kind")

    @staticmethod
    def initial_of(fact: Fact) -> dict[str, Any]:
        return {**FactForm.initial_of(fact), **initial_address(fact.address)}  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        standing = cleaned.get("standing")
        described = self.address() if standing in AT_AN_ADDRESS else None
        if standing in AT_AN_ADDRESS and not (cleaned.get("street") or cleaned.get("postcode")):
            self.add_error("street", "Enter at least a street or a postcode, or say that no address is known.")
        cleaned["address"] = described
        return cleaned

    def settle(self) -> dict[str, Any]:
        return {**self.fact_values(), "address": settled_address(self.cleaned_data["address"])}


class CarerFields(AddressFields):
    """A carer as a person: shared by every child they care for."""

    title = text("Title", length=20, attrs=NARROW)
    forename = text("Forename", length=100)
    surname = text("Surname", length=100)
    telephone = text("Telephone", length=30)
    other_telephone = text("Other telephone", length=30)
    email = forms.EmailField(label="Email address", required=False)
    PERSON: ClassVar = ("title", "forename", "surname", "telephone", "other_telephone", "email")

    def _telephone(self, name: str) -> str:
        typed = self.cleaned_data[name]
        try:
            return str(read_telephone(typed)) if typed else ""
        except NotValid as fault:
            raise forms.ValidationError(str(fault)) from fault

    def clean_telephone(self) -> str:
        return self._telephone("telephone")

    def clean_other_telephone(self) -> str:
        return self._telephone("other_telephone")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("forename") and not cleaned.get("surname") and not cleaned.get("existing"):
            self.add_error("surname", "Enter the carer's forename or surname.")
        return cleaned

    def person(self) -> dict[str, Any]:
        """The carer's own values, the address unsaved."""
        return {**{name: self.cleaned_data.get(name, "") for name in self.PERSON}, "address": self.address()}


class CarerForm(CarerFields, ReasonForm):
    """A carer's own details, whichever children they care for."""

    doing = "correct"
    field_order = (*CarerFields.PERSON, *ADDRESS_PARTS, "address_kind")

    @staticmethod
    def initial_of(carer: Carer) -> dict[str, Any]:
        own = {name: getattr(carer, name) for name in CarerFields.PERSON}
        return {**own, **initial_address(carer.address)}


class CareForm(CarerFields, FactForm):
    """Who cares for the child. A carer of a brother or sister is chosen, not typed again."""

    model = Care
    kind = chosen("What are they to the child?", CareKind.choices)
    parental_responsibility = chosen("Parental responsibility?", YesNo.choices, radio=True)
    lives_with = chosen("Do they live with the child?", YesNo.choices, radio=True)
    priority = forms.IntegerField(
        label="Order of contact",
        required=False,
        min_value=1,
        max_value=99,
        widget=forms.TextInput(attrs={**NARROW, "inputmode": "numeric"}),
        help_text="1 is rung first.",
    )
    field_order = (
        "existing",
        *CarerFields.PERSON,
        *ADDRESS_PARTS,
        "address_kind",
        "kind",
        "parental_responsibility",
        "lives_with",
        "priority",
    )

    def __init__(self, *args: Any, carers: list[Carer] | None = None, held: Care | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._carers = {str(carer.pk): carer for carer in carers or []}
        self._held = held
        if held is not None:
            for name in (*CarerFields.PERSON, *ADDRESS_PARTS, "address_kind"):
                del self.fields[name]
        elif self._carers:
            self.fields["existing"] = forms.ChoiceField(
                label="Is it somebody who already cares for a child at this address?",
                choices=[("", "No, somebody else"), *[(key, str(carer)) for key, carer in self._carers.items()]],
                required=False,
                widget=RadioSelect(),
            )
            self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super(CarerFields, self).clean() if self._held else super().clean()
        cleaned = cleaned or {}
        existing = self._carers.get(cleaned.get("existing") or "")
        cleaned["carer"] = self._held.carer if self._held else existing or Carer(**self.person())
        return cleaned

    def settle(self) -> dict[str, Any]:
        carer = self.cleaned_data["carer"]
        if carer.pk is None:
            carer.address = settled_address(carer.address)
            carer.save()
        return self.fact_values()


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
    year_group = chosen("Year group", YEAR_GROUPS, required=False)
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


class EndForm(ReasonForm):
    """The last day a fact held."""

    doing = "end"

    def __init__(self, *args: Any, fact: Fact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = {name: self.fields.pop(name) for name in ("source", "reason_code", "reason")}
        leaving = isinstance(fact, Enrolment)
        self.fields["to_date"] = DateField(
            label="Leaving date" if leaving else "What was the last day?", noun="the last day"
        )
        if leaving:
            self.fields["leaving_ground"] = text(
                "Ground for leaving", length=10, attrs=NARROW, hint="As the school's return gives it, like 9(1)(a)."
            )
            self.fields["destination"] = text("Where has the child gone, if known?", length=160, attrs={})
        self.fields.update(last)
        self._fact = fact

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        day = cleaned.get("to_date")
        if day and self._fact.from_date and day < self._fact.from_date:
            self.add_error("to_date", "The last day cannot be before the first.")
        return cleaned

    def ending(self) -> dict[str, Any]:
        """What goes with the ending besides its day."""
        names = [name for name in ("leaving_ground", "destination") if self.cleaned_data.get(name)]
        values = {name: self.cleaned_data[name] for name in names}
        return {**values, "leaving_regime": "2024"} if "leaving_ground" in values else values


FORMS: dict[str, type[FactForm]] = {
    str(form.model._meta.model_name): form
    for form in (
        NameForm,
        IdentifierForm,
        ResidenceForm,
        CareForm,
        EnrolmentForm,
        ArrangementForm,
        RegistrationForm,
    )
}
NOUNS = {
    "name": "a name",
    "identifier": "a number",
    "residence": "a home",
    "care": "a carer",
    "enrolment": "a school",
    "educationarrangement": "an education arrangement",
    "registration": "a GP practice",
}


def sources_for(child_id: int | None) -> list[Source]:
    """Who may be named as having said so: the council, the family, and whoever has spoken of this child before."""
    spoken = Q(records__child_id=child_id) if child_id else Q(pk=None)
    general = Q(
        kind__in=[
            SourceKind.COUNCIL,
            SourceKind.FAMILY,
            SourceKind.ADMISSIONS,
            SourceKind.HEALTH,
            SourceKind.AGENCY,
            SourceKind.NEIGHBOUR,
        ]
    )
    return list(Source.objects.filter(general | spoken).distinct().order_by("name"))
