"""Settings of signing in, and the commands that make accounts."""

import json
from io import StringIO

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from childindex import roles
from childindex.accounts.demonstration import PASSWORD
from childindex.models import User
from childindex.settings.accounts import openid_connect_apps


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_demonstration_has_one_account_per_role_and_a_custodian(db, client):
    printed = run("demo_accounts")

    assert {user.role for user in User.objects.all()} == {role.code for role in roles.everyone()}
    assert User.objects.filter(custodian=True).count() == 1
    assert all(user.email in printed for user in User.objects.all())
    assert client.login(email="data-officer@example.org", password=PASSWORD)


def test_making_the_demonstrations_accounts_again_changes_nothing(db):
    run("demo_accounts")
    before = list(User.objects.order_by("pk").values())

    run("demo_accounts")

    assert list(User.objects.order_by("pk").values()) == before


def test_the_demonstrations_accounts_are_printed_for_machines(db):
    told = json.loads(run("demo_accounts", "--json").splitlines()[-1])

    assert told["password"] == PASSWORD
    assert {"email", "name", "role", "custodian"} == set(told["accounts"][0])


def test_accounts_with_a_known_password_are_refused_outside_the_demonstration(db, settings):
    settings.DEMONSTRATION = False

    with pytest.raises(CommandError, match="only in the demonstration"):
        run("demo_accounts")
    assert not User.objects.exists()


def test_the_first_manager_is_invited_from_the_command_line(db, client):
    printed = run(
        "invite_user",
        "ann@example.org",
        "Ann Archer",
        "--site",
        "https://index.example.org/",
        "--reason",
        "First manager",
    )

    link = printed.rpartition(" ")[2].strip()
    assert link in mail.outbox[0].body
    assert "Ann Archer" in client.get(link.removeprefix("https://index.example.org")).text
    assert User.objects.get().history.get().history_change_reason == "First manager"


def test_providers_come_from_json():
    [app] = openid_connect_apps(
        '[{"id": "council", "name": "Council sign-in", "server_url": "https://x.example", "client_id": "a",'
        ' "secret": "b", "second_factor": true}]'
    )

    assert app["provider_id"] == "council"
    assert app["settings"]["second_factor"] is True


@pytest.mark.parametrize(
    ("text", "told"), [("{", "not JSON"), ('[{"id": "x"}]', "lacks client_id, name, secret, server_url")]
)
def test_a_provider_that_is_not_fully_described_stops_the_start(text, told):
    with pytest.raises(ImproperlyConfigured, match=told):
        openid_connect_apps(text)


def test_no_provider_is_the_default():
    assert openid_connect_apps("") == []
