"""The comparison of the whole index as long work: begun, followed, stopped and gone on with from the list."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.db import connection, transaction
from django.urls import reverse

from childindex import jobs
from childindex.models import Job
from registry.duplicates.jobs import ask
from registry.duplicates.sweeping import LEASE
from registry.models import Suspicion, Sweep
from tests.factories import make_address, make_child
from tests.workers import elsewhere, wait_until

LIST, FIND = reverse("registry:duplicates"), reverse("registry:duplicates_find")


@pytest.fixture
def index(db, monkeypatch):
    """Six records, two of them of one child, compared two at a time."""
    monkeypatch.setattr("registry.matching.duplicates.BLOCK", 2)
    names = ["Amira Hossain", "Wanjiru Kamau", "Tadeusz Nowak", "Isolde Pemberley", "Femi Adeyemi"]
    made = [make_child(*name.split(), address=make_address()) for name in names]
    return [*made, make_child("Amirah", "Hossain", address=made[0].residences.get().address)]


@pytest.fixture
def manager(browser_of, data_manager):
    return browser_of(data_manager)


def test_a_data_manager_begins_it_and_sees_what_came_of_it(index, manager, data_manager):
    assert "Compare the whole index" in manager.get(LIST).text

    begun = manager.post(FIND, follow=True)
    job = Job.objects.get()

    assert begun.redirect_chain == [(LIST, 302)]
    assert "Waiting for a worker" in begun.text
    assert "Compare the whole index" not in begun.text
    ended = jobs.run_here(job.pk)
    assert (ended.state, ended.by, ended.done) == ("done", data_manager, 6)
    assert (
        "6 records compared: 1 pair newly proposed, 0 pairs taken off the list." in manager.get(f"/jobs/{job.pk}/").text
    )
    assert "6 records were compared with each other" in manager.get(LIST).text
    assert Suspicion.objects.count() == 1


def test_begun_twice_it_is_done_once(index, manager, data_manager):
    manager.post(FIND)
    manager.post(FIND)

    assert Job.objects.count() == 1


def test_a_data_officer_follows_it_and_begins_none(index, browser_of, data_officer, data_manager):
    browser = browser_of(data_officer)

    assert browser.post(FIND).status_code == 403
    assert "Compare the whole index" not in browser.get(LIST).text
    job = ask(by=data_manager)
    shown = browser.get(LIST).text
    assert "Waiting for a worker" in shown
    assert f"/jobs/{job.pk}/" not in shown


def test_it_fails_with_a_sentence_while_somebody_compares_the_index_by_hand(index, data_manager):
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LEASE])
        ended = jobs.run_here(ask(by=data_manager).pk)

    assert ended.state == "failed"
    assert ended.problem.startswith("The index is being searched for duplicates already.")


def test_nothing_of_a_childs_is_in_the_job(index, data_manager):
    ended = jobs.run_here(ask(by=data_manager).pk)

    told = str({name: value for name, value in vars(ended).items() if name != "_state"})
    for child in index:
        assert child.index_number not in told
    assert "Hossain" not in told
    assert set(ended.result) == {"records", "began_at", "proposed", "again", "kept", "taken_off"}


def held_up(job):
    """Work on the job in a thread, which waits for this transaction before it compares anything."""
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE registry_sweep IN SHARE MODE")
            working = thread.submit(elsewhere, jobs.run_here, job.pk)
            yield wait_until(job, lambda job: job.stage == "Reading the index")
        working.result()


def test_it_is_stopped_and_goes_on_from_there(own_database, index, manager, data_manager):
    job = ask(by=data_manager)

    for working in held_up(job):
        elsewhere(manager.post, f"/jobs/{working.pk}/", {"doing": "stop"})

    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("stopped", 2, 6)
    assert "Go on comparing" in manager.get(LIST).text
    manager.post(FIND)
    again = jobs.run_next(["find_duplicates"])
    assert (again.state, again.result["began_at"], again.result["records"]) == ("done", 2, 6)
    assert Sweep.objects.get().is_done
    assert Suspicion.objects.count() == 1


@pytest.mark.browser
def test_a_data_manager_has_the_index_compared(new_page, sign_in, worker, index, data_manager, fit):
    page = new_page()
    sign_in(page, data_manager)
    page.goto(LIST)

    page.get_by_role("button", name="Compare the whole index").click()
    page.get_by_text("Waiting for a worker").wait_for()
    fit(page)
    worker("--once", "--kind", "find_duplicates")

    page.get_by_text("6 records were compared with each other").wait_for()
    assert page.get_by_role("link", name=re.compile("Amirah Hossain")).count() == 1
