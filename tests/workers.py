"""Workers as processes of their own, and waiting for what they do."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests import databases


@pytest.fixture
def worker(own_database, settings):
    """Starts `manage.py work` on the test's own database: `worker("--once")`."""
    environment = {**os.environ, "DATABASE_URL": databases.address(), "PYTHONUNBUFFERED": "1"}
    environment["DJANGO_SETTINGS_MODULE"] = "childindex.settings.test"
    started = []

    def start(*arguments):
        command = [sys.executable, "-m", "tests.work", "work", *arguments]
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


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
