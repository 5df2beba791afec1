"""Rehearsing and loading as long work. Broken off, it has written nothing, and is done again from the beginning."""

from __future__ import annotations

from typing import Any

from childindex import jobs, words
from childindex.models import Job, User
from registry.first_load.loading import CannotLoad, Say, load_children, rehearse
from registry.first_load.receiving import CannotReceive, sent, size
from registry.models import FirstLoad, LoadStage

REHEARSAL, LOAD, PERMISSION = "rehearse_first_load", "first_load", "manage_feeds"
PAGE = "registry:first_load"


def ask_to_rehearse(load: FirstLoad, by: User) -> Job:
    """Have an extract rehearsed."""
    return jobs.ask(REHEARSAL, subject=_subject(load), by=by, weight=size(load))


def ask_to_load(load: FirstLoad, by: User, because: str) -> Job:
    """Have an extract loaded, for a reason."""
    return jobs.ask(LOAD, subject=_subject(load), arguments={"because": because}, by=by, weight=size(load))


def under_way(load: FirstLoad) -> Job | None:
    """The job that rehearses or loads this extract now, or waits to."""
    found = Job.objects.under_way()
    return found.about(REHEARSAL, _subject(load)).first() or found.about(LOAD, _subject(load)).first()


def last(load: FirstLoad) -> Job | None:
    """The last job about this extract."""
    return Job.objects.filter(kind__in=[REHEARSAL, LOAD], subject=_subject(load)).order_by("-pk").first()


def told(result: dict[str, Any]) -> str:
    """What came of it, in a sentence."""
    return f"{words.count(result['children'], 'child', 'children')} new, {result['joined']:,} held already."


def _subject(load: FirstLoad) -> str:
    return f"first_load:{load.pk}"


def _load_of(running: jobs.Running) -> FirstLoad:
    found = FirstLoad.objects.filter(pk=int(running.job.subject.partition(":")[2])).first()
    if found is None:
        raise jobs.CannotGoOn("This extract is not here any more. Send it again.")
    return found


def _saying(running: jobs.Running) -> Say:
    """Tells the job of each stage, and of the rows that were read."""
    stages: list[str] = []

    def say(stage: str, done: int) -> None:
        if stage not in stages:
            stages.append(stage)
            running.say(stage, unit="rows")
        running.advance(done)
        running.check_stop()

    return say


def _result(load: FirstLoad) -> dict[str, Any]:
    if load.stage == LoadStage.REFUSED:
        raise jobs.CannotGoOn(load.refusal)
    return {"children": load.children, "joined": load.joined}


@jobs.kind(REHEARSAL, label="Rehearsing a first load", permission=PERMISSION, page=PAGE, tells=told)
def rehearse_first_load(running: jobs.Running) -> dict[str, Any]:
    """Nothing of any child is written."""
    load = _load_of(running)
    if load.stage != LoadStage.LOADED:
        try:
            rehearse(load, sent(load), say=_saying(running))
        except CannotReceive as refusal:
            raise jobs.CannotGoOn(str(refusal)) from refusal
    return _result(load)


@jobs.kind(LOAD, label="Loading the extract of the former system", permission=PERMISSION, page=PAGE, tells=told)
def first_load(running: jobs.Running) -> dict[str, Any]:
    """One act. Taken up by another worker after it was committed, there is nothing left to do."""
    load = _load_of(running)
    if load.stage != LoadStage.LOADED:
        because = str(running.job.arguments.get("because", ""))
        try:
            load_children(load, sent(load), by=running.job.by, reason=because, say=_saying(running))
        except (CannotLoad, CannotReceive) as refusal:
            raise jobs.CannotGoOn(str(refusal)) from refusal
    return _result(load)
