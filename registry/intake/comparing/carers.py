"""What a claim says of who cares for a child: each contact of the row, and how to reach them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from registry.intake.comparing.differences import Difference, Do, Terms, Values
from registry.intake.comparing.places import same_place
from registry.intake.contacts import Contact, contacts_of
from registry.intake.holding import Held, HeldFact
from registry.models import FactKind, Says
from registry.names import fold

REACHED_BY = ("telephone", "other_telephone", "email")
PLACE = ("saon", "paon", "street", "postcode")


def carers(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
    """Each contact of the row beside the carer that it names."""
    for contact in contacts_of(claim):
        same = _same(contact, held)
        if same is None:
            yield _new(contact)
        else:
            yield Difference(Says.CARERS, Do.CONFIRM, FactKind.CARE, same.id)
            yield from _of_the_care(contact, same, held)
            yield from _of_the_carer(contact, same)


def _same(contact: Contact, held: Held | None) -> HeldFact | None:
    """The open care of whom the contact names, before others one of the same relationship."""
    alike = [care for care in (held.open(FactKind.CARE) if held else []) if _same_carer(contact, care.values)]
    return min(alike, key=lambda care: care.values["kind"] != contact.relationship, default=None)


def _same_carer(contact: Contact, held: Mapping[str, Any]) -> bool:
    """One surname, and a forename that is the same, an initial of the other, or missing on one side."""
    if fold(contact.surname) != fold(held["surname"]):
        return False
    mine, theirs = fold(contact.forename), fold(held["forename"])
    return not mine or not theirs or mine == theirs or (min(len(mine), len(theirs)) == 1 and mine[0] == theirs[0])


def _new(contact: Contact) -> Difference:
    described = {"title": contact.title, "forename": contact.forename, "surname": contact.surname}
    carer: dict[str, Any] = described | {name: getattr(contact, name) for name in REACHED_BY}
    if contact.place:
        carer["address"] = contact.place
    values = {"carer": carer, "kind": contact.relationship or "other", "priority": contact.priority}
    return Difference(Says.CARERS, Do.ADD, FactKind.CARE, None, values, "", contact.name)


def _of_the_care(contact: Contact, same: HeldFact, held: Held | None) -> Iterator[Difference]:
    """What the carer is to the child, and in which order they are called."""
    whose = same.values["carer_id"]
    kinds = {care.values["kind"] for care in held.open(FactKind.CARE, carer_id=whose)} if held else set()
    if contact.relationship and contact.relationship not in kinds:
        was = "" if same.values["kind"] == "other" else same.values["kind"]
        yield _set(FactKind.CARE, same.id, {"kind": contact.relationship}, was, contact.relationship)
    if contact.priority and contact.priority != str(same.values["priority"] or ""):
        was = str(same.values["priority"] or "")
        yield _set(FactKind.CARE, same.id, {"priority": contact.priority}, was, contact.priority)


def _of_the_carer(contact: Contact, same: HeldFact) -> Iterator[Difference]:
    whose = same.values["carer_id"]
    for name in REACHED_BY:
        said, was = getattr(contact, name), same.values[name] or ""
        if said and said != was and said not in (same.values["telephone"], same.values["other_telephone"]):
            yield _set("carer", whose, {name: said}, was, said)
    lives = {name: same.values[f"lives_{name}"] or "" for name in PLACE}
    if contact.place and not (any(lives.values()) and same_place(contact.place, lives)):
        yield _set("carer", whose, {"address": contact.place}, _shown(lives), _shown(contact.place))


def _set(kind: str, fact: int, values: dict[str, Any], was: str, now: str) -> Difference:
    return Difference(Says.CARERS, Do.SET, kind, fact, values, was, now)


def _shown(place: Values) -> str:
    road = " ".join(filter(None, (place["paon"], place["street"])))
    return ", ".join(filter(None, (place["saon"], road, place["postcode"])))
