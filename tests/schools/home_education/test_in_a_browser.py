"""A notice of home education to its end in a browser; and that the new pages are fit to be used, wide and narrow."""

from datetime import date, timedelta

import pytest

from registry import recording
from registry.disclosure import Context
from registry.models import EducationArrangement
from registry.whereabouts import board
from schools.home_education import keeping
from schools.home_education.keeping import Notice
from schools.letters import mailing
from schools.missing import authorities, opening
from schools.models import Case, HomeEducation, LetterTemplate, NotInSchool
from schools.not_in_school import keeping as register
from schools.not_in_school.eligible import Basis, Eligible, Line
from tests.factories import TODAY, make_address, make_carer, make_child, make_school, said_by
from tests.schools.people import at

pytestmark = pytest.mark.browser
TEN = date(TODAY.year - 10, 1, 15)


@pytest.fixture
def hollyfield(own_database):
    return make_school("Hollyfield Primary", urn=999_101)


@pytest.fixture
def amina(hollyfield):
    home, carer = make_address(paon="14"), make_carer("Farah", "Khan")
    return make_child("Amina", "Khan", born=TEN, address=home, carer=carer)


def test_a_notice_is_written_down_found_unsuitable_and_becomes_a_case(amina, data_officer, new_page, sign_in):
    page = new_page()
    sign_in(page, data_officer)
    page.goto(f"/children/{amina.index_number}/")
    page.get_by_role("link", name="The child is educated at home").click()
    page.get_by_label("A parent", exact=True).check()
    for group, day in (("On which day?", TODAY), ("From which day is the child educated at home?", TODAY)):
        boxes = page.get_by_role("group", name=group)
        for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            boxes.get_by_label(part).fill(str(value))
    page.get_by_label("Farah Khan").check()
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("The first contact is due by").wait_for()

    page.get_by_role("button", name="Write down a contact").click()
    page.get_by_label("Visit to the home").check()
    page.get_by_label("What did you find?").fill("Nothing is taught")
    page.get_by_label("Not suitable").check()
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("Written down.").wait_for()

    assert HomeEducation.objects.get().ended_how == "unsuitable"
    assert Case.objects.get().reason == "unsuitable"
    page.goto("/balance/missing/")
    page.get_by_role("link", name="Amina Khan").wait_for()


def a_city(amina, hollyfield, by):
    """Something of everything that the pages show."""
    home = keeping.notify(amina, Notice("parent", TODAY, TODAY, "needs", [amina.cares.get().carer_id]), owner=by, by=by)
    keeping.contact(
        home, day=TODAY, how="visit", seen=True, suitability="doubted", said="Some work was shown", next_by=None, by=by
    )
    register.enter([Eligible(amina.pk, Basis.NOT_ON_ROLL, TODAY, Line.AT_HOME)], by=by)
    flexible = make_child("Bilal", "Begum", born=TEN, school=hollyfield, address=make_address(paon="15"))
    with said_by():
        recording.assert_fact(EducationArrangement(child=flexible, kind="other_provision", from_date=TODAY))
    lost = make_child("Zoe", "Okafor", born=TEN, address=make_address(paon="16"))
    case = opening.open_case(lost, source="public", told="", owner=by, by=by, reason="gone")
    mailing.write(LetterTemplate.objects.first(), mailing.addressees([lost.pk], to=Context(user=by)), by=by)
    asked = {"authority": "Leeds City Council", "contact": "CME team", "said": "Is she with you?"}
    authorities.ask("asked_us", **asked, name="Zoe Okafor", born=TEN, by=by)
    authorities.ask("asked_them", **asked, name="Zoe Okafor", case=case, by=by)
    barred = make_child("Chandra", "Patel", born=TEN)
    opening.open_case(barred, source="service", told="", owner=None, by=by)
    mailing.bar(barred, reason="The father must not learn of it.", by=by)
    board.reckon()
    return home, case


def test_every_page_is_fit_to_be_used(amina, hollyfield, data_manager, new_page, sign_in, fit):
    home, case = a_city(amina, hollyfield, data_manager)
    entry, page = NotInSchool.objects.get(), new_page()
    sign_in(page, data_manager)
    pages = {
        "homes": "/home-education/?show=all",
        "homes-empty": "/home-education/?show=to_come",
        "home": f"/home-education/{home.pk}/",
        "home-contact": f"/home-education/{home.pk}/contact/",
        "home-end": f"/home-education/{home.pk}/end/",
        "home-change": f"/home-education/{home.pk}/change/",
        "home-notice": f"/children/{case.child.index_number}/home-education/",
        "register": "/not-in-school/?show=all",
        "eligible": "/not-in-school/eligible/",
        "entry": f"/not-in-school/{entry.pk}/",
        "entry-given": f"/not-in-school/{entry.pk}/given/",
        "entry-provider": f"/not-in-school/{entry.pk}/provider/",
        "entry-parent": f"/not-in-school/{entry.pk}/parent/",
        "letters": "/letters/",
        "letters-write": "/letters/write/?show=all",
        "letters-print": "/letters/1/",
        "letters-template": "/letters/templates/1/",
        "authorities": "/authorities/?show=all",
        "authority": "/authorities/1/",
        "authority-asks": "/authorities/asks/",
        "case": f"/missing/{case.pk}/",
        "case-barred": f"/missing/{Case.objects.get(owner=None).pk}/",
        "case-hand-over": f"/missing/{case.pk}/hand-over/",
        "owners": "/missing/owners/",
        "figures": "/missing/figures/",
        "whereabouts": "/whereabouts/",
        "whereabouts-of": "/whereabouts/home/unknown/",
        "work": "/my-work/",
        "work-item": "/my-work/0/",
    }
    for name, address in pages.items():
        page.goto(address)
        fit(page, f"followed-{name}")


def test_a_schools_pages_are_fit_to_be_used(amina, hollyfield, data_manager, new_page, sign_in, fit):
    a_city(amina, hollyfield, data_manager)
    page = new_page()
    sign_in(page, at(hollyfield))
    spell = hollyfield.enrolments.first()
    pages = {
        "whereabouts": "/roll/999101/whereabouts/",
        "pupil": f"/roll/999101/pupils/{spell.pk}/",
        "tell": f"/roll/999101/pupils/{spell.pk}/missing/",
    }
    for name, address in pages.items():
        page.goto(address)
        fit(page, f"school-{name}")


def test_the_next_thing_to_do_is_one_key_away(amina, hollyfield, data_manager, new_page, sign_in):
    home, _ = a_city(amina, hollyfield, data_manager)
    with said_by():
        HomeEducation.objects.filter(pk=home.pk).update(due_date=TODAY - timedelta(days=1))
    page = new_page()
    sign_in(page, data_manager)
    page.goto("/my-work/")
    page.get_by_role("link", name="Ask about home education").click()
    page.get_by_text("My work: 1 of").wait_for()

    page.keyboard.press("j")

    page.get_by_text("My work: 2 of").wait_for()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "header-search"
