"""*My work*: what waits for somebody, of every kind that they do, in one list."""

from datetime import date, timedelta

import pytest

from registry.models import AccessPayload
from schools.missing import opening
from schools.models import Case
from tests.factories import TODAY, make_child, said_by, shield, suspect

pytestmark = pytest.mark.django_db
TEN = date(TODAY.year - 10, 1, 15)


@pytest.fixture
def officer(browser_of, data_officer):
    return browser_of(data_officer)


@pytest.fixture
def late_case(data_officer):
    made = opening.open_case(
        make_child("Amina", "Khan", born=TEN), source="public", told="", owner=data_officer, by=data_officer
    )
    with said_by():
        Case.objects.update(opened_on=TODAY - timedelta(days=9), due_date=TODAY - timedelta(days=3))
    return made


def test_everything_stands_in_one_list_the_most_overdue_first(officer, late_case):
    suspect(make_child("Zoe", "Okafor"), make_child("Zoe", "Okafor"))

    page = officer.get("/my-work/").text

    assert "1 thing overdue." in page
    assert "3 days late" in page
    assert page.index("Amina Khan") < page.index("Zoe Okafor")
    assert "Everything (2)" in page
    assert f'href="/missing/{late_case.pk}/"' in page


def test_a_kind_that_was_chosen_stays_chosen(officer, late_case):
    suspect(make_child("Zoe", "Okafor"), make_child("Zoe", "Okafor"))

    officer.get("/my-work/?of=cases")

    page = officer.get("/my-work/").text
    assert "Amina Khan" in page
    assert "Zoe Okafor" not in page
    assert "Zoe Okafor" in officer.get("/my-work/?of=").text


def test_whoever_is_listed_is_written_down(officer, late_case):
    officer.get("/my-work/")

    assert AccessPayload.objects.order_by("entry_id").last().children == [late_case.child_id]


def test_a_colleagues_case_is_not_mine_and_nobodys_is(officer, data_manager):
    for forename, owner in (("Amina", data_manager), ("Zoe", None)):
        opening.open_case(
            make_child(forename, "Khan", born=TEN), source="public", told="", owner=owner, by=data_manager
        )

    page = officer.get("/my-work/?of=cases").text

    assert "Zoe Khan" in page
    assert "Amina Khan" not in page


def test_of_a_shielded_child_nothing_waits_for_who_may_not_know(officer, browser_of, custodian, late_case):
    shield(late_case.child)

    assert "Amina" not in officer.get("/my-work/?of=").text
    assert "Everything (0)" in officer.get("/my-work/?of=").text
    assert "Shields to review (0)" in browser_of(custodian).get("/my-work/").text


def test_nothing_waits(officer):
    assert "Nothing waits for you" in officer.get("/my-work/").text


def test_governance_has_a_list_of_its_own_kinds(browser_of, governance, outsider):
    page = browser_of(governance).get("/my-work/").text

    assert "Overrides to review" in page
    assert "Missing education" not in page
    assert browser_of(outsider).get("/my-work/").status_code == 403


def test_the_next_item_is_offered_from_the_first_that_is_opened_on(officer, late_case, data_officer):
    other = opening.open_case(
        make_child("Zoe", "Okafor", born=TEN), source="public", told="", owner=data_officer, by=data_officer
    )
    assert "My work: 1 of 2." not in officer.get(f"/missing/{late_case.pk}/").text
    officer.get("/my-work/")

    first = officer.get(f"/missing/{late_case.pk}/enquire/").text
    assert "My work: 1 of 2." in first
    assert "/my-work/1/" in first
    assert officer.get("/my-work/1/").url == f"/missing/{other.pk}/"
    last = officer.get(f"/missing/{other.pk}/").text
    assert "My work: 2 of 2." in last
    assert "That is the last." in last
    assert "My work: 2 of 2." not in officer.get("/my-work/").text


def test_a_place_that_the_list_does_not_have_leads_back_to_it(officer, late_case):
    officer.get("/my-work/")

    assert officer.get("/my-work/999/").url == "/my-work/"


def test_where_one_is_stays_on_pages_in_between(officer, late_case):
    officer.get("/my-work/")
    officer.get(f"/missing/{late_case.pk}/")

    assert "My work: 1 of 1." in officer.get("/balance/").text
