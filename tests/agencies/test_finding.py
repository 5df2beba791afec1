"""Finding a child by what a practitioner knows: enough asked, ten at most, and a reason before a record opens."""

import pytest

from registry.models import AccessPayload
from tests.factories import make_address, make_carer, make_child, said_by, shield

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(browser_of, hazel):
    return browser_of(hazel)


@pytest.mark.parametrize(
    "given",
    [
        {"surname": "Khan"},
        {"forename": "Amina", "date_of_birth": "28 2 2017"},
        {"carer": "Farah Khan"},
        {"postcode": "B4 7DA"},
        {"telephone": "0121 496 0123", "address": "14 Example Road"},
    ],
)
def test_too_little_finds_nobody_and_says_what_is_enough(browser, amina, given):
    page = browser.get("/find/", given).text

    assert "too little to find one child by" in page
    assert "Amina Khan" not in page


@pytest.mark.parametrize(
    "given",
    [
        {"surname": "Kahn", "forename": "Amina"},
        {"surname": "Khan", "date_of_birth": "28 2 2017"},
        {"surname": "Khan", "postcode": "B4 7DA"},
        {"carer": "Farah Khan", "date_of_birth": "28 2 2017"},
        {"carer": "Farah Khan", "address": "14 Example Road"},
    ],
)
def test_a_child_is_found_by_what_is_enough(browser, amina, given):
    page = browser.get("/find/", given).text

    assert "Amina Khan" in page
    assert "1 child may be meant" in page
    assert "14 Example Road</td>" not in page


def test_beyond_ten_nobody_is_shown_and_more_is_asked_for(browser):
    for number in range(12):
        make_child("Mohammed", "Khan", born=f"2016-0{number % 9 + 1}-11")

    page = browser.get("/find/", {"surname": "Khan", "forename": "Mohammed"}).text

    assert "More than ten children may be meant" in page
    assert "may be meant</caption>" not in page


def test_a_hidden_field_never_finds_a_shielded_child(browser, amina):
    shield(amina)

    assert "Amina" not in browser.get("/find/", {"carer": "Nobody Known", "address": "14 Example Road"}).text
    assert "Withheld" in browser.get("/find/", {"surname": "Khan", "forename": "Amina"}).text


def test_a_reason_is_asked_for_before_a_record_opens_and_stands_in_the_record_of_looking(browser, amina):
    record = f"/children/{amina.index_number}/"

    asked = browser.get(record)
    assert asked.url == f"{record}why/?next=%2Fchildren%2F{amina.index_number}%2F"
    opened = browser.post(asked.url, {"reason": "asked", "more": "A call from the school"}, follow=True)

    assert "14 Example Road" in opened.text
    entry = AccessPayload.objects.order_by("entry_id").last()
    assert entry.purpose == "Somebody has asked me about this child. A call from the school"


def test_a_reason_is_of_one_child(browser, amina):
    zoe = make_child("Zoe", "Okafor", address=make_address(), carer=make_carer())
    browser.post(f"/children/{amina.index_number}/why/", {"reason": "worried"})

    assert browser.get(f"/children/{amina.index_number}/").status_code == 200
    assert browser.get(f"/children/{zoe.index_number}/").status_code == 302


def test_without_a_reason_nothing_opens(browser, amina):
    assert "Answer the question" in browser.post(f"/children/{amina.index_number}/why/", {"reason": ""}).text
    assert browser.get(f"/children/{amina.index_number}/household/").status_code == 302


def test_the_caseload_is_reason_enough(browser, amina, visiting, knows):
    knows(visiting, amina)

    assert browser.get(f"/children/{amina.index_number}/").status_code == 200
    assert AccessPayload.objects.order_by("entry_id").last().purpose == "On the caseload of Health visiting"


def test_one_is_led_on_to_no_other_site(browser, amina):
    answer = browser.post(f"/children/{amina.index_number}/why/?next=https://elsewhere.example/", {"reason": "worried"})

    assert answer.url == f"/children/{amina.index_number}/"


def test_whose_work_has_ended_sees_nobody(browser_of, hazel, amina):
    with said_by():
        hazel.practices.update(is_suspended=True)
    browser = browser_of(hazel)

    assert "may be meant" not in browser.get("/find/", {"surname": "Khan", "forename": "Amina"}).text
    assert browser.get(f"/children/{amina.index_number}/why/").status_code == 403


def test_the_council_and_schools_do_not_find_here(browser_of, data_officer, governance):
    assert browser_of(governance).get("/find/").status_code == 403
    assert browser_of(data_officer).get("/find/").status_code == 403
