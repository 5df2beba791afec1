"""Signing in through a council's own OpenID Connect provider, all the way there and back."""

import json

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.urls import reverse

from childindex.accounts import people
from childindex.models import User
from childindex.settings.accounts import openid_connect_apps
from tests.childindex import provider


@pytest.fixture
def council(settings):
    """The provider, with this site as its client."""
    cache.clear()
    with provider.running() as server:
        described = {
            "id": "council",
            "name": "Council sign-in",
            "server_url": server.address,
            "client_id": "child-index",
            "secret": "a secret that is long enough",
            "second_factor": True,
        }
        apps = openid_connect_apps(json.dumps([described]))
        settings.OPENID_CONNECT_APPS = apps
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps}}
        yield server


def come_through(client, council, *, then="/account/", **claims):
    """Follow the link on the sign-in page to the provider and back."""
    council.claims = {"sub": "42", "name": "Somebody", **claims}
    assert "Council sign-in" in client.get(reverse("account_login")).text
    to_provider = client.get(f"/account/oidc/council/login/?process=login&next={then}")["Location"]
    back = requests.get(to_provider, allow_redirects=False, timeout=5).headers["Location"]
    return client.get(provider.path_and_query(back))


def test_an_invited_person_comes_in_by_a_verified_address(client, council, data_manager, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    user = people.invite(email="a@b.org", full_name="A B", role="data_officer", reason="New", by=data_manager)

    response = come_through(client, council, email="A@b.org", email_verified=True)

    user.refresh_from_db()
    assert response["Location"] == "/account/"
    assert user.state == "active"
    assert not user.has_usable_password()
    assert SocialAccount.objects.get().user == user
    assert "code_challenge" in council.asked


def test_the_provider_knows_the_person_again_under_another_address(client, council, data_officer):
    come_through(client, council, email=data_officer.email, email_verified=True)
    client.post(reverse("account_logout"))

    come_through(client, council, email="married@example.org", email_verified=True)

    assert client.get(reverse("my_account")).context["user"] == data_officer


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "olive@example.gov.uk", "email_verified": False},
        {"email": "olive@example.gov.uk"},
        {"email": "stranger@example.org", "email_verified": True},
        {},
    ],
    ids=["not verified", "nothing said", "unknown", "no address"],
)
def test_nobody_else_comes_in_and_no_account_is_made(client, council, data_officer, claims):
    response = come_through(client, council, **claims)

    assert response.status_code == 403
    assert "There is no account for you here" in response.text
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_a_suspended_person_does_not_come_in(client, council, data_officer, data_manager):
    people.suspend(data_officer, by=data_manager, reason="On leave")

    response = come_through(client, council, email=data_officer.email, email_verified=True)

    assert response["Location"] == reverse("account_inactive")
    assert client.get(reverse("my_account")).status_code == 302


def test_a_provider_declared_to_ask_for_a_second_factor_is_enough(client, council, data_manager, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    come_through(client, council, email=data_manager.email, email_verified=True)
    assert client.get("/users/").status_code == 200

    settings.OPENID_CONNECT_APPS[0]["settings"]["second_factor"] = False
    client.get("/account/")  # what was found out about the second factor is forgotten here

    assert client.get("/users/")["Location"].startswith(reverse("second_factor"))


def test_an_answer_that_was_not_asked_for_opens_nothing(client, council, data_officer):
    council.claims = {"sub": "42", "email": data_officer.email, "email_verified": True}

    client.get("/account/oidc/council/login/callback/?code=abc&state=made-up")

    assert client.get(reverse("my_account")).status_code == 302
