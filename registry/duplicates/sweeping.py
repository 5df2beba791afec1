"""Comparing the whole index with itself, and keeping what it finds for people to look at.

Each block of records is an act of its own, and how far the sweep has come is a row: stopped at any moment, it goes on
from there the next time. What is proposed and no longer found, since a record was put right or merged, is taken off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from childindex import acts
from childindex.models import Source, User
from registry.duplicates.checking import compare_all_changed
from registry.duplicates.proposing import Proposed, proposals, propose, take_off
from registry.linking import commonness
from registry.linking.looks import EVERYTHING
from registry.linking.reading import index_people, institutions
from registry.linking.weights import keep, model_of
from registry.matching.columns import People
from registry.matching.duplicates import Suspects, learn_within, sweep
from registry.matching.linking import Linker
from registry.models import Child, Suspicion, Sweep, ToCompare, Weights

REASON_CODE = "sought_duplicates"
LEASE = 0x51EE9
Progress = Callable[[int, int], None]


class SweepUnderWay(Exception):
    """Another sweep is running now."""


@dataclass
class Swept(Proposed):
    """What a sweep did, this time and before it was stopped; `began_at` is how many records it had compared before."""

    records: int = 0
    began_at: int = 0

    def add(self, told: Proposed) -> None:
        """Count in what became of some more."""
        self.proposed += told.proposed
        self.again += told.again
        self.kept += told.kept
        self.taken_off += told.taken_off


def sweep_index(*, by: User | None, progress: Progress = lambda done, total: None, afresh: bool = False) -> Swept:
    """Compare every record with every other that shares enough with it, and propose those that may be one child.

    A sweep that was stopped goes on, unless `afresh`. Raises SweepUnderWay.
    """
    with _lease():
        stopped = _stopped(afresh=afresh)
        if stopped is None:
            ToCompare.objects.all().delete()
        revisions = list(Child.objects.values_list("pk", "revision"))
        people = index_people(look=EVERYTHING)
        if not len(people):
            return Swept()
        linker = Linker.of(people)
        under_way = stopped or _begun(linker, by=by)
        swept = Swept(records=len(people), began_at=_going_on(under_way, people))
        for told in _blocks(linker, under_way, swept.began_at, by=by, progress=progress):
            swept.add(told)
        Sweep.objects.filter(pk=under_way.pk).update(ended=timezone.now(), compared=len(people), records=len(people))
        _note_changed_since(revisions)
        swept.add(compare_all_changed())
        return swept


def _going_on(under_way: Sweep, people: People) -> int:
    """At which record the sweep goes on; written down with the moment."""
    start, now = (
        int(np.searchsorted(np.array(people.ids, dtype=np.int64), under_way.reached, side="right")),
        timezone.now(),
    )
    Sweep.objects.filter(pk=under_way.pk).update(went_on=now, moved=now, went_on_at=start)
    return start


def _note_changed_since(revisions: Sequence[tuple[int, int]]) -> None:
    """Leave to be compared again whoever has changed since: the sweep may have put down what was no longer so."""
    ids, numbers = zip(*revisions, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_tocompare (child_id) SELECT c.id FROM registry_child c"
            " JOIN unnest(%s::bigint[], %s::bigint[]) AS was(id, revision) USING (id) WHERE c.revision <> was.revision"
            " ON CONFLICT DO NOTHING",
            [list(ids), list(numbers)],
        )


def is_under_way() -> bool:
    """Whether somebody is comparing the whole index at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname ="
            " current_database() WHERE l.locktype = 'advisory' AND (l.classid, l.objid, l.objsubid) = (0, %s, 1))",
            [LEASE],
        )
        return bool(cursor.fetchone()[0])


def _blocks(linker: Linker, under_way: Sweep, start: int, *, by: User | None, progress: Progress) -> Iterator[Proposed]:
    weights, shared_homes = under_way.weights, institutions()
    model, reached = model_of(weights), under_way.reached
    for done, suspects in sweep(linker, model, shared_homes, start=start, least=model.thresholds.possible):
        last = int(linker.index.ids[done - 1])
        with _act(by, weights):
            told = _of_block(linker, suspects, weights, shared_homes, after=reached, up_to=last)
            Sweep.objects.filter(pk=under_way.pk).update(
                compared=done,
                reached=last,
                moved=timezone.now(),
                records=len(linker.index),
                proposed=under_way.proposed + told.proposed,
                taken_off=under_way.taken_off + told.taken_off,
            )
        under_way.refresh_from_db()
        reached = last
        progress(done, len(linker.index))
        yield told


def _of_block(
    linker: Linker, suspects: Suspects, weights: Weights, shared_homes: frozenset[str], *, after: int, up_to: int
) -> Proposed:
    """Propose what a block has, whose later records have ids from `after` (left out) to `up_to`."""
    found = proposals(
        linker.index,
        suspects,
        model=model_of(weights),
        weights=weights,
        common=linker.common,
        shared_homes=shared_homes,
    )
    told = propose(found)
    standing = Suspicion.objects.nobody_spoke_of().filter(second__gt=after, second__lte=up_to)
    told.taken_off = take_off(standing.values_list("pk", "first_id", "second_id"), found)
    return told


def _stopped(*, afresh: bool) -> Sweep | None:
    """The sweep that was stopped, if there is one to go on with."""
    stopped = Sweep.objects.filter(ended__isnull=True).select_related("weights").first()
    if stopped is not None and afresh:
        Sweep.objects.filter(pk=stopped.pk).update(ended=timezone.now())
        return None
    return stopped


def _begun(linker: Linker, *, by: User | None) -> Sweep:
    """Learn the weights, keep them and how common everything is, and begin."""
    model = learn_within(linker)
    with _act(by, None):
        weights = keep(model)
        commonness.recount()
        return Sweep.objects.create(weights=weights, records=len(linker.index))


@contextmanager
def _act(by: User | None, weights: Weights | None) -> Iterator[None]:
    said = f"Weights {weights}" if weights else "Weights learned"
    with transaction.atomic(), acts.act(by=by, source=Source.council(), reason_code=REASON_CODE, reason=said):
        yield


@contextmanager
def _lease() -> Iterator[None]:
    """Hold the one sweep there may be; whoever dies gives it back. Raises SweepUnderWay."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LEASE])
        [(is_mine,)] = cursor.fetchall()
        if not is_mine:
            raise SweepUnderWay("The index is being searched for duplicates already. Wait until that is done.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LEASE])
