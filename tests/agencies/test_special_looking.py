"""Overriding a shield, and looking for a colleague: each recorded twice over, and answered for."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db.utils import IntegrityError

from agencies.models import MediatedLook, Override
from agencies.overriding import ask_for_right
from childindex.accounts.changes import changing
from childindex.models import Approval
from registry import conflicts
from registry.models import AccessPayload
from tests.agencies.people import works_for
from tests.factories import TODAY, said_by, shield

pytestmark = pytest.mark.django_db


@pytest.fixture
def trusted(hazel):
    with said_by():
        hazel.practices.update(may_override=True)
    return hazel


@pytest.fixture
def hidden(amina):
    shield(amina)
    return amina


def page_of(child, rest="override/"):
    return f"/children/{child.index_number}/{rest}"


def last_entry():
    return AccessPayload.objects.order_by("entry_id").last()


def test_who_may_overrides_with_a_reason_and_sees_the_record_once(opening, trusted, hidden):
    browser = opening(trusted, hidden)
    assert "Override the shield" in browser.get(page_of(hidden, "sections/services/")).text
    assert "is investigated" in browser.get(page_of(hidden)).text

    shown = browser.post(page_of(hidden), {"reason": "The father is at the school gate"}).text

    assert "14 Example Road" in shown
    assert "You look behind a shield" in shown
    entry = last_entry()
    assert (entry.purpose, entry.asked["behind_shields"]) == ("The father is at the school gate", True)
    assert "14 Example Road" not in browser.get(page_of(hidden, "")).text
    assert "14 Example Road" not in browser.get(page_of(hidden)).text


def test_without_a_reason_nothing_is_shown(opening, trusted, hidden):
    told = opening(trusted, hidden).post(page_of(hidden), {"reason": " "}).text

    assert "14 Example Road" not in told
    assert not Override.objects.exists()


def test_who_has_no_right_to_it_gets_no_page(opening, hazel, hidden):
    browser = opening(hazel, hidden)

    assert "Override the shield" not in browser.get(page_of(hidden, "sections/services/")).text
    assert browser.post(page_of(hidden), {"reason": "I want to"}).status_code == 404


def test_a_child_without_a_shield_has_nothing_to_override(opening, trusted, amina):
    assert opening(trusted, amina).get(page_of(amina)).status_code == 404


def test_governance_is_told_at_once_and_answers(
    opening, browser_of, trusted, hidden, governance, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        opening(trusted, hidden).post(page_of(hidden), {"reason": "The father is at the school gate"})
    made = Override.objects.get()
    [letter] = mail.outbox
    assert governance.email in letter.bcc
    assert "Amina" not in letter.subject + letter.body

    browser = browser_of(governance)
    assert "1 override to be reviewed." in browser.get("/overrides/").text
    page = browser.get(f"/overrides/{made.pk}/").text
    assert "The father is at the school gate" in page
    assert "14 Example Road" not in page
    browser.post(f"/overrides/{made.pk}/", {"finding": "justified", "words": "The school rang us"})

    made.refresh_from_db()
    assert (made.finding, made.reviewed_by) == ("justified", governance)
    assert "Nothing to be reviewed." in browser.get("/overrides/").text


@pytest.mark.parametrize("role", ["data_officer", "practitioner", "head"])
def test_others_read_no_overrides(browser_of, visiting, role):
    assert browser_of(works_for(visiting, name="Somebody Else", role=role)).get("/overrides/").status_code == 403


def test_nobody_reviews_their_own(trusted, hidden):
    with pytest.raises(IntegrityError), said_by():
        Override.objects.create(
            child=hidden, service=trusted.practices.get().service, by=trusted, reason="Now", due_date=TODAY,
            reviewed_at="2026-01-01T00:00Z", reviewed_by=trusted, finding="justified",
        )  # fmt: skip


def test_the_council_alone_gives_the_right_and_two_of_it(browser_of, data_manager, governance, visiting, hazel):
    practice, page = hazel.practices.get(), f"/services/{visiting.pk}/"
    right = f"{page}override/{practice.pk}/"
    manager = works_for(visiting, name="Mona Manager", role="service_manager")

    assert browser_of(manager).post(right, {"reason": "She asks"}).status_code == 403
    browser_of(data_manager).post(right, {"reason": "On call at night"})
    practice.refresh_from_db()
    assert not practice.may_override
    assert "Override waits for approval" in browser_of(data_manager).get(page).text
    asked = Approval.objects.get()
    browser_of(data_manager).post(f"/users/approvals/{asked.pk}/", {"decision": "approve"})
    practice.refresh_from_db()
    assert not practice.may_override

    assert "override shields, for Health visiting" in browser_of(governance).get("/users/approvals/").text
    browser_of(governance).post(f"/users/approvals/{asked.pk}/", {"decision": "approve"})
    practice.refresh_from_db()
    assert practice.may_override


def test_one_person_takes_the_right_away(browser_of, data_manager, visiting, trusted):
    practice = trusted.practices.get()

    browser_of(data_manager).post(f"/services/{visiting.pk}/", {f"distrust-{practice.pk}": ""})

    practice.refresh_from_db()
    assert not practice.may_override


def test_the_right_is_not_given_to_somebody_who_has_left(browser_of, data_manager, governance, visiting, hazel):
    practice = hazel.practices.get()
    asked = ask_for_right(practice, reason="On call at night", by=data_manager)
    browser_of(data_manager).post(f"/services/{visiting.pk}/", {f"end-{practice.pk}": ""})

    told = browser_of(governance).post(f"/users/approvals/{asked.pk}/", {"decision": "approve"}).text

    assert "do not work for the service any more" in told
    assert Approval.objects.waiting().exists()


@pytest.fixture
def overdue(settings, visiting):
    """Somebody whose training should have been reviewed, where that withdraws looking."""
    settings.REFUSE_AFTER_REVIEW_DATE = True
    user = works_for(visiting, name="Oona Overdue")
    with changing(by=None, reason="Training ran out"):
        user.training_review_date = TODAY - timedelta(days=1)
        user.save()
    return user


def test_who_may_not_look_asks_a_colleague_and_both_are_recorded(browser_of, overdue, hazel, amina):
    asking, looking = browser_of(overdue), browser_of(hazel)
    assert asking.get("/find/").status_code == 403
    asked = {"practice": overdue.practices.get().pk, "asked": "Which school Amina Khan goes to: the mother rang"}
    assert "Your colleagues have been asked" in asking.post("/colleague/", asked, follow=True).text
    look = MediatedLook.objects.get()

    assert "the mother rang" in looking.get("/notices/").text
    looking.post(f"/colleague/{look.pk}/", {"doing": "take"})
    assert "You look for" in looking.get("/find/", {"surname": "Khan", "forename": "Amina"}).text
    assert last_entry().purpose.startswith("For Oona Overdue: Which school")
    assert "Hollyfield Primary" in looking.get(page_of(amina, "")).text
    assert (last_entry().purpose[:16], last_entry().case_reference) == ("For Oona Overdue", f"Mediated look {look.pk}")
    looking.post(f"/colleague/{look.pk}/", {"doing": "answer", "answer": "I have rung you"})

    assert "I have rung you" in asking.get("/colleague/").text
    assert looking.get(page_of(amina, "")).status_code == 302


def test_a_colleague_of_another_service_is_not_asked(browser_of, overdue, clara):
    with said_by():
        look = MediatedLook.objects.create(
            requester=overdue, service=overdue.practices.get().service, asked="Which school"
        )

    assert "Which school" not in browser_of(clara).get("/notices/").text
    assert browser_of(clara).post(f"/colleague/{look.pk}/", {"doing": "take"}).status_code == 404


def test_two_who_take_it_at_once_are_one_who_does(browser_of, overdue, hazel, visiting):
    nora = works_for(visiting, name="Nora Nurse")
    with said_by():
        look = MediatedLook.objects.create(requester=overdue, service=visiting, asked="Which school")
    browser_of(hazel).post(f"/colleague/{look.pk}/", {"doing": "take"})

    told = browser_of(nora).post(f"/colleague/{look.pk}/", {"doing": "take"}, follow=True).text

    look.refresh_from_db()
    assert "Somebody else has taken this meanwhile" in told
    assert look.mediator == hazel


def test_an_override_does_not_open_a_child_of_ones_own_home_and_is_recorded(browser_of, opening, visiting, amina):
    hazel = works_for(visiting, name="Hilda Khan", may_override=True)
    conflicts.say_home(by=hazel, surname="Khan", postcode="B4 7DA")
    shield(amina)
    browser = opening(hazel, amina)

    answer = browser.post(f"/children/{amina.index_number}/override/", {"reason": "A threat was made"})

    assert answer.status_code == 403
    assert "Example Road" not in answer.text
    assert Override.objects.get().by == hazel
