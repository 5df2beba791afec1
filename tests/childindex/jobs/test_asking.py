"""Asking for long work: once for each thing, and only what somebody knows how to do."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import NoReverseMatch

from childindex import jobs
from childindex.jobs import kinds
from childindex.models import Job
from childindex.roles import UnknownPermission
from tests.workers import elsewhere


def test_asking_twice_gives_the_job_that_is_under_way(naming):
    first = naming(2)

    assert naming(5) == first
    assert naming(5, about=12) != first
    assert Job.objects.count() == 2


def test_a_thing_that_was_worked_on_can_be_worked_on_again(naming):
    first = jobs.run_here(naming(2).pk)

    assert naming(2) != first


def test_two_people_asking_at_the_same_moment_get_one_job(own_database, naming):
    together = Barrier(4)

    def ask(_):
        together.wait()
        try:
            return naming(2).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as people:
        asked = set(people.map(ask, range(4)))

    assert asked == {Job.objects.get().pk}


def test_what_is_asked_for_in_a_transaction_that_comes_to_nothing_is_not_done(own_database, naming):
    with transaction.atomic():
        asked = naming(2)
        assert elsewhere(jobs.run_next, ["name_sources"]) is None
        transaction.set_rollback(True)

    assert not Job.objects.filter(pk=asked.pk).exists()


def test_the_database_keeps_a_thing_from_being_worked_on_twice(naming):
    asked = naming(2)

    with pytest.raises(IntegrityError, match="job_is_under_way_once"), transaction.atomic():
        Job.objects.create(kind=asked.kind, subject=asked.subject)


def test_nobody_asks_for_what_no_worker_knows(db):
    with pytest.raises(jobs.UnknownKind):
        jobs.ask("make_tea", subject="everything", by=None)


def test_nobody_asks_about_what_the_result_page_could_not_show(db):
    with pytest.raises(NoReverseMatch):
        jobs.ask("name_sources", subject="user:everybody", by=None)


def test_a_kind_asks_for_a_permission_that_somebody_declared():
    with pytest.raises(UnknownPermission):
        jobs.kind("make_tea", label="Making tea", permission="drink_tea")


def test_a_kind_that_leads_to_no_page_is_found_by_the_system_checks(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    jobs.kind("make_tea", label="Making tea", permission="load_files", page="teapot")(lambda running: None)

    assert [error.msg for error in kinds.check_pages()] == [
        "Work of the kind make_tea shows its result on teapot, which is no page."
    ]


def test_work_that_nobody_has_begun_stops_at_once(own_database, naming):
    asked = naming(2)

    elsewhere(jobs.stop, asked)

    asked.refresh_from_db()
    assert asked.state == "stopped"
    assert asked.ended_at
    with pytest.raises(jobs.UnderWay):
        jobs.run_here(asked.pk)
