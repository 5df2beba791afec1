"""Merging and taking apart as an officer does it, on a desk and on a telephone."""

from datetime import date

import pytest

from registry import recording
from registry.models import Enrolment, Merge, Residence
from tests.factories import make_address, make_carer, make_child, make_practice, make_school, make_source, said_by

pytestmark = pytest.mark.browser


@pytest.fixture
def pair(own_database, data_officer):
    school, mother, hollyfield = make_school(), make_carer(), make_source("hollyfield", name="Hollyfield")
    kept = make_child("Amina", sex="F", address=make_address(street="Juniper Lane"), practice=make_practice())
    gone = make_child("Aminah", sex="U", born=date(2017, 3, 28), address=make_address(), carer=mother)
    for child, reference, year in ((kept, "A1", "4"), (gone, "A2", "5")):
        with said_by(hollyfield):
            recording.assert_fact(
                Enrolment(child=child, school=school, from_date=date(2021, 9, 1), year_group=year), reference=reference
            )
    return kept, gone


def test_two_records_are_merged_and_taken_apart(pair, data_officer, new_page, sign_in, fit):
    kept, gone = pair
    page = new_page()
    sign_in(page, data_officer)

    def look(name):
        fit(page, name)

    page.goto(f"/children/{kept.index_number}/")
    page.get_by_role("link", name="This is the same child as another record").click()
    look("choose")
    page.get_by_label("Index number of the other record").fill(gone.index_number.lower())
    page.get_by_role("button", name="Show both").click()
    look("rehearsal")
    page.get_by_role("button", name="Continue").click()
    look("errors")
    page.get_by_label("28 March 2017").check()
    page.get_by_label("Example Road").first.check()
    page.get_by_label("How do you know").fill("Same passport")
    page.get_by_role("button", name="Continue").click()
    look("check")
    page.get_by_role("button", name="Merge the two records").click()
    look("merged")
    page.goto(f"/children/{gone.index_number}/")
    look("superseded")
    page.goto(f"/children/{kept.index_number}/history/")
    look("history")

    elsewhere = make_address(street="Elm Walk")
    with said_by(by=data_officer):
        recording.correct(kept.enrolments.get(), class_name="5B")
        recording.assert_fact(Residence(child=kept, address=elsewhere, standing="second_home"))
    page.goto("/merges/")
    look("merges")
    page.get_by_role("link", name="Take apart").click()
    look("parting")
    page.get_by_label("Both records").check()
    page.get_by_label("How do you know").fill("Two passports")
    page.get_by_role("button", name="Continue").click()
    look("check-parting")
    page.get_by_role("button", name="Take the two apart").click()
    look("parted")
    assert page.get_by_role("heading", name="Aminah Khan").is_visible()
    assert Merge.objects.get().undone_by is not None

    page.goto(f"/children/{kept.index_number}/same/{gone.index_number}/")
    look("kept-apart")
