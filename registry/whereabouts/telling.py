"""What a sentence about a child is, and how it says by whom and when it was confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from childindex import words
from childindex.models import SourceKind
from registry.disclosure import FactView
from registry.models import FactKind
from registry.whereabouts.freshness import NEVER_CONFIRMED, STALE, UNKNOWN, by_confirmation, freshness


@dataclass(frozen=True)
class Sentence:
    """One answer: what is so, how it is known, and how sure that is.

    `mark` is fresh, ageing, stale, contested or unknown, or empty where the question does not arise; `word` stands for
    it on the page; `why` gives the rule by which the mark was chosen.
    """

    about: str
    text: str
    how: str = ""
    mark: str = ""
    word: str = ""
    why: str = ""


def unknown(about: str, text: str, *, how: str = "", why: str = "") -> Sentence:
    """The answer that is not known."""
    return Sentence(about, text, how=how, mark=UNKNOWN, word=UNKNOWN.capitalize(), why=why)


@dataclass(frozen=True)
class Day:
    """The day a record is read for: today, or a day looked back to."""

    on: date
    is_past: bool = False

    def since(self, earlier: date) -> str:
        """*51 days ago*, or *51 days before* the day looked back to."""
        said = words.ago(earlier, self.on)
        if not self.is_past:
            return said
        return {"today": "the same day", "yesterday": "the day before"}.get(said, said.replace(" ago", " before"))

    def length(self, earlier: date) -> str:
        """*20 months*."""
        return words.ago(earlier, self.on).removesuffix(" ago")


def telling(about: str, text: str, fact: FactView, day: Day) -> Sentence:
    """A sentence that rests on one fact, with its source, day and freshness."""
    fresh = freshness(fact, on=day.on)
    return Sentence(
        about=about,
        text=text,
        how=how_known(fact, day),
        mark=fresh.mark if fresh else "",
        word=fresh.word if fresh else "",
        why=fresh.why if fresh else "",
    )


def how_known(fact: FactView, day: Day) -> str:
    """Who confirmed a fact last, and when; empty where that may not be known."""
    if not fact.source_name:
        return ""
    if fact.confirmed_on is None:
        return f"{fact.source_name} said so. {NEVER_CONFIRMED}"
    confirmed = _confirmed(fact, fact.confirmed_on)
    fresh = by_confirmation(fact, on=day.on)
    if fresh is not None and fresh.mark == STALE:
        return f"{confirmed}. Not confirmed for {day.length(fact.confirmed_on)}."
    return f"{confirmed}, {day.since(fact.confirmed_on)}."


def _confirmed(fact: FactView, on: date) -> str:
    if fact.kind == FactKind.REGISTRATION and fact.confirmed_by_kind == SourceKind.PRACTICE:
        return f"From the practice list of {on:%B %Y}"
    if fact.school is not None and fact.confirmed_by == fact.school.name:
        return f"The school confirmed this on {words.day(on)}"
    return f"{fact.confirmed_by} confirmed this on {words.day(on)}"
