"""The head's declaration, and its being opened again."""

import pytest

from registry.models import Enrolment
from schools.models import Declaration
from schools.movers import returning
from tests.factories import TODAY, make_child
from tests.schools.people import at
from tests.schools.returns.written import census, on_roll, taken

pytestmark = pytest.mark.django_db
PAGE = "/roll/900001/declare/"
WORD = {"name": "Helen Head", "position": "Headteacher", "sure": "on"}


@pytest.fixture
def confirmed(hollyfield, amina, campaign):
    taken(census(on_roll()), hollyfield, as_of=TODAY)


def test_a_roll_is_declared_and_gives_a_receipt(heads_browser, confirmed, campaign):
    told = heads_browser.post(PAGE, WORD, follow=True).text

    made = Declaration.objects.get()
    assert made.receipt in told
    assert (made.pupils, made.campaign) == (1, campaign)
    assert "Declared for Autumn return" in heads_browser.get(PAGE).text


def test_it_is_not_possible_while_one_pupil_is_unexplained(heads_browser, hollyfield, confirmed):
    make_child("Zoe", "Okafor", school=hollyfield)

    page = heads_browser.get(PAGE).text
    told = heads_browser.post(PAGE, WORD).text

    assert "Zoe Okafor" in page
    assert "1 pupil left:" in " ".join(page.split())
    assert "Zoe Okafor" in told
    assert not Declaration.objects.exists()


def test_a_pupil_told_of_to_the_council_is_explained(heads_browser, hollyfield, confirmed, head):
    zoe = make_child("Zoe", "Okafor", school=hollyfield)
    returning.report(hollyfield, Enrolment.objects.get(child=zoe).pk, kind="never_arrived", said="Never seen", by=head)

    heads_browser.post(PAGE, WORD)

    assert Declaration.objects.get().reported == 1


def test_an_empty_roll_is_not_declared(heads_browser, hollyfield):
    assert "Nobody is on this roll" in heads_browser.get(PAGE).text
    heads_browser.post(PAGE, WORD)
    assert not Declaration.objects.exists()


def test_it_is_the_heads_to_declare(browser_of, hollyfield, confirmed):
    for role in ("school_office", "senco", "safeguarding_lead"):
        browser = browser_of(at(hollyfield, name=f"{role.capitalize()} Somebody", role=role))
        assert browser.get(PAGE).status_code == 403
        assert browser.post(PAGE, WORD).status_code == 403


def test_the_head_of_another_school_declares_nothing_here(browser_of, fernhill, confirmed):
    other = browser_of(at(fernhill, name="Fergus Fernhill", role="head"))

    assert other.post(PAGE, WORD).status_code == 404


def test_a_roll_is_declared_once(heads_browser, confirmed):
    heads_browser.post(PAGE, WORD)

    assert "has been declared already" in heads_browser.post(PAGE, WORD).text


def test_the_council_opens_it_again_and_says_why(heads_browser, manager, confirmed, campaign):
    heads_browser.post(PAGE, WORD)
    school = f"/campaigns/{campaign.pk}/schools/900001/"
    assert "Answer the question" in manager.post(school, {"because": ""}).text

    manager.post(school, {"because": "Two pupils came back"})

    assert "Two pupils came back" in heads_browser.get(PAGE).text
    heads_browser.post(PAGE, WORD)
    assert Declaration.objects.count() == 2


def test_another_schools_receipt_is_no_page(heads_browser, browser_of, fernhill, confirmed):
    heads_browser.post(PAGE, WORD)
    address = f"/roll/900001/declarations/{Declaration.objects.get().pk}/"

    assert heads_browser.get(address).status_code == 200
    assert browser_of(at(fernhill, name="Fergus Fernhill")).get(address).status_code == 404


def test_a_school_reads_what_is_taken_from_it_and_why(heads_browser, confirmed):
    text = heads_browser.get("/roll/900001/taken/").text

    assert "School Attendance (Pupil Registration)" in text
    assert "Never" in text


def test_the_office_does_not_see_who_supports_pupils(heads_browser, browser_of, hollyfield):
    page = "/roll/900001/support/"

    assert heads_browser.get(page).status_code == 200
    assert browser_of(at(hollyfield)).get(page).status_code == 403
