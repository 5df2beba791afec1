"""Services: set up by the council; their people invited, suspended and ended by their manager."""

import pytest
from django.test import Client

from agencies.models import ConcernKind, PracticeOffer, Practitioner, Service
from childindex.accounts import invitations
from childindex.models import User
from tests.agencies.people import GATEWAY, make_service, works_for
from tests.alike import steady
from tests.cast import person
from tests.factories import said_by

pytestmark = pytest.mark.django_db
NEW = {
    "organisation_name": "Exampleton NHS Trust",
    "name": "Health visiting",
    "kind": "health_visiting",
    "telephone": "0121 496 0100",
    "gateway": GATEWAY,
    "is_active": "on",
}
NORA = {"invite": "yes", "full_name": "Nora Nurse", "email": "nora@example.org", "role": "practitioner"}


@pytest.fixture
def manager(visiting):
    return works_for(visiting, name="Mona Manager", role="service_manager")


def test_the_council_sets_up_a_service_with_its_organisation(browser_of, data_manager):
    told = browser_of(data_manager).post("/services/add/", NEW, follow=True).text

    made = Service.objects.get()
    assert (str(made.organisation), made.gateway) == ("Exampleton NHS Trust", GATEWAY)
    assert "Health visiting is saved." in told
    assert "has a service of this name already" in browser_of(data_manager).post("/services/add/", NEW).text


def test_a_service_needs_a_telephone_number_that_is_one(browser_of, data_manager):
    told = browser_of(data_manager).post("/services/add/", {**NEW, "telephone": "12"}).text

    assert "is not valid" in told
    assert not Service.objects.exists()


@pytest.mark.parametrize("role", ["data_officer", "practitioner", "service_manager", "head"])
def test_others_set_up_no_service(browser_of, visiting, role):
    user = works_for(visiting, name="Somebody Else", role=role)

    assert browser_of(user).get("/services/").status_code == 403
    assert browser_of(user).post("/services/add/", NEW).status_code == 403
    assert Service.objects.count() == 1


def test_a_manager_invites_somebody_to_their_own_service(browser_of, manager, visiting, mailoutbox):
    told = browser_of(manager).post(f"/services/{visiting.pk}/", NORA, follow=True).text

    assert "nora@example.org is written to" in told
    assert mailoutbox[0].to == ["nora@example.org"]
    assert not Practitioner.objects.filter(user__email="nora@example.org").exists()
    nora = User.objects.get(email="nora@example.org")
    Client().post(invitations.path_for(nora), {"password": "willow copper tide", "again": "willow copper tide"})
    assert Practitioner.objects.get(user=nora).service == visiting


def test_a_manager_has_nothing_to_do_with_another_service(browser_of, manager):
    other = make_service("School nursing", "school_nursing")

    assert browser_of(manager).get(f"/services/{other.pk}/").status_code == 403
    assert browser_of(manager).post(f"/services/{other.pk}/", NORA).status_code == 403
    assert not User.objects.filter(email="nora@example.org").exists()


def test_a_practitioner_sees_colleagues_and_changes_nothing(browser_of, hazel, manager, visiting):
    browser = browser_of(hazel)

    assert "Mona Manager" in browser.get(f"/services/{visiting.pk}/").text
    assert "Invite somebody" not in browser.get(f"/services/{visiting.pk}/").text
    assert browser.post(f"/services/{visiting.pk}/", NORA).status_code == 403


def test_nobody_is_invited_into_a_role_of_the_council(browser_of, manager, visiting):
    told = browser_of(manager).post(f"/services/{visiting.pk}/", {**NORA, "role": "data_manager"}).text

    assert "Select a valid choice" in told


def test_a_manager_suspends_takes_back_and_ends(browser_of, manager, hazel, visiting):
    browser, practice = browser_of(manager), hazel.practices.get()
    page = f"/services/{visiting.pk}/"

    browser.post(page, {f"suspend-{practice.pk}": ""})
    practice.refresh_from_db()
    assert practice.is_suspended
    assert browser_of(hazel).get("/our-service/").text.count("You do not work for a service yet") == 1
    browser.post(page, {f"resume-{practice.pk}": ""})
    browser.post(page, {f"end-{practice.pk}": ""})
    practice.refresh_from_db()

    assert (practice.is_suspended, practice.ended_on is None) == (False, False)


def test_nobody_ends_their_own_work(browser_of, manager, visiting):
    browser_of(manager).post(f"/services/{visiting.pk}/", {f"end-{manager.practices.get().pk}": ""})

    assert manager.practices.get().ended_on is None


@pytest.mark.parametrize("role", ["practitioner", "data_officer", "head"])
def test_a_manager_does_not_learn_whether_an_address_has_an_account(browser_of, manager, visiting, role):
    browser, page = browser_of(manager), f"/services/{visiting.pk}/"
    person("Known Person", role)

    answers = []
    for email in ("known@example.gov.uk", "unknown@example.gov.uk"):
        told = browser.post(page, {**NORA, "email": email}, follow=True).text
        answers.append(steady(told, email))
        browser.post(page, {"take_back": PracticeOffer.objects.open().get().pk}, follow=True)

    assert answers[0] == answers[1]


def test_an_account_at_the_address_takes_the_work_up_and_keeps_no_suspension(browser_of, manager, hazel, visiting):
    with said_by():
        hazel.practices.update(is_suspended=True)
    browser_of(manager).post(f"/services/{visiting.pk}/", {**NORA, "email": hazel.email, "job_title": "Nurse"})
    offer = PracticeOffer.objects.get()

    browser_of(hazel).post("/account/places/", {"take": f"agencies.practiceoffer-{offer.pk}"})

    practice = hazel.practices.get()
    assert (practice.is_suspended, practice.job_title) == (False, "Nurse")
    assert not PracticeOffer.objects.open().exists()


def test_the_council_keeps_the_kinds_of_concern(browser_of, data_manager, hazel):
    browser, page = browser_of(data_manager), "/services/kinds-of-concern/"

    browser.post(page, {"add": "yes", "name": "Private fostering"})
    assert ConcernKind.objects.get(name="Private fostering").is_active
    assert "already exists" in browser.post(page, {"add": "yes", "name": "Private fostering"}).text
    browser.post(page, {"kind": ConcernKind.objects.get(name="Private fostering").pk})

    assert not ConcernKind.objects.get(name="Private fostering").is_active
    assert browser_of(hazel).get(page).status_code == 403
