"""Working on a job: how far it has come is seen at once, and however it ends is written down."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from childindex import jobs
from childindex.jobs import kinds, leases
from childindex.models import Job, Source
from tests import databases
from tests.factories import make_source
from tests.workers import elsewhere


@pytest.fixture
def doing(monkeypatch, data_officer):
    """Runs a function as the work of a job: `doing(work)`; `doing(work, take_up=…)` asks first and takes it up so."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))

    def run(work, *, take_up=jobs.run_here):
        jobs.kind("do_this", label="Doing this", permission="merge_children")(work)
        return take_up(jobs.ask("do_this", subject="everything", by=data_officer).pk)

    return run


def seen_elsewhere(job_id, *columns):
    """What another connection sees of the job."""
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM childindex_job WHERE id = %s", [job_id])
        return cursor.fetchone()


def sources_elsewhere(code):
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM childindex_source WHERE code = %s", [code])
        return cursor.fetchone()[0]


def test_work_that_ends_leaves_its_result(naming):
    ended = jobs.run_here(naming(3).pk)

    assert (ended.state, ended.result, ended.done, ended.total) == ("done", {"named": 3}, 3, 3)
    assert ended.asked_at <= ended.begun_at <= ended.heard_at == ended.ended_at
    assert Source.objects.filter(code__startswith="source-").count() == 3


def test_progress_is_seen_while_the_work_is_inside_one_long_transaction(own_database, doing):
    seen = []

    def work(running):
        with transaction.atomic():
            make_source("unfinished")
            running.say("Comparing", total=100, unit="records")
            time.sleep(0.6)
            running.advance(40)
            seen.append(seen_elsewhere(running.job.pk, "state", "stage", "done", "total", "unit"))
            seen.append(sources_elsewhere("unfinished"))

    ended = doing(work)

    assert seen == [("running", "Comparing", 40, 100, "records"), 0]
    assert (ended.state, sources_elsewhere("unfinished")) == ("done", 1)


@pytest.fixture
def writes(own_database):
    """How often the jobs' rows have been written so far."""
    with databases.unbound(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE written (at timestamptz);"
            "GRANT ALL ON written TO PUBLIC;"
            "CREATE FUNCTION note_writing() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN INSERT INTO written VALUES (clock_timestamp()); RETURN NULL; END';"
            "CREATE TRIGGER written AFTER UPDATE ON childindex_job EXECUTE FUNCTION note_writing()"
        )

    def count():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM written")
            return cursor.fetchone()[0]

    return count


def test_progress_is_written_down_twice_a_second_at_most(writes, doing):
    def work(running):
        running.say("Counting", total=10**6)
        before, end, number = writes(), time.monotonic() + 1.3, 0
        while time.monotonic() < end:
            running.advance(number := number + 1)
            running.check_stop()
        return {"written": writes() - before, "told": number}

    ended = doing(work)

    assert ended.result["written"] in (1, 2)
    assert ended.result["told"] > 1_000
    assert ended.done == ended.result["told"]


def test_work_that_somebody_stops_ends_as_stopped_and_keeps_what_it_committed(own_database, doing):
    def work(running):
        make_source("finished")
        elsewhere(jobs.stop, Job.objects.get(pk=running.job.pk))
        time.sleep(0.6)
        with transaction.atomic():
            make_source("unfinished")
            running.check_stop()

    ended = doing(work)

    assert (ended.state, ended.problem) == ("stopped", "")
    assert [sources_elsewhere(code) for code in ("finished", "unfinished")] == [1, 0]


def test_stopping_is_no_error_that_careful_work_could_swallow(own_database, doing):
    def work(running):
        elsewhere(jobs.stop, Job.objects.get(pk=running.job.pk))
        time.sleep(0.6)
        try:
            running.check_stop()
        except Exception:
            return {"swallowed": True}

    assert doing(work).state == "stopped"


def test_what_cannot_be_done_is_said_in_the_words_of_the_work(data_officer):
    asked = jobs.ask("stumble", subject="everything", arguments={"why": "The file is empty."}, by=data_officer)

    ended = jobs.run_here(asked.pk)

    assert (ended.state, ended.problem) == ("failed", "The file is empty.")


