"""Who works at schools, and what they may do there."""

from __future__ import annotations

from childindex import roles
from registry import disclosure

OFFICE, HEAD, SAFEGUARDING, SENCO = "school_office", "head", "safeguarding_lead", "senco"
SEE, CONFIRM, SEND = "see_roll", "confirm_roll", "send_return"
ALL = {
    OFFICE: ("School office", "Keeps the roll of their school: sees it as the council has it, and confirms it."),
    HEAD: ("Head", "Sees and confirms the roll of their school."),
    SAFEGUARDING: ("Safeguarding lead", "Sees and confirms the roll of their school."),
    SENCO: ("SENCO", "Sees and confirms the roll of their school."),
}


def register() -> None:
    """Add the roles, with whom they may know of: the pupils of the schools at which somebody has a post."""
    from schools.rolls.scope import pupils_among

    roles.register_permission(SEE, "see the roll of a school")
    roles.register_permission(CONFIRM, "confirm the roll of a school")
    roles.register_permission(SEND, "send the returns of a school")
    disclosure.register_details(SEE)
    for code, (label, description) in ALL.items():
        roles.register(code, label, [SEE, CONFIRM, SEND], description=description)
        disclosure.register_scope(code, pupils_among)
