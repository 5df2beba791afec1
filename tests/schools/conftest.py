"""The school that the tests are about, and one of its pupils."""

from datetime import date

import pytest

from tests.factories import make_address, make_child
from tests.schools.returns import written


@pytest.fixture
def hollyfield(db):
    return written.hollyfield()


@pytest.fixture
def amina(db, hollyfield):
    """On Hollyfield's roll since 7 September 2022."""
    address = make_address(paon="14", street="Example Road", postcode="B4 7DA")
    return make_child("Amina", "Khan", born=date(2017, 2, 28), sex="F", address=address, school=hollyfield)
