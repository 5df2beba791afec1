"""A real installation refuses to start half set up, and is strict once it does."""

import os
import secrets
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from childindex.settings import database, demo
from childindex.settings.strictness import named_hosts, sound_secret

COMPLETE = {
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ACCESS_ANCHOR_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "index.example.org",
    "DATABASE_URL": "postgresql://index:p%40ss@db.example.org:6432/children?sslmode=require",
}
RANDOM = "Zk3vQpR8tLw0NxYb5HsJd7MfCg2VuEa9TiXoB4rKqDnPyWlSzGh6m1Fj"


def start(environment, *command):
    base = {name: value for name, value in os.environ.items() if name not in COMPLETE}
    settings = {"DJANGO_SETTINGS_MODULE": "childindex.settings.production"}
    arguments = [sys.executable, "manage.py", *command]
    return subprocess.run(arguments, env={**base, **settings, **environment}, capture_output=True, text=True)


@pytest.mark.parametrize("missing", COMPLETE)
def test_production_says_which_setting_is_missing(missing):
    done = start({name: value for name, value in COMPLETE.items() if name != missing}, "check")

    assert done.returncode != 0
    assert f"Set {missing} to" in done.stderr


@pytest.mark.parametrize(
    "key",
    [
        "short",
        RANDOM[:49],
        demo.SECRET_KEY,
        "django-insecure-" + RANDOM,
        "change-me-to-something-else-" + RANDOM,
        "Set_SECRET_KEY_to_a_long_random_text_that_only_this_installation_knows",
        "a" * 80,
        "ab12" * 20,
        "0123456789abcdef" * 4,
    ],
)
def test_a_secret_that_others_may_know_is_refused(key):
    with pytest.raises(ImproperlyConfigured, match="Make one with: python"):
        sound_secret(key)


def test_secrets_that_were_made_by_chance_are_taken():
    for made in (secrets.token_urlsafe(64), secrets.token_hex(32), secrets.token_urlsafe(38)):
        assert sound_secret(made) == made


@pytest.mark.parametrize("hosts", ["*", "index.example.org,*", ".example.org", ".", "*.example.org", " , "])
def test_hosts_that_nobody_named_are_refused(hosts):
    with pytest.raises(ImproperlyConfigured, match=r"in full .* such as index\.example\.gov\.uk"):
        named_hosts(hosts)


def test_hosts_are_read_with_spaces_between_them():
    assert named_hosts("index.example.org, 10.0.0.7 ,") == ["index.example.org", "10.0.0.7"]


@pytest.mark.parametrize("spoilt", [{"SECRET_KEY": demo.SECRET_KEY}, {"ALLOWED_HOSTS": "*"}])
def test_production_does_not_start_with_them(spoilt):
    done = start({**COMPLETE, **spoilt}, "check")

    assert done.returncode != 0
    assert "See docs/operations.md." in done.stderr


def test_production_is_strict():
    names = ["DEBUG", "SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"]
    question = f"from django.conf import settings; print(*[getattr(settings, name) for name in {names}])"

    done = start(COMPLETE, "shell", "--no-imports", "-c", question)

    assert done.stdout.split() == ["False", "31536000", "True", "True", "True"], done.stderr


def test_there_is_no_django_admin(settings):
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


def test_pages_allow_nothing_inline_and_nothing_from_elsewhere(client, db):
    policy = client.get("/health/")["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_a_database_address_is_understood():
    found = database.from_url(COMPLETE["DATABASE_URL"])

    assert (found["HOST"], found["PORT"]) == ("db.example.org", "6432")
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("index", "p@ss", "children")
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_a_socket_folder_can_be_the_host():
    assert database.from_url("postgresql:///children?host=/run/postgresql")["HOST"] == "/run/postgresql"


@pytest.mark.parametrize("address", ["mysql://a/b", "postgresql://host", "children"])
def test_other_databases_are_refused(address):
    with pytest.raises(ImproperlyConfigured, match="postgresql://user:password@host:5432/name"):
        database.from_url(address)
