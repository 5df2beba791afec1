"""Two services, one of them sensitive, and somebody of each."""

import pytest

from agencies.models import Involvement
from agencies.reasons import KEPT
from tests.agencies.people import basis, make_service, works_for
from tests.factories import TODAY, make_address, make_carer, make_child, make_school, said_by


@pytest.fixture
def visiting(db):
    return make_service()


@pytest.fixture
def clinic(db):
    return make_service("Riverside clinic", "sexual_health", is_sensitive=True, telephone="0121 496 0200")


@pytest.fixture
def hazel(visiting):
    return works_for(visiting, telephone="0121 496 0101")


@pytest.fixture
def clara(clinic):
    return works_for(clinic, name="Clara Clinic")


@pytest.fixture
def amina(db):
    return make_child(
        "Amina", "Khan", school=make_school("Hollyfield Primary"), address=make_address(paon="14"), carer=make_carer()
    )


@pytest.fixture
def knows():
    """Has a service know a child by somebody's word: `knows(visiting, amina)`; with `listed`, by its list alone."""

    def known(service, child, *, listed="", **values):
        with said_by():
            return Involvement.objects.create(
                child=child, service=service, **{"from_date": TODAY, "confirmed_on": TODAY, **basis(listed), **values}
            )

    return known


@pytest.fixture
def opening(browser_of):
    """A browser of somebody who has said why a child's record is opened: `opening(hazel, amina)`."""

    def opened(user, child):
        browser = browser_of(user)
        browser.post(f"/children/{child.index_number}/why/", {"reason": "working"})
        assert KEPT in browser.session
        return browser

    return opened
