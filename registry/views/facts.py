"""The facts of a record as rows of a page: what is said, who said so, when it was confirmed, what may be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from childindex import words
from registry.dates import compulsory_school_age, term
from registry.disclosure import FactView, RecordView
from registry.identifiers import NhsNumber
from registry.models import (
    BirthStanding,
    ChildState,
    FactKind,
    IdentifierKind,
    IdentifierStatus,
    NameKind,
    Slot,
    YearGroup,
    YesNo,
)
from registry.whereabouts import freshness

Links = Callable[[FactView], list[dict[str, str]]]
STANDING_NOTES = {BirthStanding.ESTIMATED: "estimated", BirthStanding.DISPUTED: "disputed"}


@dataclass(frozen=True)
class Group:
    """The facts of one kind: those that hold, those that have ended, and where to add one."""

    code: str
    title: str
    kind: str
    rows: list[dict[str, Any]]
    earlier: list[dict[str, Any]]
    empty: str
    add: str = ""
    add_words: str = ""
    withheld: str = ""

    @property
    def earlier_words(self) -> str:
        return f"No longer true ({len(self.earlier)})"


# code: the view's section, title, kind, what is withheld as, what is said where there are none, words to add one
GROUPS: dict[str, tuple[str, str, str, str, str]] = {
    "names": ("Names", FactKind.NAME, "", "No name is recorded.", "Add a name"),
    "identifiers": ("Numbers", FactKind.IDENTIFIER, "identifiers", "No UPN, ULN or NHS number is recorded.", "Add one"),
    "residences": ("Home", FactKind.RESIDENCE, "address", "No address is recorded.", "Add an address"),
    "cares": ("Carers", FactKind.CARE, "", "No carer is recorded.", "Add a carer"),
    "enrolments": ("Schools", FactKind.ENROLMENT, "school", "No school is recorded.", "Add a school"),
    "arrangements": ("Other education", FactKind.ARRANGEMENT, "school", "None is recorded.", "Add an arrangement"),
    "registrations": (
        "GP practice",
        FactKind.REGISTRATION,
        "practice",
        "No GP practice is recorded.",
        "Add a practice",
    ),
}
NAMES = [str(label) for label in NameKind.labels]
LAST = 99
KEYS: dict[str, str] = {FactKind.REGISTRATION: "Registered with"}
WITHHELD_AS = {
    "identifiers": "Numbers",
    "residences": "Address",
    "enrolments": "School",
    "arrangements": "School",
    "registrations": "GP practice",
}


def groups(
    view: RecordView,
    *,
    of: tuple[str, ...],
    on: date,
    links: Links | None = None,
    add: Callable[[str], str] | None = None,
) -> list[Group]:
    """The facts of a record by kind, as of a day. `links` and `add` give what may be done, where anything may."""
    return [_group(view, code, on=on, links=links, add=add) for code in of]


def _group(view: RecordView, code: str, *, on: date, links: Links | None, add: Callable[[str], str] | None) -> Group:
    title, kind, hidden, empty, add_words = GROUPS[code]
    facts = sorted(getattr(view, code), key=_as_read)
    past = [fact for fact in facts if fact.to_date is not None and fact.to_date < on]
    return Group(
        code=code,
        title=title,
        kind=kind,
        rows=[fact_row(fact, on=on, links=links) for fact in facts if fact not in past],
        earlier=[fact_row(fact, on=on, links=links) for fact in past],
        empty=empty,
        add=add(kind) if add else "",
        add_words=add_words,
        withheld=WITHHELD_AS[code] if hidden in view.withheld else "",
    )


def _as_read(fact: FactView) -> tuple[int, bool, int]:
    """Registered names before others, who is rung first before who is rung next, what leads before what contests it."""
    name = NAMES.index(fact.label) if fact.kind == FactKind.NAME and fact.label in NAMES else 0
    return name, not fact.leads, fact.values.get("priority") or LAST


def fact_row(fact: FactView, *, on: date, links: Links | None = None) -> dict[str, Any]:
    """A row of the component `facts`."""
    word, tone = _mark(fact, on)
    return {
        "fact": fact,
        "key": KEYS.get(fact.kind, fact.label),
        "value": said(fact),
        "tag": word,
        "tone": tone,
        "detail": _detail(fact),
        "source": source_note(fact),
        "actions": links(fact) if links else [],
    }


def _mark(fact: FactView, on: date) -> tuple[str, str]:
    if fact.from_date is not None and fact.from_date > on:
        return "To come", "info"
    mark = freshness(fact, on=on)
    return (mark.word, mark.mark) if mark else ("", "")


def said(fact: FactView) -> str:
    """What a fact says, with numbers written out as people read them."""
    if fact.values.get("kind") == IdentifierKind.NHS_NUMBER:
        return str(NhsNumber(fact.text))
    return fact.carer.name if fact.carer else fact.text


def source_note(fact: FactView) -> str:
    """From whom and for which days a fact is held, and when it was confirmed last; empty where that is withheld."""
    if not fact.source_name:
        return ""
    confirmed = ""
    if fact.confirmed_on is not None:
        by = f" by {fact.confirmed_by}" if fact.confirmed_by != fact.source_name else ""
        confirmed = f" Confirmed on {words.day(fact.confirmed_on)}{by}."
    return f"{fact.source_name}{_days(fact)}.{confirmed}"


def _days(fact: FactView) -> str:
    since = f", from {words.day(fact.from_date)}" if fact.from_date else ""
    until = f", to {words.day(fact.to_date)}" if fact.to_date else ""
    return f"{since}{until}"


def _detail(fact: FactView) -> str:
    """What a fact of its kind says beside its text, in sentences."""
    if not fact.values:
        return ""
    describe = DETAILS.get(fact.kind)
    said = [*(describe(fact) if describe else []), *(["Pinned: it leads whatever others say."] if fact.pinned else [])]
    return " ".join(said)


def _of_identifier(fact: FactView) -> list[str]:
    return [f"{IdentifierStatus(fact.values['status']).label}."]


def _of_care(fact: FactView) -> list[str]:
    answers = {YesNo.YES: "yes", YesNo.NO: "no", YesNo.UNKNOWN: "not known"}
    return [
        f"Parental responsibility: {answers[fact.values['parental_responsibility']]}.",
        f"Lives with the child: {answers[fact.values['lives_with']]}.",
    ]


def _of_enrolment(fact: FactView) -> list[str]:
    values = fact.values
    group = values["year_group"]
    year = ", ".join([*([str(YearGroup(group).label)] if group else []), *_class(values["class_name"])])
    hours = [f"{values['hours']} hours a week."] if values["hours"] else []
    ground = values["leaving_ground"]
    return [
        *([f"{year}."] if year else []),
        *(["Part time."] if values["part_time"] else []),
        *hours,
        *([f"Left on ground {ground} ({values['leaving_regime']} regulations)."] if ground else []),
        *([f"Destination: {values['destination']}."] if values["destination"] else []),
    ]


def _class(name: str) -> list[str]:
    return [f"class {name}"] if name else []


def _of_arrangement(fact: FactView) -> list[str]:
    return [f"{fact.values['detail']}."] if fact.values["detail"] else []


def _of_residence(fact: FactView) -> list[str]:
    place = fact.address
    if place is None:
        return []
    institution = [f"{place.kind_words}."] if place.is_institution else []
    return [*institution, *([f"{place.ward} ward."] if place.ward else [])]


DETAILS: dict[str, Callable[[FactView], list[str]]] = {
    FactKind.IDENTIFIER: _of_identifier,
    FactKind.CARE: _of_care,
    FactKind.ENROLMENT: _of_enrolment,
    FactKind.ARRANGEMENT: _of_arrangement,
    FactKind.RESIDENCE: _of_residence,
}


def identity(view: RecordView, *, on: date) -> dict[str, Any]:
    """The head of every page of a record, as of a day: name, date of birth and age, sex, index number, and tags."""
    return {
        "name": view.name if view.names or not view.superseded_by else f"Record {view.index_number}",
        "details": [_born(view, on), view.sex_words.lower(), view.index_number],
        "tags": _tags(view, on),
    }


def _born(view: RecordView, on: date) -> str:
    if view.date_of_birth is None:
        return "date of birth missing"
    note = STANDING_NOTES.get(BirthStanding(view.date_of_birth_standing)) if view.date_of_birth_standing else None
    dead = (
        f", died {words.day(view.date_of_death)}" if view.date_of_death else f" ({words.age(view.date_of_birth, on)})"
    )
    return f"born {words.day(view.date_of_birth)}{dead}{f', {note}' if note else ''}"


def _tags(view: RecordView, on: date) -> list[dict[str, str]]:
    found = [{"text": "Shielded", "tone": "alert"}] if view.shielded else []
    if view.superseded_by:
        return [*found, {"text": "Superseded", "tone": ""}]
    if "school" in view.withheld:
        return found
    if view.state != ChildState.LIVE:
        found.append({"text": view.state_words, "tone": "info"})
    if view.date_of_death:
        return found
    return [*found, *_schooling_tags(view, on)]


def _schooling_tags(view: RecordView, on: date) -> list[dict[str, str]]:
    lead = view.leading(Slot.SCHOOL)
    arranged = [{"text": fact.text, "tone": "info"} for fact in view.arrangements if fact.is_open]
    if lead is not None:
        confirmed = lead.confirmed_on is not None and lead.confirmed_on >= term(on).first_day
        tone = "good" if confirmed else ""
        return [{"text": f"On roll, {'' if confirmed else 'not '}confirmed this term", "tone": tone}, *arranged]
    if arranged or view.date_of_birth is None:
        return arranged
    compulsory = compulsory_school_age(view.date_of_birth).holds_on(on)
    return [{"text": "No roll, no reason", "tone": "alert"}] if compulsory and view.state == ChildState.LIVE else []


def about(view: RecordView, *, correct: str = "") -> Group:
    """The child's own row: what is neither dated nor any one source's. `correct` is where it may be corrected."""
    links = [{"text": "Correct", "href": correct, "what": "date of birth, sex or state"}] if correct else []
    rows = _own_rows(view)
    rows[0]["actions"] = links
    return Group(code="about", title="Birth and sex", kind="child", rows=rows, earlier=[], empty="")


def _own_rows(view: RecordView) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {
            "key": "Date of birth",
            "value": _birth_words(view),
            "detail": f"Evidence seen: {view.evidence}." if view.evidence else "",
        },
        {"key": "Sex", "value": view.sex_words},
    ]
    if view.date_of_death:
        rows.append({"key": "Date of death", "value": words.day(view.date_of_death)})
    if view.state_words and view.state != ChildState.LIVE:
        rows.append({"key": "Record", "value": view.state_words})
    return rows


def _birth_words(view: RecordView) -> str:
    if view.date_of_birth is None:
        return "Missing"
    note = STANDING_NOTES.get(BirthStanding(view.date_of_birth_standing)) if view.date_of_birth_standing else None
    other = f" (also claimed: {words.day(view.other_date_of_birth)})" if view.other_date_of_birth else ""
    return f"{words.day(view.date_of_birth)}{f', {note}' if note else ''}{other}"
