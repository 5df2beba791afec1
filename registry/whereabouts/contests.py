"""Sentences about what sources disagree on, for somebody to decide."""

from __future__ import annotations

from childindex import words
from childindex.models import SourceKind
from registry.disclosure import FactView, RecordView
from registry.models import BirthStanding, Slot
from registry.whereabouts.freshness import CONTESTED
from registry.whereabouts.spoken import Spoken
from registry.whereabouts.telling import Sentence

DECIDE = "Decide"
NUMBERS = {2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six"}
SAID_BY = {
    SourceKind.SCHOOL: "school",
    SourceKind.PRACTICE: "GP practice",
    SourceKind.COUNCIL: "council",
    SourceKind.FAMILY: "family",
}


def contests(view: RecordView, who: Spoken) -> list[Sentence]:
    """A sentence for each slot with several facts and for a disputed date of birth; none where sources are withheld."""
    if view.withheld:
        return []
    rivals = [(slot, view.contesting(slot)) for slot in Slot.values]
    found = [_contest(slot, facts, who) for slot, facts in rivals if len(facts) > 1]
    return [*found, *_disputed_birth(view, who)]


def _contest(slot: str, facts: tuple[FactView, ...], who: Spoken) -> Sentence:
    subject, said = _what(slot, facts, who)
    by = _sources(facts)
    claims = ", ".join(f"{value} ({source})" for value, source in zip(said, by, strict=True))
    return Sentence(f"contested_{slot}", f"{_who_disagrees(facts)} about {subject}: {claims}.", "", CONTESTED, DECIDE)


def _who_disagrees(facts: tuple[FactView, ...]) -> str:
    sources = {fact.source_name for fact in facts}
    if len(sources) == 1:
        return f"{_number(len(facts))} entries from {facts[0].source_name} disagree"
    return f"{_number(len(sources))} sources disagree"


def _number(count: int) -> str:
    return NUMBERS.get(count, str(count))


def _what(slot: str, facts: tuple[FactView, ...], who: Spoken) -> tuple[str, list[str]]:
    """What the disagreement is about, and each fact's answer in as few words as tell them apart."""
    texts = [fact.text for fact in facts]
    if slot == Slot.REGISTERED_NAME:
        return _part_of_name(facts, who) or (f"{who.possessive} name", texts)
    if slot == Slot.HOME:
        return f"where {who.does('lives')}", texts
    return f"{who.possessive} {_noun(slot)}", texts


def _noun(slot: str) -> str:
    label = str(Slot(slot).label)
    return label if label[:2].isupper() else label[0].lower() + label[1:]


def _part_of_name(facts: tuple[FactView, ...], who: Spoken) -> tuple[str, list[str]] | None:
    """The one part of a name that differs, if only one does."""
    for part, others, noun in (
        ("surname", ("forename", "middle_names"), "surname"),
        ("forename", ("surname", "middle_names"), "forename"),
        ("middle_names", ("forename", "surname"), "middle names"),
    ):
        said = [str(fact.values.get(part) or "none") for fact in facts]
        same = all(len({fact.values.get(other) for fact in facts}) == 1 for other in others)
        if same and len(set(said)) == len(said):
            return f"{who.possessive} {noun}", said
    return None


def _sources(facts: tuple[FactView, ...]) -> list[str]:
    """A word for each fact's source: what kind of body it is where that tells them apart, its name otherwise."""
    kinds = [fact.source_kind for fact in facts]
    return [
        SAID_BY[SourceKind(fact.source_kind)]
        if fact.source_kind in SAID_BY and kinds.count(fact.source_kind) == 1
        else fact.source_name
        for fact in facts
    ]


def _disputed_birth(view: RecordView, who: Spoken) -> list[Sentence]:
    if view.date_of_birth_standing != BirthStanding.DISPUTED or view.date_of_birth is None:
        return []
    held = words.day(view.date_of_birth)
    other = view.other_date_of_birth
    text = f"{who.opening_possessive} date of birth is disputed: {held}"
    claimed = f"{text} or {words.day(other)}." if other else f"{text}."
    evidence = f"Evidence seen: {view.evidence}." if view.evidence else ""
    return [Sentence("contested_birth", claimed, evidence, CONTESTED, DECIDE)]
