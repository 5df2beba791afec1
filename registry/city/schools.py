"""The schools and GP practices of a district: invented, with numbers that no real one has.

URNs begin with 9, practice codes with Z. A few schools lie across the border, in the neighbouring authority.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random

from registry.city.numbers import Numbers
from registry.city.places import NEIGHBOUR_TOWN, TOWN, Homes, Ward

CITY_LA, NEIGHBOUR_LA = "990", "991"
PRIMARY, SECONDARY, SPECIAL, ALTERNATIVE, SIXTH_FORM = "primary", "secondary", "special", "alternative", "sixth_form"
INDEPENDENT = "independent"
YEARS = {
    PRIMARY: (-1, 6),
    SECONDARY: (7, 13),
    SPECIAL: (0, 13),
    ALTERNATIVE: (7, 11),
    SIXTH_FORM: (12, 13),
    INDEPENDENT: (0, 11),
}
PHASES = {PRIMARY: "Primary", SECONDARY: "Secondary", SIXTH_FORM: "16 plus"}
TYPES = {
    PRIMARY: ("01", "Community school"),
    SECONDARY: ("34", "Academy converter"),
    SPECIAL: ("07", "Community special school"),
    ALTERNATIVE: ("14", "Pupil referral unit"),
    SIXTH_FORM: ("39", "Free schools 16 to 19"),
    INDEPENDENT: ("11", "Other independent school"),
}
ESTABS = {PRIMARY: 2000, SECONDARY: 4000, SPECIAL: 7000, ALTERNATIVE: 1100, SIXTH_FORM: 4900, INDEPENDENT: 6000}
PRIMARY_NAMES = (
    "Hollyfield,Brindle Lane,St Werburgh's CE,Our Lady of the Wharf RC,Nightingale,Kingfisher,Parkgate,Oaklands,"
    "Ferndown,Whitebeam,Copperfield,St Oswin's CE,Marigold,Lantern Road,Heathside,Meadowbank,Little Bourne,Saltwell,"
    "Al-Noor,Guru Amar Das,The Elms,Swanpool,Foundry Lane,Harebell,St Frideswide's RC,Maple Grove,Tanners Hill,"
    "Wren Park,Canalside,Orchard Rise,Millrace,Greenfinch,Cherrywood,Beacon Street,Larkrise"
).split(",")
SECONDARY_NAMES = (
    "Ironbridge Road,Beaconfield,Alderman Pryce,St Columba's RC,Weaverthorpe,Lockwood,Marlstone,Queen Philippa's,"
    "Ashmead,Northgate,Elizabeth Fry,Moorcroft,Whitfield,Arden Rise"
).split(",")


@dataclass(eq=False)
class School:
    """A school, and on which days it makes its returns."""

    id: int
    source: int
    urn: int
    estab: int
    name: str
    kind: str
    ward: Ward
    in_area: bool
    telephone: str
    postcode: str
    returns: list[date] = field(default_factory=list)

    @property
    def la_code(self) -> str:
        return CITY_LA if self.in_area else NEIGHBOUR_LA

    @property
    def laestab(self) -> str:
        return f"{self.la_code}{self.estab}"

    def values(self) -> tuple[object, ...]:
        """In the order of `rows.TABLES`, without the id."""
        low, high = YEARS[self.kind]
        code, kind = TYPES[self.kind]
        town = TOWN if self.in_area else NEIGHBOUR_TOWN
        place = (f"{self.name.split()[0]} Road", self.ward.name, "", town, "", self.postcode)
        years = (low + 4, high + 5)
        grid = (self.ward.easting, self.ward.northing, self.telephone, self.in_area)
        named = (self.urn, self.la_code, str(self.estab), "", self.name, PHASES.get(self.kind, "Not applicable"))
        return (*named, code, kind, "open", date(1998, 9, 1), None, *years, *place, None, *grid)


@dataclass(eq=False)
class Practice:
    """A GP practice, and on which days its list arrives."""

    id: int
    source: int
    ods_code: str
    name: str
    ward: Ward
    postcode: str
    telephone: str
    returns: list[date] = field(default_factory=list)

    def values(self) -> tuple[object, ...]:
        named = (self.ods_code, self.name, f"{self.ward.name} Health Centre", "", "", TOWN, "", self.postcode)
        return (*named, self.telephone, "Z99", "active", date(2001, 4, 1), None)


@dataclass
class Counter:
    """The next free numbers of schools and practices, through the whole city."""

    schools: int = 0
    practices: int = 0
    estabs: dict[str, int] = field(default_factory=dict)

    def school(self, kind: str) -> tuple[int, int]:
        """A URN and an establishment number."""
        self.schools += 1
        self.estabs[kind] = self.estabs.get(kind, -1) + 1
        return 900_000 + self.schools, ESTABS[kind] + self.estabs[kind]

    def practice(self) -> str:
        self.practices += 1
        return f"Z{90_000 + self.practices:05}"


def kinds_for(wards: list[Ward]) -> Iterator[tuple[str, Ward]]:
    """Which schools a district has: two primary schools to a ward, a secondary school to two."""
    for place, ward in enumerate(wards):
        yield PRIMARY, ward
        yield PRIMARY, ward
        if place % 2 == 0:
            yield SECONDARY, ward
        if place % 4 == 0:
            yield SPECIAL, ward
    yield ALTERNATIVE, wards[-1]
    yield SIXTH_FORM, wards[0]
    yield INDEPENDENT, wards[-1]


def make_schools(
    wards: list[Ward], neighbour: Ward, homes: dict[str, Homes], counter: Counter, numbers: Numbers
) -> list[School]:
    """The schools of a district, ids and sources not yet given."""
    inside = [(kind, ward, True) for kind, ward in kinds_for(wards)]
    outside = [(PRIMARY, neighbour, False), (SECONDARY, neighbour, False), (SECONDARY, neighbour, False)]
    made = []
    for kind, ward, in_area in inside + outside:
        urn, estab = counter.school(kind)
        name = _name(kind, ward, urn - 900_001)
        made.append(
            School(0, 0, urn, estab, name, kind, ward, in_area, numbers.landline(), homes[ward.code].postcode())
        )
    return made


def make_practices(
    rng: Random, wards: list[Ward], homes: dict[str, Homes], counter: Counter, numbers: Numbers
) -> list[Practice]:
    """One or two GP practices to a ward."""
    made = []
    for ward in wards:
        for kind in ("Surgery", "Medical Centre")[: 1 + (rng.random() < 0.5)]:
            name = f"{ward.name} {kind}"
            telephone, postcode = numbers.landline(), homes[ward.code].postcode()
            made.append(Practice(0, 0, counter.practice(), name, ward, postcode, telephone))
    return made


def _name(kind: str, ward: Ward, number: int) -> str:
    """Well-known names first; once they are used up, the ward's name tells schools apart."""
    if kind == PRIMARY:
        known, ending = PRIMARY_NAMES[number % len(PRIMARY_NAMES)], "Primary School"
        return f"{known} {ending}" if number < len(PRIMARY_NAMES) else f"{known} {ending}, {ward.name}"
    if kind == SECONDARY:
        known = SECONDARY_NAMES[number % len(SECONDARY_NAMES)]
        return f"{known} School" if number < len(PRIMARY_NAMES) else f"{known} School, {ward.name}"
    endings = {
        SPECIAL: "Special School",
        ALTERNATIVE: "Alternative Provision",
        SIXTH_FORM: "Sixth Form College",
        INDEPENDENT: "College (independent)",
    }
    return f"{ward.name} {endings[kind]}"
