"""The first load as a data manager does it, at a desk and on a telephone."""

import pytest

from registry.models import Child, FirstLoad, LoadStage
from tests.registry.first_load.test_pages import ADDRESSES, CHILDREN, work

pytestmark = pytest.mark.browser
TWICE = CHILDREN + "4,Khan,Amena,28/02/2017,F,\n"


def test_an_extract_is_sent_rehearsed_read_and_loaded(own_database, data_manager, new_page, sign_in, fit, tmp_path):
    page = new_page()
    sign_in(page, data_manager)
    (tmp_path / "children.csv").write_text(TWICE)
    (tmp_path / "addresses.csv").write_text(ADDRESSES + "4,14,Example Road,B4 7DA,\n")

    def look(name):
        fit(page, f"first-{name}")

    page.goto("/first-load/")
    look("none")
    page.get_by_role("button", name="Send the tables").click()
    page.get_by_role("button", name="Send and rehearse").click()
    look("errors")
    page.get_by_label("Tables").set_input_files([tmp_path / "children.csv", tmp_path / "addresses.csv"])
    page.get_by_label("Name of the former system").fill("The former system")
    for part, value in (("Day", "1"), ("Month", "10"), ("Year", "2026")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("button", name="Send and rehearse").click()
    look("waiting")
    work()
    page.reload()
    look("rehearsed")
    page.get_by_role("link", name="of records that may be of one child").click()
    look("suspects")
    page.go_back()
    page.get_by_role("link", name="All that is wrong, row by row").click()
    look("problems")
    page.go_back()
    assert not Child.objects.exists()
    page.get_by_role("button", name="Load the extract").click()
    look("no-reason")
    page.get_by_label("Why").fill("The council changes its system")
    page.get_by_role("button", name="Load the extract").click()
    work()
    page.reload()
    look("loaded")
    assert FirstLoad.objects.get().stage == LoadStage.LOADED
    assert Child.objects.count() == 4
    page.goto("/first-load/")
    look("list")
