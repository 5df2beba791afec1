"""Staff declare their own children and relatives; those records are closed to them, and it tells them nothing."""

import pytest

from registry.models import AccessPayload, DeclaredRelative, StaffHome
from tests.factories import make_address, make_child, shield

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


HOME = {"home_surname": "Khan", "home_postcode": "b47da"}


def test_children_of_ones_surname_in_ones_postcode_are_closed(browser_of, data_officer, data_manager):
    likely = make_child("Amina", "Khan", address=make_address())
    neighbour = make_child("Zoe", "Okafor", address=make_address())
    namesake = make_child("Bilal", "Khan", address=make_address(postcode="B15 2TT"))
    browser = browser_of(data_officer)

    browser.post("/relatives/", HOME)

    assert "seems to be of your family" in browser.get(f"/children/{likely.index_number}/").text
    for other in (neighbour, namesake):
        assert browser.get(f"/children/{other.index_number}/").status_code == 200
    assert browser_of(data_manager).get(f"/children/{likely.index_number}/").status_code == 200


def test_where_a_shielded_child_lives_is_not_learned_from_a_refusal(browser_of, data_officer, custodian):
    hidden = make_child("Amina", "Khan", address=make_address())
    shield(hidden)
    for user, status in ((data_officer, 200), (custodian, 403)):
        browser = browser_of(user)
        browser.post("/relatives/", HOME)

        assert browser.get(f"/children/{hidden.index_number}/").status_code == status


def test_governance_lets_a_home_go_and_nobody_their_own(browser_of, data_officer, governance):
    likely = make_child("Amina", "Khan", address=make_address())
    browser_of(data_officer).post("/relatives/", HOME)
    browser_of(governance).post("/relatives/", HOME)
    theirs, own = (StaffHome.objects.get(user=user) for user in (data_officer, governance))
    page = browser_of(governance).get("/relatives/homes/").text
    assert "Olive Officer" in page

    browser_of(governance).post("/relatives/homes/", {"home": theirs.pk, "reason": "A neighbour of the same name"})
    browser_of(governance).post("/relatives/homes/", {"home": own.pk, "reason": "Mine"})

    assert StaffHome.objects.get(let_go_at=None) == own
    assert browser_of(data_officer).get(f"/children/{likely.index_number}/").status_code == 200
    assert browser_of(data_officer).get("/relatives/homes/").status_code == 403


def test_a_postcode_that_is_none_is_said_and_what_was_typed_stays(browser_of, data_officer):
    page = browser_of(data_officer).post("/relatives/", {**HOME, "home_postcode": "nowhere"}).text

    assert "nowhere" in page
    assert 'value="Khan"' in page
    assert not StaffHome.objects.exists()
