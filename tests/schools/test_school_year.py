"""The page on which the data manager sees what September will bring, and moves every roll up."""

from datetime import date

import pytest
from django.utils import timezone

from registry.models import School
from schools.models import Rollover
from tests.factories import said_by
from tests.registry.intake.test_pages import work
from tests.schools.test_rollover import place_of, pupil

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def primary(hollyfield):
    with said_by():
        School.objects.update(high_age=11)
    return hollyfield


@pytest.fixture(autouse=True)
def _september(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_, **__: date(2026, 9, 2))


def test_the_data_manager_moves_every_roll_up_once(browser_of, data_manager, primary):
    browser = browser_of(data_manager)
    child = pupil(primary, "3", born=date(2018, 1, 1))
    assert "The rolls have not been moved up a year yet" in browser.get("/school-year/").text

    browser.post("/school-year/", {"do": "move"})
    work()

    page = browser.get("/school-year/").text
    assert place_of(child)[0] == "4"
    assert "1 pupil went up, and 0 left" in page
    assert "Move every roll up a year" not in page
    assert Rollover.objects.get().made_by == data_manager


def test_in_july_it_says_what_is_expected_by_school(browser_of, data_manager, primary, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_, **__: date(2026, 7, 20))
    browser = browser_of(data_manager)
    pupil(primary, "6")
    assert "Nothing has been reckoned yet" in browser.get("/school-year/").text

    browser.post("/school-year/", {"do": "move"})
    work()

    page = browser.get("/school-year/").text
    assert "Hollyfield Primary" in page
    assert Rollover.objects.count() == 0
