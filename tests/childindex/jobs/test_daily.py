"""What workers do once a day by themselves."""

from datetime import date

import pytest

from childindex.jobs import daily

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(monkeypatch):
    """What was done, in order; nothing is to be done but what the test registers."""
    monkeypatch.setattr(daily, "_daily", {})
    return []


def test_each_thing_is_done_once_a_day(done, monkeypatch):
    days = iter([date(2026, 11, 30), date(2026, 11, 30), date(2026, 12, 1)])
    monkeypatch.setattr(daily.timezone, "localdate", lambda: next(days))
    daily.register("letters were not counted", lambda: done.append("counted"))
    worker = daily.Daily()

    for _ in range(3):
        worker.do()

    assert done == ["counted", "counted"]


def test_what_fails_is_logged_and_the_rest_is_done(done, caplog):
    def fail():
        raise ValueError("No.")

    daily.register("the first was not done", fail)
    daily.register("the second was not done", lambda: done.append("second"))

    daily.Daily().do()

    assert done == ["second"]
    assert "the first was not done" in caplog.text