def test_an_unforeseen_fault_is_told_to_the_log_and_names_nobody_on_the_page(data_officer, caplog):
    asked = jobs.ask("stumble", subject="everything", by=data_officer)

    with caplog.at_level(logging.ERROR):
        ended = jobs.run_here(asked.pk)

    assert ended.state == "failed"
    assert ended.problem.startswith("Something went wrong that nobody had foreseen.")
    assert "Amina Khan" not in str(vars(ended))
    assert f"Job {asked.pk} (stumble) failed" in caplog.text
    assert "ValueError" in caplog.text
    assert "Amina Khan" not in caplog.text


def test_a_fault_of_the_database_in_the_middle_of_a_transaction_is_written_down_as_well(own_database, doing):
    def work(running):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    assert doing(work).state == "failed"


def test_a_result_that_is_no_json_fails_and_does_not_end_the_worker(own_database, doing):
    assert doing(lambda running: {"moment": timezone.now()}).state == "failed"


def test_work_broken_off_too_often_is_not_begun_again(naming):
    asked = naming(3)
    Job.objects.filter(pk=asked.pk).update(attempts=5)

    ended = jobs.run_here(asked.pk)

    assert ended.state == "failed"
    assert ended.problem.startswith("The work was broken off 5 times")
    assert not Source.objects.filter(code__startswith="source-").exists()


def test_nobody_else_takes_up_what_is_worked_on(own_database, doing):
    def work(running):
        with pytest.raises(jobs.UnderWay):
            elsewhere(jobs.run_here, running.job.pk)
        return {"others": elsewhere(jobs.run_next, ["do_this"]) is not None, "is_held": leases.somebody_works()}

    ended = doing(work)

    assert ended.result == {"others": False, "is_held": True}
    assert ended.attempts == 1
    assert not leases.somebody_works(ended.pk)


def test_many_jobs_and_two_workers_at_once_are_each_done_once(own_database, naming):
    asked = {naming(1, about=number, code=f"thing-{number}").pk for number in range(30)}

    def work(_):
        done = []
        while job := jobs.run_next(["name_sources"]):
            done.append(job.pk)
        connection.close()
        return done

    with ThreadPoolExecutor(2) as workers:
        one, other = workers.map(work, range(2))

    assert sorted(one + other) == sorted(asked)
    assert set(Job.objects.values_list("state", "attempts")) == {("done", 1)}


def test_whoever_was_cut_off_writes_nothing_over_the_notes_of_the_next(own_database, doing):
    def work(running):
        connection.close()
        running.say("Going on regardless")

    with pytest.raises(jobs.LeaseLost):
        doing(work)

    left = Job.objects.get()
    assert (left.state, left.stage, leases.somebody_works()) == ("running", "", False)


def test_an_attempt_that_is_over_writes_nothing_down(own_database, doing):
    def work(running):
        Job.objects.filter(pk=running.job.pk).update(attempts=2)
        running.say("Going on regardless")

    with pytest.raises(jobs.LeaseLost):
        doing(work)

    assert Job.objects.get().stage == ""


def test_a_connection_that_the_server_ends_is_nobodys_failure(own_database, doing):
    def work(running):
        with databases.unbound(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(OperationalError):
        doing(work)

    connection.close()
    assert (Job.objects.get().state, leases.somebody_works()) == ("running", False)


def test_notes_go_on_when_their_own_connection_is_lost(own_database, doing):
    def work(running):
        pids = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        with connection.cursor() as cursor:
            cursor.execute(f"{pids} AND datname = current_database() AND backend_type = 'client backend'")
        running.say("Going on")

    assert (doing(work).state, Job.objects.get().stage) == ("done", "Going on")


def test_ctrl_c_gives_the_job_back_for_the_next_worker(own_database, doing):
    def work(running):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        doing(work)

    left = Job.objects.get()
    assert (left.state, left.attempts) == ("waiting", 0)


@pytest.mark.parametrize(
    ("done_before", "done", "seconds", "left"),
    [(0, 25, 50, 150), (80, 90, 10, 10), (0, 0, 50, None), (0, 50, 1, None), (0, 100, 50, 0)],
)
def test_the_time_left_is_told_from_the_pace_of_the_stage(done_before, done, seconds, left):
    heard = timezone.now()
    job = Job(state="running", total=100, done=done, done_before=done_before, heard_at=heard)
    job.stage_at = heard - timedelta(seconds=seconds)

    assert job.time_left == (None if left is None else timedelta(seconds=left))
