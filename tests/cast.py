"""The standing cast: the people whom permission questions are asked of, and how to be one of them."""

from collections.abc import Callable
from copy import deepcopy

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from childindex.accounts.changes import changing
from childindex.models import User

PASSWORD = "harbour pebble quartz"


def person(full_name: str, role: str, **fields) -> User:
    address = f"{full_name.split()[0].lower()}@example.gov.uk"
    with changing(by=None, reason="Joined the cast"):
        return User.objects.create_user(address, PASSWORD, full_name=full_name, role=role, **fields)


@pytest.fixture
def data_officer(db) -> User:
    return person("Olive Officer", "data_officer")


@pytest.fixture
def data_manager(db) -> User:
    return person("Morgan Manager", "data_manager")


@pytest.fixture
def governance(db) -> User:
    return person("Greta Governance", "information_governance")


@pytest.fixture
def custodian(db) -> User:
    return person("Casey Custodian", "data_officer", custodian=True)


@pytest.fixture
def outsider(db) -> User:
    """Signed in, and with a role that may do nothing."""
    return person("Oscar Outsider", "nothing")


@pytest.fixture
def signed_out() -> AnonymousUser:
    return AnonymousUser()


def signed_in(user: User | AnonymousUser) -> Client:
    """A client in which this person is signed in, or nobody."""
    client = Client()
    if isinstance(user, User):
        client.force_login(user)
    return client


def opened_again(browser: Client) -> Client:
    """Another client in the same session: signing in takes as long as a page."""
    again = Client()
    again.cookies = deepcopy(browser.cookies)
    return again


@pytest.fixture
def browser_of() -> Callable[[User | AnonymousUser], Client]:
    """A client in which this person is signed in: `browser_of(data_officer).get("/")`."""
    return signed_in
