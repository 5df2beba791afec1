"""Adding a child by hand, once nobody in the index turned out to be the one.

`Looked` is the proof that the search was made: signed, for one person, one set of names, a date of birth and numbers.
It also carries the index number that the child will have, so that a form sent twice makes one child.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.db import IntegrityError
from django.utils import timezone

from childindex import words
from childindex.acts import act
from childindex.forms import DateField, Form
from childindex.models import User
from registry import recording
from registry.editing.addresses import settled_address
from registry.editing.forms import ReasonForm, chosen, find_practice, find_school, text
from registry.editing.forms.asking import NARROW
from registry.editing.forms.places import ADDRESS_PARTS, AddressFields
from registry.identifiers import NotValid, new_index_number, read_nhs_number, read_telephone, read_uln, read_upn
from registry.intake import behind_shields
from registry.models import (
    AT_AN_ADDRESS,
    BirthStanding,
    Care,
    CareKind,
    Carer,
    Child,
    Enrolment,
    Fact,
    Identifier,
    IdentifierKind,
    Name,
    Registration,
    Residence,
    Sex,
    Standing,
    YearGroup,
    YesNo,
)
from registry.recording import CannotRecord

SALT = "registry.adding"
HELD_FOR = timedelta(hours=12)
NUMBERS = {"upn": IdentifierKind.UPN, "uln": IdentifierKind.ULN, "nhs_number": IdentifierKind.NHS_NUMBER}
TELLING = ("forename", "middle_names", "surname", "date_of_birth", *NUMBERS)


class NumbersForm(Form):
    """The numbers a child may go by, each proved by its check digits."""

    upn = text("UPN, if known", length=20, attrs=NARROW)
    nhs_number = text("NHS number, if known", length=20, attrs=NARROW)
    uln = text("ULN, if known", length=20, attrs=NARROW)

    def clean_upn(self) -> str:
        return _proved(read_upn, self.cleaned_data["upn"])

    def clean_nhs_number(self) -> str:
        return _proved(read_nhs_number, self.cleaned_data["nhs_number"])

    def clean_uln(self) -> str:
        return _proved(read_uln, self.cleaned_data["uln"])

    def numbers(self) -> tuple[tuple[str, str], ...]:
        """The numbers typed, each with its kind."""
        given = [(kind, self.cleaned_data.get(name)) for name, kind in NUMBERS.items()]
        return tuple((_kind(kind, value), value) for kind, value in given if value)

    @property
    def numbers_words(self) -> list[str]:
        return [f"{IdentifierKind(kind).label} {value}" for kind, value in self.numbers()]


class TellingForm(NumbersForm):
    """What is needed to look for a child before one is added."""

    forename = text("Forename", length=100)
    middle_names = text("Middle names", length=150)
    surname = text("Surname", length=100)
    date_of_birth = DateField(
        label="Date of birth",
        noun="a date of birth",
        latest=timezone.localdate,
        required=False,
        help_text="For example, 3 10 2016. Leave it empty if nobody knows it.",
    )
    postcode = text("Postcode, if known", length=10, attrs=NARROW)
    field_order = ("forename", "middle_names", "surname", "date_of_birth", "postcode")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("forename") and not cleaned.get("surname"):
            self.add_error("surname", "Enter a forename or a surname.")
        return cleaned

    def question(self) -> dict[str, str]:
        """The search to make, in the search page's own parameters."""
        cleaned = self.cleaned_data
        born = cleaned.get("date_of_birth")
        asked = {name: cleaned.get(name, "") for name in ("forename", "surname", "postcode")}
        return {**asked, "date_of_birth": born.isoformat() if born else ""}


