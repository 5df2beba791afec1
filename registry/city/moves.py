"""Moves: to another home in the city, and out of it."""

from __future__ import annotations

from datetime import date

from registry.city.families import Child, Family
from registry.city.ledger import Deed
from registry.city.schooling import Schooling, choose_schools
from registry.city.schools import PRIMARY, SECONDARY
from registry.city.telling import DAY, Teller


class Moves:
    """Who tells of a move, and what follows from it: other schools, another practice."""

    def __init__(self, teller: Teller, schooling: Schooling) -> None:
        self.teller = teller
        self.district = teller.district
        self.schooling = schooling
        self.rng = teller.rng

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
        written, chance, bodies = family.written(), self.rng.random(), self.district.bodies
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
        if deed is None or deed.day <= max(told.on for told in family.written()):
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
