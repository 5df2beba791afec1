"""A child's own row, in the parts that stand or fall together: sex, birth, death and the state of the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from childindex.models import Act
from registry.models import BirthStanding, Child, Sex


class Side(StrEnum):
    """One of the two records of a merge."""

    SURVIVOR = "survivor"
    SUPERSEDED = "superseded"


PARTS: dict[str, tuple[str, ...]] = {
    "sex": ("sex",),
    "birth": ("date_of_birth", "date_of_birth_standing", "other_date_of_birth", "date_of_birth_evidence"),
    "death": ("date_of_death",),
    "state": ("state",),
}
WORDS = {"sex": "sex", "birth": "date of birth", "death": "date of death", "state": "state of the record"}


@dataclass(frozen=True)
class Provenance:
    """The act by which a part came to be what it is."""

    act: Act

    @property
    def source(self) -> str:
        return str(self.act.source)


def part(child: Child, name: str) -> dict[str, Any]:
    """What a record says of one part, by column."""
    return {column: getattr(child, column) for column in PARTS[name]}


def whose(name: str, survivor: Child, superseded: Child) -> Side | None:
    """Whose part stands without asking: the survivor's where both agree, the one that knows; None for a conflict."""
    mine, theirs = part(survivor, name), part(superseded, name)
    if mine == theirs or not _knows(name, theirs, beside=mine):
        return Side.SURVIVOR
    return None if _knows(name, mine, beside=theirs) else Side.SUPERSEDED


def with_parts(child: Child, values: Mapping[str, Any]) -> Child:
    """The record as it would be with these columns."""
    kept = {one.attname: getattr(child, one.attname) for one in child._meta.concrete_fields}
    return Child(**{**kept, **values})


def provenance(child: Child) -> dict[str, Provenance]:
    """For each part the act that last changed it, where history still has it."""
    found: dict[str, Provenance] = {}
    before: dict[str, Any] = {}
    for row in child.history.select_related("act__source", "act__by").order_by("history_id"):
        for name in PARTS:
            said = part(row, name)
            if before.get(name) != said:
                before[name] = said
                found[name] = Provenance(row.act)
    return found


def _knows(name: str, said: Mapping[str, Any], *, beside: Mapping[str, Any]) -> bool:
    """Whether one record has an opinion that the other could contradict. That nobody recorded a death is one."""
    match name:
        case "sex":
            return said["sex"] != Sex.UNKNOWN
        case "birth":
            agree = all(said[column] == beside[column] for column in PARTS["birth"][:3])
            return bool(said["date_of_birth_evidence"]) if agree else _is_known(said)
    return True


def _is_known(birth: Mapping[str, Any]) -> bool:
    return birth["date_of_birth_standing"] != BirthStanding.MISSING
