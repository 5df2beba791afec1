"""The access matrix: each thing that can be read of a child, by whom, and in which state of the child.

What a shield hides is decided here, and `docs/access.md` is written from here; a test asks every role for every field
in every state, and holds the pages to it. The rooms above add the fields that they bring, from `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from childindex import roles

CUSTODIAN = "see_shielded"


class State(StrEnum):
    """What a child is to whoever asks. An identity that is closed is behind a shield."""

    OPEN = "Nothing is hidden"
    SHIELDED = "Behind a shield, or an identity that is closed"
    FAMILY = "Of one’s own family, declared or likely"


class Whose(StrEnum):
    """Of which children, or of what of theirs, a permission reads a field: the widest first."""

    ANY = "yes"
    PUPILS = "own pupils"
    SERVICE = "own service’s"
    TOLD = "raised by or told to own service"


WITHHELD, NOTHING, CLOSED = "withheld", "", "closed"


@dataclass(frozen=True)
class Field:
    """One thing that can be read of a child.

    `read_by` says which permissions read it, and of whom; those in `behind_a_shield` read it there too, custodians
    always. To everybody else it is said to be withheld there, unless it `is_silent`. Of one's own family those in
    `of_family` read it where the child stands in a list; all else is closed.
    """

    code: str
    label: str
    read_by: Mapping[str, Whose]
    behind_a_shield: frozenset[str] = frozenset()
    of_family: frozenset[str] = frozenset()
    is_silent: bool = False

    def cell(self, permissions: Collection[str], state: State) -> str:
        """What somebody with these permissions reads of it, in words; nothing where it is not even said to be there."""
        held = [permission for permission in self.read_by if permission in permissions]
        if not held:
            return NOTHING
        if state == State.FAMILY:
            held = [permission for permission in held if permission in self.of_family]
            return self._widest(held) if held else CLOSED
        if state == State.SHIELDED and CUSTODIAN not in permissions:
            held = [permission for permission in held if permission in self.behind_a_shield]
        if not held:
            return NOTHING if self.is_silent else WITHHELD
        return self._widest(held)

    def _widest(self, held: Collection[str]) -> str:
        return str(min((self.read_by[permission] for permission in held), key=list(Whose).index))


FIELDS: dict[str, Field] = {}


def register_field(
    code: str,
    label: str,
    read_by: Mapping[str, Whose],
    *,
    behind_a_shield: Collection[str] = (),
    of_family: Collection[str] = (),
    is_silent: bool = False,
) -> None:
    """Add a field. Raises ValueError for one that stands there already with something else."""
    made = Field(code, label, dict(read_by), frozenset(behind_a_shield), frozenset(of_family), is_silent)
    if FIELDS.setdefault(code, made) != made:
        raise ValueError(f"The field {code} is registered already.")


def also_read(
    permission: str,
    whose: Whose,
    codes: Collection[str],
    *,
    behind_a_shield: Collection[str] = (),
    of_family: Collection[str] = (),
) -> None:
    """Have a permission of a room above read fields of the registry; some of them behind a shield and of family too."""
    for code in codes:
        held, mine = FIELDS[code], {permission}
        FIELDS[code] = replace(
            held,
            read_by={**held.read_by, permission: whose},
            behind_a_shield=held.behind_a_shield | (mine if code in behind_a_shield else set()),
            of_family=held.of_family | (mine if code in of_family else set()),
        )


def hidden_by_a_shield() -> frozenset[str]:
    """The fields of a record that are said to be withheld behind a shield."""
    of_records = (one for one in FIELDS.values() if {"view_child", "view_history"} & one.read_by.keys())
    return frozenset(one.code for one in of_records if not one.behind_a_shield and not one.is_silent)


def table(state: State) -> str:
    """The matrix for one state of a child: fields as rows, roles as columns; Markdown."""
    everyone = [(role.label, role.permissions) for role in roles.everyone()]
    everyone.append(("Custodian", roles.permissions_of("data_officer", custodian=True)))
    lines = [["", *(label for label, _ in everyone)], ["---"] * (len(everyone) + 1)]
    lines += [[one.label, *(one.cell(may, state) for _, may in everyone)] for one in FIELDS.values()]
    return "\n".join(f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |") for cells in lines)


_OPENED: Mapping[str, Whose] = {"view_child": Whose.ANY}
_FOUND: Mapping[str, Whose] = {"view_child": Whose.ANY, "search_children": Whose.ANY}
_TOLD: Mapping[str, Whose] = {**_FOUND, "read_access_log": Whose.ANY}

_LISTED = frozenset({"search_children"})

register_field("name", "Names in use", _TOLD, behind_a_shield=_TOLD, of_family=_LISTED)
register_field("index_number", "Index number", _TOLD, behind_a_shield=_TOLD, of_family=_LISTED)
register_field("sex", "Sex", _FOUND, behind_a_shield=_FOUND, of_family=_LISTED)
register_field("date_of_birth", "Date of birth", _FOUND, behind_a_shield=_FOUND, of_family=_LISTED)
register_field("carers", "Names of carers", _OPENED, behind_a_shield=_OPENED)
register_field("former_names", "Former names", _FOUND, is_silent=True)
register_field("address", "Home", _FOUND)
register_field("school", "School", _FOUND)
register_field("practice", "GP practice", _OPENED)
register_field("identifiers", "UPN, NHS number and other numbers", _OPENED)
register_field("carer_contact", "How carers are reached", _OPENED)
register_field("state", "Moved away, or archived", _FOUND, is_silent=True)
register_field("sources", "Who said it, and who confirmed it when", _OPENED, is_silent=True)
register_field("history", "What became of the record, act by act", {"view_history": Whose.ANY})
