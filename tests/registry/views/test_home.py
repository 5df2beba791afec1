"""The first page after signing in."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_child, shield

pytestmark = pytest.mark.django_db


def test_an_empty_index_says_how_a_child_comes_to_be_in_it(browser_of, data_officer):
    page = browser_of(data_officer).get("/")

    assertContains(page, "The index is empty")
    assertContains(page, reverse("registry:child_add"))


def test_the_records_opened_lately_are_listed_latest_first(browser_of, data_officer):
    browser = browser_of(data_officer)
    first, second, unopened = make_child("Amina", "Khan"), make_child("Yusuf", "Ali"), make_child("Nia", "Jones")
    for child in (first, second):
        browser.get(reverse("registry:record", args=[child.index_number]))

    page = browser.get("/")

    assertNotContains(page, unopened.index_number)
    assert page.text.index(second.index_number) < page.text.index(first.index_number)


def test_what_a_colleague_opened_is_not_listed(browser_of, data_officer, data_manager):
    child = make_child()
    browser_of(data_manager).get(reverse("registry:record", args=[child.index_number]))

    assertNotContains(browser_of(data_officer).get("/"), child.index_number)


def test_a_household_looked_at_lists_the_child_whose_page_it_was(browser_of, data_officer):
    browser = browser_of(data_officer)
    child = make_child()
    shield(make_child("Somebody", "Else"))
    browser.get(reverse("registry:household", args=[child.index_number]))

    page = browser.get("/")

    assertContains(page, child.index_number)
    assertNotContains(page, "Somebody")


def test_governance_is_led_to_who_looked_and_to_no_search(browser_of, governance):
    make_child()

    page = browser_of(governance).get("/")

    assertContains(page, reverse("registry:access_log"))
    assertNotContains(page, reverse("registry:search"))


def test_somebody_signed_out_is_asked_to_sign_in(client):
    assert client.get("/")["Location"].startswith("/account/login/")
