"""Comparing the whole index with itself, and keeping what it finds for people to look at.

Each block of records is an act of its own, so that a sweep may be stopped at any time and begun again; what stands
already is left as it is. A pair that somebody said is two children is proposed again only where what was compared has
changed. What is proposed and no longer found, since a record was put right or merged, is taken off the list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from childindex import acts
from childindex.models import Source, User
from registry.duplicates.reading import index_people, institutions
from registry.matching.columns import COLUMNS, People
from registry.matching.comparing import Pairs
from registry.matching.duplicates import Suspects, learn_within, sweep
from registry.matching.explaining import Explanation, explain
from registry.matching.linking import Linker
from registry.matching.model import Model
from registry.matching.rules import Flag
from registry.models import Decision, Suspicion, SuspicionState, Verdict

REASON_CODE = "sought_duplicates"
ENGINE = "1"
Pair = tuple[int, int]
Progress = Callable[[int, int], None]


@dataclass
class Swept:
    """What a sweep did: records compared, pairs newly proposed, proposed again, kept as decided, and taken off."""

    records: int = 0
    proposed: int = 0
    again: int = 0
    kept: int = 0
    taken_off: int = 0


def sweep_index(*, by: User | None, progress: Progress = lambda done, total: None) -> Swept:
    """Compare every record with every other that shares enough with it, and propose those that may be one child."""
    people, swept = index_people(), Swept()
    swept.records = len(people)
    if not swept.records:
        return swept
    linker, shared_homes = Linker.of(people), institutions()
    model = learn_within(linker)
    found: set[Pair] = set()
    for done, suspects in sweep(linker, model, shared_homes, least=model.thresholds.possible):
        proposals = _proposals(linker, model, suspects, shared_homes)
        with acts.act(by=by, source=Source.council(), reason_code=REASON_CODE, reason=_said(model)):
            _propose(proposals, swept)
        found |= proposals.keys()
        progress(done, len(people))
    with acts.act(by=by, source=Source.council(), reason_code=REASON_CODE, reason=_said(model)):
        swept.taken_off = _take_off(found)
    return swept


def _said(model: Model) -> str:
    return f"Weights {_engine(model)}"


def _engine(model: Model) -> str:
    return f"{model.name} {model.version}, matcher {ENGINE}"


def _proposals(
    linker: Linker, model: Model, suspects: Suspects, shared_homes: frozenset[str]
) -> dict[Pair, dict[str, Any]]:
    """What there is to say of each pair, by the ids of the two in order."""
    people = linker.index
    pairs = Pairs(people, people, suspects.second, suspects.first)
    explained = explain(pairs, model, linker.common, shared_homes)
    found = {}
    for place in range(len(suspects)):
        first, second = int(suspects.first[place]), int(suspects.second[place])
        found[int(people.ids[first]), int(people.ids[second])] = {
            "score": round(float(suspects.score[place]), 2),
            "may_be_twins": bool(suspects.flags[place] & Flag.TWINS),
            "reasons": _reasons(explained[place]),
            "engine": _engine(model),
            "compared": _compared(people, first, second),
        }
    return found


def _reasons(explanation: Explanation) -> list[list[Any]]:
    return [[part.field, part.level, round(part.bits, 2)] for part in explanation.parts]


def _compared(people: People, first: int, second: int) -> str:
    """A digest of all that was compared of two records."""
    text = "\x1e".join("\x1f".join(people.value(name, row) for name in COLUMNS) for row in (first, second))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _propose(proposals: dict[Pair, dict[str, Any]], swept: Swept) -> None:
    """Write down what is new, and what is known already where it reads otherwise now."""
    known = _known(proposals)
    apart = _said_to_be_two(proposals)
    new = []
    for pair, said in proposals.items():
        suspicion = known.get(pair)
        if suspicion is None:
            state = SuspicionState.DIFFERENT if pair in apart else SuspicionState.PROPOSED
            new.append(Suspicion(first_id=pair[0], second_id=pair[1], state=state, **said))
            swept.proposed += state == SuspicionState.PROPOSED
        elif suspicion.compared == said["compared"]:
            swept.kept += 1
        else:
            swept.again += suspicion.state == SuspicionState.DIFFERENT
            _say_otherwise(suspicion, said)
    Suspicion.objects.bulk_create(new, batch_size=1000)


def _say_otherwise(suspicion: Suspicion, said: dict[str, Any]) -> None:
    """What was compared has changed: whatever was decided is open again."""
    for name, value in said.items():
        setattr(suspicion, name, value)
    suspicion.state = SuspicionState.PROPOSED
    suspicion.save()


def _known(proposals: dict[Pair, dict[str, Any]]) -> dict[Pair, Suspicion]:
    firsts = {first for first, _ in proposals}
    return {(one.first_id, one.second_id): one for one in Suspicion.objects.filter(first__in=firsts)}


def _said_to_be_two(proposals: dict[Pair, dict[str, Any]]) -> set[Pair]:
    """Pairs of which somebody decided elsewhere, in taking a merge apart say, that they are two children."""
    firsts = {first for first, _ in proposals}
    latest = Decision.objects.filter(first__in=firsts).order_by("first_id", "second_id", "-id")
    standing = latest.distinct("first_id", "second_id")
    return {(one.first_id, one.second_id) for one in standing if one.verdict == Verdict.NOT_SAME}


def _take_off(found: set[Pair]) -> int:
    """Remove proposals that this sweep did not find again; their history stays."""
    standing = Suspicion.objects.filter(state=SuspicionState.PROPOSED).values_list("pk", "first_id", "second_id")
    gone = [pk for pk, first, second in standing if (first, second) not in found]
    for batch in np.array_split(np.array(gone, dtype=np.int64), len(gone) // 1000 + 1):
        Suspicion.objects.filter(pk__in=batch.tolist()).delete()
    return len(gone)
