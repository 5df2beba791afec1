"""Long work in words, and in the shape that the page components take."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from childindex import words
from childindex.jobs import leases
from childindex.jobs.kinds import Kind, UnknownKind, named
from childindex.models import Job, JobState, User

SECONDS_BETWEEN_LOOKS = 3
LONG_TO_WAIT = timedelta(minutes=1)
LONG_SILENCE = timedelta(minutes=2)
UNDER_WAY_COLUMNS = ["Work", "How far", "Asked by", "Asked"]
ENDED_COLUMNS = ["Work", "How it ended", "Asked by", "Ended"]
TONES = {JobState.DONE: "good", JobState.FAILED: "alert", JobState.RUNNING: "info"}
NOBODY = "the installation"


def kind_of(job: Job) -> Kind | None:
    """The kind of a job; None for one that this version of the software no longer does."""
    try:
        return named(job.kind)
    except UnknownKind:
        return None


def label(job: Job) -> str:
    kind = kind_of(job)
    return kind.label if kind else job.kind


def progress(job: Job, *, refresh: int = SECONDS_BETWEEN_LOOKS, **others: Any) -> dict[str, Any]:
    """What the component `progress` takes. Nothing is refreshed once the work has ended."""
    left = job.time_left
    return {
        "label": label(job),
        "stage": stage(job),
        "done": job.done,
        "total": job.total,
        "unit": job.unit,
        "left": words.duration(left.total_seconds()) if left is not None else "",
        "hindrance": hindrance(job),
        "refresh": refresh if job.is_under_way else None,
        **others,
    }


def stage(job: Job) -> str:
    """What is being done at this moment."""
    if job.stop_asked and job.is_under_way:
        return "Stopping"
    if job.state == JobState.WAITING:
        return "Waiting for a worker"
    return job.stage or "Beginning"


def hindrance(job: Job) -> str:
    """Why nothing happens, where nothing does; usually nothing."""
    if job.state == JobState.WAITING:
        return _not_taken_up(job)
    return _gone_quiet(job) if job.state == JobState.RUNNING else ""


def ending(job: Job) -> str:
    """How it ended, in a sentence."""
    kind = kind_of(job)
    if job.state == JobState.DONE and kind and kind.tells:
        return kind.tells(job.result)
    if job.state == JobState.STOPPED and job.total:
        return f"Stopped when {job.done:,} of {job.total:,} {job.unit} were done. What it had finished stands."
    if job.state == JobState.STOPPED:
        return "Stopped. What it had finished by then stands."
    return job.problem or "Done."


def facts(job: Job) -> list[dict[str, Any]]:
    """Who asked, when, and how it went since."""
    told = [
        {"key": "Asked by", "value": words.sentence(asker(job))},
        {"key": "Asked", "value": moment(job.asked_at)},
        {"key": "Taken up", "value": moment(job.begun_at), "note": _attempts(job)},
        {"key": "Ended", "value": moment(job.ended_at)},
    ]
    return [row for row in told if row["value"]]


def row(job: Job) -> list[dict[str, Any]]:
    """One job in a list."""
    tag = {"tag": job.get_state_display(), "tone": TONES.get(JobState(job.state), "")}
    when = {"text": moment(job.asked_at if job.is_under_way else job.ended_at)}
    return [
        {"text": label(job), "href": reverse("job", args=[job.pk]), "what": f"number {job.pk}"},
        {"text": "", **tag, "note": _how_far(job) if job.is_under_way else _in_short(ending(job))},
        {"text": words.sentence(asker(job))},
        when,
    ]


def result_page(job: Job, *, to: User) -> str:
    """Where the result is looked at, for whoever may; nowhere for a job older than the page as it is now."""
    kind = kind_of(job)
    if kind is None or not to.may(kind.permission):
        return ""
    try:
        return kind.address(job.subject)
    except NoReverseMatch:
        return ""


def asker(job: Job) -> str:
    return job.by.full_name if job.by else NOBODY


def moment(at: datetime | None) -> str:
    """3 October 2026, 09:14."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{words.day(local.date())}, {local:%H:%M}"


def _not_taken_up(job: Job) -> str:
    if timezone.now() - (job.heard_at or job.asked_at) < LONG_TO_WAIT or leases.somebody_works():
        return ""
    return (
        "No worker takes this up, though none has anything else to do."
        " Ask whoever looks after the server whether a worker runs: manage.py work."
    )


def _gone_quiet(job: Job) -> str:
    if not leases.somebody_works(job.pk):
        return "The process that worked on this was ended. The next worker takes it up and goes on."
    silence = timezone.now() - (job.heard_at or timezone.now())
    return f"No word of it for {words.duration(silence.total_seconds())}." if silence > LONG_SILENCE else ""


def _how_far(job: Job) -> str:
    counted = f": {job.done:,} of {job.total:,} {job.unit}" if job.total else ""
    return f"{stage(job)}{counted}"


def _in_short(sentences: str) -> str:
    return sentences.split(". ")[0].removesuffix(".") + "."


def _attempts(job: Job) -> str:
    if job.attempts < 2:
        return ""
    return f"For the {_ordinal(job.attempts)} time: before that the process working on it was ended."


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth"}.get(number, f"{number}th")
