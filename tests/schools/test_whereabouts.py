"""A school's board: of how many pupils it is known where they are, whom to ask about first, and nobody hidden."""

from datetime import date, timedelta

import pytest

from registry.models import AccessPayload, WhereaboutsDay, WhereaboutsShare
from registry.whereabouts import board
from tests.factories import TODAY, make_address, make_carer, make_child, make_school, make_source, said_by, shield
from tests.schools.people import at

pytestmark = pytest.mark.django_db
TEN = date(TODAY.year - 10, 1, 15)


@pytest.fixture
def hollyfield(db):
    return make_school("Hollyfield Primary", urn=999_101)


@pytest.fixture
def office(browser_of, hollyfield):
    return browser_of(at(hollyfield))


@pytest.fixture
def pupils(hollyfield):
    """One of whom all is known, one of whom nothing is, and one of another school."""
    known = make_child("Amina", "Khan", born=TEN, school=hollyfield, address=make_address(), carer=make_carer())
    unknown = make_child("Zoe", "Okafor", born=TEN, school=hollyfield)
    make_child("Not", "Ours", born=TEN, school=make_school("Larkmoor Primary"))
    return known, unknown


def test_a_school_sees_of_how_many_pupils_it_is_known_and_whom_to_ask_about(office, pupils):
    board.reckon()

    page = office.get("/roll/999101/whereabouts/").text

    assert "Home known of 1 of 2 pupils." in page
    assert "Home, of 1 pupil. Ask the families where they live now, and confirm it." in page
    assert "Zoe Okafor" in page
    assert "Not Ours" not in page
    assert "GP practice" not in page.split("<main")[1].split("<dl")[0]
    assert AccessPayload.objects.order_by("entry_id").last().children == [pupils[1].pk]


def test_of_a_shielded_pupil_nothing_is_counted_or_published(office, pupils):
    shield(pupils[1])

    board.reckon()

    page = office.get("/roll/999101/whereabouts/").text
    share = WhereaboutsShare.objects.get(code="school-999101")
    assert "Home known of 1 of 1 pupil." in page
    assert "Zoe" not in page
    assert (share.known, share.total) == (1, 1)


def test_how_it_came_to_this_is_drawn_with_a_table_behind_it(office, pupils):
    board.reckon()
    with said_by() as deed:
        day = WhereaboutsDay.objects.create(day=TODAY - timedelta(days=1), counts={}, known=[0, 0], act=deed)
        WhereaboutsShare.objects.create(day=day, code="school-999101", known=0, total=2)

    page = office.get("/roll/999101/whereabouts/").text

    assert "<svg" in page.split("How it came to this")[1]
    assert "As it was published each night" in page


def test_before_anything_is_reckoned_the_board_says_so(office, pupils):
    assert "Nothing has been reckoned yet" in office.get("/roll/999101/whereabouts/").text


def test_another_schools_board_is_not_there(office, pupils):
    assert office.get("/roll/999104/whereabouts/").status_code in (403, 404)


def test_of_whom_only_the_school_has_placed_there_it_is_told_nothing(office, hollyfield, pupils):
    own = make_source("school-999101", name="Hollyfield Primary")
    make_child("Claimed", "Alone", born=TEN, school=hollyfield, address=make_address(), source=own)
    board.reckon()

    page = office.get("/roll/999101/whereabouts/").text

    assert "Home known of 1 of 2 pupils." in page
    assert "1 pupil left out" in page
    assert "Claimed" not in page
    assert WhereaboutsShare.objects.get(code="school-999101").total == 2


def test_a_page_beyond_the_last_is_the_first(office, pupils):
    board.reckon()

    assert "Zoe Okafor" in office.get("/roll/999101/whereabouts/?page=9").text
