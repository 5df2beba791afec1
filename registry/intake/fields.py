"""What a row of a list can say of a child: each field, the headings it goes by, and how its cells are read.

A cell is read to plain text in one form: dates as 2016-10-03, codes as the index has them, numbers proved by their
check digits. What cannot be read is a problem with a sentence for whoever sent the file; the rest of the row stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices

from childindex.tables import Column
from registry.dates import NotADate, read_date, read_date_of_birth
from registry.identifiers import (
    NotValid,
    read_index_number,
    read_laestab,
    read_nhs_number,
    read_postcode,
    read_practice_code,
    read_telephone,
    read_uln,
    read_upn,
    read_uprn,
    read_urn,
)
from registry.intake import contacts
from registry.intake.contacts import MOST
from registry.matching.placeholders import is_no_name
from registry.models import ArrangementKind, CareKind, EnrolmentStatus, Sex, YearGroup
from registry.names import fold

EXCEL_BEGINS, SERIALS = date(1899, 12, 30), range(10_000, 60_000)
LONGEST = {"forename": 100, "surname": 100, "middle_names": 150, "email": 254, "reference": 60}
USUALLY = 100


class Unreadable(ValueError):
    """A cell says nothing that could be written; the text says why and what to do."""


Codes = Mapping[str, str]
Read = Callable[[str, Codes], str]


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
    def column(self) -> Column:
        names = (*self.rather, self.label, *self.headings)
        return Column(self.key, names, required=False, is_identifier=self.is_number, otherwise=self.otherwise)


def _text(text: str, codes: Codes) -> str:
    return " ".join(text.split())


def _name(text: str, codes: Codes) -> str:
    plain = " ".join(text.replace("\0", "").split())
    return plain.title() if plain.isupper() and len(plain) > 2 else plain


def _number(read: Callable[[str], object]) -> Read:
    def reader(text: str, codes: Codes) -> str:
        try:
            return str(getattr(read(text), "value", ""))
        except NotValid as error:
            raise Unreadable(str(error)) from error

    return reader


def _order(text: str, codes: Codes) -> str:
    plain = text.removesuffix(".0")
    if not (plain.isascii() and plain.isdigit() and len(plain) < 4 and 0 < int(plain) < 100):
        raise Unreadable("The order of contact is a number from 1 to 99.")
    return str(int(plain))


def _first_name(text: str, codes: Codes) -> str:
    """A forename, or nothing where only that there is none is written, as “Baby” of one not yet named."""
    words = fold(text).split()
    return "" if words and is_no_name(text, words) else _name(text, codes)


def _day(text: str, codes: Codes) -> str:
    return _as_date(text, read_date).isoformat()


def _birth(text: str, codes: Codes) -> str:
    return _as_date(text, read_date_of_birth).isoformat()


def _as_date(text: str, read: Callable[[str], date]) -> date:
    """A date as people or Excel write it: a bare serial number is what a spreadsheet makes of a date."""
    plain = text.removesuffix(".0")
    if plain.isascii() and plain.isdigit() and len(plain) == 5 and int(plain) in SERIALS:
        return EXCEL_BEGINS + timedelta(days=int(plain))
    try:
        return read(text)
    except NotADate as error:
        sentence = (
            f"“{text[:30]}” is no date: write it like 3 10 2016." if str(error).startswith("Enter ") else str(error)
        )
        raise Unreadable(sentence) from error


def _code(what: str, meanings: Codes) -> Read:
    """A code or what it means, by the source's own codes first."""

    def reader(text: str, codes: Codes) -> str:
        said = " ".join(text.split()).casefold()
        found = codes.get(said) or meanings.get(said)
        if found is None:
            raise Unreadable(
                f"“{text[:30]}” is no {what} that is known. Say what it means, or write one of the usual ones."
            )
        return found

    return reader


