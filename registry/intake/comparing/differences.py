"""What a row says otherwise than the index, or says again; and on what terms a list is compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from registry.intake.holding import HeldFact

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

    `fact` is the row confirmed, changed, set or ended; `values` what is written; `was` and `now` are for people. One
    that `completes` says what was not known yet, as a first name does of a baby not yet named.
    """

    says: str
    do: str
    kind: str = ""
    fact: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    was: str = ""
    now: str = ""
    why: str = ""
    completes: bool = False

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

    `school_id` and `practice_id` are those that the row, or else its source, names; `destination_id` is the school that
    a leaver goes to, where the index holds it.
    """

    source_id: int
    as_of: date
    rules: Mapping[str, str]
    school_id: int | None = None
    practice_id: int | None = None
    destination_id: int | None = None
    is_council: bool = False


def instead(
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