class NewChildForm(NumbersForm, AddressFields, ReasonForm):
    """Everything that can be said of a child at once; only a name, the source and the reason must be."""

    doing = "add"
    forename = text("Forename", length=100)
    middle_names = text("Middle names", length=150)
    surname = text("Surname", length=100)
    sex = chosen("Sex", Sex.choices, radio=True, initial=Sex.UNKNOWN)
    date_of_birth = DateField(label="Date of birth", noun="a date of birth", latest=timezone.localdate, required=False)
    is_estimated = forms.BooleanField(label="The date of birth is an estimate", required=False)
    date_of_birth_evidence = text("Evidence seen", length=200, hint="Such as: birth certificate, passport.")
    standing = chosen("Where does the child live?", Standing.choices, radio=True, initial=Standing.LIVES_HERE)
    home_since = DateField(label="Since when, if known", noun="the first day there", required=False)
    carer_forename = text("Carer’s forename", length=100)
    carer_surname = text("Carer’s surname", length=100)
    carer_kind = chosen("What are they to the child?", [("", "Not known"), *CareKind.choices], required=False)
    carer_responsible = chosen("Parental responsibility?", YesNo.choices, initial=YesNo.UNKNOWN, required=False)
    carer_telephone = text("Carer’s telephone", length=30)
    school = text("School", length=160, hint="Its name, URN or LAESTAB.")
    entry_date = DateField(label="Entry date", noun="the entry date", required=False)
    year_group = chosen("Year group", [("", "Not known"), *YearGroup.choices], required=False)
    practice = text("GP practice", length=160, hint="Its name or ODS code.")

    GROUPS: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = (
        ("Name", ("forename", "middle_names", "surname")),
        ("Sex and birth", ("sex", "date_of_birth", "is_estimated", "date_of_birth_evidence")),
        ("Home", ("standing", *ADDRESS_PARTS, "address_kind", "home_since")),
        ("Carer", ("carer_forename", "carer_surname", "carer_kind", "carer_responsible", "carer_telephone")),
        ("School and GP practice", ("school", "entry_date", "year_group", "practice")),
        ("Numbers", ("upn", "nhs_number", "uln")),
        ("Who said so, and why", ("source", "reason_code", "reason")),
    )

    @property
    def groups(self) -> list[tuple[str, list[Any]]]:
        """The fields under their headings."""
        return [(title, [self[name] for name in names]) for title, names in self.GROUPS]

    def clean_carer_telephone(self) -> str:
        return _proved(read_telephone, self.cleaned_data["carer_telephone"])

    def clean_school(self) -> Any:
        typed = self.cleaned_data["school"]
        return find_school(typed) if typed else None

    def clean_practice(self) -> Any:
        typed = self.cleaned_data["practice"]
        return find_practice(typed) if typed else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("forename") and not cleaned.get("surname"):
            self.add_error("surname", "Enter a forename or a surname.")
        if cleaned.get("is_estimated") and not cleaned.get("date_of_birth"):
            self.add_error("date_of_birth", "Enter the estimated date of birth, like 3 10 2016.")
        if cleaned.get("standing") in AT_AN_ADDRESS and not self.says_where():
            self.add_error("street", "Enter at least a street or a postcode, or choose why there is no address.")
        if not cleaned.get("school") and (cleaned.get("entry_date") or cleaned.get("year_group")):
            self.add_error("school", "Enter the school, or leave out the entry date and year group.")
        if not (cleaned.get("carer_forename") or cleaned.get("carer_surname")) and cleaned.get("carer_telephone"):
            self.add_error("carer_surname", "Enter the carer’s name, or leave out the telephone.")
        return cleaned

    def child(self, number: str) -> Child:
        """The child's own row, unsaved."""
        cleaned = self.cleaned_data
        born = cleaned.get("date_of_birth")
        standing = BirthStanding.ESTIMATED if cleaned["is_estimated"] else BirthStanding.KNOWN
        return Child(
            index_number=number,
            sex=cleaned["sex"],
            date_of_birth=born,
            date_of_birth_standing=standing if born else BirthStanding.MISSING,
            date_of_birth_evidence=cleaned["date_of_birth_evidence"],
        )

    def facts(self, child: Child) -> Iterator[Fact]:
        """What is said of the child, unsaved: rows that the facts rest on come with them, unsaved too."""
        said = self.cleaned_data
        names = {name: said[name] for name in ("forename", "middle_names", "surname")}
        yield Name(child=child, **names)
        home = self.address() if said["standing"] in AT_AN_ADDRESS else None
        yield Residence(child=child, standing=said["standing"], address=home, from_date=said["home_since"])
        if said["carer_forename"] or said["carer_surname"]:
            carer = Carer(
                forename=said["carer_forename"], surname=said["carer_surname"], telephone=said["carer_telephone"]
            )
            responsible = said["carer_responsible"] or YesNo.UNKNOWN
            kind = said["carer_kind"] or CareKind.OTHER
            yield Care(child=child, carer=carer, kind=kind, parental_responsibility=responsible)
        if said["school"]:
            yield Enrolment(
                child=child, school=said["school"], from_date=said["entry_date"], year_group=said["year_group"]
            )
        if said["practice"]:
            yield Registration(child=child, practice=said["practice"])
        for kind, value in self.numbers():
            yield Identifier(child=child, kind=kind, value=value)


