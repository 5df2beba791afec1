"""Who works for services, and what they may do; and what the council's people may do with what services say."""

from __future__ import annotations

from childindex import roles
from childindex.models import User
from registry import disclosure

PRACTITIONER, MANAGER = "practitioner", "service_manager"
FIND, SEE, KNOWN, CONCERN = "find_child", "see_services", "say_known", "raise_concern"
MANAGE, SET_UP, ASK = "manage_service", "set_up_services", "ask_colleague"
PERMISSIONS = {
    FIND: "find a child by what is known of it",
    SEE: "see which services know a child",
    KNOWN: "say that a child is known to one’s own service",
    CONCERN: "raise a cause for concern",
    MANAGE: "look after the people of one’s own service",
    SET_UP: "set up organisations and services",
    ASK: "ask a colleague of one’s service to look",
}
SHOWING = {FIND, SEE, KNOWN, CONCERN}
WORK = ("view_child", "ask_shield", "tell_missing", FIND, SEE, KNOWN, CONCERN, ASK)
ALL = {
    PRACTITIONER: (
        "Practitioner",
        "Finds a child, sees which services are involved, says that a child is known, and raises causes for concern.",
        WORK,
    ),
    MANAGER: (
        "Service manager",
        "All that a practitioner does; also invites, suspends and reviews the people of their own service.",
        (*WORK, MANAGE),
    ),
}


def known_to_practitioners(user: User, child_ids: list[int]) -> set[int]:
    """Whoever works for a service may know of any child; nobody of any whose work for every service has ended."""
    from agencies.belonging import practices_of

    return set(child_ids) if child_ids and practices_of(user).exists() else set()


def said_by_themselves(user: User) -> frozenset[int]:
    """The services somebody works for, as sources: what their own lists confirm is not shown to them."""
    from agencies.belonging import lists_of

    return lists_of(user)


def register() -> None:
    """Add the roles. They may know of every child, and say first why they open a record."""
    for code, description in PERMISSIONS.items():
        roles.register_permission(code, description, looking=code in SHOWING, guarded=code == SET_UP)
    disclosure.register_details(FIND)
    _register_fields()
    for code, (label, description, permissions) in ALL.items():
        roles.register(code, label, permissions, description=description)
        disclosure.register_scope(code, known_to_practitioners)
        disclosure.register_own_word(code, said_by_themselves)
    roles.grant("data_officer", [SEE])
    roles.grant("data_manager", [SEE, SET_UP])


def _register_fields() -> None:
    """What services say of a child, and who reads it."""
    found = ("name", "index_number", "sex", "date_of_birth")
    disclosure.also_read(FIND, disclosure.Whose.ANY, found, behind_a_shield=found, of_family=found)
    every, own, told = disclosure.Whose.ANY, disclosure.Whose.SERVICE, disclosure.Whose.TOLD
    known = {SEE: every, KNOWN: own, "see_support": disclosure.Whose.PUPILS}
    disclosure.register_field("services", "Services that know the child", known, behind_a_shield=[KNOWN])
    disclosure.register_field(
        "sensitive_services",
        "Sensitive services, by name",
        {disclosure.CUSTODIAN: every, KNOWN: own},
        behind_a_shield=[KNOWN],
        is_silent=True,
    )
    disclosure.register_field(
        "is_sensitive", "That a sensitive service is involved, unnamed", {SEE: every}, is_silent=True
    )
    concerns = {disclosure.CUSTODIAN: every, CONCERN: told}
    disclosure.register_field("concerns", "Causes for concern", concerns, behind_a_shield=[CONCERN], is_silent=True)
