"""How far the comparison of the whole index has come, on the page of duplicates."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from registry.duplicates import sweeping
from registry.duplicates.sweeping import LEASE, is_under_way, sweep_index
from registry.models import Child, Name, Suspicion, Sweep, ToCompare
from tests.factories import make_address, make_child, said_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(browser_of, data_officer):
    browser = browser_of(data_officer)
    return lambda: browser.get(reverse("registry:duplicates")).text


@pytest.fixture
def index(monkeypatch):
    """Six records, compared two at a time."""
    monkeypatch.setattr("registry.matching.duplicates.BLOCK", 2)
    names = ["Amira Hossain", "Wanjiru Kamau", "Tadeusz Nowak", "Isolde Pemberley", "Femi Adeyemi", "Mei Chen"]
    return [make_child(*name.split(), address=make_address()) for name in names]


@pytest.fixture
def elsewhere():
    """Another process that compares the index."""
    other = connection.copy()
    other.cursor().execute("SELECT pg_advisory_lock(%s)", [LEASE])
    yield
    other.close()


def stop_after(blocks):
    seen = []

    def progress(done, total):
        seen.append(done)
        if len(seen) == blocks:
            raise KeyboardInterrupt

    return progress


def stopped_after(blocks):
    with pytest.raises(KeyboardInterrupt):
        sweep_index(by=None, progress=stop_after(blocks))


def test_before_the_first_the_page_says_how_it_is_begun(page):
    assert "The index has not been compared yet" in page()


def test_under_way_it_shows_a_bar_with_what_is_done_and_left(index, page, elsewhere, monkeypatch):
    Sweep.objects.all().delete()
    monkeypatch.setattr(sweeping, "LEASE", LEASE + 1)
    stopped_after(2)
    monkeypatch.setattr(sweeping, "LEASE", LEASE)

    shown = page()

    assert 'max="6" value="4"' in shown
    assert "4 of 6 records done. Time left: less than a minute." in shown.replace("\n", " ")
    assert "Begun on" in shown


def test_before_the_first_block_the_bar_has_no_end_yet(index, page, elsewhere):
    assert "<progress" in page()
    assert "max=" not in page()


def test_one_that_was_stopped_says_when_and_how_far_and_how_it_goes_on(index, page):
    stopped_after(2)

    shown = page()

    assert not is_under_way()
    assert "stopped on" in shown
    assert "when 4 of 6 records were compared" in shown
    assert "<progress" not in shown


def test_one_that_ended_says_when(index, page):
    sweep_index(by=None)
    Sweep.objects.update(begun=datetime(2026, 3, 2, 9, 0, tzinfo=UTC), ended=datetime(2026, 3, 2, 9, 4, tzinfo=UTC))

    assert "6 records were compared with each other, from 2 March 2026, 09:00 to 2 March 2026, 09:04" in page()


def test_one_that_took_less_than_a_minute_says_when_once(index, page):
    sweep_index(by=None)
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    Sweep.objects.update(begun=at, ended=at.replace(second=20))

    assert "6 records were compared with each other, on 2 March 2026, 09:00, and each again" in page()


def test_one_that_was_given_up_is_not_taken_for_one_that_ended(index, page):
    stopped_after(1)
    Sweep.objects.update(ended=Sweep.objects.get().moved)

    assert "was given up when 2 of 6 records were compared" in page()


def test_what_waits_to_be_compared_is_counted(index, page):
    sweep_index(by=None)
    make_child("Leila", "Haddad")

    assert "1 changed record waits for manage.py find_duplicates --changed." in page()


def test_time_left_goes_by_the_pace_since_it_last_went_on(index):
    stopped_after(1)
    sweep = Sweep.objects.get()
    sweep.went_on_at, sweep.compared, sweep.records = 100, 300, 1_000
    sweep.moved = sweep.went_on + timedelta(seconds=4)

    assert sweep.seconds_left == pytest.approx(14)
    sweep.compared = 100
    assert sweep.seconds_left is None


def test_a_record_put_right_while_the_whole_is_compared_is_not_left_on_the_list(index, monkeypatch):
    again = make_child("Amirah", "Hussain", address=index[0].residences.get().address)
    elm_grove = make_address(street="Elm Grove", postcode="LS6 2QT")

    def put_right(done, total):
        if done == 2:
            with said_by():
                Name.objects.filter(child=again).update(forename="Chidi", surname="Okafor")
                Child.objects.filter(pk=again.pk).update(date_of_birth="2010-01-01", sex="M")
                again.residences.update(address=elm_grove)
            ToCompare.objects.all().delete()  # as when it was compared at once, before the block with it came

    sweep_index(by=None, progress=put_right)

    assert not Suspicion.objects.exists()


class Terminal(StringIO):
    """A terminal at which somebody presses Ctrl-C as soon as anything is shown."""

    def isatty(self):
        return True

    def write(self, text):
        raise KeyboardInterrupt


def test_stopping_the_command_says_how_it_goes_on(index):
    with pytest.raises(CommandError, match=r"Stopped at 2 of 6 records\. The same command goes on from there\."):
        call_command("find_duplicates", stderr=Terminal())
