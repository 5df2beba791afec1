"""Reading the facts of many children at once, as far as the index is made from them.

Eight queries for any number of children. The places that precedence gives are joined to the facts here, not in SQL:
of rows just written the server has no statistics yet, and would join them in ways that take hours. What has ended
counts as former, what has not begun yet as not yet known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any

from django.db import connection

from registry import precedence
from registry.dates import holding
from registry.identifiers import NotValid, read_telephone
from registry.models import Slot
from registry.names import fold
from registry.search.packing import FORMER, REGISTERED, PackedName, packed_name

WANTED = "SELECT unnest(%(children)s::bigint[])"
BEGUN, HOLDS = holding.begun("f"), holding.lasts("f")

# A shield counts from the moment it is written, even where it begins later: too early is harmless, too late is not.
CHILDREN = """
    SELECT c.id, c.date_of_birth, c.other_date_of_birth, c.sex, c.state, EXISTS (
        SELECT FROM registry_shield s WHERE s.child_id = c.id AND coalesce(s.lifted_date, 'infinity') > current_date)
    FROM registry_child c WHERE c.id = ANY(%(children)s) AND c.state <> 'superseded' ORDER BY c.id
"""
NAMES = f"""
    SELECT f.id, f.child_id, left(f.kind, 1), {BEGUN}, {HOLDS}, f.to_date IS NULL, f.forename, f.middle_names, f.surname
    FROM registry_name f WHERE f.child_id = ANY(%(children)s)
    ORDER BY {HOLDS} DESC, f.kind = 'preferred' DESC, f.id
"""
HOMES = f"""
    SELECT f.id, f.child_id, {HOLDS}, replace(a.postcode, ' ', ''), concat_ws(' ', a.paon, a.street), a.ward_code
    FROM registry_residence f JOIN registry_address a ON a.id = f.address_id
    WHERE f.child_id = ANY(%(children)s) AND {BEGUN} ORDER BY f.from_date DESC NULLS LAST, f.id DESC
"""
SCHOOLS = f"""
    SELECT f.id, f.child_id, f.school_id, f.year_group FROM registry_enrolment f
    WHERE f.child_id = ANY(%(children)s) AND {BEGUN} AND {HOLDS} ORDER BY f.id
"""
LEADING = (Slot.REGISTERED_NAME, Slot.HOME, Slot.SCHOOL)
RANKED: dict[str, str] = {slot: precedence.ranked(slot, children=WANTED) for slot in LEADING}
LAST = 1_000_000
CARERS = f"""
    SELECT f.child_id, concat_ws(' ', c.forename, c.surname), c.telephone, c.other_telephone
    FROM registry_care f JOIN registry_carer c ON c.id = f.carer_id
    WHERE f.child_id = ANY(%(children)s) AND {BEGUN} AND {HOLDS} ORDER BY f.child_id, f.priority, f.id
"""


@dataclass
class Facts:
    """What the index is made from, of one child; the leading fact is first. A home is a postcode and an address."""

    child_id: int
    date_of_birth: date | None
    other_date_of_birth: date | None
    sex: str
    state: str
    shielded: bool
    names: list[PackedName] = field(default_factory=list)
    leading: PackedName | None = None
    homes: list[tuple[str, str]] = field(default_factory=list)
    former_homes: list[tuple[str, str]] = field(default_factory=list)
    ward_code: str = ""
    school_id: int | None = None
    year_group: str = ""
    carers: list[str] = field(default_factory=list)
    telephones: list[str] = field(default_factory=list)


def facts_of(child_ids: Sequence[int]) -> list[Facts]:
    """The facts of these children in order of id, those superseded left out."""
    found = {row[0]: Facts(*row) for row in _rows(CHILDREN, child_ids)}
    _add_names(found, child_ids)
    _add_homes(found, child_ids)
    for place, (child_id, school_id, year_group) in _placed(SCHOOLS, Slot.SCHOOL, child_ids):
        if child_id in found and place == 1:
            found[child_id].school_id, found[child_id].year_group = school_id, year_group
    for child_id, name, *telephones in _rows(CARERS, child_ids):
        if child_id in found:
            found[child_id].carers.append(fold(name))
            found[child_id].telephones += [plain_telephone(each) for each in telephones if each]
    return list(found.values())


def plain_telephone(text: str) -> str:
    """A telephone number for comparing; the bare digits of one that is not valid."""
    try:
        return read_telephone(text).value
    except NotValid:
        return "".join(character for character in text if character.isdigit())


def _add_names(found: dict[int, Facts], child_ids: Sequence[int]) -> None:
    """Names begun, former ones last. Behind a shield days are hidden: what is open is a name, and no day has a part."""
    for place, (child_id, kind, begun, holds, is_open, *name) in _placed(NAMES, Slot.REGISTERED_NAME, child_ids):
        if child_id not in found:
            continue
        facts = found[child_id]
        if not facts.shielded:
            if begun:
                facts.names.append(packed_name(kind if holds else FORMER, *name))
        elif is_open or begun:
            said = packed_name(kind if is_open else FORMER, *name)
            facts.names.append(said)
            if place == 1 and said.standing != FORMER:
                facts.leading = said
    for facts in found.values():
        if facts.shielded:
            facts.names = _by_what_is_shown(facts.names, facts.leading)


def _by_what_is_shown(names: list[PackedName], leading: PackedName | None) -> list[PackedName]:
    """Former names last; the others in an order that tells nothing of days or of what was written first."""
    order = {name: (name.standing == FORMER, name != leading, name.standing != REGISTERED, name) for name in names}
    return sorted(names, key=order.__getitem__)


def _add_homes(found: dict[int, Facts], child_ids: Sequence[int]) -> None:
    for _, (child_id, holds, postcode, address, ward_code) in _placed(HOMES, Slot.HOME, child_ids):
        if child_id not in found:
            continue
        facts = found[child_id]
        homes = facts.homes if holds else facts.former_homes
        homes.append((postcode, fold(address)))
        if homes is facts.homes and len(homes) == 1:
            facts.ward_code = ward_code


def _placed(statement: str, slot: str, child_ids: Sequence[int]) -> list[tuple[int, tuple[Any, ...]]]:
    """The rows of facts, without their ids, in order of the place each has in its slot; last those that have none."""
    places = {fact_id: place for _, _, fact_id, place in _rows(RANKED[slot], child_ids)}
    rows = [(places.get(fact_id, LAST), row) for fact_id, *row in _rows(statement, child_ids)]
    return sorted(((place, tuple(row)) for place, row in rows), key=itemgetter(0))


def _rows(statement: str, child_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"children": list(child_ids)})
        return cursor.fetchall()
