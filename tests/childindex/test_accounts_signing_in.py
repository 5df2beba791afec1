"""Signing in, staying signed in, and what happens when it ends."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from childindex.accounts import adapters
from childindex.models import User
from tests.alike import steady
from tests.cast import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
WRONG = "The email address or the password is not right."


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet():
    cache.clear()


def sign_in(client, user, password=PASSWORD, **query):
    """Send the form of the sign-in page."""
    query = "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
    return client.post(reverse("account_login") + query, {"login": user.email, "password": password})


def code_for(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def give_app(user):
    return TOTP.activate(user, SECRET)


def test_signing_in_goes_on_to_the_page_asked_for(client, data_manager, settings):
    settings.SECOND_FACTOR_REQUIRED = True

    response = sign_in(client, data_manager, next="/users/")

    assert response["Location"] == "/users/"


def test_a_return_address_elsewhere_is_not_followed(client, data_officer, settings):
    settings.SECOND_FACTOR_REQUIRED = True

    assert sign_in(client, data_officer, next="https://evil.example/")["Location"] == "/"


def test_the_page_does_not_tell_whether_an_account_exists(client, data_officer):
    known = sign_in(client, data_officer, "not the password")
    unknown = client.post(reverse("account_login"), {"login": "nobody@example.org", "password": "not the password"})

    assert WRONG in known.text
    assert WRONG in unknown.text


def test_a_forgotten_password_says_the_same_for_any_address_and_writes_only_to_the_owner(client, data_officer):
    answers = [
        client.post(reverse("account_reset_password"), {"email": email}, follow=True).text
        for email in (data_officer.email, "nobody@example.org")
    ]

    assert re.sub(r'value="[^"]+"', "", answers[0]) == re.sub(r'value="[^"]+"', "", answers[1])
    assert "Choose it here" in mail.outbox[0].body
    assert "no account that is open uses that address" in mail.outbox[1].body


def test_a_password_is_reset_by_the_link_once(client, data_officer):
    client.post(reverse("account_reset_password"), {"email": data_officer.email})
    link = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("http"))

    form = client.get(link)["Location"]
    client.post(form, {"password1": "granite velvet moth", "password2": "granite velvet moth"})

    assert sign_in(Client(), data_officer, "granite velvet moth").status_code == 302
    assert "can no longer be used" in Client().get(link, follow=True).text


def test_the_sixth_wrong_password_is_not_even_tried(client, data_officer):
    for _ in range(5):
        sign_in(client, data_officer, "not the password")

    assert "Too many attempts." in sign_in(client, data_officer).text


def fail(client, email, **options):
    return client.post(reverse("account_login"), {"login": email, "password": "not the password"}, **options).text


def test_ten_failures_of_one_account_stop_no_other_behind_the_same_address(client, data_officer, data_manager):
    for _ in range(10):
        fail(client, data_officer.email)

    assert "Too many attempts." in sign_in(Client(), data_officer).text
    assert sign_in(Client(), data_manager).status_code == 302


def test_failures_elsewhere_do_not_shut_out_the_owner_until_there_are_many(client, data_officer):
    for _ in range(6):
        fail(client, data_officer.email, REMOTE_ADDR="192.0.2.1")
    assert sign_in(Client(), data_officer).status_code == 302

    for number in range(20):
        fail(client, data_officer.email, REMOTE_ADDR=f"192.0.2.{10 + number}")
    assert "Too many attempts." in sign_in(Client(), data_officer).text


def test_whoever_tries_many_accounts_from_one_address_is_slowed_and_not_shut_out(client, data_officer, settings):
    settings.SIGN_IN_LIMITS = {**settings.SIGN_IN_LIMITS, "address": "4/10m/ip", "slowed": "1/1s/ip"}
    for number in range(4):
        assert WRONG in fail(client, f"somebody{number}@example.org")
    assert WRONG in fail(client, "somebody5@example.org")  # the one try of this second

    assert "Wait a few seconds" in fail(client, "somebody6@example.org")
    assert sign_in(Client(REMOTE_ADDR="192.0.2.7"), data_officer).status_code == 302
    time.sleep(1.1)
    assert sign_in(Client(), data_officer).status_code == 302


def test_those_who_sign_in_do_not_count_however_many_they_are(client, data_officer, settings):
    settings.SIGN_IN_LIMITS = {"pair": "2/5m/key", "account": "2/5m/key", "address": "2/10m/ip", "slowed": "1/1h/ip"}

    assert all(sign_in(Client(), data_officer).status_code == 302 for _ in range(5))


def test_too_many_attempts_are_answered_alike_whether_there_is_an_account_or_not(client, data_officer):
    told = {email: [fail(Client(), email) for _ in range(7)] for email in (data_officer.email, "nobody@example.org")}

    known, unknown = ([steady(page, email) for page in pages] for email, pages in told.items())
    assert known == unknown
    assert "Too many attempts." in known[-1]


def test_a_new_password_lets_its_owner_in_at_once(client, data_officer):
    for _ in range(6):
        fail(client, data_officer.email)
    client.post(reverse("account_reset_password"), {"email": data_officer.email})
    link = next(line for line in mail.outbox[-1].body.splitlines() if line.startswith("http"))
    form = client.get(link)["Location"]
    client.post(form, {"password1": "granite velvet moth", "password2": "granite velvet moth"})

    assert sign_in(Client(), data_officer, "granite velvet moth").status_code == 302


@pytest.mark.parametrize("name", ["account_signup", "account_email", "socialaccount_connections"])
def test_nobody_signs_up_changes_their_address_or_connects_a_provider(browser_of, data_officer, name):
    assert browser_of(data_officer).get(reverse(name)).status_code == 404
    assert Client().post(reverse(name), {"email": "new@example.org", "password1": "x" * 20}).status_code == 404
    assert User.objects.count() == 1


def test_a_second_factor_is_asked_for_after_the_password(client, data_officer):
    give_app(data_officer)

    response = sign_in(client, data_officer, next="/account/")
    assert response["Location"].startswith(reverse("mfa_authenticate"))
    assert client.get(reverse("my_account")).status_code == 302

    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "The code is not right." in wrong.text
    client.post(reverse("mfa_authenticate"), {"code": code_for(SECRET)})
    assert client.get(reverse("my_account")).status_code == 200


def test_the_secret_of_an_authenticator_app_is_not_readable_in_the_database(data_officer):
    give_app(data_officer)

    assert SECRET not in str(Authenticator.objects.get().data)


def test_secrets_survive_a_change_of_the_secret_key(data_officer, settings):
    kept = adapters.MFAAdapter().encrypt(SECRET)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key altogether"

    assert adapters.MFAAdapter().decrypt(kept) == SECRET


def test_an_authenticator_app_is_set_up_and_gives_recovery_codes(client, data_officer):
    sign_in(client, data_officer)
    page = client.get(reverse("mfa_activate_totp"))
    assert "<svg" in page.text
    assert "data:image" not in page.text
    secret = page.context["form"].secret

    response = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)}, follow=True)

    assert "Recovery codes" in response.text
    code = response.context["unused_codes"][0]
    other = Client()
    sign_in(other, data_officer)
    assert other.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert other.get(reverse("my_account")).status_code == 200


def test_where_a_second_factor_is_required_nothing_else_opens_before_it_is_set_up(client, data_manager, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, data_manager)

    refused = client.get("/users/?q=olive")
    page = client.get(refused["Location"])

    assert refused["Location"] == "/account/second-factor/?next=%2Fusers%2F%3Fq%3Dolive"
    assert "Set up an authenticator app" in page.text
    assert "Go on without" not in page.text
    give_app(data_manager)
    assert client.get("/users/").status_code == 200


def test_where_a_second_factor_is_required_the_last_one_stays(client, data_officer, settings):
    sign_in(client, data_officer)
    give_app(data_officer)
    settings.SECOND_FACTOR_REQUIRED = True

    response = client.post(reverse("mfa_deactivate_totp"))

    assert "Set up another second factor before you remove this one." in response.text
    assert Authenticator.objects.filter(user=data_officer, type="totp").exists()


def test_where_it_is_not_required_it_is_offered_and_can_be_passed_by(client, data_manager):
    response = sign_in(client, data_manager, next="/users/")

    page = client.get(response["Location"])

    assert 'href="/users/">Go on without a second factor' in page.text
    assert client.get("/users/").status_code == 200


def age(client, **seconds):
    session = client.session
    for name, old in seconds.items():
        session[name] = int(time.time()) - old
    session.save()


@pytest.mark.parametrize(
    ("moments", "ended", "told"),
    [
        ({"seen_at": 31 * 60}, "idle", "because nothing happened for a while"),
        ({"signed_in_at": 11 * 3600, "seen_at": 5}, "long", "signed in for a whole working day"),
    ],
)
def test_a_sign_in_ends_says_why_and_brings_the_person_back(browser_of, data_manager, moments, ended, told):
    browser = browser_of(data_manager)
    browser.get("/users/")
    age(browser, **moments)

    out = browser.get("/users/?role=data_officer")
    page = browser.get(out["Location"])

    assert out["Location"] == f"/account/login/?next=%2Fusers%2F%3Frole%3Ddata_officer&ended={ended}"
    assert told in page.text
    back = browser.post(out["Location"], {"login": data_manager.email, "password": PASSWORD})
    assert "%2Fusers%2F%3Frole%3Ddata_officer" in back["Location"]


def test_activity_keeps_a_sign_in_open(browser_of, data_manager):
    browser = browser_of(data_manager)
    browser.get("/users/")
    age(browser, seen_at=29 * 60)

    assert browser.get("/users/").status_code == 200
    assert time.time() - browser.session["seen_at"] < 5


def test_somebody_signed_out_while_sending_a_form_comes_back_to_the_form(browser_of, data_manager, data_officer):
    browser = browser_of(data_manager)
    browser.get("/users/")
    age(browser, seen_at=31 * 60)
    form = f"/users/{data_officer.pk}/suspend/"

    out = browser.post(form, {"reason": "Left"}, headers={"Referer": f"http://testserver{form}"})

    assert f"%2Fusers%2F{data_officer.pk}%2Fsuspend%2F" in out["Location"]
    data_officer.refresh_from_db()
    assert data_officer.is_active


AGAIN = {"X-Looking-Again": "1"}


def signed_in_looking_again(user):
    """A browser that says of every request, the one that signs in included, that nobody is there."""
    browser = Client(headers=AGAIN)
    sign_in(browser, user)
    return browser


@pytest.mark.parametrize(
    ("clock", "limit", "ended"), [("seen_at", 31 * 60, "idle"), ("signed_in_at", 11 * 3600, "long")]
)
def test_a_browser_that_always_says_nobody_is_there_escapes_no_limit(data_manager, clock, limit, ended):
    browser = signed_in_looking_again(data_manager)
    assert browser.get("/users/").status_code == 200
    assert {"seen_at", "signed_in_at"} <= browser.session.keys()
    age(browser, **{clock: limit})

    assert browser.get("/users/")["Location"].endswith(f"ended={ended}")
    assert browser.get("/users/").status_code == 302


def test_a_page_that_looks_again_extends_nothing(data_manager):
    browser = signed_in_looking_again(data_manager)
    age(browser, seen_at=29 * 60, signed_in_at=9 * 3600)
    before = dict(browser.session.items())

    browser.get("/users/")
    browser.post("/account/second-factor/")

    assert {clock: browser.session[clock] for clock in ("seen_at", "signed_in_at")} == {
        clock: before[clock] for clock in ("seen_at", "signed_in_at")
    }


def test_nothing_that_somebody_does_extends_a_working_day(browser_of, data_manager):
    browser = browser_of(data_manager)
    browser.get("/users/")
    age(browser, signed_in_at=9 * 3600, seen_at=60)
    before = browser.session["signed_in_at"]

    browser.get("/users/")

    assert browser.session["signed_in_at"] == before
