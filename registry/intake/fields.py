"""What a row of a list can say of a child: each field, the headings it goes by, and how its cells are read.

A cell is read to plain text in one form: dates as 2016-10-03, codes as the index has them, numbers proved by their
check digits. What cannot be read is a problem with a sentence for whoever sent the file; the rest of the row stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import TextChoices

from childindex.tables import Column
from registry.identifiers import (
    read_index_number,
    read_laestab,
    read_nhs_number,
    read_practice_code,
    read_telephone,
    read_uln,
    read_upn,
    read_uprn,
    read_urn,
)
from registry.intake import contacts
from registry.intake.cells import (
    Read,
    Unreadable,
    birth_in,
    code_in,
    day_in,
    forename_in,
    name_in,
    number_in,
    order_in,
    postcode_in,
    refuse_fault,
    stands_for_nothing,
    text_in,
    year_group_in,
)
from registry.intake.contacts import MOST
from registry.intake.vocabulary import ARRANGEMENTS, RELATIONSHIPS, SEXES, STATUSES, YES_OR_NO, Codes
from registry.models import ArrangementKind, CareKind, EnrolmentStatus, Sex, YearGroup

LONGEST = {"forename": 100, "surname": 100, "middle_names": 150, "email": 254, "reference": 60}
USUALLY = 100


@dataclass(frozen=True)
class Field:
    """One thing a row can say. `read` takes the cell's text and the source's own codes, and raises Unreadable."""

    key: str
    label: str
    headings: tuple[str, ...]
    read: Read
    is_number: bool = False
    meanings: type[TextChoices] | None = None
    """What a code in it can mean, where it holds codes: sources have their own, and say what they mean."""
    codes_of: str = ""
    """The field whose codes it shares."""
    rather: tuple[str, ...] = ()
    """Headings that it has before its label: beside *Legal surname*, *Surname* is what the child is known by."""
    otherwise: tuple[str, ...] = ()
    """Headings that it has where no other field does."""

    @property
    def is_name(self) -> bool:
        return self.read in (name_in, forename_in)

    @property
    def column(self) -> Column:
        names = (*self.rather, self.label, *self.headings)
        return Column(self.key, names, required=False, is_identifier=self.is_number, otherwise=self.otherwise)


def _field(key: str, label: str, *headings: str, read: Read = text_in, is_number: bool = False) -> Field:
    return Field(key, label, headings, read, is_number)


def _coded(key: str, label: str, *headings: str, read: Read, meanings: type[TextChoices]) -> Field:
    return Field(key, label, headings, read, meanings=meanings)


SURNAMES = ("Last name", "Family name")
FORENAMES = ("First name", "Given name", "Forenames")


def _legal(*called: str) -> tuple[str, ...]:
    """What the names that are registered are called, where a list has those that a child is known by as well."""
    return tuple(f"Legal {name}" for name in called)


PLAIN = {
    "carer_title": ("Carer title", "Contact title"),
    "carer_forename": ("Carer forename", "Contact forename", "Mother forename"),
    "carer_surname": ("Carer surname", "Contact surname", "Carer last name", "Mother surname"),
    "carer_name": ("Carer", "First contact", "Contact", "Parent name", "Parent", "Guardian", "Primary guardian"),
    "relationship": ("Relationship", "Relation"),
    "priority": ("Contact priority", "Priority", "Order of contact"),
    "telephone": ("Telephone", "First contact mobile", "Mobile"),
    "other_telephone": ("Other telephone", "Telephone 2", "Work telephone"),
    "email": ("Email", "Email address", "E-mail"),
    "carer_address": ("Carer address", "Contact address"),
    "carer_postcode": ("Carer postcode", "Contact postcode"),
}
"""What the parts of a contact are called where a row has only one; the first of each is its label."""
NUMBERED = {
    "carer_title": ("title",),
    "carer_forename": ("forename", "first name"),
    "carer_surname": ("surname", "last name", "family name"),
    "carer_name": ("name", "", "full name"),
    "relationship": ("relationship", "relation", "relationship to child", "relationship to pupil"),
    "priority": ("priority", "order"),
    "telephone": ("phone", "telephone", "mobile", "telephone number"),
    "other_telephone": ("other telephone", "other phone", "home phone", "home telephone", "work telephone"),
    "email": ("email", "email address", "e-mail"),
    "carer_address": ("address", "address line 1"),
    "carer_postcode": ("postcode", "post code"),
}
"""What they are called with a number: “Contact 2 surname”, “Priority 2 telephone”."""


WHOSE = ("Contact", "Carer", "Parent", "Guardian", "Priority")


def _contact(number: int) -> Iterator[Field]:
    """What a row says of one contact of its child."""
    for part, called in NUMBERED.items():
        with_number = [f"{whose} {number} {what}".strip() for whose in WHOSE for what in called]
        if part == "carer_name":
            with_number.append(f"Priority {number} contact")
        label, *headings = (*PLAIN[part], *with_number) if number == 1 else with_number
        yield Field(
            contacts.key_of(part, number),
            label,
            tuple(headings),
            READ_OF_CONTACTS.get(part, name_in),
            is_number=part.endswith("telephone"),
            meanings=CareKind if part == "relationship" else None,
            codes_of=part if part == "relationship" else "",
        )


READ_OF_CONTACTS: dict[str, Read] = {
    "relationship": code_in("relationship", RELATIONSHIPS),
    "priority": order_in,
    "telephone": number_in(read_telephone),
    "other_telephone": number_in(read_telephone),
    "email": text_in,
    "carer_address": text_in,
    "carer_postcode": postcode_in,
}
FIELDS: dict[str, Field] = {
    field.key: field
    for field in (
        _field(
            "reference", "Reference", "id", "pupil id", "student id", "admission number", "admission no", "adno",
            "adm no", "record number", "MIS id",
        ),
        _field("index_number", "Index number", "CI number", "index no", read=number_in(read_index_number)),
        _field("upn", "UPN", "Unique Pupil Number", "UPN number", read=number_in(read_upn), is_number=True),
        _field("former_upn", "Former UPN", read=number_in(read_upn), is_number=True),
        _field("uln", "ULN", "Unique Learner Number", read=number_in(read_uln), is_number=True),
        _field("nhs_number", "NHS number", "NHS no", "NHSNumber", read=number_in(read_nhs_number), is_number=True),
        Field("surname", "Surname", SURNAMES, name_in, rather=_legal("Surname", *SURNAMES)),
        Field("forename", "Forename", FORENAMES, forename_in, rather=_legal("Forename", *FORENAMES)),
        _field("middle_names", "Middle names", "Middle name", "Middle name(s)", read=name_in),
        Field(
            "preferred_surname", "Preferred surname", ("Preferred last name", "Preferred family name", "Known surname"),
            name_in, otherwise=("Surname", *SURNAMES),
        ),
        Field(
            "preferred_forename", "Preferred forename",
            ("Preferred first name", "Preferred given name", "Known as", "Chosen name"),
            forename_in, otherwise=("Forename", *FORENAMES),
        ),
        _field("former_surname", "Former surname", "Previous surname", "Former last name", read=name_in),
        _field("date_of_birth", "Date of birth", "DOB", "Birth date", "PersonBirthDate", "Born", read=birth_in),
        _coded("sex", "Sex", "Gender", "Legal sex", read=code_in("sex", SEXES), meanings=Sex),
        _field("saon", "Flat or unit", "SAON", "Flat"),
        _field("paon", "House name or number", "PAON", "House", "House number"),
        _field("street", "Street", "Road"),
        _field("line1", "Address line 1", "Address1", "House and street", "Address", "Home address"),
        _field("line2", "Address line 2", "Address2"),
        _field("locality", "Locality", "District"),
        _field("town", "Town", "Town or city", "Post town", "Address3", "Address line 3"),
        _field("county", "County", "Administrative area"),
        _field("postcode", "Postcode", "Post code", read=postcode_in),
        _field("uprn", "UPRN", "Unique Property Reference Number", read=number_in(read_uprn), is_number=True),
        _field("moved_in", "At this address since", "Address start date", "Moved in", read=day_in),
        _field("urn", "School URN", "URN", "Establishment URN", read=number_in(read_urn), is_number=True),
        _field("laestab", "LAESTAB", "DfE number", "School number", read=number_in(read_laestab), is_number=True),
        _field("on_roll", "On roll", read=code_in("answer", YES_OR_NO)),
        _field(
            "entry_date", "Entry date", "Admission date", "Date joined", "Start date", "Date of admission",
            "Date of entry", read=day_in,
        ),
        _field("leaving_date", "Leaving date", "Date left", "Date of leaving", "End date", "Leave date", read=day_in),
        _coded(
            "enrolment_status", "Enrolment status", "Enrol status", "Enrolment type", "Registration status", "Status",
            read=code_in("status", STATUSES),
            meanings=EnrolmentStatus,
        ),
        _coded(
            "year_group", "Year group", "NC Year", "NCyearActual", "NCyearLeaving", "Current NC year",
            "National curriculum year", "Curriculum year", "Actual NC year", "NC year group", "Year",
            read=year_group_in, meanings=YearGroup,
        ),
        _field(
            "class_name", "Class", "Reg group", "Form", "Registration group", "Registration form", "Registration",
            "Reg", "Reg form", "Tutor group", "Form group", "Class name",
        ),
        _field("destination", "Destination", "Destination school", "Going to"),
        _field("practice_code", "GP practice code", "Practice code", "ODS code", read=number_in(read_practice_code)),
        _field("registered_on", "Registered on", "Registration date", read=day_in),
        *(field for number in range(1, MOST + 1) for field in _contact(number)),
        _coded(
            "arrangement", "Education arrangement", "Arrangement", "Application status", "Application", "Decision",
            read=code_in("arrangement", ARRANGEMENTS), meanings=ArrangementKind,
        ),
        _field("arrangement_from", "Arrangement from", "Applied on", "Date of application", "Since", read=day_in),
        _field("arrangement_detail", "Arrangement detail", "Notes"),
    )
}  # fmt: skip


def read_cell(field: Field, text: str, codes: Codes) -> str:
    """What a cell that is not empty says, in one form; nothing where it only stands for nothing. Raises Unreadable."""
    refuse_fault(text)
    if not field.is_name and stands_for_nothing(text):
        return ""
    said = field.read(text, codes)
    longest = LONGEST.get(field.key.rstrip("_234"), USUALLY)
    if len(said) > longest:
        raise Unreadable(f"The {field.label.lower()} has {len(said):,} characters and may have {longest}.")
    return said
