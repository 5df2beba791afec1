"""Signing in and looking after accounts, as people do it."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail

from childindex.accounts import approvals, people
from childindex.models import User
from tests.cast import PASSWORD, person

pytestmark = pytest.mark.browser


def sign_in_by_hand(page, user, then="/account/"):
    page.goto(f"/account/login/?next={then}")
    page.get_by_label("Email address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def give_authenticator(page):
    """A passkey holder without hands: Chromium's virtual one."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_set_up_and_then_signs_in_alone(browser_page, data_officer):
    page = browser_page
    give_authenticator(page)
    sign_in_by_hand(page, data_officer)
    page.get_by_role("button", name="Set up a passkey").click()
    page.get_by_label("Sign in with it alone, without the password").check()
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.get_by_role("button", name="Sign out").click()

    page.goto("/account/login/?next=/account/")
    page.get_by_role("button", name="Sign in with a passkey").click()

    page.get_by_role("heading", name="Your account").wait_for()


def test_a_passkey_is_the_second_step_after_the_password(browser_page, data_officer):
    page = browser_page
    give_authenticator(page)
    sign_in_by_hand(page, data_officer)
    page.get_by_role("button", name="Set up a passkey").click()
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.get_by_role("button", name="Sign out").click()

    sign_in_by_hand(page, data_officer)
    page.get_by_role("button", name="Use a passkey instead").click()

    page.get_by_role("heading", name="Your account").wait_for()


def test_an_authenticator_app_is_set_up_without_a_script(new_page, data_officer):
    page = new_page(java_script_enabled=False)
    sign_in_by_hand(page, data_officer)
    page.get_by_role("button", name="Set up an authenticator app").click()
    secret = page.locator("code").inner_text().replace(" ", "")
    page.get_by_label("Code that the app shows now").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.get_by_role("button", name="Set up").click()

    page.get_by_role("heading", name="Recovery codes").wait_for()


def test_a_manager_invites_somebody_who_signs_in_and_is_suspended(new_page, data_manager):
    manager, nia = new_page(), new_page(width=320)
    sign_in_by_hand(manager, data_manager, then="/users/")
    manager.get_by_role("link", name="Go on without a second factor").click()
    manager.get_by_role("button", name="Invite somebody").click()
    manager.get_by_label("Full name").fill("Nia New")
    manager.get_by_label("Email address").fill("nia@example.org")
    manager.get_by_label("Data officer").check()
    manager.get_by_label("Reason").fill("Starts in September")
    manager.get_by_role("button", name="Send the invitation").click()
    manager.get_by_text("Nia New is invited, with a letter to nia@example.org.").wait_for()

    link = next(line for line in mail.outbox[-1].body.splitlines() if line.startswith("http"))
    nia.goto(link)
    nia.get_by_label("Choose a password").fill(PASSWORD)
    nia.get_by_label("The same password again").fill(PASSWORD)
    nia.get_by_role("button", name="Open the account").click()
    sign_in_by_hand(nia, User.objects.get(email="nia@example.org"))
    nia.get_by_role("link", name="Go on without a second factor").click()
    nia.get_by_role("heading", name="Your account").wait_for()

    manager.get_by_role("button", name="Suspend").click()
    manager.get_by_label("Reason").fill("Sent to the wrong Nia")
    manager.get_by_role("button", name="Suspend").click()
    manager.get_by_text("The account is suspended.").wait_for()

    nia.reload()
    nia.get_by_role("heading", name="Sign in", exact=True).wait_for()


PAGES = [
    "/account/",
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/add/",
    "/account/password/change/",
    "/account/second-factor/",
    "/account/sessions/",
    "/users/",
    "/users/invite/",
    "/users/{pk}/",
    "/users/{pk}/suspend/",
    "/users/{pk}/role/",
    "/users/{pk}/reviews/",
    "/users/approvals/",
    "/users/approvals/{approval}/",
    "/users/places/",
    "/account/places/",
]


def test_axe_finds_nothing_and_nothing_spills_over(new_page, fit, data_manager, data_officer):
    people.suspend(data_officer, by=data_manager, reason="On leave")
    people.resume(data_officer, by=data_manager, reason="Back")
    second = person("Sybil Second", "data_manager")
    asked = approvals.set_custodian(data_officer, custodian=True, by=second, reason="Joins the index team")
    page = new_page()
    for address in ("/account/login/?ended=idle", "/account/password/reset/", "/account/inactive/"):
        page.goto(address)
        fit(page)
    sign_in_by_hand(page, data_manager)
    for address in PAGES:
        page.goto(address.format(pk=data_officer.pk, approval=asked.pk))
        fit(page)
