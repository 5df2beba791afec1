"""A file as a data manager takes it in: sent, decided by keyboard, applied and undone, at a desk and on a telephone."""

import re
from datetime import date

import pytest

from registry.intake import stages
from registry.models import Child, Delivery, Stage
from tests.factories import make_address, make_child
from tests.registry.intake.lists import HEADINGS, child_health, received
from tests.registry.intake.test_pages import BORN_OTHERWISE, UNREADABLE, ZOE, work

pytestmark = pytest.mark.browser


@pytest.fixture
def births(own_database):
    address = make_address(paon="14", street="Example Road", postcode="B4 7DA")
    make_child("Amina", "Khan", born=date(2017, 2, 28), sex="F", address=address)
    return child_health()


def test_a_file_is_sent_decided_by_keyboard_applied_and_undone(births, data_manager, new_page, sign_in, fit, tmp_path):
    page = new_page()
    sign_in(page, data_manager)
    file = tmp_path / "births.csv"
    file.write_text("\n".join([HEADINGS, BORN_OTHERWISE, ZOE, UNREADABLE]))

    def look(name):
        fit(page, f"file-{name}")

    page.goto("/files/")
    look("none")
    page.goto("/files/send/")
    look("choose")
    page.goto("/files/send/births/")
    page.get_by_role("button", name="Send").click()
    look("errors")
    page.get_by_label("Whose list is it?").select_option("Child health")
    page.get_by_label("The file").set_input_files(file)
    page.get_by_role("button", name="Send").click()
    look("waiting")
    work()
    page.reload()
    look("compared")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("g")
    page.get_by_role("heading", name="Decide").wait_for()
    look("row")
    page.keyboard.press("a")
    page.get_by_label("Who should find out?").wait_for()
    look("ask")
    page.go_back()
    page.keyboard.press("k")
    page.get_by_role("heading", name="No name").wait_for()
    look("row-unreadable")
    page.get_by_label("Why (needed").fill("Nobody can be told from this")
    page.get_by_role("button", name="Leave this row out").click()
    page.get_by_text("Nothing is left to decide in this file.").wait_for()
    look("decided")
    page.get_by_role("button", name="Apply what was decided").click()
    look("apply")
    page.get_by_role("button", name="Apply it").click()
    work()
    page.goto(f"/files/{Delivery.objects.get().pk}/")
    look("applied")
    assert Delivery.objects.get().stage == Stage.APPLIED
    page.goto("/corrections/")
    look("corrections")
    page.get_by_role("link", name="Child health").click()
    look("corrections-of")
    page.goto(f"/files/{Delivery.objects.get().pk}/")
    page.get_by_text("About this file").click()
    page.get_by_role("link", name="Undo this file").click()
    look("undo")
    page.get_by_label(re.compile("Why is this file undone")).fill("Last year’s list")
    page.get_by_role("button", name="Undo this file").click()
    work()
    page.goto("/files/")
    look("list")
    assert Delivery.objects.get().stage == Stage.UNDONE
    assert Child.objects.count() == 1


def test_a_feed_is_set_up_its_rule_changed_and_a_strange_list_explained(births, data_manager, new_page, sign_in, fit):
    page = new_page()
    sign_in(page, data_manager)
    stages.read(
        received("Local key,Family,Given,Date of brith,Sex", "7,Khan,Amina,28/02/2017,Fe", source=births), by=None
    )

    def look(name):
        fit(page, f"feeds-{name}")

    page.goto("/feeds/")
    look("list")
    page.get_by_role("link", name="The rules of all feeds").click()
    look("rules")
    page.go_back()
    page.get_by_role("link", name="Set up a feed").click()
    page.get_by_role("button", name="Set it up").click()
    look("errors")
    page.get_by_label("Name", exact=True).first.fill("Youth service")
    page.get_by_label("Who sends them?").select_option("Agency")
    page.get_by_label("Date of birth").check()
    page.get_by_label("Lawful gateway").fill("Children Act 2004, s.10")
    page.get_by_label("Why?").fill("They send their members now")
    page.get_by_role("group", name="What may a row say?").get_by_label("Name", exact=True).check()
    page.get_by_role("button", name="Set it up").click()
    page.get_by_role("heading", name="Youth service").wait_for()
    look("new")
    page.get_by_role("link", name="Change the rule for date of birth").click()
    page.get_by_label("Ask a person").check()
    page.get_by_label("Why?").fill("Their days of birth are often wrong")
    look("rule")
    page.get_by_role("button", name="Change the rule").click()
    page.get_by_text("Date of birth: ask a person, from the next file on.").wait_for()
    look("changed")
    page.goto("/feeds/of/births/")
    page.get_by_role("link", name="What they mean").click()
    page.get_by_label("Local key").select_option("Reference")
    page.get_by_label("Family").select_option("Surname")
    page.get_by_label("Given").select_option("Forename")
    page.get_by_label("Date of brith").select_option("Date of birth")
    page.get_by_label("Why?").fill("Their own words")
    look("columns")
    page.get_by_role("button", name="Keep it and read the last list again").click()
    work()
    page.reload()
    look("file")
    assert Delivery.objects.get().stage == Stage.APPLIED
    page.goto("/feeds/of/births/")
    look("feed")
