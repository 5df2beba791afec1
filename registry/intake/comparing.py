"""A claim beside what the index holds of its child: what it confirms and would change, and what a person must say.

Pure: it reads no database and writes nothing. A row confirms only what it carries. Whatever differs becomes a
difference with a rule's word on it; what a source said earlier and now says otherwise has changed, what only others
said stays, and the two contest each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from registry.intake.holding import Held, HeldFact
from registry.matching import cleaning
from registry.models import FactKind, IdentifierKind, Slot, Standing
from registry.models.feeds import Rule, Says
from registry.names import fold

Values = Mapping[str, str]


PINNED = "an officer has pinned what the index has"
NOT_BELIEVED = "this feed is not believed about it"
EMPTY_ONLY = "the index has something already"
KEPT = "an officer kept what the index has"
CORRECTED = "the council has corrected this"


class Do(StrEnum):
    """What applying a difference does."""

    CONFIRM = "confirm"
    ADD = "add"
    """A fact begins beside whatever else is held."""
    CHANGE = "change"
    """The source's earlier word ends and another begins."""
    SET = "set"
    """Details of the same fact, or of the child's own record, become others."""
    END = "end"
    NOTHING = "nothing"
    """It is left as it is, by a rule or a pin; the source is told."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a row says, and what applying it would do.

    `fact` is the row confirmed, changed, set or ended; `values` what is written; `was` and `now` are for people.
    """

    says: str
    do: str
    kind: str = ""
    fact: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    was: str = ""
    now: str = ""
    why: str = ""

    def but(self, **values: Any) -> Difference:
        """The same with some things otherwise."""
        return replace(self, **values)

    def as_json(self) -> dict[str, Any]:
        kept = {"says": self.says, "do": self.do, "kind": self.kind, "fact": self.fact, "values": self.values}
        return {
            key: value for key, value in {**kept, "was": self.was, "now": self.now, "why": self.why}.items() if value
        }


@dataclass(frozen=True)
class Terms:
    """On what terms a list is compared: what it carries, by which rules, whose it is, and as of what day.

    `school_id` and `practice_id` are those that the row, or else its source, names.
    """

    source_id: int
    as_of: date
    rules: Mapping[str, str]
    school_id: int | None = None
    practice_id: int | None = None
    is_council: bool = False


def compare(claim: Values, held: Held | None, terms: Terms) -> list[Difference]:
    """What a claim confirms and what it would change; of nobody (`held` is None), everything that would be written."""
    found = []
    for says, differences in COMPARISONS.items():
        if says in terms.rules:
            found += [_ruled(each, held, terms) for each in differences(claim, held, terms)]
    return found


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
        return _same_name({**said, "middle_names": ""}, value)
    if difference.says == Says.HOME and "address" in value and "address" in said:
        return same_place(said["address"], value["address"])
    return said == dict(value)


def _left(difference: Difference, why: str) -> Difference:
    return difference.but(do=Do.NOTHING, why=why)


DECIDED = (KEPT, CORRECTED)
SLOTS: dict[str, set[str]] = {
    Says.NAME: {Slot.REGISTERED_NAME},
    Says.PREFERRED_NAME: {Slot.PREFERRED_NAME},
    Says.NUMBERS: {Slot.UPN, Slot.ULN, Slot.NHS_NUMBER},
    Says.HOME: {Slot.HOME},
    Says.SCHOOL: {Slot.SCHOOL},
    Says.PRACTICE: {Slot.PRACTICE},
}


def _name(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
    said = {name: claim.get(name, "") for name in ("forename", "middle_names", "surname")}
    if not (said["forename"] or said["surname"]):
        return
    names = held.open(FactKind.NAME, kind="registered") if held else []
    same = next((name for name in names if _same_name(said, name.values)), None)
    if same is not None:
        yield Difference(Says.NAME, Do.CONFIRM, FactKind.NAME, same.id)
    elif not names or (said["forename"] and said["surname"]):
        values = {"kind": "registered", **said}
        yield _instead(Says.NAME, FactKind.NAME, names, values, terms, shown=_full_name)


def _same_name(said: Values, held: Values) -> bool:
    """Capitals, accents and missing middle names are differences of writing, not of name."""
    parts = [name for name in ("forename", "surname") if said[name]]
    if any(fold(said[name]) != fold(held[name]) for name in parts):
        return False
    mine, theirs = fold(said["middle_names"]), fold(held["middle_names"])
    return not mine or mine == theirs or mine == "".join(word[:1] for word in theirs.split())


def _full_name(values: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (values["forename"], values["middle_names"], values["surname"])))


