"""Asking for long work, and asking for it to stop."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from childindex.jobs import kinds, leases
from childindex.models import Job, JobState, User

TRIES = 3


def ask(
    kind: str, *, subject: str, arguments: dict[str, Any] | None = None, by: User | None, weight: int | None = None
) -> Job:
    """Have work done about `subject`, once this transaction is committed; or the job that is under way for it already.

    `weight` is how many bytes there are to read, as far as whoever asks knows; otherwise what the kind says.
    Raises UnknownKind, and NoReverseMatch for a subject that the kind's page does not take.
    """
    asked = kinds.named(kind)
    asked.address(subject)
    weighs = asked.weight if weight is None else weight
    for again in reversed(range(TRIES)):
        under_way = Job.objects.under_way().about(kind, subject).first()
        if under_way is not None:
            return under_way
        try:
            with transaction.atomic():
                return Job.objects.create(kind=kind, subject=subject, arguments=arguments or {}, by=by, weight=weighs)
        except IntegrityError:  # somebody else asked at the same moment
            if not again:
                raise
    raise AssertionError("every try has returned or raised")


def stop(job: Job) -> None:
    """Have the job stop: at once where nobody works on it, otherwise as soon as whoever does looks up."""
    with leases.lease(job.pk) as is_idle:
        ended = {"state": JobState.STOPPED, "ended_at": Now()} if is_idle else {}
        Job.objects.under_way().filter(pk=job.pk).update(stop_asked=True, **ended)
    job.refresh_from_db()
