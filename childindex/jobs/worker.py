"""The worker: a process that takes up long work, one job after another, until it is asked to leave.

As many may run as there are jobs worth doing at once, on as many machines; one of them should be for short work alone,
so that no number of long jobs delays it. A lost database connection is waited out.
"""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Collection
from types import FrameType

from django.db import InterfaceError, OperationalError, connection

from childindex.jobs import kinds
from childindex.jobs.daily import Daily
from childindex.jobs.running import GivenBack, LeaseLost, run_next
from childindex.models import Job

SECONDS_BETWEEN_LOOKS = 1.0

logger = logging.getLogger(__name__)


class Worker:
    """Works until SIGTERM or Ctrl-C: a job under way is then given back, at the next sign of life that it makes."""

    def __init__(self, codes: Collection[str], *, short: bool = False) -> None:
        self.codes = codes
        self.short = short
        self.daily = Daily()
        self.is_asked_to_leave = False
        self.is_cut_off = False

    def leave(self, number: int, frame: FrameType | None) -> None:
        self.is_asked_to_leave = True

    def run(self, *, once: bool = False) -> None:
        """Work; with `once`, end when nothing is left to do."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.leave)
        while not self.is_asked_to_leave:
            if not self.work() and not self.is_asked_to_leave:
                if once and not self.is_cut_off:
                    return
                if not once:
                    self.do_daily()
                time.sleep(SECONDS_BETWEEN_LOOKS)

    def work(self) -> bool:
        """Do one job; False where there was none to do, or nobody to ask."""
        try:
            job = run_next(self.codes, short=self.short, is_leaving=lambda: self.is_asked_to_leave)
        except GivenBack:
            logger.info("A job was given back for the next worker")
            return False
        except (OperationalError, InterfaceError, LeaseLost) as loss:
            self.cut_off(loss)
            return False
        if self.is_cut_off:
            logger.info("The database answers again")
            self.is_cut_off = False
        if job:
            tell(job)
        return job is not None

    def do_daily(self) -> None:
        """With nothing else to do: what is done once a day."""
        try:
            self.daily.do()
        except (OperationalError, InterfaceError) as loss:
            self.cut_off(loss)

    def cut_off(self, loss: BaseException) -> None:
        """The connection is gone, and with it the lease; what was under way is taken up again."""
        if not self.is_cut_off:
            logger.warning("The connection to the database was lost (%s); trying again", type(loss).__name__)
        self.is_cut_off = True
        connection.close()


def tell(job: Job) -> None:
    """One line in the log for each job that has ended."""
    assert job.ended_at
    assert job.begun_at
    seconds = (job.ended_at - job.begun_at).total_seconds()
    label = kinds.named(job.kind).label
    logger.info("%s (job %s): %s after %.1f s", label, job.pk, job.get_state_display().lower(), seconds)
