"""An officer's morning: from the figure of the balance to a child who is missing, and to where the child is."""

from datetime import date, timedelta

import pytest

from registry.balance.lines import Line
from registry.models import BalancePlace
from schools.missing import opening
from schools.models import Case
from tests.factories import TODAY, make_address, make_carer, make_child

pytestmark = pytest.mark.browser
TEN = date(TODAY.year - 10, 1, 15)


@pytest.fixture
def family(own_database):
    home, carer = make_address(paon="14"), make_carer()
    make_child("Bilal", "Khan", born=date(TODAY.year - 8, 1, 15), sex="M", address=home, carer=carer)
    return make_child("Amina", "Khan", born=TEN, address=home, carer=carer)


def test_a_missing_child_is_taken_from_the_balance_to_located(family, data_officer, new_page, sign_in):
    page = new_page()
    sign_in(page, data_officer)
    page.goto("/balance/")
    page.get_by_role("link", name="No roll, no reason").click()
    page.get_by_role("link", name="Amina Khan").click()
    page.get_by_role("link", name="The child may be missing education").click()
    page.get_by_label("A member of the public").check()
    page.get_by_label("What do you know?").fill("Seen in the park on a school day")
    page.get_by_role("button", name="Open a case").click()
    page.get_by_text("The first steps are due by").wait_for()
    page.get_by_text("Bilal Khan").wait_for()

    page.get_by_role("button", name="Write down an enquiry").click()
    page.get_by_label("Visit the last home").check()
    page.get_by_label("What came of it?").fill("The mother says that Amina goes to Fernhill Primary")
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("goes to Fernhill Primary").wait_for()
    page.get_by_role("link", name="The child is located").click()
    page.get_by_label("At a school", exact=True).check()
    page.get_by_label("Where is the child educated now?").fill("Fernhill Primary")
    page.get_by_label("Who says so?").fill("Ann Smith, school office")
    page.get_by_label("Whoever is in charge there confirmed it").check()
    for part, value in (("Day", TODAY.day), ("Month", TODAY.month), ("Year", TODAY.year)):
        page.get_by_label(part).fill(str(value))
    page.get_by_role("button", name="The child is located").click()
    page.get_by_text("Located.").wait_for()

    page.get_by_role("link", name="Add the school to the record").click()
    page.get_by_role("heading", level=1).wait_for()
    assert Case.objects.get().outcome == "located"


def test_every_page_is_fit_to_be_used(family, data_manager, new_page, sign_in, fit):
    BalancePlace.objects.filter(line=str(Line.NO_ROLL)).update(since=TODAY - timedelta(days=1))
    opening.notice()
    first = Case.objects.get(child=family)
    page = new_page()
    sign_in(page, data_manager)
    pages = {
        "list": "/missing/?show=all",
        "empty": "/missing/?show=not_found",
        "case": f"/missing/{first.pk}/",
        "enquire": f"/missing/{first.pk}/enquire/",
        "locate": f"/missing/{first.pk}/locate/",
        "give": f"/missing/{first.pk}/give/",
        "not-found": f"/missing/{first.pk}/not-found/",
        "sheet": f"/missing/{first.pk}/visit/",
        "figures": "/missing/figures/",
        "checklist": "/missing/checklist/",
    }
    for name, address in pages.items():
        page.goto(address)
        fit(page, f"missing-{name}")