def _other_names(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
    for kind in ("preferred", "former"):
        forename = claim.get(f"{kind}_forename", "") or claim.get("forename", "")
        surname = claim.get(f"{kind}_surname", "") or claim.get("surname", "")
        given = claim.get(f"{kind}_forename") or claim.get(f"{kind}_surname")
        registered = (fold(claim.get("forename", "")), fold(claim.get("surname", "")))
        if not given or (fold(forename), fold(surname)) == registered:
            continue
        said = {"kind": kind, "forename": forename, "middle_names": "", "surname": surname}
        names = held.open(FactKind.NAME, kind=kind) if held else []
        same = next((name for name in names if _same_name(said, name.values)), None)
        if same is not None:
            yield Difference(Says.PREFERRED_NAME, Do.CONFIRM, FactKind.NAME, same.id)
        else:
            among = names if kind == "preferred" else []
            yield _instead(Says.PREFERRED_NAME, FactKind.NAME, among, said, terms, shown=_full_name)


def _birth(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
    said = claim.get("date_of_birth")
    if said and held and said != (held.born.isoformat() if held.born else ""):
        was = held.born.isoformat() if held.born else ""
        yield Difference(Says.BIRTH, Do.SET, "child", held.id, {"date_of_birth": said}, was, said)


def _sex(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
    said = claim.get("sex", "U")
    if said not in ("U", "") and held and said != held.sex:
        was = "" if held.sex == "U" else held.sex
        yield Difference(Says.SEX, Do.SET, "child", held.id, {"sex": said}, was, said)


def _numbers(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
    for key in ("upn", "former_upn", "uln", "nhs_number"):
        value = claim.get(key, "")
        if value:
            yield from _number(_number_kind(key, value), value, held, terms)


def _number_kind(key: str, value: str) -> str:
    return IdentifierKind.TEMPORARY_UPN if key == "upn" and value[-1].isalpha() else key


def _number(kind: str, value: str, held: Held | None, terms: Terms) -> Iterator[Difference]:
    numbers = held.open(FactKind.IDENTIFIER) if held else []
    alike = [IdentifierKind.FORMER_UPN] if kind == IdentifierKind.TEMPORARY_UPN else []
    same = next((one for one in numbers if one.values["value"] == value and one.values["kind"] in (kind, *alike)), None)
    if same is not None:
        yield Difference(Says.NUMBERS, Do.CONFIRM, FactKind.IDENTIFIER, same.id)
        return
    rivals = [one for one in numbers if one.values["kind"] == kind and kind != IdentifierKind.FORMER_UPN]
    said = {"kind": kind, "value": value}
    if rivals:
        was = ", ".join(one.values["value"] for one in rivals)
        yield Difference(Says.NUMBERS, Do.ADD, FactKind.IDENTIFIER, None, said, was, value, "ask")
    else:
        yield Difference(Says.NUMBERS, Do.ADD, FactKind.IDENTIFIER, None, said, "", value)


def _home(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
    parts = {name: claim.get(name, "") for name in ("saon", "paon", "street", "locality", "town", "postcode", "uprn")}
    if not (parts["postcode"] or parts["street"]):
        return
    homes = held.open(FactKind.RESIDENCE) if held else []
    same = next((home for home in homes if home.values["address_id"] and same_place(parts, home.values)), None)
    if same is not None:
        yield Difference(Says.HOME, Do.CONFIRM, FactKind.RESIDENCE, same.id)
        return
    if not parts["street"]:
        return
    among = [home for home in homes if home.values["standing"] != Standing.SECOND_HOME]
    begins = {"from_date": claim["moved_in"]} if claim.get("moved_in") else {}
    values = {"standing": Standing.LIVES_HERE, "address": parts, **begins}
    yield _instead(Says.HOME, FactKind.RESIDENCE, among, values, terms, shown=_place)


def same_place(said: Mapping[str, Any], held: Mapping[str, Any]) -> bool:
    """Whether two addresses are of one door, however they are written; without a street, of one postcode."""
    if said.get("uprn") and held.get("uprn"):
        return str(said["uprn"]) == str(held["uprn"])
    mine, theirs = said["postcode"].replace(" ", ""), (held["postcode"] or "").replace(" ", "")
    if mine and theirs and mine != theirs:
        return False
    return not said["street"] or _door(said) == _door(held)


def _door(parts: Mapping[str, Any]) -> str:
    return cleaning.address(" ".join(parts[name] or "" for name in ("saon", "paon", "street")))


def _place(values: Mapping[str, Any]) -> str:
    parts = values.get("address", values)
    if not (parts.get("street") or parts.get("postcode")):
        return str(Standing(values["standing"]).label) if values.get("standing") else ""
    road = " ".join(filter(None, (parts["paon"], parts["street"])))
    return ", ".join(filter(None, (parts["saon"], road, parts["town"], parts["postcode"])))


def _school(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
    if terms.school_id is None:
        return
    spells = held.facts.get(FactKind.ENROLMENT, []) if held else []
    here = [one for one in spells if one.values["school_id"] == terms.school_id]
    current = next((one for one in here if one.is_open), None)
    leaving, entry = claim.get("leaving_date", ""), claim.get("entry_date", "")
    if leaving and leaving <= terms.as_of.isoformat():
        if current is not None:
            yield Difference(Says.SCHOOL, Do.END, FactKind.ENROLMENT, current.id, {"to_date": leaving}, "", leaving)
        elif past := next((one for one in here if one.to_date and one.to_date.isoformat() == leaving), None):
            yield Difference(Says.SCHOOL, Do.CONFIRM, FactKind.ENROLMENT, past.id)
        return
    details = {
        "status": claim.get("enrolment_status", ""),
        "year_group": claim.get("year_group", ""),
        "class_name": claim.get("class_name", ""),
    }
    told = {name: value for name, value in details.items() if value}
    if current is None:
        begins = {"from_date": entry or terms.as_of.isoformat()}
        yield Difference(
            Says.SCHOOL, Do.ADD, FactKind.ENROLMENT, None, {"school_id": terms.school_id, **told, **begins}, "", entry
        )
        return
    yield Difference(Says.SCHOOL, Do.CONFIRM, FactKind.ENROLMENT, current.id)
    other = {name: value for name, value in told.items() if value != current.values[name]}
    if other:
        was = ", ".join(str(current.values[name]) for name in other)
        yield Difference(
            Says.SCHOOL, Do.SET, FactKind.ENROLMENT, current.id, other, was.strip(", "), ", ".join(other.values())
        )


def _practice(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
    if terms.practice_id is None:
        return
    registrations = held.open(FactKind.REGISTRATION) if held else []
    same = next((one for one in registrations if one.values["practice_id"] == terms.practice_id), None)
    if same is not None:
        yield Difference(Says.PRACTICE, Do.CONFIRM, FactKind.REGISTRATION, same.id)
        return
    begins = {"from_date": claim["registered_on"]} if claim.get("registered_on") else {}
    values = {"practice_id": terms.practice_id, **begins}
    yield _instead(
        Says.PRACTICE, FactKind.REGISTRATION, registrations, values, terms, shown=lambda one: str(one["practice_id"])
    )


def _carers(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
    surname, forename = claim.get("carer_surname", ""), claim.get("carer_forename", "")
    if not surname:
        return
    cares = held.open(FactKind.CARE) if held else []
    same = next((care for care in cares if _same_carer(claim, care.values)), None)
    carer = {
        "title": claim.get("carer_title", ""),
        "forename": forename,
        "surname": surname,
        "telephone": claim.get("telephone", ""),
        "email": claim.get("email", ""),
    }
    if same is None:
        values = {"carer": carer, "kind": claim.get("relationship", "other"), "priority": claim.get("priority", "")}
        yield Difference(Says.CARERS, Do.ADD, FactKind.CARE, None, values, "", f"{forename} {surname}".strip())
        return
    yield Difference(Says.CARERS, Do.CONFIRM, FactKind.CARE, same.id)
    for name in ("telephone", "email"):
        if carer[name] and carer[name] != (same.values[name] or ""):
            yield Difference(
                Says.CARERS,
                Do.SET,
                "carer",
                same.values["carer_id"],
                {name: carer[name]},
                same.values[name],
                carer[name],
            )


def _same_carer(claim: Values, held: Mapping[str, Any]) -> bool:
    """One surname, and a forename that is the same, an initial of the other, or missing on one side."""
    if fold(claim["carer_surname"]) != fold(held["surname"]):
        return False
    mine, theirs = fold(claim.get("carer_forename", "")), fold(held["forename"])
    return not mine or not theirs or mine == theirs or (min(len(mine), len(theirs)) == 1 and mine[0] == theirs[0])


def _arrangement(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
    kind = claim.get("arrangement", "")
    if not kind:
        return
    same = next(iter(held.open(FactKind.ARRANGEMENT, kind=kind) if held else []), None)
    if same is not None:
        yield Difference(Says.ARRANGEMENT, Do.CONFIRM, FactKind.ARRANGEMENT, same.id)
    else:
        begins = {"from_date": claim.get("arrangement_from") or terms.as_of.isoformat()}
        values = {"kind": kind, "detail": claim.get("arrangement_detail", "")[:200], **begins}
        yield Difference(Says.ARRANGEMENT, Do.ADD, FactKind.ARRANGEMENT, None, values, "", kind)


def _instead(
    says: str,
    kind: str,
    among: list[HeldFact],
    values: dict[str, Any],
    terms: Terms,
    *,
    shown: Callable[[Mapping[str, Any]], str],
) -> Difference:
    """Another value where one should be: the source's own earlier word changes; what only others said stays."""
    own = [fact for fact in among if fact.source_id == terms.source_id]
    was, now = "; ".join(filter(None, (shown(fact.values) for fact in among))), shown(values)
    if not own:
        return Difference(says, Do.ADD, kind, None, values, was, now)
    begins = values.get("from_date") or terms.as_of.isoformat()
    last = own[-1]
    if last.from_date and begins <= last.from_date.isoformat():
        begins = (last.from_date + timedelta(days=1)).isoformat()
    return Difference(says, Do.CHANGE, kind, last.id, {**values, "from_date": begins}, was, now)


COMPARISONS: dict[str, Callable[[Values, Held | None, Terms], Iterator[Difference]]] = {
    Says.NAME: _name,
    Says.PREFERRED_NAME: _other_names,
    Says.BIRTH: _birth,
    Says.SEX: _sex,
    Says.NUMBERS: _numbers,
    Says.HOME: _home,
    Says.CARERS: _carers,
    Says.SCHOOL: _school,
    Says.PRACTICE: _practice,
    Says.ARRANGEMENT: _arrangement,
}
