"""Who works at schools, and what they may do there; and what the council's people may do with what schools say."""

from __future__ import annotations

from childindex import roles
from registry import disclosure

OFFICE, HEAD, SAFEGUARDING, SENCO = "school_office", "head", "safeguarding_lead", "senco"
SEE, CONFIRM, SEND, DECLARE, SUPPORT = "see_roll", "confirm_roll", "send_return", "declare_roll", "see_support"
FOLLOW, CAMPAIGN = "follow_movers", "manage_campaigns"
WORK_CASES, MANAGE_CASES = "work_cases", "manage_cases"
TELL = "tell_missing"
PERMISSIONS = {
    SEE: "see the roll of a school",
    CONFIRM: "confirm the roll of a school",
    SEND: "send the returns of a school",
    DECLARE: "declare the roll of a school",
    SUPPORT: "see who supports the pupils of a school",
    FOLLOW: "follow pupils who come, go and stay away",
    CAMPAIGN: "open a return campaign, and see to term dates",
    WORK_CASES: "work on cases of children missing education, and on home education",
    MANAGE_CASES: "say that a child was not found, and keep the checklist of enquiries and the letters",
}
ON_THE_ROLL = ("name", "date_of_birth", "carers", "carer_contact", "address", "school", "identifiers")
OWN_WORD = ("name", "date_of_birth", "school")
"""Of a shielded pupil a school reads what it has said itself: that it has the child. Of one's own family no more."""
SHOWING = {SEE, CONFIRM, SUPPORT, FOLLOW, WORK_CASES}
ALL = {
    OFFICE: ("School office", "Keeps the roll of their school: sees it as the council has it, and confirms it.", ()),
    HEAD: (
        "Head",
        "Sees, confirms and declares the roll of their school, and invites its staff.",
        (DECLARE, SUPPORT),
    ),
    SAFEGUARDING: (
        "Safeguarding lead",
        "Sees and confirms the roll of their school, and who supports its pupils.",
        (SUPPORT,),
    ),
    SENCO: ("SENCO", "Sees and confirms the roll of their school, and who supports its pupils.", (SUPPORT,)),
}


def register() -> None:
    """Add the roles, with whom they may know of: the pupils of the schools at which somebody has a post."""
    from schools.rolls.scope import pupils_among

    for code, description in PERMISSIONS.items():
        roles.register_permission(code, description, looking=code in SHOWING)
    disclosure.register_details(SEE)
    for code, (label, description, more) in ALL.items():
        roles.register(code, label, [SEE, CONFIRM, SEND, *more], description=description)
        disclosure.register_scope(code, pupils_among)
    disclosure.also_read(SEE, disclosure.Whose.PUPILS, ON_THE_ROLL, behind_a_shield=OWN_WORD, of_family=OWN_WORD)
    followed = {WORK_CASES: disclosure.Whose.ANY}
    disclosure.register_field("cases", "Cases of missing education, and what was done", followed, is_silent=True)
    disclosure.register_field("home_education", "Home education, and what was found", followed, is_silent=True)
    disclosure.register_field(
        "not_in_school", "Entry in the register of children not in school", followed, is_silent=True
    )
    roles.grant("data_officer", [FOLLOW, WORK_CASES])
    roles.grant("data_manager", [FOLLOW, CAMPAIGN, WORK_CASES, MANAGE_CASES])
