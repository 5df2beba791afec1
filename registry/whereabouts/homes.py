"""Sentences about where a child lives and who cares for them."""

from __future__ import annotations

from childindex import words
from registry.dates.holding import holds_on
from registry.disclosure import FactView, RecordView
from registry.models import Slot, Standing, YesNo
from registry.whereabouts.spoken import Spoken
from registry.whereabouts.telling import Day, Sentence, telling, unknown

WHEREABOUTS_UNKNOWN = {Standing.LAST_KNOWN, Standing.NO_KNOWN_ADDRESS}
WITHHELD = "withheld. Ask the index team to make contact."


def home(view: RecordView, who: Spoken, day: Day) -> list[Sentence]:
    """Where the child lives, or which of the stated absences holds, or that nothing is recorded."""
    if "address" in view.withheld:
        return [Sentence("home", f"Address {WITHHELD}")]
    lead = view.leading(Slot.HOME)
    if lead is None:
        return [unknown("home", f"No address is recorded for {who.name}.")]
    return [_leading_home(view, lead, who, day), *_second_homes(view, who, day)]


def _leading_home(view: RecordView, lead: FactView, who: Spoken, day: Day) -> Sentence:
    standing = lead.values["standing"]
    sentence = telling("home", _home_words(view, lead, who, day), lead, day)
    if standing not in WHEREABOUTS_UNKNOWN:
        return sentence
    return unknown("home", sentence.text, how=sentence.how, why="That it is not known is what was stated.")


def _home_words(view: RecordView, lead: FactView, who: Spoken, day: Day) -> str:
    match lead.values["standing"]:
        case Standing.LAST_KNOWN:
            return f"Where {who.name} lives is not known. {who.opening_possessive} last known address is {lead.text}."
        case Standing.NO_KNOWN_ADDRESS:
            return f"{who.name} has no known address."
        case Standing.NO_FIXED_ABODE:
            return f"{who.name} has no fixed abode."
        case Standing.LEFT_WILL_RETURN:
            return f"{who.name} has left England and intends to return within 3 years."
        case Standing.LEFT_WILL_NOT_RETURN:
            return f"{who.name} has left England and does not intend to return within 3 years."
        case Standing.LEFT_INTENTION_UNKNOWN:
            return f"{who.name} has left England. Whether {who.does('intends')} to return is not known."
    company = words.listed([care.text for care in _living_together(view, day)])
    place = f"{_placed(lead)}, with {company}" if company else _placed(lead)
    return f"{who.name} lives at {place}."


def _placed(lead: FactView) -> str:
    if lead.address is None or not lead.address.is_institution:
        return lead.text
    return f"{lead.text} ({lead.address.kind_words.lower()})"


def _second_homes(view: RecordView, who: Spoken, day: Day) -> list[Sentence]:
    return [
        telling("second_home", f"{who.opens('has')} a second home at {fact.text}.", fact, day)
        for fact in current(view.residences, day)
        if fact.values["standing"] == Standing.SECOND_HOME
    ]


def carers(view: RecordView, who: Spoken, day: Day) -> list[Sentence]:
    """Who cares for the child, where the sentence about the home has not named them."""
    cares = current(view.cares, day)
    if not cares:
        return [unknown("carer", f"No carer is recorded for {who.name}.")]
    lead = view.leading(Slot.HOME)
    if lead is not None and lead.values.get("standing") == Standing.LIVES_HERE and _living_together(view, day):
        return []
    label = "carer is" if len(cares) == 1 else "carers are"
    named = words.listed([care.text for care in cares])
    return [telling("carer", f"{who.opening_possessive} {label} {named}.", cares[0], day)]


def _living_together(view: RecordView, day: Day) -> list[FactView]:
    return [care for care in current(view.cares, day) if care.values.get("lives_with") == YesNo.YES]


def current(facts: tuple[FactView, ...], day: Day) -> list[FactView]:
    """Those of `facts` that hold on the day; where the days are withheld, those still open."""
    return [fact for fact in facts if holds_on(fact.from_date, fact.to_date, day.on)]
