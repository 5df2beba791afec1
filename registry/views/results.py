"""Children in a list, in the words of the page: one plain row for each, made once, so that rendering stays cheap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from childindex import words
from registry.disclosure import Summary
from registry.disclosure.views import WITHHELD_WORDS
from registry.models import ChildState
from registry.search import Reason, Results
from registry.search.packing import ALIAS, FORMER, PREFERRED

Row = dict[str, Any]

LESS_LIKELY = "Less likely"
WITHHELD = f"Address {WITHHELD_WORDS}"


def groups_of(results: Results, children: dict[int, Summary], *, today: date) -> list[dict[str, Any]]:
    """The results of a page in one list or two: the strong ones, and beneath a line those less likely."""
    strong, weak = (
        [
            row_of(children[one.child_id], today=today, reasons=one.reasons)
            for one in results.page
            if one.strong is wanted and one.child_id in children
        ]
        for wanted in (True, False)
    )
    found = [{"title": "", "results": strong}, {"title": LESS_LIKELY, "results": weak}]
    return [group for group in found if group["results"]]


def row_of(child: Summary, *, today: date, reasons: Sequence[Reason] = ()) -> Row:
    """One child of a list. Other names are shown where they are why the child is there, or where nothing was asked.

    Why one of the reader's own family was found is not told: that the address fits says where the child lives.
    """
    born = child.date_of_birth
    reasons = () if child.withheld and not child.shielded else reasons
    about = [f"Born {words.day(born)} ({words.age(born, today)})" if born else "", child.sex_words.lower()]
    year = f", Year {child.year_group}" if (child.year_group or "").isdecimal() else ""
    return {
        "href": child.url,
        "name": child.name,
        "other_names": _other_names(child, reasons),
        "about": ", ".join(part for part in about if part),
        "place": WITHHELD if "address" in child.withheld else child.address or "No address recorded",
        "school": f"{child.school}{year}" if child.school else "",
        "index_number": child.index_number,
        "tags": _tags(child) if child.shielded or child.state != ChildState.LIVE else (),
        "why": words.sentence(" · ".join(reason.words for reason in reasons)),
    }


def _other_names(child: Summary, reasons: Sequence[Reason]) -> str:
    standings = {reason.standing for reason in reasons}
    former = child.former_names if FORMER in standings else ()
    others = child.other_names if not reasons or standings & {PREFERRED, ALIAS} else ()
    said = [(others, "Also"), (former, "Formerly")]
    return ". ".join(f"{word} {words.listed(names)}" for names, word in said if names)


def _tags(child: Summary) -> list[dict[str, str]]:
    tags = [{"text": "Shielded", "tone": "alert"}] if child.shielded else []
    if child.state != ChildState.LIVE:
        tags.append({"text": str(ChildState(child.state).label), "tone": "info"})
    return tags