def _choices(choices: type, **also: str) -> dict[str, str]:
    """Each value of a choice by its code, by its label, and by other things people write."""
    found = {str(value).casefold(): str(value) for value in choices.values}  # type: ignore[attr-defined]
    found |= {str(label).casefold(): str(value) for value, label in choices.choices}  # type: ignore[attr-defined]
    return found | {said.replace("_", " "): value for said, value in also.items()}


SEXES = _choices(Sex, female="F", male="M", girl="F", boy="M", unknown="U", **{"1": "M", "2": "F", "0": "U", "9": "X"})
STATUSES = _choices(EnrolmentStatus, current="C", single="C", main="M", subsidiary="S", guest="G", college="F")
# The short ones are the Common Basic Data Set's, as a transfer file has them.
RELATIONSHIPS = _choices(
    CareKind, mum="mother", dad="father", parent="other", stepfather="step_parent", stepmother="step_parent",
    grandmother="grandparent", grandfather="grandparent", aunt="other_relative", uncle="other_relative",
    foster_parent="foster_carer", carer="other", brother="other_relative", sister="other_relative",
    pam="mother", paf="father", stp="step_parent", fom="foster_carer", fof="foster_carer", fam="other_relative",
    rel="other_relative", car="guardian", swr="social_worker", oth="other",
)  # fmt: skip
AWAITING = (
    "applied application awaiting appeal in-year in-year_request in_year_request in-year_application"
    " in_year_application offer offered place_offered refusal refused place_refused waiting_list on_waiting_list"
).split()
"""Words of admissions: whoever is on no roll yet is awaiting a place, and the word is kept as the detail."""
ARRANGEMENTS = _choices(
    ArrangementKind, ehe="home_education", elective_home_education="home_education",
    alternative_provision="other_provision", **dict.fromkeys(AWAITING, "awaiting_place"),
)  # fmt: skip
YES_OR_NO = {**dict.fromkeys(("yes", "y", "true", "1"), "yes"), **dict.fromkeys(("no", "n", "false", "0"), "no")}
YEARS = {
    **_choices(YearGroup),
    **{f"year {year}": str(year) for year in range(1, 15)},
    **{f"y{year}": str(year) for year in range(1, 15)},
    **{f"{year:02}": str(year) for year in range(1, 10)},
    "rec": "R",
    "year r": "R",
    "reception": "R",
    "0": "R",
}


def _field(key: str, label: str, *headings: str, read: Read = _text, is_number: bool = False) -> Field:
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
    "carer_name": ("Carer", "First contact", "Contact"),
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


def _contact(number: int) -> Iterator[Field]:
    """What a row says of one contact of its child."""
    for part, called in NUMBERED.items():
        with_number = [
            f"{whose} {number} {what}".strip() for whose in ("Contact", "Carer", "Priority") for what in called
        ]
        if part == "carer_name":
            with_number.append(f"Priority {number} contact")
        label, *headings = (*PLAIN[part], *with_number) if number == 1 else with_number
        yield Field(
            contacts.key_of(part, number),
            label,
            tuple(headings),
            READ_OF_CONTACTS.get(part, _name),
            is_number=part.endswith("telephone"),
            meanings=CareKind if part == "relationship" else None,
            codes_of=part if part == "relationship" else "",
        )


