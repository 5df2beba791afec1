"""Whose turn a row is, decided before anybody looks: of the council's officers, or of the custodians.

A row is for custodians where what is open to everybody of a shielded child (names in use, date of birth, index number)
meets it, whatever else stands in it, and where its source meant a shielded child by its reference before. Nothing that
a shield hides has a part in that, so that whose turn a row is tells no more than a search would.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db import connection

from childindex.models import User
from registry import conflicts
from registry.intake.senders import is_of_source
from registry.linking.looks import OF_ITS_SOURCE, OPEN, Look
from registry.models import Delivery
from registry.search.asking import swapped
from registry.search.keys import pair_and_year, pairs_of
from registry.search.packing import FORMER, PackedName, packed_name, unpack_names

SHIELDED = """
    WITH RECURSIVE before(id, stands_for) AS (
        SELECT c.id, e.child_id FROM registry_child c
        JOIN registry_indexentry e ON e.child_id = c.superseded_by_id AND {which}
      UNION
        SELECT c.id, b.stands_for FROM before b JOIN registry_child c ON c.superseded_by_id = b.id
    )
    SELECT e.child_id, c.id, c.index_number, e.names, e.date_of_birth FROM registry_indexentry e
    JOIN registry_child c ON c.id = e.child_id WHERE {which}
  UNION ALL
    SELECT c.id, b.stands_for, c.index_number, '', NULL FROM before b JOIN registry_child c ON c.id = b.id
"""
NAMES = (("forename", "middle_names", "surname"), ("preferred_forename", "", "preferred_surname"))


def look_of(delivery: Delivery) -> Look:
    """The open look of whoever sent a file: a source's own people, and its machine, are told what it said before."""
    sent_by = delivery.received_by
    return OF_ITS_SOURCE if sent_by is None or is_of_source(sent_by, delivery.source) else OPEN


class Known:
    """Some children by what is open of them to everybody: names in use, date of birth and index number."""

    def __init__(self, which: str, values: Mapping[str, Any]) -> None:
        self.ids: set[int] = set()
        self.numbered: dict[str, int] = {}
        self._born: dict[int, set[tuple[int, date]]] = defaultdict(set)
        with connection.cursor() as cursor:
            cursor.execute(SHIELDED.format(which=which), values)
            for child_id, stands_for, index_number, names, born in cursor.fetchall():
                self.ids.add(child_id)
                self.numbered[index_number] = stands_for
                for key in _keys(names, born):
                    self._born[key].add((child_id, born))

    def met_by(self, claim: Mapping[str, str]) -> set[int]:
        """Those of whom a row says the name and the date of birth, or the index number."""
        if (number := claim.get("index_number", "")) in self.numbered:
            return {self.numbered[number]}
        births = _births(claim.get("date_of_birth", "")) if self._born else set()
        keys = (key for name in _names(claim) for born in births for key in _pairs(name, born.year))
        return {child_id for key in keys for child_id, born in self._born.get(key, ()) if born in births}


class Shielded(Known):
    """The children behind shields."""

    def __init__(self) -> None:
        super().__init__("e.shielded", {})


class Family(Known):
    """The children of somebody's own family, as far as they are behind no shield: those are custodians' anyway."""

    def __init__(self, user: User | None) -> None:
        family = sorted(conflicts.family_of(user, behind_shields=False)) if user else []
        super().__init__("NOT e.shielded AND e.child_id = ANY(%(family)s)", {"family": family})


def _keys(names: str, born: date | None) -> Iterator[int]:
    if born is not None:
        for name in unpack_names(names):
            if name.standing != FORMER:
                yield from _pairs(name, born.year)


def _pairs(name: PackedName, year: int) -> Iterable[int]:
    return {pair_and_year(one, other, year) for one, other in pairs_of(name) if one and other}


def _names(claim: Mapping[str, str]) -> Iterator[PackedName]:
    for keys in NAMES:
        forename, middle_names, surname = (claim.get(key, "") for key in keys)
        said = packed_name("", forename or claim.get("forename", ""), middle_names, surname or claim.get("surname", ""))
        if forename or surname:
            yield said


def _births(said: str) -> set[date]:
    """The date of birth, and with day and month changed round."""
    if not said:
        return set()
    born = date.fromisoformat(said)
    return {born} | ({other} if (other := swapped(born)) else set())
