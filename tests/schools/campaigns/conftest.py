"""Two schools of which returns are asked, and the people who ask and answer."""

from datetime import timedelta

import pytest

from schools.models import Campaign, CampaignSchool
from tests.factories import TODAY, make_school, said_by
from tests.schools.people import at


@pytest.fixture
def fernhill(db):
    return make_school("Fernhill Primary", urn=900002)


@pytest.fixture
def campaign(hollyfield, fernhill):
    """Rolls as of a month ago, due three days ago."""
    with said_by():
        made = Campaign.objects.create(
            name="Autumn return",
            reference_date=TODAY - timedelta(days=30),
            due_date=TODAY - timedelta(days=3),
        )
        for school in (hollyfield, fernhill):
            CampaignSchool.objects.create(campaign=made, school=school)
    return made


@pytest.fixture
def manager(browser_of, data_manager):
    return browser_of(data_manager)


@pytest.fixture
def head(hollyfield):
    return at(hollyfield, name="Helen Head", role="head")


@pytest.fixture
def heads_browser(browser_of, head):
    return browser_of(head)
