"""A small city, built once for all tests that only read it."""

from datetime import date

import pytest

from childindex.database_roles import OWNER, connected_as
from registry.city.building import build
from tests import databases

TODAY = date(2026, 6, 10)
CHILDREN = 700


@pytest.fixture(scope="module")
def new_city(database_template, django_db_setup, django_db_blocker):
    """Builds a city in a database of its own, which stays the one in use until the module's tests are done."""
    with django_db_blocker.unblock():
        name = databases.clone(database_template)
        with databases.connected_to(name):
            with connected_as(OWNER):
                built = build(CHILDREN, seed=4, today=TODAY)
            yield built
        databases.drop(name)
