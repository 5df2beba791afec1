"""Whose job comes next: turns between those who ask, and a worker of its own for short work."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from childindex import jobs
from childindex.jobs import turns
from childindex.jobs.turns import Waiting, order
from childindex.models import Job
from tests.workers import elsewhere, wait_until

NOBODY_YET = {"under_way": {}, "worked": {}}
ASKERS = st.sampled_from([None, 1, 2, 3])


def asked_by(*askers):
    """Jobs 1, 2, 3 and so on, by whom they were asked for."""
    return [Waiting(number, asker) for number, asker in enumerate(askers, start=1)]


def test_what_one_person_asked_comes_in_the_order_of_asking():
    assert order(asked_by(7, 7, 7), **NOBODY_YET) == [1, 2, 3]


def test_ones_second_job_stands_behind_everybody_elses_first():
    assert order(asked_by(7, 7, 7, 8, None, 8), **NOBODY_YET) == [1, 4, 5, 2, 6, 3]


def test_whoever_has_a_job_under_way_waits_for_those_who_have_none():
    assert order(asked_by(7, 8), under_way={7: 1}, worked={}) == [2, 1]


def test_whoever_was_given_least_time_lately_comes_first():
    worked = {7: timedelta(minutes=5), None: timedelta(seconds=2)}

    assert order(asked_by(7, None, 8), under_way={}, worked=worked) == [3, 2, 1]


@given(st.lists(ASKERS, max_size=30), st.dictionaries(ASKERS, st.integers(0, 3)))
def test_everything_has_a_turn_and_nobody_has_two_before_another_has_one(askers, under_way):
    found = order(asked_by(*askers), under_way=under_way, worked={})

    assert sorted(found) == list(range(1, len(askers) + 1))
    had = {asker: under_way.get(asker, 0) for asker in askers}
    left = {asker: askers.count(asker) for asker in askers}
    for job_id in found:
        asker = askers[job_id - 1]
        assert had[asker] == min(had[one] for one in had if left[one])
        had[asker] += 1
        left[asker] -= 1


@pytest.fixture
def asks():
    """Has a source named for somebody: `asks(officer, 1)`; with `weight=` for as much to do."""

    def ask(by, about, *, weight=None, number=1, pause=0):
        arguments = {"number": number, "code": f"of-{about}", "pause": pause}
        return jobs.ask("name_sources", subject=f"user:{about}", arguments=arguments, by=by, weight=weight)

    return ask


def next_one():
    return jobs.run_next(["name_sources"])


def test_a_pile_of_one_person_does_not_delay_another_person_or_the_installation(asks, data_officer, data_manager):
    pile = [asks(data_officer, number) for number in range(3)]
    other, own = asks(data_manager, 10), asks(None, 11)

    done = [next_one().pk for _ in range(5)]

    assert set(done[:3]) == {pile[0].pk, other.pk, own.pk}
    assert done[3:] == [pile[1].pk, pile[2].pk]
    assert next_one() is None


def test_time_given_in_the_last_hour_counts_and_what_was_given_before_does_not(asks, data_officer, data_manager):
    now = timezone.now()
    for by, about, ended in ((data_officer, 1, 10), (data_manager, 2, 90)):
        begun = now - timedelta(minutes=ended + 8)
        told = {"state": "done", "begun_at": begun, "heard_at": begun + timedelta(minutes=8)}
        Job.objects.filter(pk=asks(by, about).pk).update(ended_at=told["heard_at"], **told)
    earlier, later = asks(data_officer, 3), asks(data_manager, 4)

    assert [next_one().pk, next_one().pk] == [later.pk, earlier.pk]


def test_a_job_that_a_worker_was_killed_over_counts_as_no_job_under_way(asks, data_officer, data_manager):
    left, now = asks(data_officer, 1), timezone.now()
    Job.objects.filter(pk=left.pk).update(state="running", begun_at=now, heard_at=now)
    asks(data_manager, 2)

    assert next_one().pk == left.pk


def test_whoever_is_being_worked_for_waits_while_others_have_nothing_under_way(
    own_database, asks, data_officer, data_manager, monkeypatch
):
    first, second, other = asks(data_officer, 1), asks(data_officer, 2), asks(data_manager, 3)

    with jobs.leases.lease(first.pk) as is_held:
        assert is_held
        assert elsewhere(turns.in_turn, Job.objects.all()) == [other.pk, second.pk]


def test_a_worker_for_short_work_leaves_long_work_alone(asks, data_officer, settings):
    settings.SHORT_WORK_BYTES = 1_000
    long, short = asks(data_officer, 1, weight=1_001), asks(data_officer, 2, weight=1_000)

    assert jobs.run_next(["name_sources"], short=True).pk == short.pk
    assert jobs.run_next(["name_sources"], short=True) is None
    assert next_one().pk == long.pk


def test_work_on_the_whole_index_is_never_short_unless_that_is_said(db):
    assert jobs.ask("find_duplicates", subject="index", by=None).weight == jobs.WHOLE


def test_a_short_job_is_done_in_seconds_while_long_ones_are_under_way(worker, asks, data_officer, data_manager):
    long = [asks(data_officer, number, weight=2 << 20, number=2_000, pause=0.1) for number in range(2)]
    worker("--kind", "name_sources")
    said = worker("--short", "--kind", "name_sources")
    wait_until(long[0], lambda job: job.state == "running", seconds=90)

    short = wait_until(asks(data_manager, 10, weight=70), lambda job: not job.is_under_way, seconds=90)

    assert short.state == "done"
    long[1].refresh_from_db()
    assert long[1].state == "waiting"
    said.terminate()
    assert said.communicate(timeout=60)[0].startswith("Waiting for short work: naming sources.")
