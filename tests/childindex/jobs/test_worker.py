"""The worker as a process: killed, asked to leave, cut off from the database, and what becomes of its job."""

import signal

from django.db import connection

from childindex import jobs
from childindex.jobs import leases
from childindex.models import Source
from tests.workers import wait_until

KINDS = ("--kind", "name_sources")


def is_in_the_middle(job):
    return job.state == "running" and 3 <= job.done < job.total


def has_ended(job):
    return not job.is_under_way


def named():
    return list(Source.objects.filter(code__startswith="source-").order_by("pk").values_list("code", flat=True))


def test_a_worker_that_is_killed_leaves_its_job_to_the_next_and_the_result_is_the_same(worker, naming):
    asked, first = naming(30, pause=0.1), worker(*KINDS)
    wait_until(asked, is_in_the_middle)

    first.send_signal(signal.SIGKILL)
    first.wait()
    by_then = len(named())
    said = worker("--once", *KINDS).communicate(timeout=60)[0]

    asked.refresh_from_db()
    assert (asked.state, asked.attempts, asked.result) == ("done", 2, {"named": 30})
    assert 3 <= by_then < 30
    assert named() == [f"source-{number}" for number in range(30)]
    assert Source.history.filter(code__startswith="source-").count() == 30
    assert f"Naming sources (job {asked.pk}): done after" in said


def test_a_worker_asked_to_leave_gives_its_job_back_and_ends_cleanly(worker, naming):
    asked, first = naming(40, pause=0.1), worker(*KINDS)
    wait_until(asked, is_in_the_middle)

    first.send_signal(signal.SIGTERM)
    said = first.communicate(timeout=20)[0]

    asked.refresh_from_db()
    assert first.returncode == 0
    assert said.startswith("Waiting for work: naming sources. Ctrl-C ends it.\n")
    assert (asked.state, asked.attempts) == ("waiting", 0)
    assert not leases.somebody_works()
    worker("--once", *KINDS)
    assert wait_until(asked, has_ended).result == {"named": 40}


def test_a_worker_with_nothing_to_do_leaves_when_asked_to(worker, naming):
    process = worker(*KINDS)
    wait_until(naming(1), has_ended)

    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)

    assert process.returncode == 0


def test_a_worker_cut_off_from_the_database_comes_back_and_goes_on(worker, naming):
    asked, process = naming(30, pause=0.1), worker(*KINDS)
    wait_until(asked, is_in_the_middle)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        ended = cursor.fetchone()[0]
    wait_until(asked, has_ended)

    assert ended == 2
    assert (asked.state, asked.attempts, asked.result) == ("done", 2, {"named": 30})
    assert Source.history.filter(code__startswith="source-").count() == 30
    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=20)[0]
    assert "The connection to the database was lost" in said
    assert "Traceback" not in said


def test_a_worker_does_what_was_asked_first_first_and_only_the_kinds_it_is_told(worker, naming, data_officer):
    other = jobs.ask("stumble", subject="everything", by=data_officer)
    first, second = naming(1, about=2), naming(1, about=1)

    worker("--once", *KINDS).communicate(timeout=60)

    for job in (other, first, second):
        job.refresh_from_db()
    assert other.state == "waiting"
    assert first.ended_at < second.begun_at
