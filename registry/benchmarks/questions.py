"""Questions about children of the invented city, with the slips of real askers, and who would be the right answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from django.db import connection

from registry.city.errors import corrupt_date, corrupt_name, corrupt_postcode, unlisted

# One record of each person, named, born and living somewhere; nobody behind a shield, whom few may find by postcode.
PEOPLE = """
    SELECT t.person, array_agg(r.child_id), min(n.forename), min(n.surname), min(c.date_of_birth), min(a.postcode)
    FROM (SELECT person FROM city.truth GROUP BY person ORDER BY md5(person::text || %s) LIMIT %s) p
    JOIN city.truth t ON t.person = p.person JOIN city.truth r ON r.person = p.person
    JOIN registry_child c ON c.id = t.child_id AND c.state = 'live' AND c.date_of_birth IS NOT NULL
    JOIN registry_name n ON n.child_id = c.id AND n.kind = 'registered' AND n.to_date IS NULL
    JOIN registry_residence h ON h.child_id = c.id AND h.to_date IS NULL AND h.standing = 'lives_here'
    JOIN registry_address a ON a.id = h.address_id AND a.postcode <> ''
    WHERE NOT EXISTS (SELECT FROM registry_shield s WHERE s.child_id = c.id)
    GROUP BY t.person, t.child_id ORDER BY md5(t.person::text || %s)
"""


@dataclass(frozen=True)
class Person:
    """A child of the city as the truth has them, with every record there is of them."""

    records: frozenset[int]
    forename: str
    surname: str
    born: date
    postcode: str

    @property
    def is_unlisted(self) -> bool:
        """Whether a part of the name is in no table that undoes spellings."""
        return bool({self.forename.lower(), self.surname.lower()} & unlisted())


@dataclass(frozen=True)
class Question:
    """What is typed into the box, whom it means, and which slip was made in it."""

    text: str
    person: Person
    slip: str


def people(wanted: int, *, seed: int) -> list[Person]:
    """So many people of the city, the same for the same seed."""
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, [str(seed), wanted * 2, str(seed)])
        rows = cursor.fetchall()
    found = {row[0]: Person(frozenset(row[1]), *row[2:]) for row in rows}
    return list(found.values())[:wanted]


def name_and_birth(rng: Random, person: Person) -> Question:
    """One slip: in the name, or one time in three in the date."""
    if rng.random() < 1 / 3:
        return _question(person, _whole(person), corrupt_date(rng, person.born), slip="date")
    name, slip = _slipped(rng, person)
    return _question(person, name, person.born, slip=slip)


def name_and_postcode(rng: Random, person: Person) -> Question:
    """One slip: in the name, or one time in three in the postcode."""
    if rng.random() < 1 / 3:
        return _question(person, _whole(person), postcode=corrupt_postcode(rng, person.postcode), slip="postcode")
    name, slip = _slipped(rng, person)
    return _question(person, name, postcode=person.postcode, slip=slip)


def name_alone(rng: Random, person: Person) -> Question:
    """A name with one slip in it."""
    name, slip = _slipped(rng, person)
    return _question(person, name, slip=slip)


def everything(rng: Random, person: Person) -> Question:
    """Name, date of birth and postcode, with a slip in two of the three."""
    right = rng.choice(("name", "date", "postcode"))
    name, slip = (_whole(person), "") if right == "name" else _slipped(rng, person)
    born = person.born if right == "date" else corrupt_date(rng, person.born)
    postcode = person.postcode if right == "postcode" else corrupt_postcode(rng, person.postcode)
    return _question(person, name, born, postcode, slip=slip or "date and postcode")


KINDS = {
    "name + date of birth": name_and_birth,
    "name + postcode": name_and_postcode,
    "name alone": name_alone,
    "everything, two errors": everything,
}


def _whole(person: Person) -> str:
    return f"{person.forename} {person.surname}"


def _slipped(rng: Random, person: Person) -> tuple[str, str]:
    found = corrupt_name(rng, person.forename, person.surname)
    return f"{found.forename} {found.surname}", found.slip


def _question(person: Person, name: str, born: date | None = None, postcode: str = "", *, slip: str) -> Question:
    typed = [name, f"{born:%d/%m/%Y}" if born else "", postcode]
    return Question(" ".join(part for part in typed if part), person, slip)
