"""Matching a list: whom each row is, as far as whoever asks may know.

A child behind a shield is, to who may not see behind it, as if not in the index at all: not found by what is hidden nor
by what is not, nobody's rival, and in no count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from childindex.tables import TableError
from registry import conflicts
from registry.intake.standing import standing_for
from registry.intake.weighing import MATCHED
from registry.linking.lists import Link, link
from registry.linking.looks import EVERYTHING, OPEN, Look
from registry.list_match.reading import Rows, rows_of
from registry.list_match.words import MANY, MATCH, NONE, POSSIBLE
from registry.matching.linking import Outcome
from registry.models import Child, IndexEntry, ListMatch, MatchStage
from registry.probing import sketching

AT_ONCE = 2_000
LETTERS = {Outcome.MATCH: MATCH, Outcome.POSSIBLE: POSSIBLE, Outcome.MANY: MANY, Outcome.NONE: NONE}
Progress = Callable[[int, int], None]


def match(asked: ListMatch, *, progress: Progress = lambda done, total: None) -> ListMatch:
    """Match every row and keep what was found: the same each time. A list that cannot be read is refused."""
    try:
        rows = rows_of(bytes(asked.content or b""), asked.headings)
    except TableError as error:
        asked.stage, asked.refusal = MatchStage.REFUSED, str(error)
        asked.save(update_fields=["stage", "refusal"])
        return asked
    hidden, look = hidden_from(asked), EVERYTHING if asked.by.may("see_shielded") else OPEN
    letters: list[str] = []
    children: list[int] = []
    for start in range(0, len(rows.claims), AT_ONCE):
        for letter, child_id in _matched(rows.claims[start : start + AT_ONCE], hidden, look):
            letters.append(letter)
            children.append(child_id)
        progress(len(letters), len(rows.claims))
    _keep(asked, rows, letters, children)
    sketching.note_list(asked, rows.claims)
    return asked


def hidden_from(asked: ListMatch) -> frozenset[int]:
    """The children of whom whoever asked may not be told: those behind shields, and their own family."""
    sees_shielded = asked.by.may("see_shielded")
    family = conflicts.family_of(asked.by, behind_shields=sees_shielded)
    if sees_shielded:
        return family
    return family | frozenset(IndexEntry.objects.filter(shielded=True).values_list("pk", flat=True))


def _keep(asked: ListMatch, rows: Rows, letters: Sequence[str], children: list[int]) -> None:
    asked.stage, asked.refusal = MatchStage.MATCHED, ""
    asked.rows, asked.numbers = len(rows.numbers), rows.numbers
    asked.children, asked.outcomes = children, "".join(letters)
    asked.save(update_fields=["stage", "refusal", "rows", "numbers", "children", "outcomes"])


def _matched(claims: Sequence[Mapping[str, str]], hidden: frozenset[int], look: Look) -> list[tuple[str, int]]:
    numbered = _by_index_number(claims, hidden)
    linked = link(columns_of(claims), whole=False, look=look, hidden=hidden)
    return [_outcome(claim, found, numbered) for claim, found in zip(claims, linked, strict=True)]


def _outcome(claim: Mapping[str, str], found: Link, numbered: Mapping[str, int]) -> tuple[str, int]:
    """Our own number says who is meant, unless everything else says that it is another."""
    meant = numbered.get(claim.get("index_number", ""))
    if meant is None:
        return LETTERS[found.outcome], found.child_id or 0
    if found.child_id not in (None, meant):
        return MANY, 0
    return MATCH, meant


def columns_of(claims: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """Claims as the matcher takes them."""
    columns = {name: [claim.get(name, "") for claim in claims] for name in MATCHED}
    columns["address"] = [_joined(claim, "saon", "paon", "street") for claim in claims]
    columns["carer"] = [_joined(claim, "carer_forename", "carer_surname") for claim in claims]
    return columns


def _joined(claim: Mapping[str, str], *keys: str) -> str:
    return " ".join(filter(None, (claim.get(key, "") for key in keys)))


def _by_index_number(claims: Sequence[Mapping[str, str]], hidden: frozenset[int]) -> dict[str, int]:
    """The children of these index numbers, each as the record that now stands for it."""
    numbers = {claim["index_number"] for claim in claims if claim.get("index_number")}
    found = dict(Child.objects.filter(index_number__in=numbers).values_list("index_number", "pk")) if numbers else {}
    stands = standing_for(found.values())
    return {number: stands[pk] for number, pk in found.items() if stands[pk] not in hidden and pk not in hidden}
