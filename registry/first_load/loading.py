"""A first load from end to end: rehearsed as often as wanted, which writes nothing of any child, and then loaded.

Both do the same work in the same order, in one transaction; the load writes at its end. Whatever breaks it off leaves
everything as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

from django.db import transaction
from django.utils import timezone

from childindex import acts
from childindex.models import Act, User
from childindex.tables import TableError
from registry.first_load import checking, reading, recognising, reconciling, staging, writing
from registry.first_load.reading import Sent
from registry.models import FirstLoad, LoadStage

REASON_CODE = "first_load"
Say = Callable[[str, int], None]


class CannotLoad(Exception):
    """Nothing was written; the text says why and what to do."""


def silent(stage: str, done: int) -> None:
    """Nobody is listening."""


def rehearse(load: FirstLoad, files: Sequence[Sent], *, say: Say = silent) -> FirstLoad:
    """Do everything but the writing, and keep what it came to. An extract that cannot be read is refused, and kept."""
    return _done(load, files, say, None)


def load_children(
    load: FirstLoad, files: Sequence[Sent], *, by: User | None, reason: str, say: Say = silent
) -> FirstLoad:
    """Load the extract as one act. Raises CannotLoad for one that was loaded already, or without a reason."""
    if not reason.strip():
        raise CannotLoad("Say why it is loaded: the reason stands in every child's history.")

    def write(found: FirstLoad) -> Act:
        with acts.act(by=by, source=found.source, reason_code=REASON_CODE, reason=reason) as deed:
            writing.write(deed, found.source, found.as_of)
            say("Making the index", 0)
        return deed

    return _done(load, files, say, write)


def _done(load: FirstLoad, files: Sequence[Sent], say: Say, write: Callable[[FirstLoad], Act] | None) -> FirstLoad:
    with transaction.atomic():
        locked = FirstLoad.objects.select_for_update().get(pk=load.pk)
        if locked.stage == LoadStage.LOADED:
            raise CannotLoad("This extract has been loaded already. Nothing was written again.")
        try:
            with transaction.atomic():
                _work(locked, files, say, write)
        except TableError as error:
            locked.stage, locked.refusal = LoadStage.REFUSED, str(error)
        locked.rehearsed_at = timezone.now()
        locked.save()
    load.refresh_from_db()
    return load


def _work(load: FirstLoad, files: Sequence[Sent], say: Say, write: Callable[[FirstLoad], Act] | None) -> None:
    seconds: dict[str, float] = {}
    load.refusal, load.seconds = "", seconds
    staging.create()
    with _timed(seconds, "read"):
        say("Reading the tables", 0)
        reading.read(files, progress=lambda done, total: say("Reading the tables", done))
    with _timed(seconds, "check"):
        say("Checking", 0)
        checking.check()
    with _timed(seconds, "match"):
        recognising.recognise(load, load.source, say=lambda stage: say(stage, 0))
    with _timed(seconds, "compare"):
        say("Comparing with the index", 0)
        checking.settle()
        recognising.mark_held()
        reconciling.reconcile(load, files)
    load.stage = LoadStage.REHEARSED
    if write is not None:
        with _timed(seconds, "write"):
            say("Writing", 0)
            writing.number()
            load.act = write(load)
        load.stage = LoadStage.LOADED


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    began = perf_counter()
    yield
    seconds[stage] = round(perf_counter() - began, 2)
