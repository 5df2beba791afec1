"""Who lives with a child and who cares for one, as lines of the household page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from childindex import words
from registry.disclosure import CarerView, FactView, RecordView, Summary
from registry.models import Slot
from registry.views.facts import Group
from registry.views.links import fact_links
from registry.views.opening import address_of

WITHHELD = "withheld. Ask the index team to make contact."


def carer_links(number: str, fact: FactView) -> list[dict[str, str]]:
    """What may be done about a carer: their own details first, shared by every child they care for."""
    name = fact.carer.name if fact.carer else fact.text
    details = address_of("carer_edit", number, fact.id) if fact.is_open else ""
    own = [{"text": "Correct details", "href": details, "what": f"of {name}"}] if details else []
    return [*own, *fact_links(number, fact)]


def with_contact(carers: Group, view: RecordView) -> Group:
    """The carers, each with how to reach them."""
    rows = [{**row, "more": _contact(row["fact"].carer, view)} for row in carers.rows]
    return replace(carers, rows=rows)


def _contact(carer: CarerView, view: RecordView) -> list[str]:
    if "carer_contact" in view.withheld:
        return [f"Contact {WITHHELD}"]
    reached = [one for one in (carer.telephone, carer.other_telephone, carer.email) if one]
    lives = [carer.address.text] if carer.address else []
    return [*(reached or ["No telephone or email is recorded."]), *lives]


def others_at(view: RecordView, members: list[Summary]) -> Group:
    """The other children at the address, or why nobody is shown there."""
    return Group(
        code="members",
        title="Others at the address",
        kind="",
        rows=[_member(one) for one in members],
        earlier=[],
        empty=_nobody(view),
        withheld="Address" if "address" in view.withheld else "",
    )


def _nobody(view: RecordView) -> str:
    home = view.leading(Slot.HOME)
    if home is None or home.address is None:
        return "No address is recorded where this child lives now, so nobody can be shown there."
    if home.address.is_institution:
        what = home.address.kind_words.lower()
        return f"{home.address.text} is not a household ({what}). Those who live there are not shown together."
    return f"No other child is shown at {home.address.text}."


def _member(one: Summary) -> dict[str, Any]:
    born = f"Born {words.day(one.date_of_birth)} ({one.age})" if one.date_of_birth else "Date of birth missing"
    school = f"School {WITHHELD}" if "school" in one.withheld else one.school or "No school recorded"
    return {
        "key": one.sex_words,
        "value": one.name,
        "href": one.url,
        "tag": "Shielded" if one.shielded else "",
        "tone": "alert",
        "detail": f"{born}. {one.index_number}",
        "source": school,
    }
