"""Why a child stands in its line, in a sentence: from the facts, for the children of one page.

Only of children whom the reader has been shown: who may not see behind shields is listed no shielded child.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from childindex import words
from registry.balance import known
from registry.balance.lines import Line
from registry.dates import compulsory_school_age
from registry.dates.holding import holds, holds_on
from registry.disclosure import Summary

SPELLS = """
    SELECT e.child_id, s.name, e.from_date, e.to_date, e.status, e.leaving_regime, e.leaving_ground, e.destination,
           (SELECT max(n.day) FROM registry_said n JOIN registry_sourcerecord r ON r.id = n.source_record_id
            WHERE n.kind = 'enrolment' AND n.fact_id = e.id AND r.source_id = own.id)
    FROM registry_enrolment e JOIN registry_school s ON s.id = e.school_id
    LEFT JOIN childindex_source own ON own.code = 'school-' || s.urn
    WHERE e.child_id = ANY(%s) ORDER BY e.from_date NULLS FIRST, e.id
"""
ARRANGED = f"""
    SELECT f.child_id, f.kind, f.from_date, f.detail FROM registry_educationarrangement f
    WHERE f.child_id = ANY(%s) AND {holds("f", on="%s")}
"""
SINCE = "SELECT child_id, since FROM registry_balanceplace WHERE child_id = ANY(%s)"
SUBSIDIARY = ("S", "G")
KINDS = {Line.AT_HOME: "home_education", Line.OTHER: "other_provision", Line.MISSING: "case_open"}
KINDS[Line.AWAITING] = "awaiting_place"


@dataclass(frozen=True)
class Spell:
    """A place on a roll, and when the school itself said so last."""

    school: str
    from_date: date | None
    to_date: date | None
    status: str
    regime: str
    ground: str
    destination: str
    said_on: date | None

    def holds_on(self, day: date) -> bool:
        return holds_on(self.from_date, self.to_date, day)

    @property
    def since(self) -> str:
        return f"{self.school} since {words.day(self.from_date)}" if self.from_date else self.school


@dataclass
class Told:
    """What is known of one child."""

    child: Summary
    today: date
    since: date | None = None
    due: date | None = None
    spells: list[Spell] = field(default_factory=list)
    arranged: dict[str, tuple[date | None, str]] = field(default_factory=dict)

    @property
    def on_roll(self) -> list[Spell]:
        return [one for one in self.spells if one.holds_on(self.today)]

    @property
    def last(self) -> Spell | None:
        """The place that ended last."""
        ended = [one for one in self.spells if one.to_date and one.to_date < self.today]
        return max(ended, key=lambda one: one.to_date or date.min, default=None)


def reasons(children: Mapping[int, Summary], line: Line) -> dict[int, str]:
    """A sentence for each child of a line. Three queries, and what the rooms above know of running clocks."""
    today, ids = timezone.localdate(), list(children)
    told = {pk: Told(child, today) for pk, child in children.items()}
    for pk, *spell in _rows(SPELLS, [ids]):
        told[pk].spells.append(Spell(*spell))
    for pk, kind, since, detail in _rows(ARRANGED, [ids, today, today]):
        told[pk].arranged[kind] = (since, detail)
    for pk, since in _rows(SINCE, [ids]):
        told[pk].since = since
    if line in (Line.LEFT_WITHIN, Line.LEFT_BEYOND):
        for pk, due in known.clocks(today, ids).items():
            told[pk].due = due
    return {pk: _sentence(one, line) for pk, one in told.items()}


def _sentence(one: Told, line: Line) -> str:
    match line:
        case Line.CONFIRMED | Line.NOT_CONFIRMED | Line.NOT_SEEN | Line.OUTSIDE | Line.AFTER_IN | Line.ELSEWHERE:
            return _of_a_roll(one, line)
        case Line.DUAL | Line.CONFLICT:
            return f"On the rolls of {words.listed([spell.since for spell in one.on_roll])}."
        case Line.TO_COME:
            comes = next((spell for spell in one.spells if (spell.from_date or date.min) > one.today), None)
            return f"Starts at {comes.school} on {_day(comes.from_date)}." if comes else ""
        case Line.AT_HOME | Line.OTHER | Line.MISSING | Line.AWAITING:
            since, detail = one.arranged.get(KINDS[line], (None, ""))
            said = f"Since {words.day(since)}" if since else "Since a day that nobody has said"
            return " ".join(filter(None, [f"{said}.", f"{detail}." if detail else "", _last(one)]))
        case Line.LEFT_WITHIN | Line.LEFT_BEYOND:
            return _of_leaving(one)
        case Line.NO_ROLL | Line.AFTER_NOT:
            new = " New today." if one.since == one.today else ""
            return (_last(one) or "No school has ever said that it has the child.") + new
        case Line.BELOW:
            born = one.child.date_of_birth
            return f"School age begins on {words.day(compulsory_school_age(born).starts)}." if born else ""
    return f"Since {words.day(one.since)}." if one.since else ""


def _of_a_roll(one: Told, line: Line) -> str:
    spell = next((each for each in one.on_roll if each.status not in SUBSIDIARY), next(iter(one.on_roll), None))
    if spell is None:
        kinds = [_arranged(kind, since) for kind, (since, _) in one.arranged.items()]
        return f"{words.listed(kinds)}." if kinds else ""
    said = f"{spell.school} said so last on {words.day(spell.said_on)}." if spell.said_on else ""
    if line == Line.NOT_CONFIRMED and not said:
        said = f"{spell.school} has never said so itself."
    if line == Line.NOT_SEEN:
        said = f"{spell.school} has not seen the child."
    return " ".join(filter(None, [f"On the roll of {spell.since}.", said]))


def _arranged(kind: str, since: date | None) -> str:
    named = {"home_education": "Educated at home", "other_provision": "Other arranged education"}
    return f"{named.get(kind, kind)}{f' since {words.day(since)}' if since else ''}"


def _of_leaving(one: Told) -> str:
    spell = one.last
    if spell is None:
        return ""
    parts = [f"Left {spell.school} on {_day(spell.to_date)}"]
    if spell.ground:
        parts.append(f"ground {known.ground(spell.regime, spell.ground)}")
    if spell.destination:
        parts.append(f"for {spell.destination}")
    due = f" One should have by {words.day(one.due)}." if one.due else ""
    days = words.count((one.today - (spell.to_date or one.today)).days, "day")
    return f"{', '.join(parts)}. No school has reported the child since: {days}.{due}"


def _last(one: Told) -> str:
    spell = one.last
    return f"Left {spell.school} on {_day(spell.to_date)}." if spell else ""


def _day(day: date | None) -> str:
    return words.day(day) if day else "a day that nobody has said"


def _rows(statement: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
