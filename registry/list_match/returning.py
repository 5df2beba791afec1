"""What is given back of a matched list, read afresh whenever it is fetched: whoever was shielded since is not in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from django.db import connection

from childindex.models import User
from registry import precedence
from registry.disclosure import Context, disclose, shielded_among
from registry.intake.standing import standing_for
from registry.list_match.reading import opened
from registry.list_match.shapes import returned
from registry.list_match.words import MATCH, NONE, SAID
from registry.models import ListMatch, Returned, Slot

AT_ONCE = 2_000
OUTCOME = "Match outcome"
HEADINGS = {
    returned.value: f"Matched {str(returned.label)[0].lower()}{str(returned.label)[1:]}" for returned in Returned
}
HEADINGS |= {kind: f"Matched {Returned(kind).label}" for kind in (Returned.UPN, Returned.ULN, Returned.NHS_NUMBER)}
WANTED = "SELECT unnest(%(children)s::bigint[])"
NUMBER = """
    SELECT f.child_id, f.value FROM ({ranked}) r JOIN registry_identifier f ON r.place = 1 AND f.id = r.fact_id
"""
POSTCODE = """
    SELECT f.child_id, a.postcode FROM ({ranked}) r JOIN registry_residence f ON r.place = 1 AND f.id = r.fact_id
    JOIN registry_address a ON a.id = f.address_id WHERE f.standing = 'lives_here'
"""
READ_BY: dict[str, tuple[str, Slot]] = {
    Returned.UPN: (NUMBER, Slot.UPN),
    Returned.ULN: (NUMBER, Slot.ULN),
    Returned.NHS_NUMBER: (NUMBER, Slot.NHS_NUMBER),
    Returned.POSTCODE: (POSTCODE, Slot.HOME),
}
Values = dict[str, str]


def counts(asked: ListMatch, *, to: User) -> dict[str, int]:
    """How many rows came to each outcome, as far as this person may know."""
    found = Counter(_outcomes(asked, Context(user=to)))
    return {letter: found[letter] for letter in SAID}


def given_back(asked: ListMatch, *, to: Context) -> bytes:
    """The file with what was found. Every child in it is handed out in the context, and so recorded."""
    outcomes = _outcomes(asked, to)
    stands = standing_for(set(asked.children) - {0})
    whom = [stands[child] if outcome == MATCH else 0 for child, outcome in zip(asked.children, outcomes, strict=True)]
    values = _values(set(whom) - {0}, asked.wanted, to)
    content = bytes(asked.content or b"")
    added: dict[int, Sequence[str]] = {
        number: [SAID[outcome], *(values.get(child, {}).get(kind, "") for kind in asked.wanted)]
        for number, outcome, child in zip(asked.numbers, outcomes, whom, strict=True)
    }
    with opened(content) as table:
        added[table.first] = [OUTCOME, *(HEADINGS[kind] for kind in asked.wanted)]
        return returned(content, table, added)


def _outcomes(asked: ListMatch, to: Context) -> str:
    """The letters of all rows. One whose child is behind a shield that hides it now, or is of the reader's own family,
    is as one that found nobody."""
    children = {child for child in asked.children if child}
    hidden = (children & to.family) | (set() if to.may_see_shielded else shielded_among(children))
    if not hidden:
        return asked.outcomes
    rows = zip(asked.outcomes, asked.children, strict=True)
    return "".join(NONE if child in hidden else letter for letter, child in rows)


def _values(child_ids: Iterable[int], wanted: Sequence[str], to: Context) -> dict[int, Values]:
    """What is returned of each child who may be shown: read through disclosure, a part at a time."""
    found: dict[int, Values] = {}
    queue = iter(sorted(child_ids))
    while part := list(islice(queue, AT_ONCE)):
        for child_id, view in disclose(part, to=to).items():
            said = {Returned.INDEX_NUMBER.value: view.index_number, Returned.SCHOOL.value: view.school or ""}
            found[child_id] = {} if view.withheld else said
        _add_facts(found, [child_id for child_id in part if found.get(child_id)], wanted)
    return found


def _add_facts(found: Mapping[int, Values], child_ids: list[int], wanted: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for kind in wanted:
            if kind in READ_BY:
                statement, slot = READ_BY[kind]
                ranked = precedence.ranked(slot, children=WANTED)
                cursor.execute(statement.format(ranked=ranked), {"children": child_ids})
                for child_id, value in cursor.fetchall():
                    found[child_id][kind] = value
