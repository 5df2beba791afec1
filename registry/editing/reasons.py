"""Why a record is changed: the short list that every change chooses from, by what is being done."""

from __future__ import annotations

REASONS: dict[str, list[tuple[str, str]]] = {
    "add": [
        ("new_information", "New information"),
        ("family_told", "The family told us"),
        ("service_told", "A school or service told us"),
        ("document_seen", "A document was seen"),
    ],
    "change": [
        ("moved", "The family moved"),
        ("renamed", "The name changed"),
        ("school_changed", "The school or class changed"),
        ("circumstances_changed", "Circumstances changed"),
    ],
    "correct": [
        ("mistyped", "It was mistyped"),
        ("misunderstood", "It was misunderstood"),
        ("another_child", "It belonged to another child"),
        ("document_seen", "A document was seen"),
    ],
    "end": [
        ("no_longer_true", "It is no longer true"),
        ("left", "The child left"),
        ("service_told", "A school or service told us"),
    ],
    "remove": [
        ("another_child", "It belonged to another child"),
        ("never_true", "It was never true"),
    ],
    "pin": [
        ("document_seen", "A document was seen"),
        ("decided", "An officer decided between sources"),
    ],
    "unpin": [("decided", "An officer decided between sources")],
    "shield": [("shield_requested", "A shield was requested"), ("risk_identified", "A risk was identified")],
    "lift": [("review_ended", "A review ended the shield"), ("requested", "The family asked")],
    "undo": [("undone", "Undone by the person who did it")],
    "merge": [("merged", "Two records were of one child")],
    "unmerge": [("unmerged", "They were two children after all")],
    "overrule": [("looked_again", "Somebody looked again")],
}

# What no officer chooses: the work of loaders, returns and other rooms.
OTHERS: dict[str, str] = {
    "applied_a_file": "A list that somebody sent was applied",
    "correction_closed": "Something that a source had wrong needs no mending any more",
    "decided_a_row": "Whom a list means was decided, or what it has wrong",
    "learned_weights": "What the matcher weighs was learned from a list",
    "weights_kept": "What the matcher weighs was kept",
    "admission_asked_for": "A school place was asked for",
    "birth_notified": "The birth was notified",
    "columns_said": "What a source’s columns and codes mean was said",
    "feed_changed": "How a feed is treated was changed",
    "feed_set_up": "A feed was set up",
    "first_load": "It was taken over from an earlier system",
    "practice_list": "The practice sent its list",
    "register_loaded": "A national register was loaded",
    "roll_return": "The school returned its roll",
    "sought_duplicates": "The index was searched for children it has twice",
    "compared_after_a_change": "A record that had changed was compared with the others",
    "put_on_the_list": "A pair of records was put to somebody, or off to another day",
    "source_added": "A source was added",
    "native_id": "It was said which school a code of national tables means",
    "post_given": "Somebody was given a post at a school",
    "post_ended": "A post at a school was ended",
    "school_succeeded": "The school became another one",
    "roll_confirmed": "The school confirmed its roll",
    "deletion_return": "The school took the pupil off its roll",
    "new_pupil_return": "The school returned a new pupil",
    "attendance_return": "The school returned that the pupil stays away",
    "sickness_return": "The school returned that the pupil is ill",
    "pupil_back": "The school said that the pupil is back",
    "enquired": "It was enquired where the pupil is",
    "school_reported": "The school told the council of something to settle",
    "report_taken_back": "The school took back what it had told the council",
    "leaver_settled": "It was found out where a leaver is",
    "report_settled": "What a school had told the council of was settled",
    "roll_changed": "The school changed something online",
    "roll_declared": "The head declared the roll",
    "roll_reopened": "A declared roll was reopened",
    "campaign_opened": "A return campaign was opened or changed",
    "term_dates": "Term dates were entered",
    "service_set_up": "A service was set up or changed",
    "practitioner_given": "Somebody was given work for a service",
    "practitioner_ended": "Somebody’s work for a service was ended or suspended",
    "known_to_us": "A service said that it knows the child",
    "still_known": "A service said that it knows the child still",
    "not_known_any_more": "A service’s involvement ended",
    "handed_over": "A service handed the child over to another",
    "consent_changed": "Consent was given or withdrawn",
    "lead_changed": "The lead professional changed",
    "concern_raised": "A cause for concern was raised",
    "concern_told": "Those chosen were told of a cause for concern",
    "concern_acknowledged": "A service acknowledged a cause for concern",
    "concern_closed": "A cause for concern was closed",
    "contact_asked_for": "The index team was asked to make contact",
    "contact_answered": "The index team answered a request to make contact",
    "looks_drawn": "Looks were drawn for managers to sign off",
    "looks_signed_off": "Looks were signed off, or asked about",
    "shield_kept": "A review kept the shield",
    "relative_declared": "Somebody declared that the child is of their family",
    "overridden": "A shield was overridden",
    "override_reviewed": "The override of a shield was reviewed",
    "look_asked_for": "A colleague was asked to look",
    "look_mediated": "A colleague looked for somebody",
    "rolled_over": "Year groups moved up for a new school year",
    "undid_a_file": "A file was undone",
    "benchmark": "A measurement was prepared",
}

WORDS: dict[str, str] = {code: words for choices in REASONS.values() for code, words in choices} | OTHERS


def words_for(code: str) -> str:
    """A reason in words; a code that no list has is shown with its underscores taken out."""
    return WORDS.get(code, code.replace("_", " ").capitalize())
