"""What ./run starts does its work, and is gone when it is stopped."""

import os
import signal
import subprocess
import sys
import time
import urllib.request

import psutil
import pytest
from django_tasks.base import TaskResultStatus

from childindex import jobs
from registry.models import Child
from tests import databases
from tests.work import add
from tests.workers import wait_until


@pytest.fixture
def run(own_database, settings, tmp_path):
    """Starts `python -m childindex.serving` on the test's own database, as ./run does."""
    environment = {
        **os.environ,
        **databases.addresses(),
        "ACCESS_ANCHORS_FILE": str(tmp_path / "anchors.txt"),
        "DJANGO_SETTINGS_MODULE": "childindex.settings.demo",
        "PYTHONUNBUFFERED": "1",
    }
    started = []

    def start(*arguments):
        command = [sys.executable, "-m", "childindex.serving", *arguments]
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.communicate()


def read_until(process, words):
    said = ""
    while words not in said:
        line = process.stdout.readline()
        assert line, f"ended before it said “{words}”:\n{said}"
        said += line
    return said


def ends(result, seconds=30):
    for _ in range(seconds * 10):
        result.refresh()
        if result.is_finished:
            return result.status
        time.sleep(0.1)
    return result.status


def test_a_city_is_served_work_is_done_and_nothing_stays_behind(run, free_port):
    process = run("--children", "10", "--port", str(free_port))
    said = read_until(process, "Ctrl-C stops everything")
    family = psutil.Process(process.pid).children(recursive=True)
    result, job = add.enqueue(2, 3), jobs.ask("find_duplicates", subject="index", by=None)

    with urllib.request.urlopen(f"http://localhost:{free_port}/health/") as answer:
        assert answer.read() == b'{"status": "ok"}'
    assert ends(result) == TaskResultStatus.SUCCESSFUL
    assert result.return_value == 5
    assert wait_until(job, lambda job: not job.is_under_way).state == "done"
    assert Child.objects.exists()
    assert f"http://localhost:{free_port}" in said
    assert "data-officer@example.org" in said

    process.send_signal(signal.SIGINT)
    rest = process.communicate(timeout=60)[0]
    assert process.returncode == 0
    assert rest.endswith("Stopped.\n")
    assert len(family) >= 5
    assert not [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def test_when_the_web_server_ends_so_does_the_rest(run, free_port):
    process = run("--children", "10", "--port", str(free_port))
    read_until(process, "Ctrl-C stops everything")
    family = psutil.Process(process.pid).children(recursive=True)
    web = next(one for one in family if "gunicorn" in one.cmdline())

    web.terminate()
    rest = process.communicate(timeout=60)[0]

    assert process.returncode == 1
    assert "The web server ended unexpectedly" in rest
    assert not [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