def _kind(kind: str, value: str) -> str:
    """What sort of number it is: a UPN that ends in a letter is a temporary one."""
    return IdentifierKind.TEMPORARY_UPN if kind == IdentifierKind.UPN and not value[-1].isdigit() else kind


def _proved(read: Any, typed: str) -> str:
    try:
        return str(read(typed).value) if typed else ""
    except NotValid as fault:
        raise forms.ValidationError(str(fault)) from fault


@dataclass(frozen=True)
class Looked:
    """That this person searched for these names, date of birth and numbers, and which number the child would have."""

    number: str
    telling: tuple[str, ...]
    token: str

    @classmethod
    def now(cls, cleaned: dict[str, Any], *, by: User) -> Looked:
        number, telling = new_index_number().value, telling_of(cleaned)
        return cls(number, telling, signing.dumps([number, by.pk, telling], salt=SALT))

    @classmethod
    def read(cls, token: str, *, by: User) -> Looked | None:
        """What a page sent back says; None where it is not this person's, is too old or was tampered with."""
        try:
            number, person, telling = signing.loads(token, salt=SALT, max_age=HELD_FOR)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return cls(number, tuple(telling), token) if person == by.pk else None

    def covers(self, cleaned: dict[str, Any]) -> bool:
        """Whether the search was for the child that is now described."""
        return self.telling == telling_of(cleaned)


def telling_of(cleaned: dict[str, Any]) -> tuple[str, ...]:
    """What was searched for, in one form."""
    return tuple(str(cleaned.get(name) or "").casefold() for name in TELLING)


def rows(form: NewChildForm, number: str) -> list[dict[str, str]]:
    """What would be recorded, for the page that shows it before saving."""
    child = form.child(number)
    born = words.day(child.date_of_birth) if child.date_of_birth else "Not known"
    own = [
        ("Sex", child.get_sex_display()),
        ("Date of birth", f"{born} (estimated)" if child.date_of_birth_standing == BirthStanding.ESTIMATED else born),
        ("Evidence seen", child.date_of_birth_evidence),
    ]
    facts = [(_heading(fact), _told(fact)) for fact in form.facts(child)]
    said = [("Said by", form.source.name), ("Why", form.cleaned_data["reason"])]
    return [{"key": key, "value": value} for key, value in (*facts[:1], *own, *facts[1:], *said) if value]


def _heading(fact: Fact) -> str:
    return fact.get_kind_display() if isinstance(fact, Identifier) else str(fact._meta.verbose_name).capitalize()


def _told(fact: Fact) -> str:
    said = str(fact.address) if isinstance(fact, Residence) and fact.address else str(fact)
    return f"{said}, since {words.day(fact.from_date)}" if fact.from_date else said


def add_child(form: NewChildForm, looked: Looked, *, by: User) -> Child:
    """Write the child and every fact, as one act. A child already made from the same form is given back as it is.

    Raises CannotRecord, and then nothing is written.
    """
    held = Child.objects.filter(index_number=looked.number).first()
    if held is not None:
        return held
    cleaned = form.cleaned_data
    try:
        with act(by=by, source=form.source, reason_code=cleaned["reason_code"], reason=cleaned["reason"]):
            child = form.child(looked.number)
            child.full_clean(validate_unique=False)
            child.save(force_insert=True)
            for fact in form.facts(child):
                _settle(fact)
                recording.assert_fact(fact)
                if isinstance(fact, Identifier):
                    behind_shields.note_number(child.pk, fact.value)
    except IntegrityError as refusal:
        held = Child.objects.filter(index_number=looked.number).first()
        if held is None:
            raise CannotRecord("Something in this contradicts what is on record. Check the numbers.") from refusal
        return held
    return child


def _settle(fact: Fact) -> None:
    """Save what the fact rests on."""
    if isinstance(fact, Residence):
        fact.address = settled_address(fact.address)
    if isinstance(fact, Care):
        fact.carer.save()
        fact.carer = fact.carer
