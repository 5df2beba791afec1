"""A claim beside what the index holds of its child: what it confirms and would change, and what a person must say.

Pure: it reads no database and writes nothing. A row confirms only what it carries. Whatever differs becomes a
difference with a rule's word on it; what a source said earlier and now says otherwise has changed, what only others
said stays, and the two contest each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from registry.intake.comparing.carers import carers
from registry.intake.comparing.differences import (
    CORRECTED,
    EMPTY_ONLY,
    KEPT,
    NOT_BELIEVED,
    PINNED,
    Difference,
    Do,
    Terms,
    Values,
)
from registry.intake.comparing.identity import birth, name, numbers, other_names, same_name, sex
from registry.intake.comparing.places import arrangement, home, practice, same_place, school
from registry.intake.holding import Held, HeldFact
from registry.models import EducationArrangement, FactKind, Identifier, Name, Registration, Slot
from registry.models.feeds import Rule, Says

__all__ = [
    "CORRECTED",
    "EMPTY_ONLY",
    "KEPT",
    "NOT_BELIEVED",
    "PINNED",
    "Difference",
    "Do",
    "Terms",
    "compare",
    "same_place",
]


def compare(claim: Values, held: Held | None, terms: Terms) -> list[Difference]:
    """What a claim confirms and what it would change; of nobody (`held` is None), everything that would be written."""
    found = []
    for says, differences in COMPARISONS.items():
        if says in terms.rules:
            said = (_after_what_ended(each, held) for each in differences(claim, held, terms))
            found += [_ruled(each, held, terms) for each in said]
    return found


def _after_what_ended(difference: Difference, held: Held | None) -> Difference:
    """What is known to have ended, and is said again, begins again only after that."""
    begins = difference.values.get("from_date")
    if held is None or not begins or difference.do not in (Do.ADD, Do.CHANGE):
        return difference
    ended = [one for one in held.facts.get(difference.kind, ()) if one.to_date and _same_fact(difference, one)]
    last = max((one.to_date for one in ended if one.to_date and one.to_date.isoformat() >= begins), default=None)
    if last is None:
        return difference
    return difference.but(values={**difference.values, "from_date": (last + timedelta(days=1)).isoformat()})


def _same_fact(difference: Difference, one: HeldFact) -> bool:
    """Whether two facts of a child would be the same but for their days."""
    said = difference.values
    if difference.kind == FactKind.RESIDENCE:
        return bool(said["standing"] == one.values["standing"] and same_place(said["address"], one.values))
    columns = IDENTITIES.get(difference.kind, ())
    return bool(columns) and all(said.get(name) == one.values[name] for name in columns)


def _ruled(difference: Difference, held: Held | None, terms: Terms) -> Difference:
    """The same under the rule for what it says; a pin stands above every rule."""
    if difference.do == Do.CONFIRM or held is None:
        return difference
    rule = terms.rules[difference.says]
    if before := _said_before(difference, held, terms):
        return _left(difference, before)
    if SLOTS.get(difference.says, set()) & held.pinned and difference.was:
        return _left(difference, PINNED)
    if rule == Rule.NEVER:
        return _left(difference, NOT_BELIEVED)
    if difference.completes:
        return difference
    if rule == Rule.TAKE_IF_EMPTY and difference.was:
        return _left(difference, EMPTY_ONLY)
    if rule == Rule.ASK and difference.was:
        return difference.but(why="ask")
    return difference


def _said_before(difference: Difference, held: Held, terms: Terms) -> str:
    """Why it was not written when this source said it before: an officer kept something else, or has corrected it."""
    mine = [one for one in held.corrections if (one.source_id, one.says) == (terms.source_id, difference.says)]
    return next((one.why for one in mine if one.why in DECIDED and _same_said(difference, one.value)), "")


def _same_said(difference: Difference, value: Mapping[str, Any]) -> bool:
    """Whether a difference says what a correction was made of, however it is written."""
    said = {name: one for name, one in difference.values.items() if name != "from_date"}
    if difference.says == Says.NAME and "surname" in value:
        return same_name({**said, "middle_names": ""}, value)
    if difference.says == Says.HOME and "address" in value and "address" in said:
        return same_place(said["address"], value["address"])
    return said == dict(value)


def _left(difference: Difference, why: str) -> Difference:
    return difference.but(do=Do.NOTHING, why=why)


DECIDED = (KEPT, CORRECTED)
IDENTITIES: dict[str, tuple[str, ...]] = {
    FactKind.NAME: Name.identity,
    FactKind.IDENTIFIER: Identifier.identity,
    FactKind.REGISTRATION: Registration.identity,
    FactKind.ARRANGEMENT: EducationArrangement.identity,
}
"""By which columns a fact that a list begins could be one that has ended. A carer that it begins is always new."""
SLOTS: dict[str, set[str]] = {
    Says.NAME: {Slot.REGISTERED_NAME},
    Says.PREFERRED_NAME: {Slot.PREFERRED_NAME},
    Says.NUMBERS: {Slot.UPN, Slot.ULN, Slot.NHS_NUMBER},
    Says.HOME: {Slot.HOME},
    Says.SCHOOL: {Slot.SCHOOL},
    Says.PRACTICE: {Slot.PRACTICE},
}


COMPARISONS: dict[str, Callable[[Values, Held | None, Terms], Iterator[Difference]]] = {
    Says.NAME: name,
    Says.PREFERRED_NAME: other_names,
    Says.BIRTH: birth,
    Says.SEX: sex,
    Says.NUMBERS: numbers,
    Says.HOME: home,
    Says.CARERS: carers,
    Says.SCHOOL: school,
    Says.PRACTICE: practice,
    Says.ARRANGEMENT: arrangement,
}
