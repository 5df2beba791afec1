"""Causes for concern: whom to ring first, who is told, who knows, and who may read them afterwards."""

from datetime import timedelta

import pytest
from django.core import mail

from agencies.models import Concern, ConcernKind
from tests.agencies.people import make_service, works_for
from tests.factories import TODAY, shield
from tests.registry.intake.test_pages import work

pytestmark = pytest.mark.django_db


def boxes(day):
    return {"review_date_day": day.day, "review_date_month": day.month, "review_date_year": day.year}


@pytest.fixture
def nursing(db):
    return make_service("School nursing", "school_nursing", email="nursing@example.org")


@pytest.fixture
def nora(nursing):
    return works_for(nursing, name="Nora Nurse")


@pytest.fixture
def duty(db):
    return make_service("Front door", "social_care", hears_concerns=True)


def said(user, audience=(), **values):
    return {
        "practice": user.practices.get().pk,
        "kind": ConcernKind.objects.first().pk,
        "basis": "Has lost weight, and was alone at home",
        "audience": [service.pk for service in audience],
        **boxes(TODAY + timedelta(days=14)),
        **values,
    }


@pytest.fixture
def raised(opening, hazel, amina, visiting, nursing, nora, duty, knows):
    knows(visiting, amina)
    knows(nursing, amina)
    opening(hazel, amina).post(f"/children/{amina.index_number}/concern/", said(hazel, [nursing]))
    return Concern.objects.get()


def test_the_front_door_is_named_before_anything_is_typed(opening, hazel, amina, settings):
    page = opening(hazel, amina).get(f"/children/{amina.index_number}/concern/").text

    assert page.index("This is not a referral") < page.index("What is it about?")
    assert settings.FRONT_DOOR_TELEPHONE in page


def test_a_concern_reaches_whom_the_raiser_chose_and_the_duty_list(raised, nursing, duty):
    assert {one.service for one in raised.audience.all()} == {nursing, duty}


def test_a_service_that_is_left_out_hears_nothing(opening, browser_of, hazel, amina, visiting, nursing, nora, knows):
    knows(nursing, amina)
    opening(hazel, amina).post(f"/children/{amina.index_number}/concern/", said(hazel))
    concern = Concern.objects.get()

    browser = browser_of(nora)

    assert "Nothing to acknowledge" in browser.get("/notices/").text
    assert browser.get(f"/concerns/{concern.pk}/").status_code == 404


def test_only_a_service_that_is_involved_may_be_chosen(opening, hazel, amina, nursing):
    opening(hazel, amina).post(f"/children/{amina.index_number}/concern/", said(hazel, [nursing]))

    assert not Concern.objects.get().audience.exists()


def test_the_letter_names_no_child(raised, nursing):
    work()

    sent = [letter for letter in mail.outbox if "nursing@example.org" in letter.bcc]
    assert sent
    assert "Amina" not in sent[0].subject + sent[0].body
    assert f"/concerns/{raised.pk}/" in sent[0].body
    assert raised.audience.get(service=nursing).told_at is not None


def test_who_cannot_be_written_to_is_said(raised, duty):
    work()

    assert "no email address" in raised.audience.get(service=duty).failure


def test_it_is_acknowledged_by_a_service_once(browser_of, raised, nora):
    browser = browser_of(nora)
    assert "1 cause for concern to acknowledge" in browser.get("/notices/").text

    browser.post(f"/concerns/{raised.pk}/", {"doing": "acknowledge"})

    heard = raised.audience.get(service__name="School nursing")
    assert heard.acknowledged_by == nora
    assert "Nothing to acknowledge" in browser.get("/notices/").text
    told = browser.post(f"/concerns/{raised.pk}/", {"doing": "acknowledge"}, follow=True).text
    assert "It was acknowledged already" in told


def test_a_closed_concern_is_read_by_who_raised_it_and_by_custodians(browser_of, raised, nora, hazel, custodian):
    address = f"/concerns/{raised.pk}/"
    assert "Answer the question" in browser_of(nora).post(address, {"doing": "close"}).text

    browser_of(nora).post(address, {"doing": "close", "outcome": "help", "how": "A nurse visits weekly"})

    assert browser_of(nora).get(address).status_code == 404
    assert "A nurse visits weekly" in browser_of(hazel).get(address).text
    assert "A nurse visits weekly" in browser_of(custodian).get(address).text


def test_the_index_team_reads_no_concern_that_it_was_not_told_of(browser_of, raised, data_officer, amina):
    browser = browser_of(data_officer)

    assert browser.get(f"/concerns/{raised.pk}/").status_code == 404
    assert "Has lost weight" not in browser.get(f"/children/{amina.index_number}/sections/services/").text
    assert "Cause for concern open" not in browser.get(f"/children/{amina.index_number}/").text


def test_who_may_read_it_sees_on_the_record_that_one_is_open(opening, raised, hazel, amina):
    assert "Cause for concern open" in opening(hazel, amina).get(f"/children/{amina.index_number}/").text


def test_the_review_is_within_ninety_days(opening, hazel, amina):
    late = said(hazel, **boxes(TODAY + timedelta(days=200)))

    opening(hazel, amina).post(f"/children/{amina.index_number}/concern/", late)

    assert not Concern.objects.exists()


def test_a_basis_is_a_few_words(opening, hazel, amina):
    told = opening(hazel, amina).post(f"/children/{amina.index_number}/concern/", said(hazel, basis="x" * 501)).text

    assert "at most 500 characters" in told
    assert not Concern.objects.exists()


def test_a_sensitive_service_that_raises_one_is_not_named(
    opening, browser_of, clara, amina, clinic, nursing, nora, knows
):
    knows(nursing, amina)
    opening(clara, amina).post(f"/children/{amina.index_number}/concern/", said(clara, [nursing]))

    told = browser_of(nora).get(f"/concerns/{Concern.objects.get().pk}/").text

    assert "a service that is not named" in told
    assert "Riverside" not in told


def test_of_a_shielded_child_the_duty_list_alone_can_be_told(opening, hazel, amina, nursing, duty, knows):
    knows(nursing, amina)
    shield(amina)
    page = f"/children/{amina.index_number}/concern/"
    browser = opening(hazel, amina)

    assert "School nursing" not in browser.get(page).text
    browser.post(page, said(hazel))

    assert {one.service for one in Concern.objects.get().audience.all()} == {duty}


def test_the_index_team_makes_contact_where_whom_to_ring_is_hidden(
    opening, browser_of, hazel, custodian, data_officer, amina, clinic, knows
):
    knows(clinic, amina, suspected_harm="Seen")
    browser = opening(hazel, amina)
    page = f"/children/{amina.index_number}/"
    assert "A sensitive service is involved" in browser.get(f"{page}sections/services/").text

    asked = {"practice": hazel.practices.get().pk, "why": "To agree on who visits"}
    assert "The index team has been asked" in browser.post(f"{page}contact/", asked, follow=True).text
    assert "has asked for this already" in browser.post(f"{page}contact/", asked).text
    team = browser_of(custodian)
    assert "To agree on who visits" in team.get("/contact/").text
    assert browser_of(data_officer).get("/contact/").status_code == 403
    [request] = amina.contact_requests.all()
    team.post(f"/contact/{request.pk}/", {"answer": "They will ring you on Monday"})

    assert "They will ring you on Monday" in browser.get("/notices/").text
    assert "Nobody waits for an answer" in team.get("/contact/").text
