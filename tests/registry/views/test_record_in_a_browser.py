"""The record as staff use it: by keyboard alone, without JavaScript, two at once; every page checked at both widths."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from childindex.models import Act
from registry import recording
from registry.models import EducationArrangement, Enrolment, Identifier, Name, Pin, Residence
from tests.factories import (
    make_address,
    make_carer,
    make_child,
    make_practice,
    make_school,
    make_source,
    said_by,
    shield,
)

LONG = "St Bartholomew and All Angels Church of England Voluntary Aided Junior School"


@pytest.fixture
def amina(own_database, data_officer):
    """A child with something of everything, the long and the disputed included."""
    home, mother = make_address(paon="14", saon="Flat 2", ward_name="Ladyfield"), make_carer(telephone="0121 496 0000")
    child = make_child(
        "Amina", "Khan", address=home, school=make_school(), practice=make_practice(), carer=mother, by=data_officer
    )
    make_child("Théodora-Wilhelmina", "Featherstonehaugh-Cholmondeley", address=home, carer=mother)
    other, long = make_address(street="Upper Conybere Street West"), make_school(LONG)
    with said_by():
        recording.assert_fact(Identifier(child=child, kind="upn", value="H330203126001"))
        recording.assert_fact(EducationArrangement(child=child, kind="awaiting_place", detail="Applied twice"))
    with said_by(make_source("visiting", kind="health", name="Health visiting")):
        rival = recording.assert_fact(Residence(child=child, address=other, from_date=date(2024, 1, 1)))
        recording.assert_fact(Enrolment(child=child, school=long, status="S", from_date=date(2024, 9, 1)))
    with said_by(by=data_officer, reason_code="decided"):
        Pin.objects.create(child=child, slot="home", fact_id=rival.pk, reason="Seen there")
    with said_by(by=data_officer, reason_code="mistyped") as deed:
        recording.assert_fact(Name(child=child, kind="preferred", forename="Minnie", surname="Khan"))
    child.refresh_from_db()
    child.deed = deed
    return child


def pages_that_show(child):
    number = child.index_number
    plain = ["record", "household", "schools", "print", "history"]
    yield from (reverse(f"registry:{name}", args=[number]) for name in plain)
    yield reverse("registry:record", args=[number]) + "?on=2024-06-01&as=true"
    yield reverse("registry:record", args=[number]) + f"?on={date.today()}&as=believed"
    yield reverse("registry:record", args=[number]) + "?on_day=31&on_month=2&on_year=2024"


def pages_that_ask(child):
    number, home, care = child.index_number, child.residences.first(), child.cares.get()
    pin = Pin.objects.get(child=child).fact_id
    yield reverse("registry:child_correct", args=[number])
    yield reverse("registry:carer_edit", args=[number, care.pk])
    yield reverse("registry:undo", args=[number, child.deed.pk])
    yield from (reverse("registry:fact_add", args=[number, kind]) for kind in ("identifier", "care", "enrolment"))
    for doing in ("which", "change", "correct", "end", "remove"):
        yield reverse(f"registry:fact_{doing}", args=[number, "residence", home.pk])
    yield reverse("registry:fact_unpin", args=[number, "residence", pin])


@pytest.mark.parametrize("pages", [pages_that_show, pages_that_ask])
def test_every_page_of_a_record_is_accessible_and_nothing_scrolls_sideways(
    amina, new_page, sign_in, data_officer, fit, pages
):
    page = new_page()
    sign_in(page, data_officer)

    for address in pages(amina):
        assert page.goto(address).status == 200, address
        fit(page)


def test_a_shielded_record_and_the_shields_pages_are_accessible(amina, new_page, sign_in, data_officer, custodian, fit):
    asked, seen = new_page(), new_page()
    sign_in(asked, custodian)
    sign_in(seen, data_officer)
    address = reverse("registry:shield", args=[amina.index_number])

    asked.goto(address)
    fit(asked)
    shield(amina)
    asked.goto(address)
    expect(asked.get_by_role("heading", name="Lift the shield")).to_be_visible()
    fit(asked)
    seen.goto(reverse("registry:record", args=[amina.index_number]))
    expect(seen.get_by_text("Address withheld.").first).to_be_visible()
    fit(seen)


def to(page, words, *, pressing="Tab", at_most=150):
    """Move with a key until the control called by these words has the focus."""
    for _ in range(at_most):
        page.keyboard.press(pressing)
        held = page.evaluate(
            "() => { const one = document.activeElement;"
            " return [one.textContent, ...[...(one.labels || [])].map(label => label.textContent)].join('|') }"
        )
        if words in " ".join(held.split()):
            return
    raise AssertionError(f"{words} was not reached with {pressing}")


def test_a_move_is_recorded_by_keyboard_alone(amina, new_page, sign_in, data_officer):
    page = new_page()
    sign_in(page, data_officer)
    page.goto(reverse("registry:record", args=[amina.index_number]))

    to(page, "Change Lives here: Flat 2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/")
    to(page, "Flat or unit")
    page.keyboard.press("Delete")
    to(page, "House name or number")
    page.keyboard.type("7")
    to(page, "Street")
    page.keyboard.type("New Road")
    for part, text in (("Day", "1"), ("Month", "10"), ("Year", "2026")):
        to(page, part)
        page.keyboard.type(text)
    to(page, "Who said so?")
    page.keyboard.type("The family")
    to(page, "The family moved")
    page.keyboard.press("Space")
    to(page, "In a few words")
    page.keyboard.type("A letter came")
    to(page, "Continue")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check before you save")).to_be_visible()
    to(page, "Save")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Changed. The earlier entry has ended.")).to_be_visible()
    to(page, "History")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Home added: 7 New Road, Exampleton, B4 7DA, from 1 October 2026.")).to_be_visible()
    expect(page.get_by_text("The family moved. A letter came.")).to_be_visible()


def test_a_deed_is_undone_from_the_history(amina, browser_page, sign_in, data_officer):
    page = browser_page
    sign_in(page, data_officer)
    page.goto(reverse("registry:history", args=[amina.index_number]))

    page.get_by_role("link", name="Undo Preferred name added").click()
    page.get_by_label("Why do you undo this?").fill("It was another child")
    page.get_by_role("button", name="Undo it").click()

    expect(page.get_by_text("Undone: preferred name removed: Minnie Khan")).to_be_visible()
    expect(page.get_by_text("Undone since")).to_be_visible()


def test_looking_back_and_correcting_work_without_javascript(amina, new_page, sign_in, data_officer):
    page = new_page(width=320, java_script_enabled=False)
    sign_in(page, data_officer)
    page.goto(reverse("registry:record", args=[amina.index_number]))

    page.get_by_label("Day", exact=True).fill("1")
    page.get_by_label("Month").fill("6")
    page.get_by_label("Year").fill("2023")
    page.get_by_label("Which question?").select_option("What we believed")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("What we believed on 1 June 2023.")).to_be_visible()

    page.get_by_role("link", name="Show the record today").click()
    page.get_by_role("link", name="Correct Preferred: Minnie Khan").click()
    page.get_by_label("Forename").fill("Minna")
    page.get_by_label("Who said so?").select_option("The council")
    page.get_by_label("It was mistyped").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Minna Khan").first).to_be_visible()


def test_two_officers_at_once_lose_nothing(amina, new_page, sign_in, data_officer, data_manager):
    first, second = new_page(), new_page()
    address = reverse("registry:fact_correct", args=[amina.index_number, "name", amina.names.first().pk])
    for page, person, forename in ((first, data_officer, "Aminah"), (second, data_manager, "Ameena")):
        sign_in(page, person)
        page.goto(address)
        page.get_by_label("Forename").fill(forename)
        page.get_by_label("Who said so?").select_option("The council")
        page.get_by_label("It was mistyped").check()
        page.get_by_role("button", name="Continue").click()

    first.get_by_role("button", name="Save").click()
    expect(first.get_by_text("Corrected.")).to_be_visible()
    second.get_by_role("button", name="Save").click()

    expect(second.get_by_role("heading", name="Somebody else saved this record")).to_be_visible()
    expect(second.get_by_text("Olive Officer,")).to_be_visible()
    second.get_by_role("button", name="Save mine as well").click()
    expect(second.get_by_role("heading", name="Ameena Khan")).to_be_visible()
    assert Act.objects.filter(reason_code="mistyped").count() == 3


def test_the_printed_record_is_paper_and_stamped(amina, browser_page, sign_in, data_officer):
    page = browser_page
    sign_in(page, data_officer)
    page.goto(reverse("registry:print", args=[amina.index_number]))

    page.emulate_media(media="print")

    expect(page.get_by_text("Printed by Olive Officer").first).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.get_by_role("link", name="Back to the record")).to_be_hidden()
    assert page.pdf(format="A4").startswith(b"%PDF")
