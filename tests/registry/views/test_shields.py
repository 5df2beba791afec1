"""Shields that stand, and their reviews."""

from datetime import timedelta

import pytest

from registry.models import Shield
from tests.factories import TODAY, make_child, said_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(db):
    amina = make_child("Amina", "Khan")
    with said_by():
        return Shield.objects.create(
            child=amina,
            from_date=TODAY - timedelta(days=200),
            review_date=TODAY - timedelta(days=17),
            ground="A threat",
        )


def boxes(day):
    return {"review_date_day": day.day, "review_date_month": day.month, "review_date_year": day.year}


def page_of(shield):
    return f"/children/{shield.child.index_number}/shield/review/"


def test_what_is_overdue_stands_first_and_is_counted(browser_of, custodian, held):
    later = make_child("Zoe", "Okafor")
    with said_by():
        Shield.objects.create(child=later, from_date=TODAY, review_date=TODAY + timedelta(days=90), ground="A threat")

    page = browser_of(custodian).get("/shields/").text

    assert "1 review overdue." in page
    assert "17 days late" in page
    assert page.index("Amina Khan") < page.index("Zoe Okafor")


def test_a_shield_is_kept_with_a_reason_for_six_months_at_most(browser_of, custodian, held):
    browser = browser_of(custodian)
    until = TODAY + timedelta(days=100)

    assert "Why does the shield stay?”" in browser.post(page_of(held), {"reason": "", **boxes(until)}).text
    browser.post(page_of(held), {"reason": "Still looked for", **boxes(TODAY + timedelta(days=300))})
    held.refresh_from_db()
    assert held.review_date < TODAY
    told = browser.post(page_of(held), {"reason": "Still looked for", **boxes(until)}, follow=True).text

    held.refresh_from_db()
    assert held.review_date == until
    assert "The shield of Amina Khan stays." in told


def test_nobody_but_custodians_knows_of_the_list(browser_of, data_officer, data_manager, governance, held):
    for user in (data_officer, data_manager, governance):
        assert browser_of(user).get("/shields/").status_code == 403
        assert browser_of(user).post(page_of(held), {"reason": "No"}).status_code == 403


def test_a_child_without_a_shield_has_nothing_to_review(browser_of, custodian):
    zoe = make_child("Zoe", "Okafor")

    assert browser_of(custodian).get(f"/children/{zoe.index_number}/shield/review/").status_code == 404
