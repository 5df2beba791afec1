"""The plain values that templates, exports and results get in place of models."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.urls import reverse

WITHHELD_WORDS = "withheld. Ask the index team to make contact."
ANY_NUMBER = "CI-0000-0000-0"


@cache
def _any_record() -> str:
    """The address of some record's page, to put another number in: reversing each costs too much."""
    return reverse("registry:record", args=[ANY_NUMBER])


def record_address(index_number: str) -> str:
    """Where a child's record is."""
    return _any_record().replace(ANY_NUMBER, index_number)


@dataclass(frozen=True)
class AddressView:
    """An address as written on an envelope, and whether many unrelated children live there."""

    id: int
    lines: tuple[str, ...]
    postcode: str
    ward: str
    is_institution: bool
    kind_words: str

    @property
    def text(self) -> str:
        return ", ".join(self.lines)


@dataclass(frozen=True)
class CarerView:
    """A carer, with what may be known of how to reach them."""

    id: int
    name: str
    telephone: str = ""
    other_telephone: str = ""
    email: str = ""
    address: AddressView | None = None


@dataclass(frozen=True)
class PlaceView:
    """A school or a practice: `code` is the URN or the ODS code."""

    id: int
    name: str
    code: str
    in_area: bool = True
    phase: str = ""


@dataclass(frozen=True)
class FactView:
    """One fact about a child, who said it, and who confirmed it last."""

    kind: str
    id: int
    label: str
    text: str
    values: dict[str, Any]
    from_date: date | None
    to_date: date | None
    slot: str | None = None
    leads: bool = False
    contested: bool = False
    pinned: bool = False
    source_name: str = ""
    source_kind: str = ""
    confirmed_on: date | None = None
    confirmed_by: str = ""
    confirmed_by_kind: str = ""
    address: AddressView | None = None
    carer: CarerView | None = None
    school: PlaceView | None = None
    practice: PlaceView | None = None

    @property
    def is_open(self) -> bool:
        return self.to_date is None


@dataclass(frozen=True)
class Summary:
    """A child in a list: enough to tell which child it is, as far as this person may know."""

    child_id: int
    index_number: str
    name: str
    other_names: tuple[str, ...]
    sex: str
    sex_words: str
    date_of_birth: date | None
    age: int | None
    state: str
    shielded: bool
    address: str | None = None
    area: str | None = None
    school: str | None = None
    year_group: str | None = None
    withheld: frozenset[str] = frozenset()
    former_names: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return record_address(self.index_number)


@dataclass(frozen=True)
class RecordView:
    """A child's whole record, as far as this person may know, now or as at a day."""

    child_id: int
    index_number: str
    revision: int
    name: str
    sex: str
    sex_words: str
    date_of_birth: date | None
    date_of_birth_standing: str
    other_date_of_birth: date | None
    evidence: str
    date_of_death: date | None
    age: int | None
    state: str
    state_words: str
    shielded: bool
    superseded_by: str | None
    withheld: frozenset[str] = frozenset()
    names: tuple[FactView, ...] = ()
    identifiers: tuple[FactView, ...] = ()
    residences: tuple[FactView, ...] = ()
    cares: tuple[FactView, ...] = ()
    enrolments: tuple[FactView, ...] = ()
    arrangements: tuple[FactView, ...] = ()
    registrations: tuple[FactView, ...] = ()

    @property
    def url(self) -> str:
        return record_address(self.index_number)

    @property
    def facts(self) -> tuple[FactView, ...]:
        """Every fact shown, section by section."""
        return (
            *self.names,
            *self.identifiers,
            *self.residences,
            *self.cares,
            *self.enrolments,
            *self.arrangements,
            *self.registrations,
        )

    def fact(self, kind: str, fact_id: int) -> FactView | None:
        """The fact of a kind by its id, if it is shown."""
        return next((fact for fact in self.facts if (fact.kind, fact.id) == (kind, fact_id)), None)

    def leading(self, slot: str) -> FactView | None:
        """The fact that leads a slot, if the slot is filled and shown."""
        return next((fact for fact in self.facts if fact.slot == slot and fact.leads), None)

    def contesting(self, slot: str) -> tuple[FactView, ...]:
        """The facts that contest a slot, the leading one first; empty where nothing is contested."""
        rivals = [fact for fact in self.facts if fact.slot == slot and fact.contested]
        return tuple(sorted(rivals, key=lambda fact: not fact.leads))


@dataclass(frozen=True)
class FieldChange:
    """One column's old and new value, in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ChangeView:
    """What one act did to one row. `verb` is added, changed, ended, moved here, moved away or removed."""

    kind: str
    label: str
    verb: str
    old: str
    new: str
    fields: tuple[FieldChange, ...] = ()

    @property
    def words(self) -> str:
        """The change as a sentence."""
        if self.kind == "merge":
            return f"{self.label} {self.verb}."
        match self.verb:
            case "added":
                return f"{self.label} added: {self.new}."
            case "removed":
                return f"{self.label} removed: {self.old}."
            case "ended":
                return f"{self.label} ended: {self.old}."
            case "moved here":
                return f"{self.label} moved here from {self.old}: {self.new}."
            case "moved away":
                return f"{self.label} moved to {self.new}: {self.old}."
        if self.old != self.new and self.old and self.new:
            return f"{self.label} changed from {self.old} to {self.new}."
        changes = "; ".join(f"{one.label} from {one.old or 'nothing'} to {one.new or 'nothing'}" for one in self.fields)
        return f"{self.label} ({self.new}) changed: {changes}."


@dataclass(frozen=True)
class ActEntry:
    """One deed in a child's history, however many rows it touched."""

    act_id: int
    at: datetime
    by_name: str
    source_name: str
    reason_code: str
    reason: str
    changes: tuple[ChangeView, ...] = field(default=())
    may_undo: bool = False
    undoes: int | None = None
    undone: bool = False
