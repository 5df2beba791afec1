"""Comparing a record with the others whenever it has changed, in whatever way it came to change.

Each act leaves the children it concerned in a table, within its own transaction. Once it is committed they are
compared, a few at once; what a large file changed waits for whoever works the table off. Before the whole index was
compared for the first time there are no weights, and nothing is done.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial

import numpy as np
from django.db import connection, transaction
from django.db.models import Q

from childindex import acts
from childindex.models import Act, Source
from registry.duplicates.proposing import Proposals, Proposed, proposals, propose, take_off
from registry.linking import weights as stored
from registry.linking.commonness import frequencies_for
from registry.linking.looks import EVERYTHING
from registry.linking.reading import institutions, some_people
from registry.linking.sharing import sharing_keys
from registry.matching.columns import People
from registry.matching.comparing import Pairs, compare
from registry.matching.duplicates import Suspects
from registry.matching.model import Model
from registry.matching.rules import flags_of
from registry.matching.scoring import Frequencies, score
from registry.models import Suspicion, ToCompare, Weights

REASON_CODE = "compared_after_a_change"
FEW, AT_ONCE = 20, 500
NAME = "duplicates"

log = logging.getLogger(__name__)


def note_changed(deed: Act) -> None:
    """Leave the children whom an act concerned to be compared; few of them, as soon as it is committed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_tocompare (child_id) SELECT subject_id FROM act_subjects ORDER BY 1"
            " ON CONFLICT DO NOTHING"
        )
        cursor.execute("SELECT DISTINCT subject_id FROM act_subjects ORDER BY 1 LIMIT %s", [FEW + 1])
        noted = [child_id for (child_id,) in cursor.fetchall()]
    if 0 < len(noted) <= FEW:
        transaction.on_commit(partial(compare_changed, noted), robust=True)


def compare_changed(children: Sequence[int] | None = None) -> Proposed:
    """Compare those of some children, or a handful of any, that have changed, and bring the list up to date."""
    weights = stored.latest(NAME)
    if weights is None:
        return Proposed()
    with transaction.atomic():
        ids = _taken(children)
        found = _found(ids, weights)
        standing = Suspicion.objects.nobody_spoke_of().filter(Q(first__in=ids) | Q(second__in=ids))
        listed = list(standing.values_list("pk", "first_id", "second_id"))
        if not found and not listed:
            return Proposed()
        with acts.act(by=None, source=Source.council(), reason_code=REASON_CODE, reason=f"Weights {weights}"):
            told = propose(found)
            told.taken_off = take_off(listed, found)
            return told


def compare_all_changed() -> Proposed:
    """The same until none is left."""
    told = Proposed()
    while ToCompare.objects.exists() and stored.latest(NAME):
        told += compare_changed()
    return told


def _taken(children: Sequence[int] | None) -> list[int]:
    """Take children off the table; those whom somebody else is comparing are theirs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM registry_tocompare WHERE child_id IN (SELECT child_id FROM registry_tocompare"
            " WHERE %(all)s OR child_id = ANY(%(children)s) ORDER BY child_id LIMIT %(most)s FOR UPDATE SKIP LOCKED)"
            " RETURNING child_id",
            {"all": children is None, "children": list(children or ()), "most": AT_ONCE},
        )
        return sorted(child_id for (child_id,) in cursor.fetchall())


def _found(ids: list[int], weights: Weights) -> Proposals:
    """What there is to say of these children and those who may be the same."""
    pairs = sorted({(min(pair), max(pair)) for pair in sharing_keys(ids)})
    if not pairs:
        return {}
    model, shared_homes = stored.model_of(weights), institutions()
    people = some_people({child for pair in pairs for child in pair}, look=EVERYTHING)
    common = frequencies_for(people)
    suspects = _suspects(people, pairs, model, common, shared_homes)
    return proposals(people, suspects, model=model, weights=weights, common=common, shared_homes=shared_homes)


def _suspects(
    people: People,
    pairs: list[tuple[int, int]],
    model: Model,
    common: Frequencies,
    shared_homes: frozenset[str],
) -> Suspects:
    places = {int(child): place for place, child in enumerate(people.ids)}
    rows = np.array([[places[one], places[other]] for one, other in pairs], dtype=np.int64).reshape(-1, 2)
    both = Pairs(people, people, rows[:, 1], rows[:, 0])
    compared = compare(both, shared_homes)
    total = score(both, compared, model, common).total
    kept = np.flatnonzero(total >= model.thresholds.possible)
    flags = flags_of(both.chosen(kept), {name: levels[kept] for name, levels in compared.items()})
    return Suspects(rows[kept, 0], rows[kept, 1], total[kept], flags)
