"""The comparison of the whole index as long work, which a data manager begins, follows, stops and has go on."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from childindex import jobs, words
from childindex.models import Job, User
from registry.duplicates.sweeping import SweepUnderWay, sweep_index

KIND, SUBJECT, PERMISSION = "find_duplicates", "index", "find_duplicates"


def ask(*, by: User) -> Job:
    """Have the whole index compared, from where the last comparison was stopped."""
    return jobs.ask(KIND, subject=SUBJECT, by=by)


def under_way() -> Job | None:
    """The job that compares the index now, or waits to."""
    return Job.objects.under_way().about(KIND, SUBJECT).first()


def told(result: dict[str, Any]) -> str:
    """What came of it, in a sentence."""
    proposed, taken_off = (words.count(result[name], "pair") for name in ("proposed", "taken_off"))
    compared = words.count(result["records"], "record")
    return f"{words.sentence(compared)} compared: {proposed} newly proposed, {taken_off} taken off the list."


@jobs.kind(
    KIND,
    label="Comparing the whole index",
    permission=PERMISSION,
    page="registry:duplicates",
    tells=told,
    weight=jobs.WHOLE,
)
def compare_index(running: jobs.Running) -> dict[str, Any]:
    """Each block stands once it is compared: stopped or broken off, the work goes on from there."""
    has_begun = False

    def progress(done: int, total: int) -> None:
        nonlocal has_begun
        if has_begun:
            running.advance(done)
        else:
            running.say("Comparing records", total=total, unit="records", done=done)
            has_begun = True
        running.check_stop()

    running.say("Reading the index")
    try:
        return asdict(sweep_index(by=running.job.by, progress=progress))
    except SweepUnderWay as refusal:
        raise jobs.CannotGoOn(str(refusal)) from refusal
