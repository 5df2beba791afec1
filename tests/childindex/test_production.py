"""A real installation refuses to start half set up, and is strict once it does."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from childindex.settings import database

COMPLETE = {
    "SECRET_KEY": "a-secret-of-this-test-" + "0123456789" * 5,
    "ACCESS_ANCHOR_KEY": "another-secret-of-this-test-" + "0123456789" * 5,
    "ALLOWED_HOSTS": "index.example.org",
    "DATABASE_URL": "postgresql://index:p%40ss@db.example.org:6432/children?sslmode=require",
}


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
