"""What a claim says of where a child lives, learns and is treated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from registry.intake.comparing.differences import Difference, Do, Terms, Values, instead
from registry.intake.holding import Held
from registry.matching import cleaning
from registry.models import FactKind, Says, Standing


def home(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
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
    yield instead(Says.HOME, FactKind.RESIDENCE, among, values, terms, shown=_place)


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


def school(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
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


def practice(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
    if terms.practice_id is None:
        return
    registrations = held.open(FactKind.REGISTRATION) if held else []
    same = next((one for one in registrations if one.values["practice_id"] == terms.practice_id), None)
    if same is not None:
        yield Difference(Says.PRACTICE, Do.CONFIRM, FactKind.REGISTRATION, same.id)
        return
    begins = {"from_date": claim["registered_on"]} if claim.get("registered_on") else {}
    values = {"practice_id": terms.practice_id, **begins}
    yield instead(
        Says.PRACTICE, FactKind.REGISTRATION, registrations, values, terms, shown=lambda one: str(one["practice_id"])
    )


def arrangement(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
    kind = claim.get("arrangement", "")
    if not kind:
        return
    same = next(iter(held.open(FactKind.ARRANGEMENT, kind=kind) if held else []), None)
    if same is not None:
        yield Difference(Says.ARRANGEMENT, Do.CONFIRM, FactKind.ARRANGEMENT, same.id)
        said, was = claim.get("arrangement_detail", "")[:200], same.values["detail"]
        if said and said != was:
            yield Difference(Says.ARRANGEMENT, Do.SET, FactKind.ARRANGEMENT, same.id, {"detail": said}, was, said)
    else:
        begins = {"from_date": claim.get("arrangement_from") or terms.as_of.isoformat()}
        values = {"kind": kind, "detail": claim.get("arrangement_detail", "")[:200], **begins}
        yield Difference(Says.ARRANGEMENT, Do.ADD, FactKind.ARRANGEMENT, None, values, "", kind)
