"""Two years in the life of a family, and who told the index of what."""

from __future__ import annotations

from datetime import date, timedelta

from registry.city.beginnings import Beginnings
from registry.city.families import STEP, Carer, Child, Family, make_family
from registry.city.ledger import Deed
from registry.city.moves import Moves
from registry.city.oddities import Oddities
from registry.city.schooling import Schooling
from registry.city.schools import INDEPENDENT
from registry.city.telling import DAY, Teller

BIRTH, ARRIVAL, SEPTEMBER, MOVE, LEAVE, CHANGE, RING, JOIN_FAMILY, LIST = range(9)
YEARLY = {MOVE: 0.10, LEAVE: 0.012, CHANGE: 0.022, RING: 0.035, JOIN_FAMILY: 0.008}
ARRIVES = 0.055
SHIELDED_FAMILIES = {3, 5, 8, 13}


class Lives:
    """Makes families one after another and lets them live, in one district."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller
        self.district = teller.district
        self.schooling = Schooling(teller)
        self.beginnings = Beginnings(teller, self.schooling)
        self.moves = Moves(teller, self.schooling)
        self.oddities = Oddities(teller, self.schooling)
        self.rng = teller.rng
        self.years = self.district.years
        self.span = (self.years.today - self.years.start).days
        self.steps = {
            BIRTH: self.beginnings.be_born,
            ARRIVAL: self.beginnings.arrive,
            SEPTEMBER: self.new_year,
            MOVE: self.moves.move,
            LEAVE: self.moves.leave_the_city,
            CHANGE: self.change_school,
            RING: self.change_telephone,
            JOIN_FAMILY: self.gain_a_parent,
            LIST: self.beginnings.sign_on,
        }

    def family(self, number: int, first_person: int) -> Family:
        """A family with everything that was said of it."""
        family = make_family(self.rng, number, first_person, self.years.today)
        del family.children[self.teller.most - len(self.teller.truth) :]
        self.beginnings.settle(family)
        arrives = self.rng.random() < ARRIVES and self.span > 60
        if arrives:
            day = self._some_day(30, 20)
            happenings = [(day, ARRIVAL), *self._happenings(family, day)]
        else:
            day = self.years.start
            self.beginnings.begin(family)
            happenings = self._happenings(family, day)
        for when, what in sorted(happenings):
            self.steps[what](family, when)
        for place, child in enumerate(family.known()):
            if place == 0 and number in SHIELDED_FAMILIES:
                self.oddities.shielded(child, family)
            else:
                self.oddities.befall(child, family)
            self.repeat(child, family)
        return family

    def repeat(self, child: Child, family: Family) -> None:
        """What the latest lists say again; some say nothing for a long time, and the facts grow stale."""
        chance, say = self.rng.random(), self.teller.confirm
        spell = child.spell
        if spell is not None and spell.value.in_area and chance < 0.95:
            deed = self.district.says(spell.value.source).last(back=0 if chance < 0.88 else self.rng.randrange(1, 5))
            say(deed, child, "enrolment", spell)
            for kind, told, share in (("residence", child.home, 0.85), ("name", child.name, 0.4)):
                if self.rng.random() < share:
                    say(deed, child, kind, told)
            if child.cares and self.rng.random() < 0.5:
                say(deed, child, "care", child.cares[0])
        elif spell is None and chance < 0.5:
            agenda = self.district.says(self.district.bodies.health)
            say(agenda.last(back=self.rng.randrange(12)), child, "residence", child.home)
        if child.practice is not None and self.rng.random() < 0.9:
            deed = self.district.says(child.practice.value.source).last()
            say(deed, child, "registration", child.practice)
            if self.rng.random() < 0.35:
                say(deed, child, "residence", child.home)

    def _happenings(self, family: Family, start: date) -> list[tuple[date, int]]:
        found = [(child.born, BIRTH) for child in family.children if child.born > start]
        found += [(day, SEPTEMBER) for day in self.years.september_firsts() if day > start]
        share = (self.years.today - start).days / 365
        for what, rate in YEARLY.items():
            if self.rng.random() < rate * share:
                found.append((self._some_day((start - self.years.start).days + 25, 6), what))
        found.append((start + timedelta(days=self.rng.randrange(200, 700)), LIST))
        return [(day, what) for day, what in found if day < self.years.today]

    def _some_day(self, after: int, before: int) -> date:
        return self.years.start + timedelta(days=self.rng.randrange(after, max(after + 1, self.span - before)))

    def new_year(self, family: Family, day: date) -> None:
        for child in family.known():
            self.schooling.new_year(child, family, day)

    def change_school(self, family: Family, day: date) -> None:
        for child in family.known()[:1]:
            self.schooling.change_school(child, family, day)

    def change_telephone(self, family: Family, day: date) -> None:
        """A new number, heard by a school or by an officer."""
        carers = [carer for carer in family.carers if carer.id and carer.on < day]
        deed = self._heard(family, day) if carers else None
        if deed is not None and carers[0].on < deed.day:
            carers[0].on = deed.day
            number = self.district.numbers.mobile()
            self.teller.ledger.change(deed, "registry_carer", carers[0].id, telephone=number)

    def gain_a_parent(self, family: Family, day: date) -> None:
        """A step-parent moves in, and now and then a child takes the new name."""
        if len(family.carers) != 1 or family.carers[0].kind != "mother":
            return
        deed = self._heard(family, day)
        known = [child for child in family.known() if deed is not None and child.on < deed.day]
        if deed is None or not known:
            return
        community = known[0].community
        family.shape = STEP
        parent = Carer("step_parent", "M", community.grown_up(self.rng, "M"), community.surname(self.rng))
        family.carers.append(parent)
        for child in known:
            self.teller.care(deed, child, parent, 2, day)
        if self.rng.random() < 0.4:
            for child in known:
                self._rename(child, parent.surname, day)

    def _rename(self, child: Child, surname: str, day: date) -> None:
        deed = self.district.officer_deed(day + 9 * DAY, "renamed", "Deed poll seen")
        if deed is None or child.name is None or child.name.on >= deed.day:
            return
        forename, _, former = child.name.value
        child.surname = child.community.surname_of(self.rng, surname, child.sex)
        if child.surname == former:
            return
        self.teller.change(deed, "name", child.name, to_date=day)
        self.teller.name(deed, child, forename, child.surname, since=day + DAY)

    def _heard(self, family: Family, day: date) -> Deed | None:
        """The next word of whoever hears of a family's news: a school, else the practice."""
        for child in family.known():
            if child.spell is not None and child.spell.value.in_area and child.spell.value.kind != INDEPENDENT:
                return self.teller.speak(child.spell.value.source, day, *family.written())
        return self.teller.speak(family.practice.source, day, *family.written())
