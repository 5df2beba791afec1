"""What may be done about a fact, as links beside it."""

from __future__ import annotations

from collections.abc import Callable

from registry.disclosure import FactView
from registry.views.opening import address_of

OwnLinks = Callable[[str, FactView], list[dict[str, str]]]


def fact_links(number: str, fact: FactView) -> list[dict[str, str]]:
    """Change, correct, end; pin where sources disagree. Those whose pages there are."""
    offered = [("Correct", "fact_correct")]
    if fact.is_open:
        offered = [("Change", "fact_change"), ("Correct", "fact_correct"), ("End", "fact_end")]
    if fact.pinned:
        offered.append(("Unpin", "fact_unpin"))
    elif fact.contested:
        offered.append(("Pin", "fact_pin"))
    what = f"{fact.label}: {fact.text}"
    found = [(text, address_of(name, number, fact.kind, fact.id)) for text, name in offered]
    return [{"text": text, "href": href, "what": what} for text, href in found if href]
