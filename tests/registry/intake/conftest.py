"""Whose lists come, and whom they are about."""

from datetime import date

import pytest

from tests.factories import make_address, make_child
from tests.registry.intake.lists import child_health


@pytest.fixture
def births(db):
    return child_health()


@pytest.fixture
def amina(db):
    address = make_address(paon="14", street="Example Road", postcode="B4 7DA")
    return make_child("Amina", "Khan", born=date(2017, 2, 28), sex="F", address=address)
