"""Staff declare their own children and relatives; those records are closed to them, and it tells them nothing."""

import pytest

from registry.models import AccessPayload, DeclaredRelative
from tests.factories import make_child

pytestmark = pytest.mark.django_db
AMINA = {"forename": "Amina", "surname": "Khan", "born_day": 28, "born_month": 2, "born_year": 2017}
DECLARED = {**AMINA, "relation": "My daughter"}
SAID = "If the index has this child, the record is closed to you."


@pytest.fixture
def amina(db):
    return make_child("Amina", "Khan")


@pytest.mark.parametrize("rest", ["", "household/", "schools/", "history/", "correct/"])
def test_a_declared_record_is_closed_and_the_refusal_recorded(browser_of, data_officer, amina, rest):
    browser = browser_of(data_officer)
    assert browser.get(f"/children/{amina.index_number}/{rest}").status_code == 200

    assert SAID in browser.post("/relatives/", DECLARED, follow=True).text
    refused = browser.get(f"/children/{amina.index_number}/{rest}")

    assert refused.status_code == 403
    assert "closed to you" in refused.text
    assert "declared the child" in AccessPayload.objects.order_by("entry_id").last().asked["why"]


def test_it_is_closed_to_nobody_else(browser_of, data_officer, data_manager, amina):
    browser_of(data_officer).post("/relatives/", DECLARED)

    assert browser_of(data_manager).get(f"/children/{amina.index_number}/").status_code == 200


def test_declaring_tells_nobody_who_is_in_the_index(browser_of, outsider, amina):
    known = browser_of(outsider).post("/relatives/", DECLARED, follow=True).text
    unknown = browser_of(outsider).post("/relatives/", {**DECLARED, "forename": "Odile"}, follow=True).text

    assert SAID in known
    assert SAID in unknown
    assert DeclaredRelative.objects.count() == 1


def test_the_names_may_be_the_other_way_round_and_written_otherwise(browser_of, data_officer, amina):
    browser_of(data_officer).post("/relatives/", {**DECLARED, "forename": "KHAN", "surname": "amina"})

    assert DeclaredRelative.objects.get().child == amina


def test_declared_again_it_is_declared_once(browser_of, data_officer, amina):
    for _ in range(2):
        browser_of(data_officer).post("/relatives/", DECLARED)

    assert DeclaredRelative.objects.count() == 1


def test_a_custodian_is_no_exception(browser_of, custodian, amina):
    browser_of(custodian).post("/relatives/", DECLARED)

    assert browser_of(custodian).get(f"/children/{amina.index_number}/").status_code == 403


def test_what_is_missing_is_asked_for(browser_of, data_officer):
    assert "Enter the forename" in browser_of(data_officer).post("/relatives/", {"relation": "My son"}).text
