"""Who looked, in a browser: wide and narrow, by axe's rules."""

import pytest
from django.urls import reverse

from registry.access import AccessKind
from tests.factories import make_child, shield
from tests.registry.access.chains import look

pytestmark = pytest.mark.browser


def test_the_pages_of_who_looked_are_accessible_wide_and_narrow(
    new_page, sign_in, fit, governance, data_officer, custodian
):
    child, hidden = make_child("Amina", "Khan"), make_child("Zoë", "O’Brien")
    entry = look(data_officer, child, *(make_child(f"Child{number}", "Khan") for number in range(6)))
    look(data_officer, child, kind=AccessKind.SEARCH, understood=["surname or forename: khan", "postcode: B4 7DA"])
    shield(hidden)
    look(custodian, hidden, behind_shields=True, index_number=hidden.index_number, doing="add", fact="residence")
    page = new_page()
    sign_in(page, governance)

    for address in (
        reverse("registry:access_log"),
        f"{reverse('registry:access_log')}?child={child.index_number}&since=nonsense",
        f"{reverse('registry:access_log')}?by=nobody",
        reverse("registry:access_log_entry", args=[entry]),
        reverse("registry:child_access", args=[hidden.index_number]),
    ):
        page.goto(address)
        fit(page)
