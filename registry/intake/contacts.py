"""The contacts of a child in one row of a list: schools' own systems send several side by side, each under its number.

The first contact's fields have plain names (`carer_surname`, `telephone`), the others' end with their number
(`carer_surname_2`, `telephone_2`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass

from registry.intake.addresses import split_address

MOST = 4
PLACE = ("saon", "paon", "street", "postcode")
PARTS = tuple(
    "carer_title carer_forename carer_surname carer_name relationship priority telephone other_telephone email"
    " carer_address carer_postcode".split()
)
TITLES = re.compile(r"^(mr|mrs|ms|miss|mx|dr|prof|rev)\.?\s+", re.IGNORECASE)


def key_of(part: str, number: int) -> str:
    """The field of one part of a contact."""
    return part if number == 1 else f"{part}_{number}"


OF_CONTACTS = frozenset(
    key_of(part, number) for part in (*PARTS, *(f"carer_{name}" for name in PLACE)) for number in range(1, MOST + 1)
)


@dataclass(frozen=True)
class Contact:
    """One person to turn to about a child, as a row says it; `place` is in the parts of an address, if any is given."""

    title: str
    forename: str
    surname: str
    relationship: str
    priority: str
    telephone: str
    other_telephone: str
    email: str
    place: dict[str, str]

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.forename, self.surname)))


def contacts_of(claim: Mapping[str, str]) -> Iterator[Contact]:
    """Those of a row who have a surname. Of several, one whose order is not said has its number for it."""
    numbers = [number for number in range(1, MOST + 1) if claim.get(key_of("carer_surname", number))]
    for number in numbers:
        said = {part: claim.get(key_of(part, number), "") for part in PARTS}
        place = {name: claim.get(key_of(f"carer_{name}", number), "") for name in PLACE}
        yield Contact(
            title=said["carer_title"],
            forename=said["carer_forename"],
            surname=said["carer_surname"],
            relationship=said["relationship"],
            priority=said["priority"] or (str(number) if numbers != [1] else ""),
            telephone=said["telephone"],
            other_telephone=said["other_telephone"],
            email=said["email"],
            place=place if place["street"] or place["postcode"] else {},
        )


def split_contacts(claim: MutableMapping[str, str]) -> None:
    """“Mrs Farah Khan” as title, forename and surname, and “14 High Street” as door and street, of each contact."""
    for number in range(1, MOST + 1):
        if (whole := claim.pop(key_of("carer_name", number), "")) and not claim.get(key_of("carer_surname", number)):
            _split_name(claim, whole, number)
        if line := claim.pop(key_of("carer_address", number), ""):
            place = {"line1": line}
            split_address(place)
            claim.update({key_of(f"carer_{name}", number): part for name, part in place.items()})


def _split_name(claim: MutableMapping[str, str], whole: str, number: int) -> None:
    if title := TITLES.match(whole):
        claim.setdefault(key_of("carer_title", number), title[1].capitalize())
        whole = whole[title.end() :]
    *forenames, surname = whole.split() or [""]
    claim[key_of("carer_surname", number)] = surname
    if forenames:
        claim.setdefault(key_of("carer_forename", number), " ".join(forenames))
