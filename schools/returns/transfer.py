"""The Common Transfer File: what a school sends on of pupils who leave it, to one school or to nobody known.

Versions up to 25 write *Sex* or *Gender*. A file whose destination is XXX/XXXX goes to the Lost Pupil Database: then it
is not known where the pupil goes. MMM/MMMM is a school outside the maintained sector.
Source: Department for Education, Common Transfer File specification; domain facts, section 4.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from lxml.etree import _Element

from childindex.tables import Table, text
from registry.intake.contacts import MOST, key_of
from registry.intake.formats import Format, register
from registry.models import Delivery
from schools.returns.belonging import refuse_another_schools
from schools.returns.elements import PLACE, Header, Progress, cell, header_of, item, table

ROOT = "CTfile"
HEADER = "CTfile/Header"
PUPIL = "CTfile/CTFpupilData/Pupil"
NEWEST = 25
UNKNOWN, NOT_MAINTAINED = "Destination unknown", "Outside the maintained sector"
ABOUT = (
    item("UPN", "upn", "UPN"),
    item("Former UPN", "former_upn", "BasicDetails/FormerUPN"),
    item("ULN", "uln", "UniqueLearnerNumber"),
    item("Surname", "surname", "Surname"),
    item("Forename", "forename", "Forename"),
    item("Middle names", "middle_names", "BasicDetails/MiddleNames"),
    item("Preferred surname", "preferred_surname", "BasicDetails/PreferredSurname"),
    item("Preferred forename", "preferred_forename", "BasicDetails/PreferredForename"),
    item("Former surname", "former_surname", "BasicDetails/FormerSurname"),
    item("Date of birth", "date_of_birth", "DOB"),
    item("Sex", "sex", "Sex", "Gender"),
    item("Year group", "year_group", "BasicDetails/NCyearActual"),
    item("Enrolment status", "enrolment_status", "BasicDetails/EnrolStatus"),
    item("SEN provision", "", "SENhistory/SEN/SENprovision"),
)
OF_CONTACT = {"carer_title": "Title", "carer_forename": "Forename", "carer_surname": "Surname",
              "relationship": "Relationship", "email": "Email"}  # fmt: skip
CONTACT = (*OF_CONTACT, "priority", "telephone", "other_telephone", "carer_address", "carer_postcode")
CONTACT_ITEMS = tuple(
    item(f"Contact {number} {part.removeprefix('carer_').replace('_', ' ')}", key_of(part, number))
    for number in range(1, MOST + 1)
    for part in CONTACT
)
BY_PHONE = ("M", "H", "A", "D", "W", "F")
"""Kinds of telephones, the likeliest to be answered by a parent first; a fax and what has no kind come last."""
SPELL = (item("Entry date", "entry_date"), item("Leaving date", "leaving_date"), item("Destination", "destination"))
ITEMS = (*ABOUT, *PLACE, *CONTACT_ITEMS, *SPELL)


def header(path: Path) -> Header:
    """Whose file it is, and of which day. Raises TableError."""
    return header_of(path, HEADER, _header)


def _header(element: _Element) -> Header:
    return Header(
        laestab=_school(element, "SourceSchool"),
        urn=text(element, "SourceSchool/URN"),
        day=text(element, "DateTime")[:10],
        title="Transfer file",
    )


def _school(element: _Element, name: str) -> str:
    lea, estab = text(element, f"{name}/LEA"), text(element, f"{name}/Estab")
    return f"{lea}/{estab}" if lea and estab else ""


@contextmanager
def open_transfer(
    path: Path, delivery: Delivery, headings: Mapping[str, str], progress: Progress | None
) -> Iterator[Table]:
    """The pupils of one transfer file, a row each."""
    found: dict[str, str] = {}

    def read_header(element: _Element) -> Header:
        found["destination"] = _destination(_school(element, "DestSchool"))
        found["version"] = text(element, "CTFversion")
        return _header(element)

    whose = header_of(path, HEADER, read_header)
    refuse_another_schools(whose, delivery)
    pupil = lambda one: _pupil(one, whose.laestab, found["destination"])  # noqa: E731 - it is the reader of this file
    with table(path, ITEMS, wanted={PUPIL: pupil}, progress=progress, notes=_notes(found["version"])) as opened:
        yield opened


def _notes(version: str) -> list[str]:
    number = version.partition(".")[0]
    if number.isdigit() and int(number) > NEWEST:
        return [
            f"It is of version {version}, and versions up to {NEWEST} are known: look at whether anything is missing."
        ]
    return []


def _destination(laestab: str) -> str:
    lea = laestab.partition("/")[0].upper()
    return {"XXX": UNKNOWN, "MMM": NOT_MAINTAINED, "": UNKNOWN}.get(lea, laestab)


def _pupil(element: _Element, source: str, destination: str) -> Sequence[str]:
    home = _place(element.find("Address"))
    contacts = [_contact(one, home) for one in element.findall("Contacts/Contact")[:MOST]]
    entry, leaving = _spell(element, source)
    return [
        *(cell(element, one) for one in ABOUT),
        *(home.get(one.field, "") for one in PLACE),
        *(contacts[place].get(part, "") if place < len(contacts) else "" for place in range(MOST) for part in CONTACT),
        entry,
        leaving,
        destination if leaving else "",
    ]


def _place(address: _Element | None) -> dict[str, str]:
    """What an address element says, by field: in parts or lines inside it, the postcode among or beside them."""
    if address is None:
        return {}
    inner = [one for name in ("BS7666Address", "AddressLines") if (one := address.find(name)) is not None]
    said = {one.field: "".join(cell(part, one) for part in inner[:1]) or cell(address, one) for one in PLACE}
    return {key: found for key, found in said.items() if found}


def _contact(element: _Element, home: Mapping[str, str]) -> dict[str, str]:
    """One contact, with two of the telephones and the address, which may be said to be the pupil's."""
    said = {part: text(element, path) for part, path in OF_CONTACT.items()}
    numbers = _telephones(element)
    is_at_home = text(element, "Address/AddressAsPupil").casefold() in ("true", "1")
    place = home if is_at_home else _place(element.find("Address"))
    return said | {
        "priority": text(element, "Order") or text(element, "Priority"),
        "telephone": numbers[0] if numbers else "",
        "other_telephone": numbers[1] if len(numbers) > 1 else "",
        "carer_address": place.get("line1")
        or " ".join(place[part] for part in ("saon", "paon", "street") if part in place),
        "carer_postcode": place.get("postcode", ""),
    }


def _telephones(element: _Element) -> list[str]:
    phones = element.findall("Phones/Phone")
    kinds = {kind: place for place, kind in enumerate(BY_PHONE)}
    phones.sort(key=lambda one: kinds.get(text(one, "TelephoneType").upper()[:1], len(kinds)))
    return [number for one in phones if (number := text(one, "PhoneNo") or (one.text or "").strip())]


def _spell(element: _Element, source: str) -> tuple[str, str]:
    """When the pupil came to the school that sends the file, and when the pupil left it: the last time it says."""
    spells = [
        (text(one, "EntryDate"), text(one, "LeavingDate"))
        for one in element.findall("SchoolHistory/School")
        if f"{text(one, 'LEA')}/{text(one, 'Estab')}" == source
    ]
    return max(spells, default=("", ""))


register(
    Format(
        "transfer",
        "Common Transfer File (XML)",
        open_transfer,
        numbered="Rows are numbered as pupils stand in the file.",
    )
)
