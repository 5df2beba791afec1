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
CONTACT = {
    "carer_title": ("Title",),
    "carer_forename": ("Forename",),
    "carer_surname": ("Surname",),
    "relationship": ("Relationship",),
    "priority": ("Order", "Priority"),
    "telephone": ("Phones/Phone/PhoneNo", "Phones/Phone"),
    "email": ("Email",),
}
CONTACT_ITEMS = tuple(
    item(f"Contact {number} {part.removeprefix('carer_')}", key_of(part, number), *paths)
    for number in range(1, MOST + 1)
    for part, paths in CONTACT.items()
)
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
    address = _first(element, "Address")
    contacts = element.findall("Contacts/Contact")
    entry, leaving = _spell(element, source)
    return [
        *(cell(element, one) for one in ABOUT),
        *(cell(address, one) if address is not None else "" for one in PLACE),
        *_contacts(contacts),
        entry,
        leaving,
        destination if leaving else "",
    ]


def _first(element: _Element, path: str) -> _Element | None:
    """The element at a path, or the one inside it: an address is written both ways."""
    found = element.find(path)
    if found is None:
        return None
    inner = found.find("BS7666Address")
    lines = found.find("AddressLines")
    return next((one for one in (inner, lines) if one is not None), found)


def _contacts(contacts: Sequence[_Element]) -> Iterator[str]:
    for number in range(MOST):
        for one in CONTACT_ITEMS[number * len(CONTACT) : (number + 1) * len(CONTACT)]:
            yield cell(contacts[number], one) if number < len(contacts) else ""


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
