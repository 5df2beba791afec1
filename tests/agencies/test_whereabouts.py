"""A service's board: of how many of the children known to it it is known where they are."""

from datetime import date

import pytest

from registry.models import WhereaboutsShare
from registry.whereabouts import board
from tests.agencies.people import make_service, works_for
from tests.factories import TODAY, make_address, make_child, shield

pytestmark = pytest.mark.django_db
TEN = date(TODAY.year - 10, 1, 15)


@pytest.fixture
def visiting(db):
    return make_service("Health visiting", "health_visiting")


@pytest.fixture
def page(browser_of, visiting):
    browser = browser_of(works_for(visiting))
    return lambda: browser.get("/my-children/whereabouts/").text


def test_a_service_sees_its_own_children_and_nobody_elses(page, visiting, knows):
    known = make_child("Amina", "Khan", born=TEN, address=make_address())
    unknown, other = make_child("Zoe", "Okafor", born=TEN), make_child("Not", "Ours", born=TEN)
    for child in (known, unknown):
        knows(visiting, child)
    knows(make_service("Youth justice", "youth_justice"), other)
    board.reckon()

    shown = page()

    assert "Home known of 1 of 2 children." in shown
    assert "Zoe Okafor" in shown
    assert "Not Ours" not in shown
    assert {one.code: (one.known, one.total) for one in WhereaboutsShare.objects.all()} == {
        f"service-{visiting.pk}": (1, 2),
        f"service-{visiting.pk + 1}": (0, 1),
    }


def test_of_a_shielded_child_nothing_is_counted(page, visiting, knows):
    hidden = make_child("Zoe", "Okafor", born=TEN, address=make_address())
    knows(visiting, hidden)
    shield(hidden)
    board.reckon()

    assert "Zoe" not in page()
    assert not WhereaboutsShare.objects.exists()


def test_the_board_is_for_those_who_work_for_a_service(browser_of, data_officer):
    assert browser_of(data_officer).get("/my-children/whereabouts/").status_code == 403
