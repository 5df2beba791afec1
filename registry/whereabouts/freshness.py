"""How sure a fact is, from the day it was last confirmed and the kind of source that confirmed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from childindex import words
from childindex.models import SourceKind
from registry.disclosure import FactView
from registry.models import FactKind

FRESH: Final = "fresh"
AGEING: Final = "ageing"
STALE: Final = "stale"
CONTESTED: Final = "contested"
UNKNOWN: Final = "unknown"

ANY = ""


@dataclass(frozen=True)
class Limits:
    """How many days after its confirmation a fact stays fresh, and then ageing; after that it is stale."""

    fresh: int
    ageing: int
    because: str


# The kind of fact and of the source that confirmed it last: days fresh, days ageing, and why so many.
LIMITS: dict[tuple[str, str], Limits] = {
    (FactKind.RESIDENCE, ANY): Limits(120, 400, "whoever knows a family repeats its address about once a term"),
    (FactKind.RESIDENCE, SourceKind.PRACTICE): Limits(60, 240, "families tell their doctor of a move late"),
    (FactKind.RESIDENCE, SourceKind.OLD_SYSTEM): Limits(0, 120, "a former system's entries were not dated"),
    (FactKind.CARE, ANY): Limits(240, 550, "carers change seldom and schools ask once a year"),
    (FactKind.CARE, SourceKind.OLD_SYSTEM): Limits(0, 120, "a former system's entries were not dated"),
    (FactKind.ENROLMENT, ANY): Limits(120, 240, "every school returns its roll once a term"),
    (FactKind.ENROLMENT, SourceKind.FAMILY): Limits(30, 120, "only the school knows that a child is on its roll"),
    (FactKind.ENROLMENT, SourceKind.OLD_SYSTEM): Limits(0, 60, "a former system's entries were not dated"),
    (FactKind.ARRANGEMENT, ANY): Limits(190, 400, "arrangements outside schools are reviewed at least once a year"),
    (FactKind.REGISTRATION, ANY): Limits(240, 480, "practice lists arrive about twice a year"),
    (FactKind.REGISTRATION, SourceKind.FAMILY): Limits(120, 400, "families leave a practice without saying so"),
    (FactKind.NAME, ANY): Limits(400, 1100, "names change seldom"),
}

NEVER_CONFIRMED = "No source has confirmed it."


@dataclass(frozen=True)
class Freshness:
    """A mark (fresh, ageing, stale, contested) and the reason for it as a sentence."""

    mark: str
    why: str

    @property
    def word(self) -> str:
        return self.mark.capitalize()


def limits_for(kind: str, source_kind: str) -> Limits | None:
    """The limits of a kind of fact, as confirmed by a kind of source; None for what does not age (a number)."""
    return LIMITS.get((kind, source_kind)) or LIMITS.get((kind, ANY))


def freshness(fact: FactView, *, on: date) -> Freshness | None:
    """How sure a fact is on a day; None for a fact that has ended by then and for what does not age."""
    if fact.to_date is not None and fact.to_date < on:
        return None
    if fact.contested:
        return Freshness(CONTESTED, "Sources disagree.")
    return by_confirmation(fact, on=on)


def by_confirmation(fact: FactView, *, on: date) -> Freshness | None:
    """The same from the confirmation alone, whether or not another fact contests this one."""
    limits = limits_for(fact.kind, fact.confirmed_by_kind)
    if limits is None or not fact.source_name:
        return None
    if fact.confirmed_on is None:
        return Freshness(STALE, NEVER_CONFIRMED)
    days = (on - fact.confirmed_on).days
    mark = FRESH if days <= limits.fresh else AGEING if days <= limits.ageing else STALE
    return Freshness(mark, f"Last confirmed {words.count(max(days, 0), 'day')} before: {limits.because}.")
