"""The school census as XML, as schools' systems export it: pupils on roll, and some who no longer are.

Three a year, each with items of its own: a row confirms only what is there. Those no longer on roll are listed only
where they attended in the term, so that nobody is taken to be on a roll or off it for not being among them.
Source: Department for Education, school census technical specification; domain facts, section 4.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from lxml.etree import _Element

from childindex.tables import Table, text
from registry.intake.formats import Format, register
from registry.models import Delivery
from schools.returns.belonging import refuse_another_schools
from schools.returns.elements import PLACE, Header, Progress, cell, header_of, item, table

ROOT = "Message"
HEADER = "Message/Header"
ON_ROLL = "Message/Pupils/PupilsOnRoll/PupilOnRoll"
OFF_ROLL = "Message/Pupils/PupilsNoLongerOnRoll/PupilNoLongerOnRoll"
ADDRESSES = "HomeInformation/Addresses/Address"
TERMS = {"AUT": "Autumn", "SPR": "Spring", "SUM": "Summer"}
ABOUT = (
    item("UPN", "upn", "PupilIdentifiers/UPN"),
    item("Former UPN", "former_upn", "PupilIdentifiers/FormerUPN"),
    item("ULN", "uln", "PupilIdentifiers/UniqueLearnerNumber"),
    item("Surname", "surname", "PupilIdentifiers/Surname"),
    item("Forename", "forename", "PupilIdentifiers/Forename"),
    item("Middle names", "middle_names", "PupilIdentifiers/MiddleNames"),
    item("Preferred surname", "preferred_surname", "PupilIdentifiers/PreferredSurname"),
    item("Former surname", "former_surname", "PupilIdentifiers/FormerSurname"),
    item("Date of birth", "date_of_birth", "PupilIdentifiers/DOB"),
    item("Sex", "sex", "PupilIdentifiers/Sex", "PupilIdentifiers/Gender"),
    item("Enrolment status", "enrolment_status", "PupilStatus/EnrolStatus"),
    item("Entry date", "entry_date", "PupilStatus/EntryDate"),
    item("Leaving date", "leaving_date", "PupilStatus/LeavingDate"),
    item("Year group", "year_group", "PupilStatus/NCyearActual", "PupilStatus/NCyearLeaving"),
    item("SEN provision", "", "SpecialEducationalNeeds/SENprovision"),
)
ITEMS = (item("On roll", "on_roll"), *ABOUT, *PLACE)


def header(path: Path) -> Header:
    """Whose census it is, and of which day. Raises TableError."""
    return header_of(path, HEADER, _header)


def _header(element: _Element) -> Header:
    lea, estab = text(element, "Source/LEA"), text(element, "Source/Estab")
    term, year = text(element, "CollectionDetails/Term"), text(element, "CollectionDetails/Year")
    return Header(
        laestab=f"{lea}/{estab}" if lea and estab else "",
        urn=text(element, "Source/URN"),
        day=text(element, "CollectionDetails/ReferenceDate"),
        title=f"{TERMS.get(term.upper(), term)} census {year}".strip(),
    )


@contextmanager
def open_census(
    path: Path, delivery: Delivery, headings: Mapping[str, str], progress: Progress | None
) -> Iterator[Table]:
    """The pupils of one school's census, a row each."""
    refuse_another_schools(header(path), delivery)
    wanted = {ON_ROLL: lambda one: _pupil(one, "yes"), OFF_ROLL: lambda one: _pupil(one, "no")}
    with table(path, ITEMS, wanted=wanted, progress=progress) as opened:
        yield opened


def _pupil(element: _Element, on_roll: str) -> Sequence[str]:
    address = _address(element)
    place = [cell(address, one) if address is not None else "" for one in PLACE]
    return [on_roll, *(cell(element, one) for one in ABOUT), *place]


def _address(element: _Element) -> _Element | None:
    """The address where a pupil lives: the current one, where the census says which, or else the first."""
    found = element.findall(ADDRESSES)
    current = [one for one in found if text(one, "AddressType").upper() in ("", "C")]
    return next(iter(current or found), None)


register(
    Format(
        "school_census", "School census (XML)", open_census, numbered="Rows are numbered as pupils stand in the file."
    )
)
