"""What a claim says of where a child lives, learns and is treated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from childindex import words
from registry.dates import school_year, school_year_days
from registry.intake.comparing.differences import Difference, Do, Terms, Values, instead
from registry.intake.holding import Held, HeldFact
from registry.matching import cleaning
from registry.models import FactKind, Says, Standing

NOT_LEFT: dict[str, Any] = {
    "to_date": None,
    "leaving_regime": "",
    "leaving_ground": "",
    "destination": "",
    "destination_school_id": None,
}


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
    leaving = claim.get("leaving_date", "")
    if leaving and leaving <= terms.as_of.isoformat():
        yield from _left(claim, here, leaving, terms)
    elif claim.get("on_roll") != "no":
        yield from _on_roll(claim, here, terms)


def _left(claim: Values, here: list[HeldFact], leaving: str, terms: Terms) -> Iterator[Difference]:
    """Off the roll: the open spell ends, or an ended one is confirmed, set right, or heard of for the first time."""
    spell = next((one for one in here if one.is_open and not _begins_after(one, leaving)), None)
    if spell is not None:
        yield Difference(Says.SCHOOL, Do.END, FactKind.ENROLMENT, spell.id, {"to_date": leaving}, "", leaving)
        yield from _destination(claim, spell, terms)
        return
    ended = [one for one in here if one.to_date and not _begins_after(one, leaving)]
    spell = next((one for one in ended if str(one.to_date) == leaving), ended[-1] if ended else None)
    if spell is None:
        begins = {"from_date": claim["entry_date"]} if claim.get("entry_date") else {}
        values = {
            "school_id": terms.school_id,
            **_details(claim),
            **begins,
            "to_date": leaving,
            **_goes_to(claim, terms),
        }
        yield Difference(Says.SCHOOL, Do.ADD, FactKind.ENROLMENT, None, values, "", leaving)
        return
    yield Difference(Says.SCHOOL, Do.CONFIRM, FactKind.ENROLMENT, spell.id)
    if str(spell.to_date) != leaving:
        was = str(spell.to_date)
        yield Difference(Says.SCHOOL, Do.SET, FactKind.ENROLMENT, spell.id, {"to_date": leaving}, was, leaving)
    yield from _destination(claim, spell, terms)


def _begins_after(spell: HeldFact, day: str) -> bool:
    return spell.from_date is not None and spell.from_date.isoformat() > day


def _goes_to(claim: Values, terms: Terms) -> dict[str, Any]:
    """Where a leaver goes to: a school that the index holds, or else what was written."""
    if terms.destination_id is not None:
        return {"destination_school_id": terms.destination_id}
    return {"destination": claim["destination"]} if claim.get("destination") else {}


def _destination(claim: Values, spell: HeldFact, terms: Terms) -> Iterator[Difference]:
    said = {name: value for name, value in _goes_to(claim, terms).items() if spell.values[name] != value}
    if said:
        now = claim.get("destination", "")
        yield Difference(Says.SCHOOL, Do.SET, FactKind.ENROLMENT, spell.id, said, spell.values["destination"], now)


def _details(claim: Values) -> dict[str, str]:
    told = {
        "status": claim.get("enrolment_status", ""),
        "year_group": claim.get("year_group", ""),
        "class_name": claim.get("class_name", ""),
    }
    return {name: value for name, value in told.items() if value}


def _on_roll(claim: Values, here: list[HeldFact], terms: Terms) -> Iterator[Difference]:
    """On the roll: the place that it has is confirmed and its details set right, or it has one from now on.

    A pupil who has left, and whom the school lists as if nobody had, is asked about: which of the two is right, no
    rule can say. Only where it was expected that the pupil leaves with the final year, the list goes first. Whoever
    came back since then has another spell.
    """
    current = next((one for one in here if one.is_open), None) or next(
        (
            one
            for one in here
            if one.to_date and one.to_date >= terms.as_of and not _begins_after(one, str(terms.as_of))
        ),
        None,
    )
    told, entry = _details(claim), claim.get("entry_date", "")
    if current is not None:
        yield Difference(Says.SCHOOL, Do.CONFIRM, FactKind.ENROLMENT, current.id)
        yield from _other_details(current, told)
        return
    begins = entry or terms.as_of.isoformat()
    left = next((one for one in reversed(here) if one.to_date and str(one.to_date) >= begins), None)
    if left is not None:
        yield Difference(Says.SCHOOL, Do.CONFIRM, FactKind.ENROLMENT, left.id)
        yield _listed_still(left, told, entry, terms)
        return
    values = {"school_id": terms.school_id, **told, "from_date": begins}
    yield Difference(Says.SCHOOL, Do.ADD, FactKind.ENROLMENT, None, values, "", entry)


def _other_details(current: HeldFact, told: dict[str, str]) -> Iterator[Difference]:
    other = {name: value for name, value in told.items() if value != current.values[name]}
    if other:
        was = ", ".join(str(current.values[name]) for name in other)
        yield Difference(
            Says.SCHOOL, Do.SET, FactKind.ENROLMENT, current.id, other, was.strip(", "), ", ".join(other.values())
        )


def _listed_still(left: HeldFact, told: dict[str, str], entry: str, terms: Terms) -> Difference:
    """A spell that has ended, and is open again if the school is right: of what was only expected, it surely is."""
    was = f"on the roll until {words.day(left.to_date)}" if left.to_date else ""
    now = f"on the roll since {words.day(date.fromisoformat(entry))}" if entry else "on the roll"
    values = {**told, **NOT_LEFT}
    why = "" if _left_as_expected(left, terms.as_of) else "ask"
    return Difference(Says.SCHOOL, Do.SET, FactKind.ENROLMENT, left.id, values, was, now, why)


def _left_as_expected(left: HeldFact, on: date) -> bool:
    """Whether a spell ended with the school year before this one, for no reason but that a final year was over."""
    told = left.values["leaving_ground"] or left.values["destination"] or left.values["destination_school_id"]
    return left.to_date == school_year_days(school_year(on) - 1)[1] and not told


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
