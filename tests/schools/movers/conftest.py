"""A school whose roll is worked on, and the people who do it."""

import pytest

from registry.models import Enrolment
from tests.factories import TODAY, make_school
from tests.schools.people import at
from tests.schools.returns.written import census, on_roll, taken


@pytest.fixture
def office(hollyfield):
    return at(hollyfield)


@pytest.fixture
def browser(browser_of, office):
    return browser_of(office)


@pytest.fixture
def fernhill(db):
    return make_school("Fernhill Primary", urn=900002)


@pytest.fixture
def spell(hollyfield, amina):
    """Amina's place at Hollyfield, which the school says itself."""
    taken(census(on_roll()), hollyfield, as_of=TODAY)
    return Enrolment.objects.get(child=amina)


@pytest.fixture
def page(spell):
    return f"/roll/900001/pupils/{spell.pk}/"
