"""How a source's word about a child becomes rows: the fact, its confirmation, and the source's own record."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from registry.city.calendar import code
from registry.city.district import District
from registry.city.families import Carer, Child, Family, Told
from registry.city.ledger import Deed
from registry.city.schools import PRIMARY, Practice, School

DAY = timedelta(days=1)


class Teller:
    """Writes into the ledger of one district, for at most `most` records; each child's present facts are at hand."""

    def __init__(self, district: District, most: int) -> None:
        self.district = district
        self.most = most
        self.rng: Random = district.rng
        self.ledger = district.ledger
        self.numbers = district.numbers
        self.truth: list[tuple[int, int, int, str]] = []

    # When a source speaks.

    def speak(self, source: int, day: date, *held: Told | None) -> Deed | None:
        """The first word of a source from `day` on that comes after everything `held` was written."""
        after = max([day, *(told.on + DAY for told in held if told is not None)])
        return self.district.agendas[source].after(after)

    def voice(self, school: School) -> int:
        """Who tells of a school's roll: the school, or for those across the border their authority."""
        return school.source if school.in_area else self.district.bodies.neighbour

    # Facts of every kind.

    def tell(self, deed: Deed, child: Child, kind: str, since: date | None, *values: object) -> int:
        """Write an open fact and confirm it; its id."""
        pk = self.ledger.insert(deed, f"registry_{kind}", child.id, since, None, deed.source, *values)
        self.ledger.confirm(deed, kind, pk, self.record(deed, child))
        return pk

    def record(self, deed: Deed, child: Child) -> int:
        """The child as the deed's source knows it, under the source's own number."""
        known = child.records.get(deed.source)
        if known is None:
            reference = f"{self.numbers.reference('record'):07}"
            known = self.ledger.insert(deed, "registry_sourcerecord", deed.source, reference, child.id)
            child.records[deed.source] = known
        return known

    def confirm(self, deed: Deed, child: Child, kind: str, told: Told | None) -> None:
        """Say again what the index holds already, if it did so by then."""
        if told is not None and told.on < deed.day and child.on < deed.day:
            self.ledger.confirm(deed, kind, told.id, self.record(deed, child))

    def change(self, deed: Deed, kind: str, told: Told, **values: object) -> None:
        self.ledger.change(deed, f"registry_{kind}", told.id, **values)
        told.on = deed.day

    # What there is to say.

    def child(self, deed: Deed, child: Child, family: Family, how: str = "first", **columns: object) -> None:
        """Begin a record, with its row in the truth."""
        standing = columns.get("standing", "known")
        child.index_number = self.numbers.index_number()
        child.id = self.ledger.insert(
            deed,
            "registry_child",
            child.index_number,
            columns.get("sex", child.sex),
            None if standing == "missing" else columns.get("born", child.born),
            standing,
            columns.get("other"),
            columns.get("evidence", ""),
            None,
            "live",
            None,
            0,
        )
        child.on = deed.day
        self.truth.append((child.id, child.person, family.number, how))

    def name(self, deed: Deed, child: Child, forename: str, surname: str, *, since: date | None = None) -> None:
        pk = self.tell(deed, child, "name", since, "registered", forename, child.middle, surname)
        child.name = Told(pk, since, deed.day, (forename, child.middle, surname))

    def number(self, deed: Deed, child: Child, kind: str, value: str, status: str = "verified") -> int:
        return self.tell(deed, child, "identifier", None, kind, value, status)

    def nhs_number(self, deed: Deed, child: Child) -> None:
        child.nhs = child.nhs or self.numbers.nhs_number()
        self.number(deed, child, "nhs_number", child.nhs)

    def home(
        self, deed: Deed, child: Child, since: date | None, address_id: int | None, standing: str = "lives_here"
    ) -> None:
        pk = self.tell(deed, child, "residence", since, standing, address_id)
        child.home = Told(pk, since, deed.day, address_id)

    def cares(self, deed: Deed, child: Child, family: Family) -> None:
        for place, carer in enumerate(family.carers, start=1):
            self.care(deed, child, carer, place)

    def care(self, deed: Deed, child: Child, carer: Carer, place: int, since: date | None = None) -> None:
        if not carer.id:
            self._carer(deed, carer)
        responsible = "yes" if carer.kind in ("mother", "father") else "unknown"
        lives = "yes" if carer.lives_here else "no"
        pk = self.tell(deed, child, "care", since, carer.id, carer.kind, responsible, lives, place)
        child.cares.append(Told(pk, since, deed.day, carer))

    def enrol(self, deed: Deed, child: Child, school: School, since: date, year: int, status: str = "C") -> None:
        pk = self.tell(deed, child, "enrolment", since, school.id, status, *self.place_in(school, year), *NOT_LEFT)
        child.been_at.add(school.source)
        if status != "S":
            child.spell = Told(pk, since, deed.day, school, year)

    def place_in(self, school: School, year: int) -> tuple[str, str, bool, None]:
        """Year group, class, whether part time, hours."""
        letter = "ABC"[self.rng.randrange(2 if school.kind == PRIMARY else 3)]
        group = code(year)
        return group, f"{group}{letter}", year < 0, None

    def register(self, deed: Deed, child: Child, practice: Practice, since: date) -> None:
        pk = self.tell(deed, child, "registration", since, practice.id)
        child.practice = Told(pk, since, deed.day, practice)
        child.been_at.add(practice.source)

    def register_later(self, child: Child, practice: Practice, since: date) -> None:
        """On the practice's list, as soon as the practice sends it; it gives its own word of where the child lives."""
        deed = self.speak(practice.source, since, Told(0, None, child.on, None))
        if deed is not None and practice.source not in child.been_at:
            self.register(deed, child, practice, since)

    def change_practice(self, child: Child, practice: Practice, day: date) -> None:
        """From one list to another."""
        old = child.practice
        if old is None or practice.source in child.been_at or (old.since and old.since >= day):
            return
        ending = self.speak(old.value.source, day, old)
        if ending is not None:
            self.change(ending, "registration", old, to_date=day - DAY)
            child.practice = None
            self.register_later(child, practice, day)

    def arrange(self, deed: Deed, child: Child, kind: str, since: date, detail: str = "") -> None:
        pk = self.tell(deed, child, "educationarrangement", since, kind, detail)
        child.arrangement = Told(pk, since, deed.day, kind)

    def leave(self, deed: Deed, told: Told, last: date, *, to: School | None = None, destination: str = "") -> None:
        """The last day on a roll, with where the child went."""
        on_ground = bool(to or destination) and last.month != 7
        self.change(
            deed,
            "enrolment",
            told,
            to_date=last,
            leaving_regime="2024" if on_ground else "",
            leaving_ground="9(1)(a)" if on_ground else "",
            destination_school_id=to.id if to else None,
            destination=destination,
        )

    def _carer(self, deed: Deed, carer: Carer) -> None:
        rng, title = self.rng, ("Ms" if carer.sex == "F" else "Mr")
        if carer.sex == "F" and rng.random() < 0.5:
            title = "Mrs"
        landline = self.numbers.landline() if rng.random() < 0.12 else ""
        mobile = self.numbers.mobile() if rng.random() < 0.93 else ""
        email = _email(carer, self.numbers.reference("email")) if rng.random() < 0.4 else ""
        given = carer.forename if rng.random() < 0.97 else ""
        carer.id = self.ledger.insert(
            deed,
            "registry_carer",
            title,
            given,
            carer.surname,
            mobile or landline,
            landline if mobile else "",
            email,
            None,
        )
        carer.on = deed.day


NOT_LEFT = ("", "", None, "")


def _email(carer: Carer, number: int) -> str:
    plain = "".join(letter for letter in f"{carer.forename}.{carer.surname}".lower() if letter.isascii())
    return f"{plain.replace(' ', '').replace(chr(39), '')}{number}@example.org"
