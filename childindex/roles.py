"""What each role may do.

A role is a code with a label and a set of permissions. The council's roles stand here; the rooms above register their
own (school and agency people) from `AppConfig.ready`. Nobody is given a permission except through a role, with one
exception: what is behind a shield goes with being a custodian of the index team, because not everyone in the council
may see it.

Information governance reads who looked, and opens no record: those who check the lookers are not lookers themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

PERMISSIONS = {
    "search_children": "search for children",
    "view_child": "open a child's record",
    "edit_child": "correct and change a child's record",
    "merge_children": "merge two records of one child",
    "find_duplicates": "have the whole index compared with itself",
    "view_history": "read the history of a record",
    "print_record": "print a record",
    "see_shielded": "see what a shield hides",
    "do_work": "see everything that waits for oneself or one's team in one list",
    "see_balance": "see the balance of the city's children, and who is in each line",
    "export_balance": "take the children of a line of the balance as a file",
    "tell_missing": "tell the council that a child may be missing education",
    "ask_shield": "ask for a child to be shielded",
    "manage_shields": "put shields up and take them down",
    "seal_identity": "give a child a new identity, and know of the sealed link",
    "load_files": "load files",
    "decide_rows": "decide what becomes of the rows of a file",
    "manage_feeds": "say how each feed is read and what it may change",
    "match_lists": "have a list matched, and get it back with what was found",
    "manage_users": "manage accounts",
    "approve_rights": "approve what lets somebody see behind a shield, or lets them give that right",
    "watch_jobs": "watch over everybody's long work, and stop it",
    "read_access_log": "read who looked at what",
}

LOOKING = set(
    {
        "search_children",
        "view_child",
        "edit_child",
        "merge_children",
        "view_history",
        "print_record",
        "decide_rows",
        "match_lists",
        "see_balance",
        "export_balance",
        "see_shielded",
    }
)
"""Permissions that show children; an installation may withdraw them when training or vetting has run out."""

GUARDED = {"manage_users", "approve_rights"}
"""Permissions by which rights over shields are given; a role that carries one is given by two people, never by one."""

CUSTODIAN = frozenset({"see_shielded", "manage_shields", "seal_identity"})
"""What being a custodian of the index team adds to a role, and no role has of itself."""
CUSTODIANS_ALSO = frozenset({"ask_shield"})
"""What others may do as well, and every custodian."""


@dataclass(frozen=True)
class Role:
    """One kind of account: what it is called and what it may do."""

    code: str
    label: str
    permissions: frozenset[str]
    description: str = ""


_roles: dict[str, Role] = {}


class UnknownPermission(LookupError):
    """A permission was named that nobody declared: a spelling mistake must not read as a refusal."""


def register(code: str, label: str, permissions: Iterable[str], *, description: str = "") -> Role:
    """Add a role. Raises ValueError for a code already taken, or for what only a custodian may do."""
    role = Role(code, label, frozenset(permissions), description)
    if _roles.get(code, role) != role:
        raise ValueError(f"The role {code} is registered already.")
    for permission in role.permissions:
        known(permission)
    if role.permissions & CUSTODIAN:
        raise ValueError("Seeing behind a shield goes with the custodian, never with a role.")
    _roles[code] = role
    return role


def register_permission(code: str, description: str, *, looking: bool = False, guarded: bool = False) -> None:
    """Declare a permission of a room above, before the roles that carry it.

    `looking` where it shows children, `guarded` where it gives others a right over shields.
    """
    PERMISSIONS[code] = description
    if looking:
        LOOKING.add(code)
    if guarded:
        GUARDED.add(code)


def grant(code: str, permissions: Iterable[str]) -> None:
    """Give a role of the ground floor what it may do in a room above."""
    more = frozenset(known(permission) for permission in permissions)
    _roles[code] = replace(_roles[code], permissions=_roles[code].permissions | more)


def known(permission: str) -> str:
    """The permission itself. Raises UnknownPermission if it was never declared."""
    if permission not in PERMISSIONS:
        raise UnknownPermission(f"No permission is called {permission}.")
    return permission


def permissions_of(role: str, *, custodian: bool = False) -> frozenset[str]:
    """Everything an active account of this role may do; nothing at all for a role that is not registered."""
    found = _roles.get(role)
    granted = found.permissions if found else frozenset()
    return granted | CUSTODIAN | CUSTODIANS_ALSO if custodian else granted


def is_guarded(role: str) -> bool:
    """Whether two people are needed to give somebody this role."""
    return bool(permissions_of(role) & GUARDED)


def label(role: str) -> str:
    """The role's name for people; the code itself where nothing is registered under it."""
    found = _roles.get(role)
    return found.label if found else role


def description(role: str) -> str:
    """What the role is for, in a sentence; nothing where nothing is registered under it."""
    found = _roles.get(role)
    return found.description if found else ""


def everyone() -> list[Role]:
    """All registered roles, in the order in which they were registered."""
    return list(_roles.values())


register(
    "data_officer",
    "Data officer",
    [
        "search_children",
        "view_child",
        "edit_child",
        "merge_children",
        "view_history",
        "print_record",
        "load_files",
        "decide_rows",
        "ask_shield",
        "do_work",
        "see_balance",
    ],
    description="Searches, opens and corrects records, merges two of one child, and loads files.",
)
register(
    "data_manager",
    "Data manager",
    [
        "search_children",
        "view_child",
        "edit_child",
        "merge_children",
        "view_history",
        "print_record",
        "find_duplicates",
        "load_files",
        "decide_rows",
        "manage_feeds",
        "match_lists",
        "manage_users",
        "approve_rights",
        "watch_jobs",
        "ask_shield",
        "do_work",
        "see_balance",
        "export_balance",
    ],
    description="All that a data officer does; also sets up feeds, matches lists and looks after accounts.",
)
register(
    "information_governance",
    "Information governance",
    ["read_access_log", "approve_rights", "do_work"],
    description="Reads who looked at what and why, and approves rights over shields. Opens no record.",
)
