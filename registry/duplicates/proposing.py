"""Writing down which pairs of records may be one child, each once, and taking off the list what is no longer found.

What a person said of a pair stands, whatever is found later, with one exception: where the two have come to agree by
much more than they did when somebody kept them apart, the pair is proposed again, and a person looks again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray

from registry import sealing
from registry.matching.columns import COLUMNS, People
from registry.matching.comparing import Pairs
from registry.matching.duplicates import Suspects
from registry.matching.explaining import Explanation, explain
from registry.matching.model import Model
from registry.matching.rules import Flag
from registry.matching.scoring import Frequencies
from registry.models import Suspicion, SuspicionState, Verdict, Weights

MUCH_MORE = 6.0
AT_ONCE = 1000
TURN = 0x51EEA
STANDING_DECISIONS = """
    WITH RECURSIVE stood_for(id, by_id) AS (
        SELECT id, id FROM unnest(%(ids)s::bigint[]) id
      UNION ALL
        SELECT c.id, s.by_id FROM stood_for s JOIN registry_child c ON c.superseded_by_id = s.id
    )
    SELECT DISTINCT ON (d.first_id, d.second_id) one.by_id, other.by_id, d.verdict
    FROM registry_decision d JOIN stood_for one ON one.id = d.first_id JOIN stood_for other ON other.id = d.second_id
    ORDER BY d.first_id, d.second_id, d.id DESC
"""
Pair = tuple[int, int]
Proposals = Mapping[Pair, Mapping[str, Any]]


@dataclass
class Proposed:
    """What became of what was found: newly proposed, proposed again, left as it was, and taken off the list."""

    proposed: int = 0
    again: int = 0
    kept: int = 0
    taken_off: int = 0

    def __add__(self, other: Proposed) -> Proposed:
        return Proposed(
            self.proposed + other.proposed,
            self.again + other.again,
            self.kept + other.kept,
            self.taken_off + other.taken_off,
        )


def proposals(
    people: People,
    suspects: Suspects,
    *,
    model: Model,
    weights: Weights,
    common: Frequencies,
    shared_homes: frozenset[str],
) -> dict[Pair, dict[str, Any]]:
    """What there is to say of each pair, by the ids of the two in order."""
    pairs = Pairs(people, people, suspects.second, suspects.first)
    explained = explain(pairs, model, common, shared_homes)
    found = {}
    for place in range(len(suspects)):
        first, second = int(suspects.first[place]), int(suspects.second[place])
        found[int(people.ids[first]), int(people.ids[second])] = {
            "score": round(float(suspects.score[place]), 2),
            "may_be_twins": bool(suspects.flags[place] & Flag.TWINS),
            "reasons": _reasons(explained[place]),
            "weights_id": weights.pk,
            "compared": _compared(people, first, second),
        }
    return found


def _reasons(explanation: Explanation) -> list[list[Any]]:
    return [[part.field, part.level, round(part.bits, 2)] for part in explanation.parts]


def _compared(people: People, first: int, second: int) -> str:
    """A digest of all that was compared of two records."""
    text = "\x1e".join("\x1f".join(people.value(name, row) for name in COLUMNS) for row in (first, second))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def propose(found: Proposals) -> Proposed:
    """Write down what is new, and what is known already where it reads otherwise now. Inside the open act."""
    _one_at_a_time()
    sealed = sealing.pairs_among(found)
    found = {pair: said for pair, said in found.items() if pair not in sealed}
    told, known, apart = Proposed(), _known(found), _said_to_be_two(found)
    new = []
    for pair, said in found.items():
        suspicion = known.get(pair)
        if suspicion is None:
            state = SuspicionState.DIFFERENT if pair in apart else SuspicionState.PROPOSED
            new.append(Suspicion(first_id=pair[0], second_id=pair[1], state=state, **said))
            told.proposed += state == SuspicionState.PROPOSED
        elif suspicion.compared == said["compared"] or not _say_otherwise(suspicion, said):
            told.kept += 1
        else:
            told.again += 1
    Suspicion.objects.bulk_create(new, batch_size=AT_ONCE)
    return told


def _one_at_a_time() -> None:
    """Until this transaction ends nobody else proposes, so that two cannot propose one pair at the same moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])


def _say_otherwise(suspicion: Suspicion, said: Mapping[str, Any]) -> bool:
    """Take in what the two records say now. True where that puts somebody's decision in question."""
    contradicts = suspicion.state == SuspicionState.DIFFERENT and said["score"] > suspicion.score + MUCH_MORE
    if suspicion.state == SuspicionState.DIFFERENT and not contradicts:
        return False  # it keeps the score by which it was decided
    for name, value in said.items():
        setattr(suspicion, name, value)
    if contradicts:
        suspicion.state, suspicion.put_off_until = SuspicionState.PROPOSED, None
        suspicion.proposed_on = timezone.localdate()
    suspicion.save()
    return contradicts


def _known(found: Iterable[Pair]) -> dict[Pair, Suspicion]:
    firsts = {first for first, _ in found}
    known = Suspicion.objects.filter(first__in=firsts).order_by("pk").select_for_update()
    return {(one.first_id, one.second_id): one for one in known}


def _said_to_be_two(found: Iterable[Pair]) -> set[Pair]:
    """Pairs that somebody decided elsewhere to be two children, of themselves or of records that they stand for."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING_DECISIONS, {"ids": sorted({child for pair in found for child in pair})})
        standing = cursor.fetchall()
    return {(min(pair), max(pair)) for *pair, verdict in standing if verdict == Verdict.NOT_SAME}


def take_off(standing: Iterable[tuple[int, int, int]], found: Proposals) -> int:
    """Remove proposals (each id, first, second) that were not found again; their history stays. Inside the open act."""
    gone = np.array([pk for pk, first, second in standing if (first, second) not in found], dtype=np.int64)
    for batch in _in_parts(gone):
        Suspicion.objects.filter(pk__in=batch.tolist()).delete()
    return len(gone)


def _in_parts(ids: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    return np.array_split(ids, len(ids) // AT_ONCE + 1)
