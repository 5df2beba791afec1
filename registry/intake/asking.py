"""What a row asks a person: a code by which questions of one kind are known, and a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from registry.matching.explaining import RULES
from registry.matching.rules import Flag

Question = dict[str, Any]


class Asks(StrEnum):
    """The kinds of question. Those after *twice* are no questions: they say why nothing is done with a row."""

    POSSIBLE = "possible"
    TWINS = "twins"
    SEX_AND_BIRTH = "sex_and_birth"
    NHS_NUMBERS = "nhs_numbers"
    NO_NAME = "no_name"
    MANY = "many"
    CONTRADICTED = "contradicted"
    NOBODY = "nobody"
    NO_SUCH_NUMBER = "no_such_number"
    TWO_CHILDREN = "two_children"
    TOO_LITTLE = "too_little"
    DIFFERS = "differs"
    ABSENT = "absent"
    TWICE = "twice"
    UNREADABLE = "unreadable"
    LEFT_OUT = "left_out"


OF_FLAGS = {
    Flag.TWINS: Asks.TWINS,
    Flag.SEX_AND_BIRTH: Asks.SEX_AND_BIRTH,
    Flag.NHS_NUMBERS: Asks.NHS_NUMBERS,
    Flag.NO_NAME: Asks.NO_NAME,
}
WHOM = frozenset(Asks) - {Asks.DIFFERS, Asks.ABSENT, Asks.UNREADABLE, Asks.LEFT_OUT}
"""The questions about whom a row means."""
ALONE = frozenset(
    {Asks.TWINS, Asks.SEX_AND_BIRTH, Asks.NHS_NUMBERS, Asks.NO_NAME, Asks.MANY, Asks.CONTRADICTED, Asks.TWO_CHILDREN}
    | {Asks.TWICE}
)
"""The questions that are never answered in bulk: two children who look like one are told apart one by one."""


def asks(code: str, text: str, **more: Any) -> Question:
    """A question as its row keeps it; `more` is what is asked about: what it says, what the index and the file have."""
    return {"code": str(code), "text": text, **more}


def of_flags(flags: int) -> list[Question]:
    """Why rules hold a likely child back; without a rule, that the likeness alone does not settle it."""
    held = [asks(code, RULES[flag]) for flag, code in OF_FLAGS.items() if flags & flag]
    return held or [asks(Asks.POSSIBLE, "A child fits, but not so well that it could be nobody else.")]


def codes_of(questions: Iterable[Question]) -> set[str]:
    return {question["code"] for question in questions}
