"""The lines of the balance, and the rules by which every child stands in exactly one of them.

Pure: it reads no database. A child's standing on a day is a handful of facts, each one of few; `RULES` is a table read
from the top, and the first rule that holds gives the line. The headline is the residents of compulsory school age
(Education Act 1996, s.8), and within it the subtotal of those who are missing education in the statutory sense: who is
awaiting a place counts (Children missing education, statutory guidance, September 2025).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from registry.models.children import ChildState
from registry.models.education import ArrangementKind


class Age(StrEnum):
    """Where a child stands to compulsory school age. An age that nobody knows counts as that: so nobody is lost."""

    BELOW = "below"
    COMPULSORY = "compulsory"
    AFTER = "after"
    ADULT = "adult"
    UNKNOWN = "unknown"


class Lives(StrEnum):
    """Where the leading home is. An address that is not known is no reason to leave a child out."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    LEFT_ENGLAND = "left_england"


class Rolls(StrEnum):
    """On whose rolls a child is. Two single or main registrations are a conflict; a subsidiary beside one is not."""

    NONE = "none"
    ONE = "one"
    DUAL = "dual"
    CONFLICT = "conflict"


class Left(StrEnum):
    """Whether a child has left a roll of ours and no school has reported it since, and whether the clock ran out."""

    NOT = "not"
    WITHIN = "within"
    BEYOND = "beyond"


class Standing(NamedTuple):
    """What is true of a child on a day, as far as the balance needs it."""

    state: str
    is_dead: bool
    age: str
    lives: str
    rolls: str
    in_area: bool
    is_confirmed: bool
    is_unseen: bool
    is_to_come: bool
    arranged: str
    left: str