READ_OF_CONTACTS: dict[str, Read] = {
    "relationship": _code("relationship", RELATIONSHIPS),
    "priority": _order,
    "telephone": _number(read_telephone),
    "other_telephone": _number(read_telephone),
    "email": _text,
    "carer_address": _text,
    "carer_postcode": lambda text, codes: str(_postcode(text)),
}
FIELDS: dict[str, Field] = {
    field.key: field
    for field in (
        _field("reference", "Reference", "id", "pupil id", "admission number", "adno", "record number"),
        _field("index_number", "Index number", "CI number", "index no", read=_number(read_index_number)),
        _field("upn", "UPN", "Unique Pupil Number", read=_number(read_upn), is_number=True),
        _field("former_upn", "Former UPN", read=_number(read_upn), is_number=True),
        _field("uln", "ULN", "Unique Learner Number", read=_number(read_uln), is_number=True),
        _field("nhs_number", "NHS number", "NHS no", read=_number(read_nhs_number), is_number=True),
        Field("surname", "Surname", SURNAMES, _name, rather=_legal("Surname", *SURNAMES)),
        Field("forename", "Forename", FORENAMES, _first_name, rather=_legal("Forename", *FORENAMES)),
        _field("middle_names", "Middle names", "Middle name", "Middle name(s)", read=_name),
        Field(
            "preferred_surname", "Preferred surname", ("Preferred last name", "Preferred family name", "Known surname"),
            _name, otherwise=("Surname", *SURNAMES),
        ),
        Field(
            "preferred_forename", "Preferred forename",
            ("Preferred first name", "Preferred given name", "Known as", "Chosen name"),
            _first_name, otherwise=("Forename", *FORENAMES),
        ),
        _field("former_surname", "Former surname", "Previous surname", "Former last name", read=_name),
        _field("date_of_birth", "Date of birth", "DOB", "Birth date", "PersonBirthDate", read=_birth),
        _coded("sex", "Sex", "Gender", read=_code("sex", SEXES), meanings=Sex),
        _field("saon", "Flat or unit", "SAON", "Flat"),
        _field("paon", "House name or number", "PAON", "House", "House number"),
        _field("street", "Street", "Road"),
        _field("line1", "Address line 1", "Address1", "House and street", "Address"),
        _field("line2", "Address line 2", "Address2"),
        _field("locality", "Locality", "District"),
        _field("town", "Town", "Town or city", "Post town", "Address3", "Address line 3"),
        _field("county", "County", "Administrative area"),
        _field("postcode", "Postcode", "Post code", read=lambda text, codes: str(_postcode(text))),
        _field("uprn", "UPRN", "Unique Property Reference Number", read=_number(read_uprn), is_number=True),
        _field("moved_in", "At this address since", "Address start date", "Moved in", read=_day),
        _field("urn", "School URN", "URN", read=_number(read_urn), is_number=True),
        _field("laestab", "LAESTAB", "DfE number", "School number", read=_number(read_laestab), is_number=True),
        _field("on_roll", "On roll", read=_code("answer", YES_OR_NO)),
        _field("entry_date", "Entry date", "Admission date", "Date joined", "Start date", read=_day),
        _field("leaving_date", "Leaving date", "Date left", "Date of leaving", "End date", read=_day),
        _coded(
            "enrolment_status", "Enrolment status", "Enrol status", "Status", read=_code("status", STATUSES),
            meanings=EnrolmentStatus,
        ),
        _coded(
            "year_group", "Year group", "NC Year", "NCyearActual", "NCyearLeaving", "Year",
            read=_code("year group", YEARS), meanings=YearGroup,
        ),
        _field("class_name", "Class", "Reg group", "Form", "Registration group"),
        _field("destination", "Destination", "Destination school", "Going to"),
        _field("practice_code", "GP practice code", "Practice code", "ODS code", read=_number(read_practice_code)),
        _field("registered_on", "Registered on", "Registration date", read=_day),
        *(field for number in range(1, MOST + 1) for field in _contact(number)),
        _coded(
            "arrangement", "Education arrangement", "Arrangement", "Application status", "Application", "Decision",
            read=_code("arrangement", ARRANGEMENTS), meanings=ArrangementKind,
        ),
        _field("arrangement_from", "Arrangement from", "Applied on", "Date of application", "Since", read=_day),
        _field("arrangement_detail", "Arrangement detail", "Notes"),
    )
}  # fmt: skip


def _postcode(text: str) -> object:
    try:
        return read_postcode(text)
    except NotValid as error:
        raise Unreadable(str(error)) from error


def read_cell(field: Field, text: str, codes: Codes) -> str:
    """What a cell that is not empty says. Raises Unreadable."""
    said = field.read(text, codes)
    longest = LONGEST.get(field.key.rstrip("_234"), USUALLY)
    if len(said) > longest:
        raise Unreadable(f"The {field.label.lower()} has {len(said):,} characters and may have {longest}.")
    return said
