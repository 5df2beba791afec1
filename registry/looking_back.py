"""The two ways of looking back at a record, and how they differ.

*What was true on* a day is what the facts, as the index has them now, say of it: corrections and late news included.
*What we believed on* a day is what the record showed at the end of it, mistakes included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from childindex import words
from registry.disclosure import FactView, RecordView
from registry.models import Slot

TRUE = "true"
BELIEVED = "believed"
NOTHING = "None recorded"
Said = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """One thing that the record said on the day and that is known otherwise now."""

    key: str
    left: str
    right: str
    is_different: bool = True


def differences(*, believed: RecordView, true: RecordView) -> list[Difference]:
    """Where the belief of a day (left) is not what is now known of it (right)."""
    said = [(name, say(believed), say(true)) for name, say in COMPARED.items()]
    return [Difference(name, text(left), text(right)) for name, left, right in said if left != right]


def text(said: Said) -> str:
    """What is said of one thing, as it is shown."""
    return words.listed(said) if said else NOTHING


def _led(slot: str) -> Callable[[RecordView], Said]:
    def say(view: RecordView) -> Said:
        lead = view.leading(slot)
        return (lead.text,) if lead else ()

    return say


def _all(facts: Iterable[FactView], *, labelled: bool = False) -> Said:
    return tuple(sorted({f"{fact.text} ({words.inside(fact.label)})" if labelled else fact.text for fact in facts}))


def _day(value: date | None) -> Said:
    return (words.day(value),) if value else ()


COMPARED: dict[str, Callable[[RecordView], Said]] = {
    "Name": lambda view: (view.name,),
    "Other names": lambda view: _all((fact for fact in view.names if fact.text != view.name), labelled=True),
    "Date of birth": lambda view: _day(view.date_of_birth),
    "Sex": lambda view: (view.sex_words,),
    "Date of death": lambda view: _day(view.date_of_death),
    "State of the record": lambda view: (view.state_words,),
    "Home": _led(Slot.HOME),
    "All homes": lambda view: _all(view.residences),
    "Carers": lambda view: _all(view.cares),
    "School": _led(Slot.SCHOOL),
    "All schools": lambda view: _all(view.enrolments),
    "Other education": lambda view: _all(view.arrangements),
    "GP practice": lambda view: _all(view.registrations),
    "Numbers": lambda view: _all(view.identifiers, labelled=True),
}
