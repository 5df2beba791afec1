"""What is known of a source's references: whose they are, and what people said about whom the source means by them.

A verdict about a record that was superseded is one about the record that stands for it; where the two are taken apart,
it is about the record that it was said of. The latest about a reference and a child counts, and none whose act was
undone. People contradict each other where a reference is *the same* as two children, or where one is the same child and
somebody has since kept that child apart from another whom the reference stands for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from childindex.models import Source
from registry.linking.looks import OPEN, Look
from registry.matching.known import Known, Standing
from registry.models import Verdict

SAID = """
    WITH RECURSIVE said(id, act_id, reference, child_id, verdict) AS (
        SELECT r.id, r.act_id, r.reference, r.child_id, r.verdict FROM registry_recognition r
        WHERE r.source_id = %(source)s AND r.reference = ANY(%(references)s)
        AND NOT EXISTS (SELECT FROM childindex_act u WHERE u.undoes_id = r.act_id)
      UNION ALL
        SELECT 0, 0, s.reference, s.child_id, '' FROM registry_sourcerecord s
        WHERE s.source_id = %(source)s AND s.reference = ANY(%(references)s) AND s.child_id IS NOT NULL
    ), stands AS (
        SELECT * FROM said
      UNION ALL
        SELECT s.id, s.act_id, s.reference, c.superseded_by_id, s.verdict
        FROM stands s JOIN registry_child c ON c.id = s.child_id WHERE c.superseded_by_id IS NOT NULL
    )
    SELECT DISTINCT ON (s.reference, s.child_id) s.reference, s.child_id, s.verdict, s.act_id
    FROM stands s JOIN registry_indexentry e ON e.child_id = s.child_id
    WHERE CASE WHEN e.shielded THEN %(shielded)s ELSE %(open)s END
    ORDER BY s.reference, s.child_id, s.id DESC
"""
# Decisions of two records stand between the records that stand for them now.
APART = """
    WITH RECURSIVE stands(id, stands_for) AS (
        SELECT id, id FROM registry_child WHERE id = ANY(%(children)s)
      UNION
        SELECT s.id, c.id FROM stands s JOIN registry_child c ON c.superseded_by_id = s.stands_for
    ), latest AS (
        SELECT DISTINCT ON (d.first_id, d.second_id) one.id AS one_id, other.id AS other_id, d.verdict, d.act_id
        FROM registry_decision d
        JOIN stands one ON one.stands_for = d.first_id JOIN stands other ON other.stands_for = d.second_id
        WHERE one.id <> other.id
        ORDER BY d.first_id, d.second_id, d.id DESC
    )
    SELECT one_id, other_id, act_id FROM latest WHERE verdict = %(not_same)s
"""
STANDINGS = {"": Standing.JOINED, Verdict.SAME: Standing.SAME, Verdict.NOT_SAME: Standing.APART}


@dataclass(frozen=True)
class Said:
    """What is known of one reference and one child of the index; `act` is by which that was said, 0 for a link."""

    child_id: int
    standing: Standing
    act: int


References = dict[str, list[Said]]


def said_of(source: Source, references: Iterable[str], *, look: Look = OPEN) -> References:
    """What is known of each reference under which a source knows a child; '' is none."""
    wanted: dict[str, Any] = {
        "source": source.pk,
        "references": list(dict.fromkeys(filter(None, references))),
        "shielded": look.obeys_own_words,
        "open": look.sees_open,
    }
    found: References = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(SAID, wanted)
        for reference, child_id, verdict, act in cursor.fetchall():
            found[reference].append(Said(child_id, STANDINGS[verdict], act))
    return dict(found)


def contradicted(said: References) -> set[str]:
    """The references that somebody said are one child, who has been kept apart since from another they stand for."""
    several = {reference: each for reference, each in said.items() if _names_two(each)}
    if not several:
        return set()
    apart = _kept_apart({one.child_id for each in several.values() for one in each})
    return {reference for reference, each in several.items() if _are_apart(each, apart)}


def known_of(
    references: Sequence[str], said: References, numbered: Iterable[tuple[int, int, bool]], child_ids: Sequence[int]
) -> Known:
    """What is known of the rows of a list by their references, and whose their numbers are or were.

    `numbered` are rows and children who share a number, and whether it is a UPN. `child_ids` are the children compared,
    in order; whoever is not among them is left out.
    """
    places = {child_id: place for place, child_id in enumerate(child_ids)}
    pairs: dict[tuple[int, int], tuple[int, bool]] = {}
    for row, child_id, by_upn in numbered:
        if child_id in places:
            pairs[row, places[child_id]] = Standing.NEW, by_upn
    for row, each in _by_row(references, said):
        if each.child_id in places:
            pair = row, places[each.child_id]
            pairs[pair] = each.standing, pairs.get(pair, (0, False))[1]
    doubtful = contradicted(said)
    rows = [row for row, reference in enumerate(references) if reference in doubtful]
    return Known.of(((*pair, *what) for pair, what in pairs.items()), rows)


def _by_row(references: Sequence[str], said: References) -> Iterator[tuple[int, Said]]:
    for row, reference in enumerate(references):
        for each in said.get(reference, ()):
            yield row, each


def _names_two(said: list[Said]) -> bool:
    standings = [one.standing for one in said if one.standing != Standing.APART]
    return Standing.SAME in standings and len(standings) > 1


def _kept_apart(child_ids: set[int]) -> dict[frozenset[int], int]:
    """Of these children, which somebody said are two, with the act by which it was said last."""
    found: dict[frozenset[int], int] = {}
    with connection.cursor() as cursor:
        cursor.execute(APART, {"children": list(child_ids), "not_same": Verdict.NOT_SAME})
        for one, other, act in cursor.fetchall():
            pair = frozenset((one, other))
            found[pair] = max(act, found.get(pair, 0))
    return found


def _are_apart(said: list[Said], apart: dict[frozenset[int], int]) -> bool:
    named = [one for one in said if one.standing == Standing.SAME]
    others = [one for one in said if one.standing in (Standing.JOINED, Standing.SAME)]
    return any(
        apart.get(frozenset((one.child_id, other.child_id)), 0) > one.act
        for one in named
        for other in others
        if other is not one
    )
