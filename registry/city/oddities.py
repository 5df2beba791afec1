"""What does not go smoothly: sources that disagree, missing and wrong facts, children recorded twice, shields."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from copy import copy
from datetime import date, timedelta
from itertools import accumulate

from registry.city.calendar import year_of
from registry.city.errors import corrupt_date, corrupt_name, known_as
from registry.city.families import Child, Family, Told
from registry.city.ledger import Deed
from registry.city.schooling import Schooling
from registry.city.schools import SECONDARY
from registry.city.telling import DAY, Teller

GROUNDS = (
    "Fled domestic abuse; the other parent does not know the area",
    "Risk from a relative named in a non-molestation order",
    "Family in a refuge",
    "Police advice after threats to the family",
)
OLDEST_YEAR = 14
EVIDENCE = ("Passport seen", "Home Office letter seen", "Birth certificate seen", "Age assessment")


class Oddities:
    """Befalls at most one of these to a child; how many of a hundred thousand each befalls stands beside it."""

    def __init__(self, teller: Teller, schooling: Schooling) -> None:
        self.teller = teller
        self.rng = teller.rng
        self.district = teller.district
        self.schooling = schooling
        self.years = self.district.years
        rates: list[tuple[int, Callable[[Child, Family], None]]] = [
            (900, self.two_homes),
            (600, self.two_names),
            (450, self.two_rolls),
            (400, self.main_and_subsidiary),
            (300, self.no_known_address),
            (60, self.no_fixed_abode),
            (250, self.last_known_address),
            (160, self.disputed_birth),
            (250, self.estimated_birth),
            (80, self.missing_birth),
            (6_000, self.preferred_name),
            (400, self.alias),
            (500, self.former_upn),
            (60, self.died),
            (620, self.recorded_twice),
            (80, self.shielded),
            (1_300, self.second_home),
            (250, self.case_open),
            (150, self.pinned),
            (200, self.sex_not_known),
        ]
        self._upto = list(accumulate(rate for rate, _ in rates))
        self._each = [befall for _, befall in rates]

    def befall(self, child: Child, family: Family) -> None:
        if year_of(child.born, self.years.today) > OLDEST_YEAR and self.rng.random() < 0.3:
            self._change_child(child, "no_longer_true", "Over age, and known to nobody", state="archived")
            return
        place = bisect(self._upto, self.rng.random() * 100_000)
        if place < len(self._each) and child.home is not None and child.name is not None:
            self._each[place](child, family)

    # Sources that disagree.

    def two_homes(self, child: Child, family: Family) -> None:
        """The practice says that the child lives elsewhere."""
        deed = self._said_late(family.practice.source, child)
        if deed is not None:
            address = self._another_home(deed)
            self.teller.tell(deed, child, "residence", deed.day - 40 * DAY, "lives_here", address)

    def two_names(self, child: Child, family: Family) -> None:
        """The practice spells the name otherwise."""
        deed = self._said_late(family.practice.source, child)
        if deed is not None and child.name is not None:
            forename, middle, surname = child.name.value
            slipped = corrupt_name(self.rng, forename, surname, slips={"heard": 3, "known_as": 3, "typed": 1})
            row = ("registered", slipped.forename, middle, slipped.surname)
            self.teller.tell(deed, child, "name", None, *row)

    def two_rolls(self, child: Child, family: Family) -> None:
        """Two schools have the child on roll, each as its own alone."""
        spell = child.spell
        if spell is None or not spell.value.in_area:
            return
        others = [each for each in self.district.of_kind(spell.value.kind) if each.source not in child.been_at]
        if others:
            school = self.rng.choice(others)
            deed = self._said_late(school.source, child)
            if deed is not None:
                self.teller.enrol(deed, child, school, deed.day - 12 * DAY, year_of(child.born, deed.day))

    def main_and_subsidiary(self, child: Child, family: Family) -> None:
        """On the roll of alternative provision besides; where the child is too young, nothing."""
        if child.spell is not None and child.spell.value.kind == SECONDARY:
            self.schooling.second_roll(child, self._lately())

    def disputed_birth(self, child: Child, family: Family) -> None:
        other = corrupt_date(self.rng, child.born)
        values = {"date_of_birth_standing": "disputed", "other_date_of_birth": other}
        self._change_child(child, "document_seen", "Documents disagree", **values, date_of_birth_evidence=self._seen())

    def pinned(self, child: Child, family: Family) -> None:
        """Two names, and an officer has decided between them."""
        self.two_names(child, family)
        deed = self.district.officer_deed(self.years.today - DAY, "decided", "Birth certificate seen", alone=True)
        if deed is not None and child.name is not None and child.on < deed.day and child.name.on < deed.day:
            row = (child.id, "registered_name", child.name.id, "Birth certificate seen")
            self.teller.ledger.insert(deed, "registry_pin", *row)

    # What is not known.

    def no_known_address(self, child: Child, family: Family) -> None:
        self._instead_of_home(child, "no_known_address")

    def no_fixed_abode(self, child: Child, family: Family) -> None:
        self._instead_of_home(child, "no_fixed_abode")

    def last_known_address(self, child: Child, family: Family) -> None:
        """Letters come back: what was the home is now the last address known."""
        assert child.home is not None
        self._instead_of_home(child, "last_known", child.home.value)

    def estimated_birth(self, child: Child, family: Family) -> None:
        born = child.born.replace(month=1, day=1)
        values = {"date_of_birth": born, "date_of_birth_standing": "estimated", "date_of_birth_evidence": ""}
        self._change_child(child, "document_seen", "Age estimated on arrival", **values)

    def missing_birth(self, child: Child, family: Family) -> None:
        values = {"date_of_birth": None, "date_of_birth_standing": "missing"}
        self._change_child(child, "never_true", "The date belonged to another child", **values)

    def sex_not_known(self, child: Child, family: Family) -> None:
        self._change_child(child, "misunderstood", "Entered without being known", sex=self.rng.choice("UUX"))

    def case_open(self, child: Child, family: Family) -> None:
        """Of school age, on no roll, and somebody is looking."""
        if child.spell is None and child.arrangement is None and 0 <= year_of(child.born, self.years.today) <= 11:
            deed = self.district.officer_deed(self._lately(), "risk_identified", "Missing from education")
            if deed is not None and deed.day > child.on:
                self.teller.arrange(deed, child, "case_open", deed.day, "Home visit made")

    # More of what is known.

    def preferred_name(self, child: Child, family: Family) -> None:
        """What the school calls the child."""
        forename, middle, surname = self._named(child)
        short = known_as(self.rng, forename)
        called = middle if middle and self.rng.random() < 0.3 else short
        deed = self._said_late(child.spell.value.source, child) if child.spell and child.spell.value.in_area else None
        if deed is not None and called != forename:
            self.teller.tell(deed, child, "name", None, "preferred", called, "", surname)

    def alias(self, child: Child, family: Family) -> None:
        """A name heard by the hospital."""
        deed = self._said_late(self.district.bodies.hospital, child)
        if deed is not None:
            forename, _, _ = self._named(child)
            surname = family.carers[0].surname
            self.teller.tell(deed, child, "name", None, "alias", forename, "", surname)

    def former_upn(self, child: Child, family: Family) -> None:
        """A school gave a UPN to a child who had one."""
        deed = self._said_late(child.spell.value.source, child) if child.spell and child.spell.value.in_area else None
        if deed is not None and child.upn:
            other = self.district.numbers.upn(child.spell.value.laestab, deed.day.year)  # type: ignore[union-attr]
            self.teller.number(deed, child, "former_upn", other, "superseded")

    def second_home(self, child: Child, family: Family) -> None:
        """With the other parent for part of the week."""
        deed = self.district.officer_deed(self._lately(), "family_told", "The family wrote")
        if deed is not None and deed.day > child.on:
            address = self._another_home(deed)
            self.teller.tell(deed, child, "residence", deed.day - 30 * DAY, "second_home", address)

    def died(self, child: Child, family: Family) -> None:
        day = self._lately()
        if day > child.born:
            self._change_child(child, "service_told", "Told by the hospital", date_of_death=day)

    def shielded(self, child: Child, family: Family) -> None:
        """The council's decision, reviewed after half a year."""
        deed = self.district.officer_deed(self._lately(), "risk_identified", "Request agreed by the panel", alone=True)
        if deed is not None and deed.day > child.on:
            ground = GROUNDS[2] if family.address.kind == "refuge" else self.rng.choice(GROUNDS)
            row = (child.id, deed.day, deed.day + timedelta(days=182), None, ground)
            self.teller.ledger.insert(deed, "registry_shield", *row)

    # Recorded twice.

    def recorded_twice(self, child: Child, family: Family) -> None:
        """Another source did not find the child, and a second record was made, with slips in it."""
        if len(self.teller.truth) >= self.teller.most:
            return
        school = child.spell.value.source if child.spell and child.spell.value.in_area else 0
        bodies = self.district.bodies
        source = self.rng.choice([family.practice.source, bodies.hospital, bodies.hospital, school or bodies.neighbour])
        deed = self._said_late(source, child)
        if deed is None or child.born >= deed.day:
            return
        again = copy(child)
        again.records, again.been_at, again.cares, again.spell, again.practice = {}, set(), [], None, None
        slipped = corrupt_name(self.rng, *self._named(child)[::2])
        born = corrupt_date(self.rng, child.born) if self.rng.random() < 0.3 else child.born
        self.teller.child(deed, again, family, "duplicate", born=min(born, deed.day - DAY))
        self.teller.name(deed, again, slipped.forename, slipped.surname)
        if child.nhs and source == family.practice.source:
            self.teller.number(deed, again, "nhs_number", child.nhs, "unverified")
        assert child.home is not None
        if child.home.on < deed.day and child.home.value:
            self.teller.home(deed, again, None, child.home.value)
        if source == family.practice.source:
            self.teller.register(deed, again, family.practice, deed.day - 30 * DAY)
        if self.rng.random() < 0.2:
            self._found_out(child, again)

    def _found_out(self, child: Child, again: Child) -> None:
        """An officer saw that two records are of one child."""
        deed = self.district.officer_deed(self.years.today - DAY, "decided", "Two records of one child", alone=True)
        if deed is not None and again.on < deed.day:
            self.teller.ledger.change(deed, "registry_child", again.id, state="superseded", superseded_by_id=child.id)

    # In common.

    def _said_late(self, source: int, child: Child) -> Deed | None:
        """A word of the source in the last part of the time, once everything of the child is written."""
        held = [child.home, child.name, child.spell, child.practice, Told(0, None, child.on, None)]
        return self.teller.speak(source, self._lately(), *held)

    def _lately(self) -> date:
        length = (self.years.today - self.years.start).days
        return self.years.today - timedelta(days=self.rng.randrange(20, max(21, min(300, length))))

    def _instead_of_home(self, child: Child, standing: str, address: int | None = None) -> None:
        home = child.home
        deed = self.district.officer_deed(self._lately(), "no_longer_true", "Letters are returned")
        if home is None or deed is None or deed.day <= max(home.on, child.on):
            return
        last = deed.day - DAY
        if home.since is None or home.since <= last:
            self.teller.change(deed, "residence", home, to_date=last)
            self.teller.home(deed, child, deed.day, address, standing)

    def _change_child(self, child: Child, reason_code: str, reason: str, **values: object) -> None:
        deed = self.district.officer_deed(self._lately(), reason_code, reason)
        if deed is not None and deed.day > child.on:
            self.teller.ledger.change(deed, "registry_child", child.id, **values)

    def _another_home(self, deed: Deed) -> int:
        ward = self.rng.choice(self.district.wards)
        return self.district.live_at(self.district.homes[ward.code].take(), deed)

    def _seen(self) -> str:
        return self.rng.choice(EVIDENCE)

    def _named(self, child: Child) -> tuple[str, str, str]:
        return child.name.value if child.name else (child.forename, child.middle, child.surname)