class Line(StrEnum):
    """Where a child stands. The order is the page's."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    NOT_SEEN = "not_seen"
    DUAL = "dual"
    CONFLICT = "conflict"
    OUTSIDE = "outside"
    TO_COME = "to_come"
    AT_HOME = "at_home"
    OTHER = "other"
    LEFT_WITHIN = "left_within"
    LEFT_BEYOND = "left_beyond"
    AWAITING = "awaiting"
    MISSING = "missing"
    NO_ROLL = "no_roll"
    BELOW = "below"
    AFTER_IN = "after_in"
    AFTER_NOT = "after_not"
    ADULT = "adult"
    ELSEWHERE = "elsewhere"
    MOVED_AWAY = "moved_away"
    LEFT_ENGLAND = "left_england"
    ARCHIVED = "archived"
    DEAD = "dead"


class Part(StrEnum):
    """The parts of the balance: the headline, and what stands beside it."""

    HEADLINE = "headline"
    BESIDE = "beside"
    GONE = "gone"


@dataclass(frozen=True)
class About:
    """What is said of a line: what it is called, in which part it stands, who sees to it, and what they do next."""

    label: str
    part: Part
    owner: str
    next_step: str
    is_missing: bool = False
    """Whether its children are missing education in the statutory sense."""


SCHOOL, ADMISSIONS, MISSING, HOME, DATA, PARTICIPATION = (
    "The school",
    "School admissions",
    "Children missing education",
    "Home education",
    "The index team",
    "Participation, 16 to 18",
)
NOTHING = "Nothing to do."
LINES: dict[Line, About] = {
    Line.CONFIRMED: About("On a roll, confirmed by the latest return due", Part.HEADLINE, SCHOOL, NOTHING),
    Line.NOT_CONFIRMED: About(
        "On a roll, not confirmed by the latest return due", Part.HEADLINE, SCHOOL, "Chase the school’s return."
    ),
    Line.NOT_SEEN: About("On a roll, but not seen", Part.HEADLINE, SCHOOL, "School and council enquire together."),
    Line.DUAL: About("On two rolls, by agreement", Part.HEADLINE, SCHOOL, NOTHING),
    Line.CONFLICT: About("On two single rolls", Part.HEADLINE, DATA, "Ask both schools which of them has the child."),
    Line.OUTSIDE: About(
        "At a school outside the area", Part.HEADLINE, DATA, "Exchange lists with the neighbouring authority."
    ),
    Line.TO_COME: About("Admitted, not yet attending", Part.HEADLINE, SCHOOL, "See that the child arrives on the day."),
    Line.AT_HOME: About("Educated at home", Part.HEADLINE, HOME, "Review that the education is suitable."),
    Line.OTHER: About("Other arranged education", Part.HEADLINE, MISSING, "Review that it is still provided."),
    Line.LEFT_WITHIN: About(
        "Left, destination awaited", Part.HEADLINE, SCHOOL, "The next school confirms that it has the child."
    ),
    Line.LEFT_BEYOND: About(
        "Left, destination overdue", Part.HEADLINE, MISSING, "Ask the last school and the next, or open a case."
    ),
    Line.AWAITING: About("Awaiting a place", Part.HEADLINE, ADMISSIONS, "Find a place.", is_missing=True),
    Line.MISSING: About(
        "Missing education, case open", Part.HEADLINE, MISSING, "Go on with the enquiries.", is_missing=True
    ),
    Line.NO_ROLL: About("No roll, no reason", Part.HEADLINE, MISSING, "Open a case.", is_missing=True),
    Line.BELOW: About("Below school age", Part.BESIDE, DATA, NOTHING),
    Line.AFTER_IN: About("Above school age, in education or training", Part.BESIDE, PARTICIPATION, NOTHING),
    Line.AFTER_NOT: About(
        "Above school age, not known to be in education or training",
        Part.BESIDE,
        PARTICIPATION,
        "Find out what the young person does.",
    ),
    Line.ADULT: About("Eighteen or over", Part.BESIDE, DATA, "Archive the record, unless there is consent to keep it."),
    Line.ELSEWHERE: About("On our rolls, living elsewhere", Part.BESIDE, DATA, "Tell the authority where they live."),
    Line.MOVED_AWAY: About("Moved away", Part.GONE, DATA, "See that the other authority has taken over."),
    Line.LEFT_ENGLAND: About("Left England", Part.GONE, DATA, NOTHING),
    Line.ARCHIVED: About("Archived", Part.GONE, DATA, NOTHING),
    Line.DEAD: About("Died", Part.GONE, DATA, NOTHING),
}
HEADLINE = tuple(line for line, about in LINES.items() if about.part == Part.HEADLINE)
STATUTORY = tuple(line for line, about in LINES.items() if about.is_missing)

TAUGHT = frozenset({ArrangementKind.HOME_EDUCATION, ArrangementKind.OTHER_PROVISION})
Rule = tuple[Line, Callable[[Standing], bool]]
RULES: tuple[Rule, ...] = (
    # Whoever is not ours to account for any more.
    (Line.DEAD, lambda one: one.is_dead),
    (Line.ARCHIVED, lambda one: one.state == ChildState.ARCHIVED),
    (Line.LEFT_ENGLAND, lambda one: one.lives == Lives.LEFT_ENGLAND and one.rolls == Rolls.NONE),
    (Line.ELSEWHERE, lambda one: one.lives == Lives.ELSEWHERE and one.rolls != Rolls.NONE and one.in_area),
    (Line.MOVED_AWAY, lambda one: one.lives == Lives.ELSEWHERE or one.state == ChildState.MOVED_AWAY),
    # Residents outside compulsory school age.
    (Line.BELOW, lambda one: one.age == Age.BELOW),
    (Line.ADULT, lambda one: one.age == Age.ADULT),
    (Line.AFTER_IN, lambda one: one.age == Age.AFTER and (one.rolls != Rolls.NONE or one.arranged in TAUGHT)),
    (Line.AFTER_NOT, lambda one: one.age == Age.AFTER),
    # Residents of compulsory school age on a roll. What else is arranged for them does not change the line.
    (Line.CONFLICT, lambda one: one.rolls == Rolls.CONFLICT),
    (Line.NOT_SEEN, lambda one: one.rolls != Rolls.NONE and one.is_unseen),
    (Line.DUAL, lambda one: one.rolls == Rolls.DUAL),
    (Line.OUTSIDE, lambda one: one.rolls == Rolls.ONE and not one.in_area),
    (Line.CONFIRMED, lambda one: one.rolls == Rolls.ONE and one.is_confirmed),
    (Line.NOT_CONFIRMED, lambda one: one.rolls == Rolls.ONE),
    # On no roll.
    (Line.TO_COME, lambda one: one.is_to_come),
    (Line.AT_HOME, lambda one: one.arranged == ArrangementKind.HOME_EDUCATION),
    (Line.OTHER, lambda one: one.arranged == ArrangementKind.OTHER_PROVISION),
    (Line.MISSING, lambda one: one.arranged == ArrangementKind.CASE_OPEN),
    (Line.AWAITING, lambda one: one.arranged == ArrangementKind.AWAITING_PLACE),
    (Line.LEFT_WITHIN, lambda one: one.left == Left.WITHIN),
    (Line.LEFT_BEYOND, lambda one: one.left == Left.BEYOND),
    (Line.NO_ROLL, lambda one: True),
)

FIRST_OF = (
    ArrangementKind.HOME_EDUCATION,
    ArrangementKind.OTHER_PROVISION,
    ArrangementKind.CASE_OPEN,
    ArrangementKind.AWAITING_PLACE,
)
"""Of several arrangements the one that counts: who is taught, before who is looked for."""


def line_of(standing: Standing) -> Line:
    """The one line in which a child of this standing is."""
    return next(line for line, holds in RULES if holds(standing))
