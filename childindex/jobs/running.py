"""Working on a job: taking it up under its lease, telling how far it has come, and seeing it to its end."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from contextlib import closing
from time import monotonic

from django.db import connection

from childindex.jobs import kinds, leases, turns
from childindex.jobs.notes import LOST, Notes
from childindex.models import Job, JobState

MOST_ATTEMPTS = 5
SECONDS_BETWEEN_NOTES = 0.5
BROKEN_OFF = (
    f"The work was broken off {MOST_ATTEMPTS} times, so it is not begun again by itself."
    " Tell whoever looks after the server, who finds in the log what happened."
)
UNFORESEEN = (
    "Something went wrong that nobody had foreseen. What the work had finished by then stands."
    " Tell whoever looks after the server, who finds it in the log."
)

logger = logging.getLogger(__name__)


class CannotGoOn(Exception):
    """Work cannot be done, and the text says why, in a sentence for whoever asked for it."""


class UnderWay(Exception):
    """Another process works on the job now, or it has ended."""


class Stopped(BaseException):
    """Somebody asked for the work to stop. Like Ctrl-C it is no error, so `except Exception` lets it through."""


class GivenBack(BaseException):
    """This process has to end, and the next worker goes on."""


class LeaseLost(BaseException):
    """This process does not hold the job any more, and another may; it writes nothing more about it."""


def never() -> bool:
    return False


class Running:
    """A job while it is worked on, in the hands of the function that does the work and of its own thread only."""

    def __init__(self, job: Job, notes: Notes, *, is_leaving: Callable[[], bool] = never) -> None:
        self.job = job
        self._notes = notes
        self._is_leaving = is_leaving
        self._session = connection.connection
        self._done = 0
        self._stop_asked = job.stop_asked
        self._noted_at = 0.0

    def say(self, stage: str, total: int | None = None, unit: str = "rows", done: int = 0) -> None:
        """Begin a stage, in words for the page, of `total` units; `done` of them were done before it began."""
        self._done = done
        self._heard(lambda: self._notes.stage(stage, total=total, unit=unit, done=done))

    def advance(self, done: int) -> None:
        """So many units of the stage are done. Cheap: it is written down twice a second at most."""
        self._done = done
        self._note()

    def check_stop(self) -> None:
        """Raises Stopped if somebody has asked for that. Cheap as well."""
        self._note()
        if self._stop_asked:
            raise Stopped

    def end(self, state: JobState, *, result: str = "{}", problem: str = "") -> None:
        """Note how it ended. Raises LeaseLost where the lease was lost meanwhile, and with it the right to say so."""
        self._check_lease()
        if not connection.in_atomic_block and not connection.is_usable():
            raise LeaseLost
        if self._notes.end(state, done=self._done, result=result, problem=problem) is None:
            raise LeaseLost

    def give_back(self) -> None:
        self._notes.give_back()

    def _note(self) -> None:
        if monotonic() - self._noted_at >= SECONDS_BETWEEN_NOTES:
            self._heard(lambda: self._notes.progress(self._done))

    def _heard(self, write: Callable[[], bool | None]) -> None:
        self._check_lease()
        if self._is_leaving():
            raise GivenBack
        stop_asked = write()
        if stop_asked is None:
            raise LeaseLost
        self._stop_asked, self._noted_at = stop_asked, monotonic()

    def _check_lease(self) -> None:
        if connection.connection is not self._session:
            raise LeaseLost


def run_here(job_id: int) -> Job:
    """Work on a job to its end in this process, and give it back as it ended. Raises UnderWay, Job.DoesNotExist."""
    Job.objects.get(pk=job_id)
    with leases.lease(job_id) as is_held:
        if not is_held or not _work(job_id, never):
            raise UnderWay("Another process works on this job, or it has ended.")
    return Job.objects.get(pk=job_id)


def run_next(codes: Iterable[str], *, short: bool = False, is_leaving: Callable[[], bool] = never) -> Job | None:
    """Take up whose turn it is and nobody works on, and see it to its end; None where there is nothing to do.

    With `short` only what is done in a few seconds.
    Raises GivenBack once `is_leaving` says so, and what a lost connection raises.
    """
    wanted = Job.objects.to_do(codes)
    for job_id in turns.in_turn(wanted.short() if short else wanted):
        with leases.lease(job_id) as is_held:
            if is_held and _work(job_id, is_leaving):
                return Job.objects.get(pk=job_id)
    return None


def _work(job_id: int, is_leaving: Callable[[], bool]) -> bool:
    """See the job, whose lease is held, to its end; False where it had ended before it was held."""
    with closing(Notes(job_id)) as notes:
        if not notes.begin():
            return False
        _see_to_its_end(Running(Job.objects.get(pk=job_id), notes, is_leaving=is_leaving))
        return True


def _see_to_its_end(running: Running) -> None:
    job = running.job
    if job.stop_asked:
        return running.end(JobState.STOPPED)
    if job.attempts > MOST_ATTEMPTS:
        return running.end(JobState.FAILED, problem=BROKEN_OFF)
    try:
        result = json.dumps(kinds.named(job.kind).work(running) or {})
    except Stopped:
        return running.end(JobState.STOPPED)
    except CannotGoOn as refusal:
        return running.end(JobState.FAILED, problem=str(refusal))
    except LeaseLost:
        raise
    except Exception as fault:
        return _failed(running, fault)
    except BaseException:
        running.give_back()
        raise
    return running.end(JobState.DONE, result=result)


def _failed(running: Running, fault: Exception) -> None:
    """Tell the log what happened and the page that something did. A lost connection is nobody's failure."""
    if isinstance(fault, LOST) and not connection.is_usable():
        raise fault
    logger.error("Job %s (%s) failed", running.job.pk, running.job.kind, exc_info=fault)
    running.end(JobState.FAILED, problem=UNFORESEEN)
