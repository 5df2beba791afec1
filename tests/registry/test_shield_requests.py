"""Whoever works with a family asks for a shield; a custodian decides, and nobody else learns that it was asked."""

from datetime import timedelta

import pytest
from django.core import mail

from registry.models import Shield, ShieldRequest
from tests.cast import person
from tests.factories import TODAY, make_child, shield

pytestmark = pytest.mark.django_db
ASKED = {
    "asked_for": "parent",
    "ground": "The father has threatened her",
    "reached_by": "Ring her sister, 0121 496 0001",
}


@pytest.fixture
def amina(db):
    return make_child("Amina", "Khan")


@pytest.fixture
def second_custodian(db):
    return person("Selma Second", "data_officer", custodian=True)


def ask(browser, child, **more):
    return browser.post(f"/children/{child.index_number}/shield/ask/", {**ASKED, **more}, follow=True)


def until(day):
    return {"review_date_day": day.day, "review_date_month": day.month, "review_date_year": day.year}


@pytest.fixture
def asked(browser_of, data_officer, amina, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ask(browser_of(data_officer), amina)
    return ShieldRequest.objects.get()


def decide(browser, request, **said):
    return browser.post(f"/shields/requests/{request.pk}/", said, follow=True)


def test_custodians_are_told_at_once_by_a_letter_without_names(custodian, asked):
    letter = mail.outbox[0]

    assert custodian.email in letter.bcc
    assert f"/shields/requests/{asked.pk}/" in letter.body
    assert "Khan" not in letter.body + letter.subject


def test_agreed_to_it_shields_the_child_until_it_is_reviewed(browser_of, custodian, data_officer, amina, asked):
    browser = browser_of(custodian)
    assert "1 shield asked for" in browser.get("/shields/").text
    assert "Ring her sister" in browser.get(f"/shields/requests/{asked.pk}/").text

    decide(browser, asked, agreed="yes", answer="Shielded from today", **until(TODAY + timedelta(days=100)))

    held = Shield.objects.in_force(TODAY).get(child=amina)
    assert (held.ground, held.review_date) == (ASKED["ground"], TODAY + timedelta(days=100))
    assert "Shielded from today" in browser_of(data_officer).get(f"/shields/requests/{asked.pk}/").text


def test_refused_it_shields_nobody_and_says_why(browser_of, custodian, data_officer, asked):
    decide(browser_of(custodian), asked, agreed="no", answer="Nobody could be reached")

    assert not Shield.objects.exists()
    assert "Nobody could be reached" in browser_of(data_officer).get(f"/shields/requests/{asked.pk}/").text
    assert "Not shielded" in browser_of(data_officer).get("/shields/requests/").text


def test_who_asked_does_not_decide(browser_of, custodian, amina, second_custodian):
    ask(browser_of(custodian), amina)
    made = ShieldRequest.objects.get()

    assert "Another custodian decides this" in decide(browser_of(custodian), made, agreed="no", answer="No").text
    assert ShieldRequest.objects.get().decided_at is None
    decide(browser_of(second_custodian), made, agreed="no", answer="No")
    assert ShieldRequest.objects.get().decided_by == second_custodian


def test_nobody_else_reads_a_request(browser_of, data_manager, governance, asked):
    assert browser_of(data_manager).get(f"/shields/requests/{asked.pk}/").status_code == 404
    assert "Khan" not in browser_of(data_manager).get("/shields/requests/").text
    assert browser_of(governance).get("/shields/requests/").status_code == 403


def test_it_is_asked_once(browser_of, data_officer, amina, asked):
    assert "You have asked for this already." in ask(browser_of(data_officer), amina).text
    assert ShieldRequest.objects.count() == 1


def test_one_who_is_shielded_already_keeps_that_shield(browser_of, custodian, amina, asked):
    held = shield(amina, ground="Known before")

    decide(browser_of(custodian), asked, agreed="yes", answer="It is so", **until(TODAY + timedelta(days=9)))

    assert Shield.objects.get() == held
    assert ShieldRequest.objects.get().is_agreed


def test_two_custodians_decide_once(browser_of, custodian, second_custodian, asked):
    decide(browser_of(custodian), asked, agreed="no", answer="First")

    decide(browser_of(second_custodian), asked, agreed="yes", answer="Second", **until(TODAY + timedelta(days=9)))

    assert ShieldRequest.objects.get().answer == "First"
    assert not Shield.objects.exists()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"agreed": "yes", "answer": "Yes"}, "Enter the review date, like 3 10 2027."),
        ({"agreed": "yes", "answer": "Yes", **until(TODAY)}, "Enter a review date that is still to come."),
        ({"agreed": "no"}, "What do you tell whoever asked"),
    ],
)
def test_what_lacks_is_said_and_what_was_typed_stays(browser_of, custodian, asked, said, told):
    page = decide(browser_of(custodian), asked, **said).text

    assert told in page
    assert ShieldRequest.objects.get().decided_at is None
