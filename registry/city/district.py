"""One district of the city, with all that the families in it meet: wards, schools, practices, and when each speaks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from registry.city import places, schools
from registry.city.calendar import Years
from registry.city.ledger import Agenda, Deed, Ledger
from registry.city.numbers import Numbers
from registry.city.places import Address, Homes, Ward
from registry.city.schools import Practice, School

CHILDREN_IN_A_WARD = 2_500
DEEDS_OF_OFFICERS = 150


@dataclass(frozen=True)
class Bodies:
    """The ids of the sources that serve the whole city."""

    council: int
    family: int
    register: int
    old_system: int
    health: int
    admissions: int
    housing: int
    hospital: int
    neighbour: int


@dataclass(eq=False)
class District:
    """Everything of a district but its people."""

    number: int
    rng: Random
    years: Years
    ledger: Ledger
    numbers: Numbers
    bodies: Bodies
    officer: int | None
    wards: list[Ward]
    neighbour: Ward
    homes: dict[str, Homes]
    schools: list[School] = field(default_factory=list)
    practices: list[Practice] = field(default_factory=list)
    agendas: dict[int, Agenda] = field(default_factory=dict)
    institutions: dict[str, tuple[Address, int]] = field(default_factory=dict)
    lists: dict[tuple[str, int], Agenda] = field(default_factory=dict)
    officers_deeds: int = 0

    def of_kind(self, kind: str, *, in_area: bool = True) -> list[School]:
        return [school for school in self.schools if school.kind == kind and school.in_area == in_area]

    def says(self, source: int) -> Agenda:
        return self.agendas[source]

    def officer_deed(
        self, day: date, reason_code: str, reason: str, *, source: int | None = None, alone: bool = False
    ) -> Deed | None:
        """A deed of an officer of the council, one for each child; None for a day that is still to come.

        Past a fair number, all but those that must stand `alone` go on to the data team's list of the month.
        """
        if not self.years.start < day < self.years.today:
            return None
        said_by = source or self.bodies.council
        self.officers_deeds += 1
        if self.officers_deeds > DEEDS_OF_OFFICERS and not alone:
            return self._list_of(reason_code, said_by).after(day)
        minute = self.rng.randrange(60, 540)
        return self.ledger.deed(day, said_by, reason_code, reason, minute=minute, by=self.officer)

    def _list_of(self, reason_code: str, source: int) -> Agenda:
        """The data team's monthly lists of one sort."""
        if (reason_code, source) not in self.lists:
            days = self.years.every(30, 3 + len(self.lists) % 20)
            reasons = ["The data team's monthly list"] * len(days)
            self.lists[reason_code, source] = self.ledger.agenda(days, source, reason_code, reasons, 45)
        return self.lists[reason_code, source]

    def live_at(self, address: Address, deed: Deed) -> int:
        """Write an address down, and return its id."""
        return self.ledger.insert(deed, "registry_address", *address.values())


def make_district(
    number: int,
    children: int,
    *,
    seed: int,
    years: Years,
    ledger: Ledger,
    numbers: Numbers,
    counter: schools.Counter,
    bodies: Bodies,
    officer: int | None,
) -> District:
    """A district large enough for so many children."""
    rng = Random(f"{seed} district {number}")
    wards = places.wards_of_district(rng, number, max(1, -(-children // CHILDREN_IN_A_WARD)))
    neighbour = places.neighbouring_ward(number)
    homes = {
        ward.code: Homes(ward, rng, 900_000_000_000 + (number * 10 + place) * 10_000)
        for place, ward in enumerate([*wards, neighbour])
    }
    made = District(number, rng, years, ledger, numbers, bodies, officer, wards, neighbour, homes)
    _open_bodies(made)
    _open_schools(made, counter)
    _open_practices(made, counter)
    _open_institutions(made)
    return made


def _open_bodies(district: District) -> None:
    """The city's own sources, with the days on which they speak of this district."""
    minute = district.number % 300
    for source, days, first, reason_code, reason in (
        (district.bodies.old_system, 10_000, 0, "first_load", "Taken over from the former database"),
        (district.bodies.health, 30, 9, "birth_notified", "Monthly list of births and visits"),
        (district.bodies.admissions, 21, 6, "admission_asked_for", "In-year admissions"),
        (district.bodies.housing, 28, 11, "service_told", "Lettings and temporary accommodation"),
        (district.bodies.hospital, 28, 17, "service_told", "Children seen in the month"),
        (district.bodies.neighbour, 91, 30, "service_told", "Exchange of lists across the border"),
    ):
        on = district.years.every(days, first)
        agenda = district.ledger.agenda(on, source, reason_code, [reason] * len(on), minute)
        district.agendas[source] = agenda


def _open_schools(district: District, counter: schools.Counter) -> None:
    made = schools.make_schools(district.wards, district.neighbour, district.homes, counter, district.numbers)
    opening = _opening(district)
    for place, school in enumerate(made):
        school.source = _new_source(district, opening, f"school-{school.urn}", school.name, "school")
        school.id = district.ledger.insert(opening, "registry_school", *school.values())
        first = district.years.start + timedelta(days=1)
        returns = [(first, "First roll return"), *district.years.returns(place % 6)]
        days, reasons = zip(*returns, strict=True)
        district.agendas[school.source] = district.ledger.agenda(
            days, school.source, "roll_return", reasons, 30 + (place * 17 + district.number) % 400
        )
    district.schools = made


def _open_practices(district: District, counter: schools.Counter) -> None:
    made = schools.make_practices(district.rng, district.wards, district.homes, counter, district.numbers)
    opening = _opening(district)
    for place, practice in enumerate(made):
        code = f"practice-{practice.ods_code.lower()}"
        practice.source = _new_source(district, opening, code, practice.name, "practice")
        practice.id = district.ledger.insert(opening, "registry_practice", *practice.values())
        days = district.years.every(182, 2 + place % 7)
        district.agendas[practice.source] = district.ledger.agenda(
            days, practice.source, "practice_list", ["Practice list"] * len(days), 20 + (place * 13) % 300
        )
    district.practices = made


def _open_institutions(district: District) -> None:
    """A hotel, a refuge, a children's home and a boarding house: one of each in every district."""
    rng, opening = district.rng, _opening(district)
    homes = [district.homes[ward.code] for ward in district.wards]
    for kind, name, street in (
        ("hotel", rng.choice(places.HOTELS), f"{rng.choice(places.STREET_FIRST)} Road"),
        ("refuge", "Refuge", ""),
        ("childrens_home", rng.choice(places.HOMES), f"{rng.choice(places.STREET_FIRST)} Lane"),
        ("boarding_house", f"{rng.choice(places.STREET_FIRST)} House", "College Walk"),
    ):
        address = places.institution(rng.choice(homes), name, kind, street)
        district.institutions[kind] = (address, district.live_at(address, opening))


def _opening(district: District) -> Deed:
    """The deed by which the national registers are taken over, before anybody speaks of a child."""
    source = district.bodies.register
    return district.ledger.deed(
        district.years.start - timedelta(days=1), source, "register_loaded", "Schools and practices of the city"
    )


def _new_source(district: District, deed: Deed, code: str, name: str, kind: str) -> int:
    return district.ledger.insert(deed, "childindex_source", code, name, kind, deed.at)
