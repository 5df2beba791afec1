"""From a child's facts to the index entry: what each column holds, worked out in one place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from registry.indexing.facts import Facts, facts_of
from registry.search import keys
from registry.search.packing import pack, pack_names


class Entry(NamedTuple):
    """One row of IndexEntry; the fields are its columns, in the order of the table."""

    child_id: int
    names: str
    date_of_birth: date | None
    other_date_of_birth: date | None
    sex: str
    shielded: bool
    state: str
    school_id: int | None
    year_group: str
    ward_code: str
    postcodes: str
    addresses: str
    carers: str
    telephones: str
    keys: list[int]
    version: int


def entries_for(child_ids: Sequence[int]) -> list[Entry]:
    """The entries that the facts of these children make, in order of id, keys included; none for those superseded."""
    return [entry_of(facts) for facts in facts_of(child_ids)]


def entry_of(facts: Facts) -> Entry:
    """The entry that one child's facts make."""
    return Entry(
        child_id=facts.child_id,
        names=pack_names(facts.names),
        date_of_birth=facts.date_of_birth,
        other_date_of_birth=facts.other_date_of_birth,
        sex=facts.sex,
        shielded=facts.shielded,
        state=facts.state,
        school_id=facts.school_id,
        year_group=facts.year_group,
        ward_code=facts.ward_code,
        postcodes=pack(*_of_homes(facts, 0)),
        addresses=pack(*_of_homes(facts, 1)),
        carers=pack(facts.carers),
        telephones=pack(facts.telephones),
        keys=sorted(keys.child_keys(_known(facts))),
        version=keys.VERSION,
    )


def _of_homes(facts: Facts, part: int) -> tuple[list[str], list[str]]:
    return [home[part] for home in facts.homes], [home[part] for home in facts.former_homes]


def _known(facts: Facts) -> keys.Known:
    (postcodes, former_postcodes), (addresses, former_addresses) = _of_homes(facts, 0), _of_homes(facts, 1)
    return keys.Known(
        names=tuple(facts.names),
        births=tuple(born for born in (facts.date_of_birth, facts.other_date_of_birth) if born),
        shielded=facts.shielded,
        postcodes=_each(postcodes),
        former_postcodes=_each(former_postcodes),
        addresses=_each((*addresses, *former_addresses)),
        carers=_each(facts.carers),
        telephones=_each(facts.telephones),
    )


def _each(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
