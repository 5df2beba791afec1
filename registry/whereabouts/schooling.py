"""Sentences about a child's school, other education, and GP practice."""

from __future__ import annotations

from childindex import words
from registry.dates import compulsory_school_age
from registry.disclosure import FactView, RecordView
from registry.models import ArrangementKind, ChildState, Slot, YearGroup
from registry.whereabouts.homes import WITHHELD, current
from registry.whereabouts.spoken import Spoken
from registry.whereabouts.telling import Day, Sentence, telling, unknown


def school(view: RecordView, who: Spoken, day: Day) -> list[Sentence]:
    """Which school the child is at, and what stands in for one; then other rolls and schools to come."""
    if "school" in view.withheld:
        return [Sentence("school", f"School {WITHHELD}")]
    lead = view.leading(Slot.SCHOOL)
    on_rolls = current(view.enrolments, day)
    arranged = [_arranged(fact, who, day) for fact in current(view.arrangements, day)]
    found = [telling("school", _at_school(lead, who), lead, day)] if lead else []
    found += [_also_on_roll(fact, who, day) for fact in on_rolls if fact is not lead and not fact.contested]
    return [*(found or ([] if arranged else [_nowhere(view, who, day)])), *arranged, *_to_come(view, who, day)]


def _at_school(lead: FactView, who: Spoken) -> str:
    assert lead.school is not None
    since = f", on roll since {words.day(lead.from_date)}" if lead.from_date else ", on roll"
    return f"{who.opens('is')} {_in_year(lead)}at {lead.school.name}{since}."


def _in_year(fact: FactView) -> str:
    code = fact.values.get("year_group", "")
    return f"in {YearGroup(code).label} " if code not in ("", YearGroup.NOT_FOLLOWED) else ""


def _also_on_roll(fact: FactView, who: Spoken, day: Day) -> Sentence:
    text = f"{who.opens('is')} also registered at {fact.text} ({fact.label[:1].lower()}{fact.label[1:]})."
    return telling("other_school", text, fact, day)


def _to_come(view: RecordView, who: Spoken, day: Day) -> list[Sentence]:
    coming = [fact for fact in view.enrolments if fact.from_date and fact.from_date > day.on]
    return [
        telling("school_to_come", f"{who.opens('is')} to join {fact.text} on {words.day(fact.from_date)}.", fact, day)
        for fact in coming
        if fact.from_date
    ]


def _arranged(fact: FactView, who: Spoken, day: Day) -> Sentence:
    match fact.values["kind"]:
        case ArrangementKind.HOME_EDUCATION:
            said = f"{who.opens('is')} educated at home"
        case ArrangementKind.AWAITING_PLACE:
            said = f"{who.opens('is')} awaiting a school place"
        case ArrangementKind.CASE_OPEN:
            said = f"{who.opens('is')} missing education, and a case is open"
        case _:
            said = f"{who.opens('has')} other arranged education"
    detail = f" ({fact.values['detail']})" if fact.values.get("detail") else ""
    since = f", since {words.day(fact.from_date)}" if fact.from_date else ""
    return telling("arrangement", f"{said}{detail}{since}.", fact, day)


def _nowhere(view: RecordView, who: Spoken, day: Day) -> Sentence:
    """No roll and no other education: whether that is to be expected depends on the child's age."""
    how = _last_roll(view, day)
    none = f"No school is recorded for {who.object}"
    if view.state in (ChildState.MOVED_AWAY, ChildState.ARCHIVED):
        return Sentence("school", f"{none}.", how=how)
    if view.date_of_birth is None:
        missing = f"{none}, and {who.possessive} date of birth is missing."
        return unknown("school", missing, how=how)
    age = compulsory_school_age(view.date_of_birth)
    if day.on < age.starts:
        below = f"{who.opens('is')} below compulsory school age, which begins on {words.day(age.starts)}."
        return Sentence("school", below, how=how)
    if day.on > age.ends:
        over = f"{who.opens('is')} over compulsory school age, and no school is recorded for {who.object}."
        return Sentence("school", over, how=how)
    due = f"{none}, and {who.does('is')} of compulsory school age."
    return unknown("school", due, how=how)


def _last_roll(view: RecordView, day: Day) -> str:
    past = [fact for fact in view.enrolments if fact.to_date and fact.to_date < day.on]
    if not past:
        return ""
    last = max(past, key=lambda fact: fact.to_date or day.on)
    assert last.to_date is not None
    return f"Last on roll at {last.text}, until {words.day(last.to_date)}."


def practice(view: RecordView, who: Spoken, day: Day) -> list[Sentence]:
    """Which GP practice the child is registered with."""
    if "practice" in view.withheld:
        return [Sentence("practice", f"GP practice {WITHHELD}")]
    lead = view.leading(Slot.PRACTICE)
    if lead is None:
        return [unknown("practice", f"No GP practice is recorded for {who.object}.")]
    return [telling("practice", f"{who.opening_possessive} GP practice is {lead.text}.", lead, day)]
