"""How families come to be known: when the index began, by being born, and by coming to the city."""

from __future__ import annotations

from datetime import date, timedelta

from registry.city import schooling
from registry.city.calendar import year_of
from registry.city.errors import corrupt_date, corrupt_name
from registry.city.families import Child, Family
from registry.city.ledger import Deed
from registry.city.schooling import Schooling, choose_route, choose_schools, school_for
from registry.city.schools import School
from registry.city.telling import DAY, Teller

OUTSIDE = 0.03
NO_NHS_NUMBER = 0.05
NEVER_A_UPN = 0.012
MISWRITTEN = 0.025
MISDATED = 0.006
INSTITUTIONS = ((0.006, "hotel"), (0.007, "refuge"), (0.008, "childrens_home"), (0.0085, "boarding_house"))
CORRECTED = ("Letter from the family", "Birth certificate seen", "The school telephoned", "Mistyped at the first load")


class Beginnings:
    """The first that any source says of a family, and what goes with it."""

    def __init__(self, teller: Teller, schooling: Schooling) -> None:
        self.teller = teller
        self.district = teller.district
        self.schooling = schooling
        self.rng = teller.rng
        self.years = self.district.years

    def settle(self, family: Family) -> None:
        """A home, a practice and schools, before anybody is told."""
        rng, district = self.rng, self.district
        family.abroad = rng.random() < OUTSIDE
        ward = district.neighbour if family.abroad else rng.choice(district.wards)
        kind = "" if family.abroad else self._institution()
        if kind:
            family.address, family.address_id = district.institutions[kind]
        else:
            family.address = district.homes[ward.code].take()
        near = [practice for practice in district.practices if practice.ward is ward]
        family.practice = rng.choice(near if near and rng.random() < 0.8 else district.practices)
        choose_schools(district, family)
        for child in family.children:
            child.route = "" if family.abroad else choose_route(rng)

    def _institution(self) -> str:
        """The kind of institution in which some few families live; for the rest, empty."""
        chance = self.rng.random()
        for share, kind in INSTITUTIONS:
            if chance < share:
                return kind
        return ""

    def begin(self, family: Family) -> None:
        """Everything that was known when the index began."""
        start = self.years.start
        there = [child for child in family.children if child.born < start]
        schools = [school_for(self.district, family, child, year_of(child.born, start)) for child in there]
        if family.abroad:
            self._from_outside(family, there, schools)
            return
        deed = self.district.says(self.district.bodies.old_system).first
        since = start - timedelta(days=self.rng.randrange(30, 2500))
        before = self._former_home(family, deed) if there and self.rng.random() < 0.22 else 0
        told = [(self._first_word(school), child, school) for child, school in zip(there, schools, strict=True)]
        for first_word, child, school in sorted(told, key=lambda each: each[0].at):
            self._introduce(deed, child, family, max(since, child.born), home_told=first_word)
            if before and child.born < since - 30 * DAY:
                self._lived_before(deed, child, before, since)
            year = year_of(child.born, start)
            self._number(deed, child, family, year)
            if school is not None:
                self.schooling.at_start(child, family, school)
            elif child.route == schooling.AT_HOME and 0 <= year <= 11:
                self.teller.arrange(deed, child, "home_education", start - timedelta(days=self.rng.randrange(900)))
        self.sign_on(family, start)

    def _first_word(self, school: School | None) -> Deed:
        """Who tells where a child lives, and with whom: the school's first return, else the former database."""
        known = school is not None and school.in_area
        return self.district.says(school.source if school and known else self.district.bodies.old_system).first

    def be_born(self, family: Family, day: date) -> None:
        """Told by the health visitors' list of births; twins together."""
        if family.abroad:
            return
        deed = self.teller.speak(self.district.bodies.health, day + 5 * DAY, *family.written())
        if deed is None:
            return
        for child in family.children:
            if child.born == day and not child.id:
                self._introduce(deed, child, family, day)
                if self.rng.random() < 0.85:
                    self.teller.register_later(child, family.practice, day)

    def arrive(self, family: Family, day: date) -> None:
        """A family new to the city: heard of by admissions where a child is of school age, else by health visitors."""
        there = [child for child in family.children if child.born < day]
        pupils = [child for child in there if 0 <= year_of(child.born, day) <= 11]
        bodies = self.district.bodies
        deed = self.teller.speak(bodies.admissions if pupils else bodies.health, day + 3 * DAY)
        if deed is None or family.abroad:
            return
        for child in there:
            self._introduce(deed, child, family, day)
            if child in pupils and child.route == "":
                self.teller.arrange(deed, child, "awaiting_place", day)
                self._place(child, family, day)
            elif child.route == schooling.AT_HOME:
                self.teller.arrange(deed, child, "home_education", day)
        self.sign_on(family, day)

    def _introduce(
        self, deed: Deed, child: Child, family: Family, since: date | None, *, home_told: Deed | None = None
    ) -> None:
        """A record with a name, an NHS number, a home and carers; these by another deed, `home_told`, where given."""
        wrong_date = corrupt_date(self.rng, child.born) if self.rng.random() < MISDATED else child.born
        wrong_date = min(wrong_date, deed.day)
        self.teller.child(deed, child, family, born=wrong_date)
        wrong = self.rng.random() < MISWRITTEN
        name = corrupt_name(self.rng, child.forename, child.surname)[:2] if wrong else (child.forename, child.surname)
        self.teller.name(deed, child, *name)
        if wrong or wrong_date != child.born:
            self._put_right(child, deed.day + timedelta(days=self.rng.randrange(20, 500)), wrong_date)
        if self.rng.random() >= NO_NHS_NUMBER:
            self.teller.nhs_number(deed, child)
        told = home_told or deed
        if not family.address_id:
            family.address_id = self.district.live_at(family.address, told)
        self.teller.home(told, child, since, family.address_id)
        self.teller.cares(told, child, family)

    def _put_right(self, child: Child, day: date, wrong_date: date) -> None:
        """A slip is noticed and corrected by an officer, some day; if that day is still to come, it stands."""
        deed = self.district.officer_deed(day, "mistyped", self.rng.choice(CORRECTED))
        if deed is None or child.name is None or deed.day <= max(child.on, child.name.on):
            return
        right = (child.forename, child.surname)
        if child.name.value[::2] != right:
            self.teller.change(deed, "name", child.name, forename=right[0], surname=right[1], source_id=deed.source)
            child.name.value = (right[0], child.middle, right[1])
        if wrong_date != child.born:
            self.teller.ledger.change(deed, "registry_child", child.id, date_of_birth=child.born)
            child.on = deed.day

    def _number(self, deed: Deed, child: Child, family: Family, year: int) -> None:
        """The UPN of a child who has been to school, and from fourteen on a ULN."""
        if year >= 0 and child.route not in (schooling.PAID, schooling.AT_HOME) and self.rng.random() > NEVER_A_UPN:
            self.schooling.give_upn(child, family.primary, date(self.years.start.year - year, 9, 1))
            self.teller.number(deed, child, "temporary_upn" if child.upn[-1].isalpha() else "upn", child.upn)
        if year >= 9 and self.rng.random() < 0.6:
            self.teller.number(deed, child, "uln", self.district.numbers.uln(), "unverified")

    def _from_outside(self, family: Family, there: list[Child], schools: list[School | None]) -> None:
        """Children of another authority are known by the schools here that they go to, and by nobody else."""
        known = [(child, school) for child, school in zip(there, schools, strict=True) if school is not None]
        for child, school in sorted(known, key=lambda pair: self.district.says(pair[1].source).first.at):
            deed = self.district.says(school.source).first
            self._introduce(deed, child, family, None)
            self._number(deed, child, family, year_of(child.born, self.years.start))
            year = year_of(child.born, self.years.start)
            self.teller.enrol(deed, child, school, deed.day - timedelta(days=self.rng.randrange(40, 700)), year)

    def _former_home(self, family: Family, deed: Deed) -> int:
        ward = self.rng.choice(self.district.wards)
        return self.district.live_at(self.district.homes[ward.code].take(), deed)

    def _lived_before(self, deed: Deed, child: Child, address_id: int, until: date) -> None:
        ledger = self.teller.ledger
        since = max(child.born, until - timedelta(days=self.rng.randrange(200, 2000)))
        row = (child.id, since, until - DAY, deed.source, "lives_here", address_id)
        ledger.insert(deed, "registry_residence", *row)

    def _place(self, child: Child, family: Family, day: date) -> None:
        entry = day + timedelta(days=self.rng.randrange(12, 60))
        school = school_for(self.district, family, child, year_of(child.born, entry))
        if school is not None and entry < self.years.today and entry.month not in (7, 8):
            self.schooling.join(child, family, school, entry)

    def sign_on(self, family: Family, day: date) -> None:
        """The children come on to the list of the family's practice; at the start they have long been on it."""
        for child in family.known():
            if child.practice is None and not family.abroad and self.rng.random() < 0.93:
                long_ago = timedelta(days=self.rng.randrange(5, 2600) if day == self.years.start else 0)
                self.teller.register_later(child, family.practice, max(child.born, day - long_ago))
