"""New passwords: what was stolen elsewhere, and what is put together from it, is refused with a word on what to do."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from childindex.accounts import invitations, people
from childindex.models import User

NORA = User(email="nora.wintersgill@example.org", full_name="Nora Wintersgill", role="data_officer")


def refused(password, user=None):
    with pytest.raises(ValidationError) as caught:
        validate_password(password, user)
    return " ".join(caught.value.messages)


@pytest.mark.parametrize("password", ["q1w2e3r4t5y6", "Q1W2E3R4T5Y6", "sonyericsson", "leavemealone"])
def test_a_password_that_was_stolen_elsewhere_is_refused(password):
    told = refused(password)

    assert "lists of stolen passwords" in told
    assert "three or four words" in told


@pytest.mark.parametrize(
    "password",
    ["Password12345", "P@ssw0rd1234", "Birmingham2026!", "Liverpool1234", "letmeinletmein", "aaaaaaaaaaaaaa"],
)
def test_a_password_put_together_from_such_is_refused(password):
    assert "three or four words" in refused(password)


@pytest.mark.parametrize("password", ["WintersgillNora1", "Exampleton2026", "childindex2026", "nora.wintersgill"])
def test_whose_it_is_and_where_does_not_make_a_password(settings, password):
    settings.COUNCIL_NAME = "Exampleton Council"

    assert refused(password, NORA)


@pytest.mark.parametrize(
    "password", ["willow copper tide", "granite velvet moth", "xkT9!vLq2#mWz", "willow copper tide " + "x" * 200]
)
def test_words_that_nobody_else_puts_together_are_taken(password):
    validate_password(password, NORA)


def test_an_invited_person_is_told_what_to_do(client, data_manager):
    user = people.invite(email="a@b.org", full_name="A B", role="data_officer", reason="New", by=data_manager)

    told = client.post(invitations.path_for(user), {"password": "Password12345", "again": "Password12345"}).text

    assert "three or four words that only you would put together" in told
    assert User.objects.get(pk=user.pk).state == "invited"
    assert reverse("account_login") not in told
