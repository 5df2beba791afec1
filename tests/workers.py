"""Workers as processes of their own, and waiting for what they do."""

import multiprocessing
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests import databases, work

LOADED = multiprocessing.get_context("forkserver")
"""Processes begin as copies of one in which everything is loaded: starting Django takes longer than most tests."""
LOADED.set_forkserver_preload(["tests.loaded"])


class Started:
    """A `manage.py work` of its own, to be asked and ended like one that `subprocess` has started."""

    def __init__(self, arguments, output):
        self._output = output
        self._process = LOADED.Process(target=work.run, args=(arguments, databases.address(), str(output)), daemon=True)
        self._process.start()

    @property
    def returncode(self):
        return self._process.exitcode

    def send_signal(self, number):
        os.kill(self._process.pid, number)

    def wait(self, timeout=60):
        self._process.join(timeout)
        assert self.returncode is not None, f"Still at work after {timeout} seconds"

    def communicate(self, timeout=60):
        """What it said, once it has ended; and nothing beside."""
        self.wait(timeout)
        return self._output.read_text(), None

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self._process.kill()
        self._process.join()


@pytest.fixture
def worker(own_database, tmp_path):
    """Starts `manage.py work` on the test's own database: `worker("--once")`."""
    started = []

    def start(*arguments):
        started.append(Started(arguments, tmp_path / f"worker-{len(started)}.txt"))
        return started[-1]

    yield start
    for process in started:
        process.kill()


def elsewhere(do, *arguments):
    """What `do` answers on a connection of its own, as in another process."""

    def apart():
        try:
            return do(*arguments)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(apart).result()


def wait_until(job, is_so, seconds=30):
    """The job once something is so of it."""
    for _ in range(seconds * 20):
        job.refresh_from_db()
        if is_so(job):
            return job
        time.sleep(0.05)
    raise AssertionError(f"Still {job}, {job.done} done, after {seconds} seconds")
