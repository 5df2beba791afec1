"""Where a child is, how that is known, who said so last, when, and how sure it is: in sentences.

Everything here is derived from what disclosure shows, so a sentence can say no more than its reader may know. A fact is
fresh, ageing or stale by the days since its last confirmation (`freshness.LIMITS`), contested where sources disagree,
and unknown where nothing is recorded or the absence of an address is what was stated.
"""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from childindex import words
from registry.disclosure import FactView, RecordView
from registry.models import ChildState
from registry.whereabouts.contests import contests
from registry.whereabouts.freshness import LIMITS, Freshness, Limits, freshness, limits_for
from registry.whereabouts.homes import carers, home
from registry.whereabouts.schooling import practice, school
from registry.whereabouts.spoken import Spoken, spoken
from registry.whereabouts.telling import Day, Sentence, how_known

__all__ = [
    "LIMITS",
    "Day",
    "Freshness",
    "Limits",
    "Sentence",
    "Spoken",
    "freshness",
    "how_known",
    "limits_for",
    "sentences",
    "spoken",
]


def sentences(view: RecordView, *, on: date | None = None) -> list[Sentence]:
    """What the record answers first. `on` is the day looked back to; left out, it is today.

    A superseded record says only where to look; of a child who died, only what was last recorded.
    """
    day = Day(on or timezone.localdate(), is_past=on is not None and on < timezone.localdate())
    who = spoken(view)
    if view.superseded_by:
        return [_superseded(view, who)]
    if view.date_of_death and view.date_of_death <= day.on:
        return _of_the_dead(view, view.date_of_death, who)
    return [
        *_away(view, who),
        *home(view, who, day),
        *carers(view, who, day),
        *school(view, who, day),
        *practice(view, who, day),
        *contests(view, who),
    ]


def _superseded(view: RecordView, who: Spoken) -> Sentence:
    whose = f"The record of {who.name} is" if view.names else "What it said is on"
    text = f"This record has been superseded. {whose} {view.superseded_by}."
    return Sentence("superseded", text)


def _away(view: RecordView, who: Spoken) -> list[Sentence]:
    if view.state == ChildState.MOVED_AWAY:
        return [Sentence("state", f"{who.name} has moved away from the area.")]
    if view.state == ChildState.ARCHIVED:
        return [Sentence("state", f"{who.possessive_name} record is archived.")]
    return []


def _of_the_dead(view: RecordView, died: date, who: Spoken) -> list[Sentence]:
    """The death, and the last home and school; nobody is asked to confirm those any more."""
    home, roll = _last(view.residences), _last(view.enrolments)
    found = [Sentence("death", f"{who.name} died on {words.day(died)}.")]
    if home is not None:
        found.append(Sentence("home", f"{who.opening_possessive} last recorded address was {home.text}."))
    if roll is not None:
        found.append(Sentence("school", f"{who.opens('was')} last on the roll of {roll.text}."))
    return found


def _last(facts: tuple[FactView, ...]) -> FactView | None:
    return max(facts, key=lambda fact: (fact.to_date or date.max, fact.from_date or date.min), default=None)
