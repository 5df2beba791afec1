"""Rows of one list about one child: those that belong together, and those between which a person must choose.

A list of contacts has a row for each contact of a child, all under the child's one reference. Such rows belong together
where they say the same of the child; what they say of carers is of one carer each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from registry.intake.asking import Asks, asks, codes_of
from registry.intake.contacts import OF_CONTACTS
from registry.intake.open_rows import Weighable

TWICE = "Another row of this file is about the same child."


def follow_each_other(rows: Iterable[Weighable]) -> None:
    """Where one of the rows that belong together is known to be a child's, so are those that were only likely to be."""
    for same in _by(rows, lambda row: row.claim.get("reference")):
        children = {row.child_id for row in same if row.child_id}
        if len(same) > 1 and len(children) == 1 and belong_together(same):
            for row in same:
                if codes_of(row.questions) <= {Asks.POSSIBLE}:
                    row.child_id, row.questions = next(iter(children)), []


def ask_about_twice(rows: Iterable[Weighable]) -> None:
    """Two rows of one list about one child: which of them is right is for a person to say."""
    for same in _by(rows, lambda row: row.child_id):
        if len(same) > 1 and not belong_together(same):
            for row in same:
                other = next(each for each in same if each is not row)
                row.questions = [asks(Asks.TWICE, TWICE, beside=other.number)]


def belong_together(rows: Sequence[Weighable]) -> bool:
    """Whether rows are one source's word about one child: one reference, and the same said of all but carers."""
    has_reference = all(row.claim.get("reference") or row.claim.get("index_number") for row in rows)
    return has_reference and all(_of_the_child(row) == _of_the_child(rows[0]) for row in rows[1:])


def _by(rows: Iterable[Weighable], key: Callable[[Weighable], Any]) -> Iterable[list[Weighable]]:
    found: dict[Any, list[Weighable]] = defaultdict(list)
    for row in rows:
        if key(row):
            found[key(row)].append(row)
    return found.values()


def _of_the_child(row: Weighable) -> dict[str, str]:
    return {key: value for key, value in row.claim.items() if key not in OF_CONTACTS}
