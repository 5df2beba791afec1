"""Accounts that were idle for long: their owner answers a letter, and nobody is locked out."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from childindex.accounts import idle
from childindex.models import User
from schools.models import Campaign, CampaignSchool
from tests.cast import PASSWORD, person
from tests.factories import TODAY, make_school, said_by
from tests.schools.people import at

pytestmark = pytest.mark.django_db


def last_signed_in(user, days):
    User.objects.filter(pk=user.pk).update(last_login=timezone.now() - timedelta(days=days))
    user.refresh_from_db()
    return user


def sign_in(client, user):
    return client.post("/account/login/", {"login": user.email, "password": PASSWORD})


@pytest.fixture
def idler(db):
    return last_signed_in(person("Ida Idler", "data_officer"), 91)


def test_the_owner_is_written_to_and_goes_on(client, idler):
    told = sign_in(client, idler).text
    assert "Look at your email" in told
    assert "_auth_user_id" not in client.session
    link = re.search(r"http://[^/]+(/account/still-here/\S+)", mail.outbox[0].body)[1]

    assert "Is it you?" in client.get(link).text
    client.post(link)

    sign_in(client, idler)
    assert client.session["_auth_user_id"] == str(idler.pk)
    assert client.post(link).status_code == 404


def test_opening_the_link_alone_does_nothing(client, idler):
    sign_in(client, idler)
    link = re.search(r"http://[^/]+(/account/still-here/\S+)", mail.outbox[0].body)[1]

    client.get(link)

    assert idle.is_idle(User.objects.get(pk=idler.pk))


@pytest.mark.parametrize("days", [0, 89])
def test_somebody_who_signs_in_now_and_then_is_not_asked(client, days):
    user = last_signed_in(person("Rita Regular", "data_officer"), days)

    sign_in(client, user)

    assert client.session["_auth_user_id"] == str(user.pk)


def test_an_account_that_was_never_used_is_not_idle(db):
    assert not idle.is_idle(person("Nora New", "data_officer"))


def test_nobody_of_a_school_is_asked_around_the_day_its_return_is_due(client):
    school = make_school()
    user = last_signed_in(at(school), 200)
    assert idle.is_idle(user)
    with said_by():
        campaign = Campaign.objects.create(name="Autumn", reference_date=TODAY, due_date=TODAY)
        CampaignSchool.objects.create(campaign=campaign, school=school)

    sign_in(client, user)

    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_link_of_nobodys_is_refused_with_what_to_do(client, db):
    assert "Sign in, and another is sent to you." in client.get("/account/still-here/nonsense/").text
