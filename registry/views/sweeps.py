"""How the comparison of the whole index with itself stands, in words for the head of the list of duplicates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from childindex import words
from childindex.models import Job, User
from registry.duplicates import jobs
from registry.duplicates.sweeping import is_under_way
from registry.models import Sweep, ToCompare

COMMAND = "manage.py find_duplicates"
SECONDS_BETWEEN_LOOKS, SECONDS_BETWEEN_LOOKS_AT_JOB = 30, 3


def state(*, to: User) -> dict[str, Any]:
    """How it stands, in words, and what this person may have done about it (`button`)."""
    job = jobs.under_way()
    if job is not None:
        return {"job": job, **_followed(job, to=to)}
    found = _last()
    may = to.may(jobs.PERMISSION) and "running" not in found
    return {**found, "button": ("Go on comparing" if "stopped" in found else "Compare the whole index") if may else ""}


def _followed(job: Job, *, to: User) -> dict[str, Any]:
    """Whoever may see the job follows it by its own page, others by this one, which is dearer and so less often."""
    if not Job.objects.visible_to(to).filter(pk=job.pk).exists():
        return {"refresh": SECONDS_BETWEEN_LOOKS}
    page = reverse("job", args=[job.pk])
    return {"refresh": SECONDS_BETWEEN_LOOKS_AT_JOB, "job_page": page}


def _last() -> dict[str, Any]:
    """`running` for the bar of one under way, otherwise what is `said` of the last, or how it was `stopped`."""
    last = Sweep.objects.order_by("-begun").first()
    if is_under_way():
        return {"running": _running(last)}
    if last is None:
        return {"is_first": True}
    if not last.is_over:
        return {"stopped": _stopped(last)}
    return {"said": " ".join([_done(last) if last.is_done else _given_up(last), *_waiting()])}


def _running(last: Sweep | None) -> dict[str, Any]:
    meanwhile = "You can work on meanwhile: pairs come on the list as they are found."
    if last is None or last.is_over:
        return {"label": "The whole index is being read, to be compared with itself", "note": meanwhile}
    left = last.seconds_left
    return {
        "label": "The whole index is being compared with itself",
        "done": last.compared,
        "total": last.records,
        "left": words.duration(left) if left is not None else "",
        "note": f"Begun on {_moment(last.begun)}. {meanwhile}",
    }


def _stopped(last: Sweep) -> str:
    return (
        f"The comparison of the whole index was begun on {_moment(last.begun)} and stopped on {_moment(last.moved)},"
        f" when {last.compared:,} of {words.count(last.records, 'record')} were compared."
        " It goes on from there when it is begun again. Meanwhile each record is compared whenever it changes."
    )


def _done(last: Sweep) -> str:
    return (
        f"{words.count(last.records, 'record')} {'was' if last.records == 1 else 'were'} compared with each other,"
        f" {_between(last)}, and each again whenever it changed."
    )


def _between(last: Sweep) -> str:
    """One moment where both are the same to the minute."""
    begun, ended = _moment(last.begun), _moment(last.ended)
    return f"on {begun}" if begun == ended else f"from {begun} to {ended}"


def _given_up(last: Sweep) -> str:
    return (
        f"The comparison of the whole index that was begun on {_moment(last.begun)} was given up when"
        f" {last.compared:,} of {words.count(last.records, 'record')} were compared. {COMMAND} begins another."
    )


def _waiting() -> list[str]:
    """What a large load has left to be compared, where it has."""
    waiting = ToCompare.objects.count()
    wait = "waits" if waiting == 1 else "wait"
    return [f"{words.count(waiting, 'changed record')} {wait} for {COMMAND} --changed."] if waiting else []


def _moment(at: datetime | None) -> str:
    local = timezone.localtime(at)
    return f"{words.day(local.date())}, {local:%H:%M}"
