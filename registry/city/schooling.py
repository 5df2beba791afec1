"""Which school a child goes to, and how children come on to rolls, move up, change and leave."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from registry.city.calendar import code, entry_of, year_of
from registry.city.district import District
from registry.city.families import Child, Family, Told
from registry.city.schools import (
    ALTERNATIVE,
    INDEPENDENT,
    PRIMARY,
    SECONDARY,
    SIXTH_FORM,
    SPECIAL,
    YEARS,
    School,
)
from registry.city.telling import Teller

ORDINARY, AT_HOME, ELSEWHERE, SPECIAL_ROUTE, PAID, NOWHERE = "", "home", "elsewhere", "special", "paid", "nowhere"
ROUTES = (ORDINARY, AT_HOME, ELSEWHERE, SPECIAL_ROUTE, PAID, NOWHERE)
ROUTE_WEIGHTS = (896, 9, 42, 17, 28, 8)


def choose_route(rng: Random) -> str:
    """How a child is educated, for good: at an ordinary school of the city, or in one of the rarer ways."""
    return rng.choices(ROUTES, ROUTE_WEIGHTS)[0]


def choose_schools(district: District, family: Family) -> None:
    """The family's primary and secondary school, mostly the nearest."""
    rng = district.rng
    primaries, secondaries = district.of_kind(PRIMARY), district.of_kind(SECONDARY)
    near = [school for school in primaries if school.ward is family.address.ward] or primaries
    family.primary = rng.choice(near if rng.random() < 0.85 else primaries)
    wards = [ward.code for ward in district.wards]
    here = wards.index(family.address.ward.code) if family.address.ward.code in wards else 0
    nearest = secondaries[min(here // 2, len(secondaries) - 1)]
    family.secondary = nearest if rng.random() < 0.7 else rng.choice(secondaries)


def school_for(district: District, family: Family, child: Child, year: int) -> School | None:
    """Where a child goes in that school year; None for nowhere."""
    rng = district.rng
    if not -2 <= year <= 13 or child.route in (AT_HOME, NOWHERE):
        return None
    if child.route == SPECIAL_ROUTE and year >= 0:
        return rng.choice(district.of_kind(SPECIAL))
    if child.route == PAID and 0 <= year <= 11:
        return district.of_kind(INDEPENDENT)[0]
    if child.route == ELSEWHERE and year >= 0:
        kind = PRIMARY if year < 7 else SECONDARY
        return rng.choice(district.of_kind(kind, in_area=False)) if year < 12 else None
    if year < 0:
        return family.primary if rng.random() < (0.5 if year == -1 else 0.12) else None
    if year < 7:
        return family.primary
    if year < 12:
        return family.secondary
    return _after_sixteen(district, child)


def _after_sixteen(district: District, child: Child) -> School | None:
    chance = district.rng.random()
    if chance < 0.45 and child.spell is not None and child.spell.value.kind == SECONDARY:
        return child.spell.value
    return district.of_kind(SIXTH_FORM)[0] if chance < 0.8 else None


class Schooling:
    """Rolls, through the eyes of the schools that return them."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller
        self.district = teller.district
        self.rng = teller.rng

    def at_start(self, child: Child, family: Family, school: School) -> None:
        """A child who was on a roll when the index began: the school's first return says so, and confirms the rest."""
        start = self.district.years.start
        year = year_of(child.born, start)
        first = 0 if year < 7 else 7 if year < 12 else 12
        since = entry_of(child.born, max(min(first, year), YEARS[school.kind][0]))
        if self.rng.random() < 0.12:
            since += (start - since) * self.rng.random() * 0.9
        voice = self.teller.voice(school)
        deed = self.teller.speak(voice, start + timedelta(days=1), _known_from(child))
        if deed is None or since >= start:
            return
        self.teller.enrol(deed, child, school, since, year)
        self.teller.confirm(deed, child, "name", child.name)
        self.teller.confirm(deed, child, "residence", child.home)

    def join(self, child: Child, family: Family, school: School, entry: date) -> None:
        """On a roll from `entry`, as soon as the school returns it; it gives a UPN to a child without one."""
        year = year_of(child.born, entry)
        deed = self.teller.speak(self.teller.voice(school), entry, _known_from(child), child.arrangement)
        if deed is None or school.source in child.been_at:
            return
        if not YEARS[school.kind][0] <= year <= YEARS[school.kind][1]:
            return
        if not child.upn and school.kind != INDEPENDENT:
            self.give_upn(child, school, entry)
            self.teller.number(deed, child, "temporary_upn" if child.upn[-1].isalpha() else "upn", child.upn)
        if child.arrangement is not None:
            self.teller.change(deed, "educationarrangement", child.arrangement, to_date=entry - timedelta(days=1))
            child.arrangement = None
        self.teller.enrol(deed, child, school, entry, year)
        self.teller.confirm(deed, child, "residence", child.home)

    def give_upn(self, child: Child, school: School, when: date) -> None:
        numbers = self.district.numbers
        draw = numbers.temporary_upn if self.rng.random() < 0.008 else numbers.upn
        child.upn = draw(school.laestab, when.year)

    def new_year(self, child: Child, family: Family, day: date) -> None:
        """1 September: a year up, on to the next school, or on a roll for the first time."""
        year = year_of(child.born, day)
        spell = child.spell
        if spell is None:
            school = school_for(self.district, family, child, year)
            if school is not None and 0 <= year <= 12:
                self.join(child, family, school, day + timedelta(days=3 + self.rng.randrange(4)))
        elif year <= YEARS[spell.value.kind][1] and not self._drops_out(spell.value, year):
            self._move_up(child, spell, year, day)
        else:
            self._move_on(child, family, spell, year, day)

    def change_school(self, child: Child, family: Family, day: date) -> None:
        """A move from one school to another within the year."""
        spell = child.spell
        year = year_of(child.born, day)
        if spell is None or spell.since is None or (day - spell.since).days < 40 or day.month in (7, 8):
            return
        others = [each for each in self.district.of_kind(spell.value.kind) if each.source not in child.been_at]
        if not others or not 0 <= year <= 11:
            return
        new = self.rng.choice(others)
        self._leave(child, spell, day - timedelta(days=1 + self.rng.randrange(6)), to=new)
        self.join(child, family, new, day)

    def stop(self, child: Child, day: date, destination: str) -> None:
        """Off the roll, to somewhere that the index does not hold."""
        if child.spell is not None and child.spell.since is not None and child.spell.since < day:
            self._leave(child, child.spell, day, destination=destination)

    def second_roll(self, child: Child, day: date) -> None:
        """Also on the roll of the alternative provision: main and subsidiary."""
        spell = child.spell
        if spell is None or spell.value.kind != SECONDARY:
            return
        provision = self.district.of_kind(ALTERNATIVE)[0]
        main = self.teller.speak(self.teller.voice(spell.value), day, spell)
        deed = self.teller.speak(provision.source, day, _known_from(child))
        if main is not None and deed is not None and provision.source not in child.been_at:
            self.teller.change(main, "enrolment", spell, status="M")
            self.teller.enrol(deed, child, provision, day, spell.year, "S")

    def _drops_out(self, school: School, year: int) -> bool:
        """Over sixteen many leave a school that would have kept them."""
        return year == 12 and school.kind == SECONDARY and self.rng.random() < 0.55

    def _move_up(self, child: Child, spell: Told, year: int, day: date) -> None:
        deed = self.teller.speak(self.teller.voice(spell.value), day + timedelta(days=9), spell)
        if deed is None:
            return
        letter = "ABC"[self.rng.randrange(2)]
        self.teller.change(deed, "enrolment", spell, year_group=code(year), class_name=f"{code(year)}{letter}")
        spell.year = year
        self.teller.confirm(deed, child, "residence", child.home)

    def _move_on(self, child: Child, family: Family, spell: Told, year: int, day: date) -> None:
        school = school_for(self.district, family, child, year)
        school = None if school is spell.value else school
        self._leave(child, spell, date(day.year, 7, 20), to=school)
        if school is not None:
            self.join(child, family, school, day + timedelta(days=2 + self.rng.randrange(5)))

    def _leave(self, child: Child, spell: Told, last: date, *, to: School | None = None, destination: str = "") -> None:
        deed = self.teller.speak(self.teller.voice(spell.value), last + timedelta(days=1), spell)
        if deed is not None and (spell.since is None or spell.since <= last):
            self.teller.leave(deed, spell, last, to=to, destination=destination)
            child.spell = None


def _known_from(child: Child) -> Told:
    """What must have been written before anything else of the child can be."""
    return Told(0, None, child.on, None)
