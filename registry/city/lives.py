"""Two years in the life of a family, and who told the index of what."""

from __future__ import annotations

from datetime import date, timedelta

from registry.city import schooling
from registry.city.calendar import year_of
from registry.city.errors import corrupt_date, corrupt_name
from registry.city.families import STEP, Carer, Child, Family, Told, make_family
from registry.city.ledger import Deed
from registry.city.oddities import Oddities
from registry.city.schooling import Schooling, choose_route, choose_schools, school_for
from registry.city.schools import INDEPENDENT, PRIMARY, SECONDARY
from registry.city.telling import Teller

DAY = timedelta(days=1)
BIRTH, ARRIVAL, SEPTEMBER, MOVE, LEAVE, CHANGE, RING, JOIN_FAMILY, LIST = range(9)
YEARLY = {MOVE: 0.10, LEAVE: 0.012, CHANGE: 0.022, RING: 0.035, JOIN_FAMILY: 0.008}
ARRIVES = 0.055
OUTSIDE = 0.03
NO_NHS_NUMBER = 0.05
NEVER_A_UPN = 0.012
MISWRITTEN = 0.025
MISDATED = 0.006
INSTITUTIONS = ((0.006, "hotel"), (0.007, "refuge"), (0.008, "childrens_home"), (0.0085, "boarding_house"))
CORRECTED = ("Letter from the family", "Birth certificate seen", "The school telephoned", "Mistyped at the first load")
SHIELDED_FAMILIES = {3, 5, 8, 13}


