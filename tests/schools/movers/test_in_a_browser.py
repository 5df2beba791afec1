"""Confirming a whole school, and clearing the council's queue by keyboard; every new page, wide and narrow."""

from datetime import timedelta

import pytest

from registry import recording
from registry.models import Enrolment
from schools.models import Campaign, CampaignSchool, ClosedDay, Declaration, Report, TermDates
from schools.movers import returning
from tests.factories import TODAY, make_child, make_school, said_by
from tests.schools.people import at
from tests.schools.returns.written import census, on_roll, taken

pytestmark = pytest.mark.browser


@pytest.fixture
def campaign(own_database, hollyfield):
    with said_by():
        made = Campaign.objects.create(
            name="Autumn return", reference_date=TODAY - timedelta(days=30), due_date=TODAY + timedelta(days=3)
        )
        CampaignSchool.objects.create(campaign=made, school=hollyfield)
    return made


@pytest.fixture
def look(fit):
    """Whether a page is fit to be used, with a picture of it."""

    def seen(page, name):
        fit(page, name)

    return seen


def test_a_school_of_400_confirms_its_14_differences_and_declares(campaign, hollyfield, new_page, sign_in, look):
    listed = [on_roll(forename=f"Pupil{one:03}", surname="Adeyemi", born="2016-10-03", year="5") for one in range(386)]
    assert taken(census(*listed), hollyfield, as_of=TODAY - timedelta(days=20)).joined == 386
    others = [make_child(f"Other{one:02}", "Brook", school=hollyfield) for one in range(14)]
    with said_by():
        Enrolment.objects.filter(child__in=others).update(year_group="6", class_name="6X")
    page = new_page()
    sign_in(page, at(hollyfield, name="Helen Head", role="head"))

    page.goto("/roll/")
    page.get_by_text("386 of 400 pupils confirmed").wait_for()
    page.goto("/roll/900001/declare/")
    page.get_by_text("14 pupils left:").wait_for()
    look(page, "declare-left")
    page.get_by_role("link", name="Other00 Brook").click()
    page.get_by_role("link", name="Has never arrived").click()
    page.get_by_role("textbox").fill("She never came, and nobody answers the telephone.")
    page.get_by_role("button", name="Tell the council").click()
    page.goto("/roll/")
    page.get_by_role("button", name="Everything here is right").click()
    page.goto("/roll/900001/declare/")
    page.get_by_role("button", name="Declare").wait_for()
    page.get_by_label("Your name").fill("Helen Head")
    page.get_by_label("Your position").fill("Headteacher")
    page.get_by_label("Every pupil on our roll is confirmed").check()
    look(page, "declare")
    page.get_by_role("button", name="Declare").click()
    page.get_by_text("D-").first.wait_for()
    look(page, "declaration")

    made = Declaration.objects.get()
    assert (made.pupils, made.reported) == (400, 1)


def test_an_officer_clears_the_queue_by_keyboard(own_database, hollyfield, data_officer, new_page, sign_in, look):
    office = at(hollyfield)
    for name in ("Amina", "Zoe"):
        child = make_child(name, "Khan", school=hollyfield)
        returning.report(
            hollyfield, child.enrolments.get().pk, kind="never_arrived", said=f"{name} never came", by=office
        )
    page = new_page()
    sign_in(page, data_officer)

    page.goto("/movers/")
    look(page, "movers")
    page.keyboard.press("g")
    page.get_by_text("Amina never came").wait_for()
    look(page, "mover-report")
    for name in ("Amina", "Zoe"):
        page.get_by_role("button", name="Take the place away").wait_for()
        page.get_by_text(f"{name} never came").wait_for()
        page.wait_for_load_state()
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == "how":
                break
        page.keyboard.type("Is at another school")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    page.get_by_text("Nothing here is left for the council to do.").wait_for()

    assert not Report.objects.filter(settled_at=None).exists()


def test_every_page_is_fit_to_be_used(campaign, hollyfield, amina, data_manager, data_officer, new_page, sign_in, look):
    fernhill = make_school("Fernhill Primary", urn=900002)
    taken(census(on_roll()), hollyfield, as_of=TODAY)
    spell = Enrolment.objects.get(child=amina)
    gone = make_child("Kofi", "Osei", school=hollyfield)
    with said_by():
        recording.end(gone.enrolments.get(), on=TODAY - timedelta(days=30), destination_school=fernhill)
        TermDates.objects.create(first_day=TODAY - timedelta(days=80), last_day=TODAY + timedelta(days=20))
        ClosedDay.objects.create(day=TODAY, why="Training of staff")
    page = new_page()
    sign_in(page, at(hollyfield, name="Helen Head", role="head"))
    own = "/roll/900001/"
    pupil = f"{own}pupils/{spell.pk}/"
    for address in (
        *("movers/", "taken/", "support/", "staff/", "terms/", "join/", "declare/", "corrections/"),
        *(f"pupils/{spell.pk}/{what}" for what in ("", "left/", "change/", "away/", "tell/never_arrived/")),
    ):
        page.goto(own + address)
        look(page, "own-" + address.replace("/", "-").strip("-"))
    page.goto(pupil + "left/")
    look(page, "left")

    manager = new_page()
    sign_in(manager, data_manager)
    for address in ("campaigns/", "campaigns/open/", f"campaigns/{campaign.pk}/", "terms/", "school-year/", "movers/"):
        manager.goto("/" + address)
        look(manager, "council-" + address.replace("/", "-").strip("-"))
    manager.goto(f"/movers/leavers/{gone.enrolments.get().pk}/")
    look(manager, "leaver")
