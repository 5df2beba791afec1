"""The balance as an officer reads it in the morning, by keyboard and on a telephone."""

from datetime import date, timedelta

import pytest

from registry import recording
from registry.balance import keeping
from registry.models import EducationArrangement
from tests.factories import TODAY, make_address, make_child, make_school, said_by, shield

pytestmark = pytest.mark.browser
TEN = date(TODAY.year - 10, 1, 15)


@pytest.fixture
def city(own_database):
    hollyfield = make_school("Hollyfield Primary", urn=999_101)
    children = [
        make_child(f"Child{number}", "Example", born=TEN, school=hollyfield, address=make_address())
        for number in range(6)
    ]
    make_child("Odile", "Newcomer", born=TODAY - timedelta(days=500))
    awaiting = make_child("Zoe", "Okafor", born=TEN)
    with said_by():
        recording.assert_fact(EducationArrangement(child=awaiting, kind="awaiting_place", from_date=date(2026, 10, 1)))
    shield(make_child("Ottoline", "Vexley", born=TEN, school=hollyfield))
    for days in (12, 8, 1):
        keeping.publish(on=TODAY - timedelta(days=days))
    with said_by():
        recording.end(children[0].enrolments.get(), on=TODAY - timedelta(days=3))
    make_child("Amina", "Khan", born=TEN)
    keeping.publish()


def test_every_page_is_fit_to_be_used(city, data_manager, new_page, sign_in, fit):
    page = new_page()
    sign_in(page, data_manager)
    span = f"since_day=1&since_month=1&since_year=2020&until_day={TODAY.day}&until_month={TODAY.month}"
    pages = {
        "balance": "/balance/",
        "line": "/balance/not_confirmed/",
        "left": "/balance/left_within/",
        "by-school": "/balance/not_confirmed/?by=school",
        "empty": "/balance/dead/",
        "movements": f"/balance/movements/?{span}&until_year={TODAY.year}",
        "movers": f"/balance/movements/?{span}&until_year={TODAY.year}&from=&to=no_roll",
        "home": "/",
        "work": "/my-work/",
    }
    for name, address in pages.items():
        page.goto(address)
        fit(page, f"balance-{name}")


def test_an_officer_goes_from_the_figure_to_a_child_by_keyboard(city, data_officer, new_page, sign_in):
    page = new_page()
    sign_in(page, data_officer)
    page.goto("/balance/")
    assert "the lines add up" in page.inner_text("main")

    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "No roll, no reason":
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="No roll, no reason").wait_for()
    page.get_by_text("No school has ever said that it has the child. New today.").wait_for()
    page.get_by_role("link", name="Amina Khan").click()
    page.get_by_role("heading", level=1, name="Amina Khan").wait_for()