class Lives:
    """Makes families one after another and lets them live, in one district."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller
        self.district = teller.district
        self.schooling = Schooling(teller)
        self.oddities = Oddities(teller, self.schooling)
        self.rng = teller.rng
        self.years = self.district.years
        self.span = (self.years.today - self.years.start).days
        self.steps = {
            BIRTH: self.be_born,
            ARRIVAL: self.arrive,
            SEPTEMBER: self.new_year,
            MOVE: self.move,
            LEAVE: self.leave_the_city,
            CHANGE: self.change_school,
            RING: self.change_telephone,
            JOIN_FAMILY: self.gain_a_parent,
            LIST: self.sign_on,
        }

    def family(self, number: int, first_person: int) -> Family:
        """A family with everything that was said of it."""
        family = make_family(self.rng, number, first_person, self.years.today)
        del family.children[self.teller.most - len(self.teller.truth) :]
        self._settle(family)
        arrives = self.rng.random() < ARRIVES and self.span > 60
        if arrives:
            day = self._some_day(30, 20)
            happenings = [(day, ARRIVAL), *self._happenings(family, day)]
        else:
            day = self.years.start
            self._begin(family)
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

    # The beginning.

    def _settle(self, family: Family) -> None:
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

    def _begin(self, family: Family) -> None:
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
        for child, school in zip(there, schools, strict=True):
            self._introduce(deed, child, family, max(since, child.born))
            if before and child.born < since - 30 * DAY:
                self._lived_before(deed, child, before, since)
            year = year_of(child.born, start)
            self._number(deed, child, family, year)
            if school is not None:
                self.schooling.at_start(child, family, school)
            elif child.route == schooling.AT_HOME and 0 <= year <= 11:
                self.teller.arrange(deed, child, "home_education", start - timedelta(days=self.rng.randrange(900)))
        self.sign_on(family, start)

    def _introduce(self, deed: Deed, child: Child, family: Family, since: date | None) -> None:
        """A record with a name, an NHS number, a home and carers."""
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
        if not family.address_id:
            family.address_id = self.district.live_at(family.address, deed)
        self.teller.home(deed, child, since, family.address_id)
        self.teller.cares(deed, child, family)

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

    def _from_outside(self, family: Family, there: list[Child], schools: list) -> None:
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

    # What happens.

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

    def be_born(self, family: Family, day: date) -> None:
        """Told by the health visitors' list of births; twins together."""
        if family.abroad:
            return
        deed = self.teller.speak(self.district.bodies.health, day + 5 * DAY, *_written(family))
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

    def _place(self, child: Child, family: Family, day: date) -> None:
        entry = day + timedelta(days=self.rng.randrange(12, 60))
        school = school_for(self.district, family, child, year_of(child.born, entry))
        if school is not None and entry < self.years.today and entry.month not in (7, 8):
            self.schooling.join(child, family, school, entry)

    def new_year(self, family: Family, day: date) -> None:
        for child in family.known():
            self.schooling.new_year(child, family, day)

    def change_school(self, family: Family, day: date) -> None:
        for child in family.known()[:1]:
            self.schooling.change_school(child, family, day)

    def sign_on(self, family: Family, day: date) -> None:
        """The children come on to the list of the family's practice."""
        for child in family.known():
            if child.practice is None and not family.abroad and self.rng.random() < 0.93:
                self.teller.register_later(child, family.practice, max(child.born, day - 900 * DAY))

    def move(self, family: Family, day: date) -> None:
        """To another home in the city; often to another school and practice as well."""
        known = family.known()
        if not known or family.abroad:
            return
        old, ward = family.address, self.rng.choice(self.district.wards)
        deed = self._who_tells_of_a_move(family, known, day)
        if deed is None:
            return
        family.address = self.district.homes[ward.code].take()
        family.address_id = self.district.live_at(family.address, deed)
        for child in known:
            if child.home is not None and (child.home.since is None or child.home.since < day):
                self.teller.change(deed, "residence", child.home, to_date=day - DAY)
                self.teller.home(deed, child, day, family.address_id)
        if ward is not old.ward:
            self._after_a_move(family, known, day)

    def _who_tells_of_a_move(self, family: Family, known: list[Child], day: date) -> Deed | None:
        written, chance, bodies = _written(family), self.rng.random(), self.district.bodies
        schools = [child.spell.value for child in known if child.spell is not None and child.spell.value.in_area]
        if schools and chance < 0.66:
            return self.teller.speak(schools[0].source, day, *written)
        if chance < 0.8 and day > max(told.on for told in written):
            reason = self.rng.choice(("The family telephoned", "The family wrote", "Council tax change seen"))
            return self.district.officer_deed(day + 2 * DAY, "moved", reason, source=bodies.family)
        if chance < 0.92:
            return self.teller.speak(family.practice.source, day, *written)
        return self.teller.speak(bodies.housing, day, *written)

    def _after_a_move(self, family: Family, known: list[Child], day: date) -> None:
        choose_schools(self.district, family)
        if self.rng.random() < 0.45:
            near = [each for each in self.district.practices if each.ward is family.address.ward]
            family.practice = self.rng.choice(near or self.district.practices)
            for child in known:
                self.teller.change_practice(child, family.practice, day)
        for child in known:
            kind = child.spell.value.kind if child.spell is not None else ""
            if kind in (PRIMARY, SECONDARY) and self.rng.random() < (0.4 if kind == PRIMARY else 0.15):
                self.schooling.change_school(child, family, day + 7 * DAY)

    def leave_the_city(self, family: Family, day: date) -> None:
        """Out of the area: the school says where to, and the council closes the record."""
        known = family.known()
        if not known or family.abroad:
            return
        abroad = self.rng.random() < 0.2
        deed = self.district.officer_deed(day + 20 * DAY, "moved", "Told of a move out of the area")
        if deed is None or deed.day <= max(told.on for told in _written(family)):
            return
        for child in known:
            self.schooling.stop(child, day, "School abroad" if abroad else "School in another authority")
            self._see_off(deed, child, day, abroad=abroad)

    def _see_off(self, deed: Deed, child: Child, day: date, *, abroad: bool) -> None:
        if child.home is None or child.home.on >= deed.day or (child.home.since and child.home.since >= day):
            return
        self.teller.change(deed, "residence", child.home, to_date=day)
        child.home = None
        if abroad:
            standing = self.rng.choice(("left_will_return", "left_will_not_return", "left_intention_unknown"))
            self.teller.home(deed, child, day + DAY, None, standing)
        else:
            self.teller.ledger.change(deed, "registry_child", child.id, state="moved_away")
        child.gone = True

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
                return self.teller.speak(child.spell.value.source, day, *_written(family))
        return self.teller.speak(family.practice.source, day, *_written(family))


def _written(family: Family) -> list[Told]:
    """Everything that must have been written before the family's next news."""
    homes = [child.home for child in family.children if child.home is not None]
    records = [Told(0, None, child.on, None) for child in family.children if child.id]
    carers = [Told(0, None, carer.on, None) for carer in family.carers if carer.id]
    return [*homes, *records, *carers]
