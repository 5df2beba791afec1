"""The data manager's pages."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from childindex.accounts import invitations, people
from childindex.accounts.changes import CannotChange, changing
from childindex.models import User
from tests.cast import person


def address(user, deed=""):
    return reverse("user_deed", args=[user.pk, deed]) if deed else reverse("user", args=[user.pk])


def pages(user):
    return [reverse("users"), reverse("invite_user"), address(user), address(user, "suspend")]


def test_signed_out_people_are_sent_to_sign_in_and_back(client, data_officer):
    for page in pages(data_officer):
        response = client.get(page)
        assert response.status_code == 302
        assert response["Location"] == f"/account/login/?next={page}"


@pytest.mark.parametrize("who", ["data_officer", "governance", "custodian", "outsider"])
def test_only_a_data_manager_looks_after_accounts(request, browser_of, who):
    user = request.getfixturevalue(who)

    for page in pages(user):
        response = browser_of(user).get(page)
        assert response.status_code == 403
        assert "may not manage accounts" in response.text


def test_the_list_is_searched_and_filtered(browser_of, data_manager, data_officer, governance):
    browser = browser_of(data_manager)

    assert "Greta Governance" in browser.get(reverse("users")).text
    assert "Greta Governance" not in browser.get(reverse("users"), {"q": "olive off"}).text
    assert "Greta Governance" not in browser.get(reverse("users"), {"role": "data_officer"}).text
    assert "No account fits" in browser.get(reverse("users"), {"state": "closed"}).text


def test_the_list_asks_the_database_a_fixed_number_of_questions(
    browser_of, data_manager, django_assert_max_num_queries
):
    for number in range(30):
        person(f"P{number} Person", "data_officer")

    browser = browser_of(data_manager)

    with django_assert_max_num_queries(10):
        browser.get(reverse("users"))


def invite_new(browser, **changed):
    answers = {
        "full_name": "Nia New",
        "email": "Nia@Example.org",
        "role": "data_officer",
        "training_review_date_day": "1",
        "training_review_date_month": "9",
        "training_review_date_year": str(timezone.localdate().year + 1),
        "reason": "Starts in September",
    }
    return browser.post(reverse("invite_user"), answers | changed)


def test_an_invited_person_chooses_a_password_and_is_active(client, browser_of, data_manager):
    response = invite_new(browser_of(data_manager))
    user = User.objects.get(email="nia@example.org")
    assert response["Location"] == address(user)
    assert not user.may("search_children")

    [letter] = mail.outbox
    link = next(line for line in letter.body.splitlines() if line.startswith("http"))
    assert letter.to == ["nia@example.org"]
    assert "Open your account" in client.get(link).text
    client.post(link, {"password": "willow copper tide", "again": "willow copper tide"})

    user.refresh_from_db()
    assert user.may("search_children")
    assert client.get(link).status_code == 410
    signed_in = client.post(reverse("account_login"), {"login": "nia@example.org", "password": "willow copper tide"})
    assert signed_in.status_code == 302


def test_an_invitation_opens_an_account_in_summer_as_in_winter(data_manager):
    user = people.invite(email="a@b.org", full_name="A B", role="data_officer", reason="New", by=data_manager)
    for month in (1, 7):
        user.invited_at = datetime(2026, month, 1, 12, tzinfo=UTC)
        with changing(by=data_manager, reason="Invited again"):
            user.save()

        assert invitations.invited_by(invitations.token_for(user)) == user


def test_an_invitation_with_passwords_that_differ_or_are_weak_opens_nothing(client, data_manager):
    user = people.invite(email="a@b.org", full_name="A B", role="data_officer", reason="New", by=data_manager)
    link = invitations.path_for(user)

    differ = client.post(link, {"password": "willow copper tide", "again": "willow copper tied"})
    weak = client.post(link, {"password": "short", "again": "short"})

    assert "The two passwords are not the same." in differ.text
    assert "at least 12 characters" in weak.text
    user.refresh_from_db()
    assert user.state == "invited"


def test_inviting_again_ends_the_link_before(client, browser_of, data_manager):
    user = people.invite(email="a@b.org", full_name="A B", role="data_officer", reason="New", by=data_manager)
    old = invitations.path_for(user)

    browser_of(data_manager).post(address(user, "invite"), {"reason": "The first went astray"})

    assert client.get(old).status_code == 410
    user.refresh_from_db()
    assert client.get(invitations.path_for(user)).status_code == 200


def test_an_invitation_runs_out(client, data_manager, settings):
    user = people.invite(email="a@b.org", full_name="A B", role="data_officer", reason="New", by=data_manager)
    link = invitations.path_for(user)

    settings.INVITATION_DAYS = -1

    assert client.get(link).status_code == 410


def test_an_address_that_has_an_account_is_not_invited_twice(browser_of, data_manager, data_officer):
    response = invite_new(browser_of(data_manager), email="OLIVE@example.gov.uk")

    assert "There is already an account with this email address." in response.text
    assert 'value="Nia New"' in response.text


def test_an_invitation_stands_when_its_letter_cannot_be_sent(browser_of, data_manager, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    browser = browser_of(data_manager)
    page = browser.get(invite_new(browser)["Location"]).text

    assert "The email to nia@example.org could not be sent." in page
    assert "Invite again" in page


def test_an_invitation_needs_a_reason(browser_of, data_manager):
    response = invite_new(browser_of(data_manager), reason=" ")

    assert "Enter a reason." in response.text
    assert not User.objects.filter(email="nia@example.org").exists()


def test_a_custodian_who_was_suspended_comes_back_as_none_and_is_asked_for_anew(browser_of, data_manager, custodian):
    for deed in ("suspend", "resume"):
        browser_of(data_manager).post(address(custodian, deed), {"reason": "Away for a year"})

    custodian.refresh_from_db()
    assert (custodian.state, custodian.custodian) == ("active", False)


def test_suspending_ends_every_sign_in_at_once_and_resuming_lets_the_person_back(
    client, browser_of, data_manager, data_officer
):
    password = "harbour pebble quartz"
    client.post(reverse("account_login"), {"login": data_officer.email, "password": password})
    assert client.get(reverse("my_account")).status_code == 200

    browser_of(data_manager).post(address(data_officer, "suspend"), {"reason": "Laptop stolen"})

    assert client.get(reverse("my_account")).status_code == 302
    refused = client.post(reverse("account_login"), {"login": data_officer.email, "password": password})
    assert refused["Location"] == reverse("account_inactive")

    browser_of(data_manager).post(address(data_officer, "resume"), {"reason": "Found"})
    assert "Resumed." in browser_of(data_manager).get(address(data_officer)).text
    data_officer.refresh_from_db()
    assert data_officer.may("view_child")


def test_a_closed_account_cannot_be_opened_again(browser_of, data_manager, data_officer):
    manager = browser_of(data_manager)
    manager.post(address(data_officer, "close"), {"reason": "Left the council"})

    for deed in ("resume", "invite", "role", "custodian", "reviews", "second-factor", "suspend", "close"):
        assert manager.get(address(data_officer, deed)).status_code == 403
    with pytest.raises(CannotChange, match="closed"):
        people.resume(data_officer, by=data_manager, reason="Came back")


@pytest.mark.parametrize("deed", ["role", "custodian", "reviews", "suspend", "close", "second-factor"])
def test_a_manager_does_nothing_to_their_own_account(browser_of, data_manager, deed):
    answers = {"reason": "Because", "role": "information_governance", "custodian": "yes"}

    response = browser_of(data_manager).post(address(data_manager, deed), answers)

    assert response.status_code == 403
    assert "You cannot change your own account." in response.text
    before = User.objects.get(pk=data_manager.pk)
    assert (before.role, before.custodian, before.state) == ("data_manager", False, "active")


def test_the_operations_refuse_what_the_pages_refuse(data_officer, data_manager, custodian):
    with pytest.raises(CannotChange, match="Only a data manager"):
        people.set_custodian(data_officer, custodian=True, by=custodian, reason="Asked")
    with pytest.raises(CannotChange, match="your own"):
        people.set_custodian(data_manager, custodian=True, by=data_manager, reason="Asked")
    with pytest.raises(CannotChange, match="Choose a role"):
        people.change_role(data_officer, role="emperor", by=data_manager, reason="Asked")


def test_a_manager_takes_a_custodians_mark_away_alone_and_with_a_reason(browser_of, data_manager, custodian):
    browser = browser_of(data_manager)

    refused = browser.post(address(custodian, "custodian"), {"custodian": "no"})
    browser.post(address(custodian, "custodian"), {"custodian": "no", "reason": "Left the index team"})

    assert "Enter a reason." in refused.text
    custodian.refresh_from_db()
    assert not custodian.may("see_shielded")
    page = browser.get(address(custodian)).text
    assert "No longer a custodian of the index team." in page
    assert "Left the index team" in page


def test_resetting_a_second_factor_forgets_it_signs_out_and_tells_the_person(browser_of, data_manager, data_officer):
    Authenticator.objects.create(user=data_officer, type=Authenticator.Type.TOTP, data={})
    browser = browser_of(data_manager)

    browser.post(address(data_officer, "second-factor"), {"reason": "Lost the telephone; rang and was known"})

    assert not Authenticator.objects.filter(user=data_officer).exists()
    assert mail.outbox[0].to == [data_officer.email]
    assert "Second factor reset." in browser.get(address(data_officer)).text


def test_review_dates_are_changed_and_told(browser_of, data_manager, data_officer):
    browser = browser_of(data_manager)
    year = timezone.localdate().year + 1
    parts = {"training_review_date_day": "3", "training_review_date_month": "10", "training_review_date_year": year}

    browser.post(address(data_officer, "reviews"), {**parts, "reason": "Took the course"})

    assert f"Training to be reviewed by 3 October {year}." in browser.get(address(data_officer)).text


def test_overdue_reviews_are_shown_to_the_person_and_listed_for_the_manager(browser_of, data_manager, data_officer):
    with changing(by=data_manager, reason="From the register"):
        User.objects.filter(pk=data_officer.pk).update(vetting_review_date=timezone.localdate() - timedelta(days=3))

    assert "Your vetting should have been reviewed by" in browser_of(data_officer).get(reverse("my_account")).text
    listed = browser_of(data_manager).get(reverse("users"), {"overdue": "on"}).text
    assert "Olive Officer" in listed
    assert "Vetting overdue" in listed
    assert f'href="{address(data_manager)}"' not in listed


def test_an_account_or_a_deed_that_does_not_exist_is_not_found(browser_of, data_manager, data_officer):
    assert browser_of(data_manager).get(reverse("user", args=[0])).status_code == 404
    assert browser_of(data_manager).get(address(data_officer, "promote")).status_code == 404
