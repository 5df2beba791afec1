"""Two records that may be of one child, in words: how likely, why, since when, and who else may be concerned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone

from childindex import words
from registry import disclosure
from registry.disclosure import Context, FactView, RecordView, Summary
from registry.matching.explaining import TITLES, Part, again
from registry.merging.decisions import against
from registry.merging.stops import said_of
from registry.models import Suspicion, SuspicionState
from registry.views.households import others_at

VERY_LIKELY, LIKELY = 6.0, 0.0
OTHERS_COLUMNS = ["Child", "Born", "Sex", "Home", "Why here"]
ENROLMENT_COLUMNS = ["School", "From", "To", "Said by"]
WEIGHTIEST = 3


def likelihood(score: float) -> str:
    """How likely two records are of one child, in the three words of the list."""
    return "Very likely" if score >= VERY_LIKELY else "Likely" if score >= LIKELY else "Possible"


def row(one: Suspicion, children: dict[int, Summary], href: str) -> list[Any]:
    """One line of the list."""
    first, second = children[one.first_id], children[one.second_id]
    names = first.name if first.name == second.name else f"{first.name} and {second.name}"
    warning = {"tag": "May be twins", "tone": "alert"} if one.may_be_twins else {}
    return [
        {"text": names, "href": href, "note": f"{_born(first, second)}{first.index_number} and {second.index_number}"},
        {"text": likelihood(one.score), **warning},
        _in_short(one),
        words.sentence(words.ago(one.proposed_on, timezone.localdate())),
        _asked_of(one),
    ]


def _born(first: Summary, second: Summary) -> str:
    days = dict.fromkeys(words.day(one.date_of_birth) for one in (first, second) if one.date_of_birth)
    return f"Born {words.listed(list(days), 'or')}. " if days else ""


def _in_short(one: Suspicion) -> str:
    """What speaks most for one child."""
    told = [part.said for part in again(one.reasons) if part.bits > 0][:WEIGHTIEST]
    return words.sentence("; ".join(said.removeprefix("The ") for said in told)) if told else "Little of anything"


def _asked_of(one: Suspicion) -> dict[str, str]:
    later = one.put_off_until and one.put_off_until > timezone.localdate()
    note = f"Later: from {words.day(one.put_off_until)}" if later and one.put_off_until else ""
    return {"text": one.owner.full_name if one.owner else "Nobody", "note": note}


def reasons(one: Suspicion) -> list[dict[str, Any]]:
    """Every part of the score as a sentence and a bar, the weightiest first."""
    return reasons_of(one.reasons)


def reasons_of(written: Iterable[Any]) -> list[dict[str, Any]]:
    """The same from the parts as they are written down."""
    parts = again(written)
    most = max((abs(part.bits) for part in parts), default=1.0)
    return [_reason(part, most) for part in parts]


def _reason(part: Part, most: float) -> dict[str, Any]:
    return {
        "title": words.sentence(TITLES[part.field]),
        "sentence": part.sentence,
        "value": abs(part.bits),
        "most": most,
        "tone": "good" if part.bits >= 0 else "alert",
    }


def decided(one: Suspicion) -> list[str]:
    """What people have done about the pair so far, in sentences."""
    told = [said_of(decision) for decision in against(one.first, one.second)]
    if told and one.state == SuspicionState.PROPOSED:
        told.append("Since then the two records have come to agree by much more. Please look again.")
    if one.state == SuspicionState.SAME:
        told.append("Somebody said that they are the same child. They are not merged yet.")
    if one.owner and one.state == SuspicionState.PROPOSED:
        told.append(f"{one.owner.full_name} was asked: {one.note}")
    return told


def beneath(view: RecordView, members: list[Summary], *, other: RecordView) -> dict[str, Any]:
    """What stands beneath one of the two records: whom it lives with, and the rolls it is or was on."""
    shown = [member for member in members if member.child_id != other.child_id]
    return {
        "number": view.index_number,
        "home": others_at(view, shown),
        "enrolments": [_enrolment(fact) for fact in view.enrolments],
        "columns": ENROLMENT_COLUMNS,
    }


def _enrolment(fact: FactView) -> list[str]:
    days = [words.day(day) if day else "" for day in (fact.from_date, fact.to_date)]
    return [fact.text, days[0] or "Not known", days[1] or "Still on roll", fact.source_name]


def others(one: Suspicion, twins: Iterable[Summary], *, to: Context) -> list[list[Any]]:
    """Third records that matter: who is of the family and was born on the same day, and who else is on the list."""
    both = {one.first_id, one.second_id}
    listed = _also_listed(both, to=to)
    summaries = disclosure.disclose(sorted(listed), to=to)
    found = {pk: (summaries[pk], "On the list with one of the two") for pk in listed if pk in summaries}
    found |= {twin.child_id: (twin, "Of the family, born on the same day") for twin in twins}
    return [_other(summary, why) for summary, why in found.values()]


def _also_listed(both: set[int], *, to: Context) -> set[int]:
    pairs = Suspicion.objects.may_be_told(behind_shields=to.may_see_shielded, family=to.family).filter(
        state=SuspicionState.PROPOSED
    )
    touching = pairs.filter(Q(first__in=both) | Q(second__in=both)).values_list("first", "second")
    return {pk for pair in touching for pk in pair} - both


def _other(one: Summary, why: str) -> list[Any]:
    return [
        {"text": one.name, "href": one.url, "note": one.index_number},
        words.day(one.date_of_birth) if one.date_of_birth else "Not given",
        one.sex_words,
        one.address or "Not given",
        why,
    ]
