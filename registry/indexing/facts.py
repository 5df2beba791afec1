"""Reading the facts of many children at once, as far as the index is made from them.

Five queries for any number of children. What has ended counts as former, what has not begun yet as not yet known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from registry import precedence
from registry.identifiers import NotValid, read_telephone
from registry.models import Slot
from registry.names import fold
from registry.search.packing import PackedName, packed_name

WANTED = "SELECT unnest(%(children)s::bigint[])"
BEGUN = "coalesce(f.from_date, '-infinity') <= current_date"
HOLDS = "coalesce(f.to_date, 'infinity') >= current_date"

# A shield counts from the moment it is written, even where it begins later: too early is harmless, too late is not.
CHILDREN = """
    SELECT c.id, c.date_of_birth, c.other_date_of_birth, c.sex, c.state, EXISTS (
        SELECT FROM registry_shield s WHERE s.child_id = c.id AND coalesce(s.lifted_date, 'infinity') > current_date)
    FROM registry_child c WHERE c.id = ANY(%(children)s) AND c.state <> 'superseded' ORDER BY c.id
"""
NAMES = f"""
    SELECT f.child_id, CASE WHEN {HOLDS} THEN left(f.kind, 1) ELSE 'f' END, f.forename, f.middle_names, f.surname
    FROM registry_name f LEFT JOIN ({precedence.ranked(Slot.REGISTERED_NAME, children=WANTED)}) r ON r.fact_id = f.id
    WHERE f.child_id = ANY(%(children)s) AND {BEGUN}
    ORDER BY f.child_id, r.place, {HOLDS} DESC, f.kind = 'preferred' DESC, f.id
"""
HOMES = f"""
    SELECT f.child_id, {HOLDS}, replace(a.postcode, ' ', ''), concat_ws(' ', a.paon, a.street), a.ward_code
    FROM registry_residence f JOIN registry_address a ON a.id = f.address_id
    LEFT JOIN ({precedence.ranked(Slot.HOME, children=WANTED)}) r ON r.fact_id = f.id
    WHERE f.child_id = ANY(%(children)s) AND {BEGUN}
    ORDER BY f.child_id, r.place, f.from_date DESC NULLS LAST, f.id DESC
"""
SCHOOLS = f"""
    SELECT f.child_id, f.school_id, f.year_group FROM registry_enrolment f
    JOIN ({precedence.ranked(Slot.SCHOOL, children=WANTED)}) r ON r.fact_id = f.id AND r.place = 1
"""
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
    names = defaultdict(list)
    for child_id, *name in _rows(NAMES, child_ids):
        names[child_id].append(packed_name(*name))
    for child_id, facts in found.items():
        facts.names = names[child_id]
    _add_homes(found, child_ids)
    for child_id, school_id, year_group in _rows(SCHOOLS, child_ids):
        if child_id in found:
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


def _add_homes(found: dict[int, Facts], child_ids: Sequence[int]) -> None:
    for child_id, holds, postcode, address, ward_code in _rows(HOMES, child_ids):
        if child_id not in found:
            continue
        facts = found[child_id]
        homes = facts.homes if holds else facts.former_homes
        homes.append((postcode, fold(address)))
        if homes is facts.homes and len(homes) == 1:
            facts.ward_code = ward_code


def _rows(statement: str, child_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"children": list(child_ids)})
        return cursor.fetchall()
