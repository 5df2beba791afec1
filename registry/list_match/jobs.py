"""Matching a list as long work, which whoever asked for it follows and stops."""

from __future__ import annotations

from typing import Any

from childindex import jobs, words
from childindex.models import Job, User
from registry.list_match.matching import match
from registry.models import ListMatch, MatchStage

KIND, PERMISSION = "match_list", "match_lists"


def ask_to_match(asked: ListMatch, by: User) -> Job:
    """Have a list matched."""
    return jobs.ask(KIND, subject=f"list_match:{asked.pk}", by=by, weight=len(asked.content or b""))


def under_way(asked: ListMatch) -> Job | None:
    """The job that matches this list now, or waits to."""
    return Job.objects.under_way().about(KIND, f"list_match:{asked.pk}").first()


def told(result: dict[str, Any]) -> str:
    """What came of it, in a sentence."""
    return f"{words.sentence(words.count(result['rows'], 'row'))} matched."


@jobs.kind(KIND, label="Matching a list", permission=PERMISSION, page="registry:list_match", tells=told)
def match_list(running: jobs.Running) -> dict[str, Any]:
    """Begun again it matches the whole list again, and comes to the same."""
    asked = ListMatch.objects.filter(pk=int(running.job.subject.partition(":")[2])).first()
    if asked is None or asked.stage == MatchStage.PURGED:
        raise jobs.CannotGoOn("The list has been removed. Send it again.")
    running.say("Reading the list")
    has_begun = False

    def progress(done: int, total: int) -> None:
        nonlocal has_begun
        if not has_begun:
            running.say("Matching rows", total=total, unit="rows", done=done)
            has_begun = True
        running.advance(done)
        running.check_stop()

    match(asked, progress=progress)
    if asked.stage == MatchStage.REFUSED:
        raise jobs.CannotGoOn(asked.refusal)
    return {"rows": asked.rows}
