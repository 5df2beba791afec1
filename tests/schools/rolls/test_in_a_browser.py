"""The roll as a school's office confirms it, at a desk and on a telephone."""

import pytest

from registry.models import Enrolment
from tests.factories import TODAY, make_address, make_carer, make_child, said_by, shield
from tests.registry.intake.test_pages import work
from tests.schools.people import at
from tests.schools.returns.written import census, on_roll, taken
from tests.schools.rolls.test_own_returns import HEADINGS, TWELVE_ERRORS

pytestmark = pytest.mark.browser


def test_a_class_is_confirmed_and_the_next_opens(own_database, hollyfield, amina, new_page, sign_in, fit):
    zoe = make_child(
        "Zoe", "Okafor", school=hollyfield, address=make_address(), carer=make_carer(telephone="0121 496 0123")
    )
    taken(census(on_roll(surname="Vexley", forename="Ottoline", year="6")), hollyfield, as_of=TODAY)
    with said_by():
        Enrolment.objects.filter(child=amina).update(class_name="5A")
        Enrolment.objects.filter(child=zoe).update(class_name="5B")
    shield(Enrolment.objects.get(year_group="6").child)
    page = new_page()
    sign_in(page, at(hollyfield))

    def look(name):
        fit(page, f"roll-{name}")

    page.goto("/roll/")
    page.get_by_text("1 of 3 pupils confirmed this term.").wait_for()
    look("first")
    page.get_by_role("button", name="Everything here is right").click()
    page.get_by_text("2 of 3 pupils confirmed this term.").wait_for()
    look("next")
    page.get_by_role("button", name="Everything here is right").click()
    page.get_by_text("Every pupil is confirmed this term.").wait_for()
    page.get_by_role("link", name="Year 6").click()
    look("done")


def test_a_data_manager_gives_a_post(own_database, hollyfield, data_manager, new_page, sign_in, fit):
    at(hollyfield)
    page = new_page()
    sign_in(page, data_manager)

    page.goto("/school-staff/")
    page.get_by_label("At which school?").fill("900001")
    page.get_by_role("button", name="Give the post").click()
    page.get_by_role("link", name="Choose who it is.").wait_for()
    fit(page, "staff")
    page.get_by_label("Who?").select_option("Ophelia Office")
    page.get_by_role("button", name="Give the post").click()
    page.get_by_text("has a post at Hollyfield Primary already").wait_for()


def test_a_return_with_twelve_kinds_of_error_is_sent_and_mended(
    own_database, hollyfield, amina, new_page, sign_in, fit, tmp_path
):
    page = new_page(width=320)
    sign_in(page, at(hollyfield))
    path = tmp_path / "roll.csv"

    def look(name):
        fit(page, f"own-{name}")

    def send(*rows):
        path.write_text("\n".join([HEADINGS, *rows]))
        page.get_by_role("button", name="Send a return").click()
        page.get_by_label("The file").set_input_files(path)
        page.get_by_role("button", name="Send").click()
        page.get_by_role("heading", name="roll.csv").wait_for()
        work()
        page.reload()

    page.goto("/roll/")
    page.get_by_text("More of our school").click()
    page.get_by_role("link", name="Returns", exact=True).click()
    page.get_by_role("heading", level=1, name="Returns").wait_for()
    look("none")
    send(*TWELVE_ERRORS)
    page.get_by_text("What could not be read").wait_for()
    look("errors")
    page.get_by_role("link", name="Our returns").click()
    send(TWELVE_ERRORS[0].replace("H330203126002", ""))
    page.get_by_text("Everything in it could be read.").wait_for()
    look("mended")
    page.goto("/roll/900001/corrections/")
    look("corrections")
