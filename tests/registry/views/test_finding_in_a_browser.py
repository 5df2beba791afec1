"""Finding, correcting and adding a child, as staff do it: with a mouse, by keyboard alone, wide and narrow."""

import pytest
from playwright.sync_api import expect

from registry.models import Child
from tests.factories import make_address, make_child, make_practice, make_school, shield


@pytest.fixture
def amina(own_database):
    home = make_address(paon="14", street="Example Road", postcode="B4 7DA")
    return make_child("Amina", "Khan", address=home, school=make_school(), practice=make_practice())


def test_an_officer_finds_a_child_by_a_misspelt_name_and_corrects_the_address(
    amina, new_page, sign_in, data_officer, fit
):
    page = new_page()
    sign_in(page, data_officer)

    page.goto("/")
    fit(page)
    page.locator("#home-search").fill("amna kahn 28/2/2017")
    page.locator("main").get_by_role("button", name="Search").click()
    fit(page)
    page.get_by_role("link", name="Amina Khan").click()
    expect(page.get_by_text("Amina lives at 14 Example Road")).to_be_visible()
    fit(page)

    page.get_by_role("link", name="Correct Lives here").click()
    page.get_by_label("House name or number").fill("41")
    page.get_by_label("Who said so?").select_option("The family")
    page.get_by_label("It was mistyped").check()
    page.get_by_label("In a few words").fill("Read from the tenancy")
    page.get_by_role("button", name="Continue").click()
    fit(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Amina lives at 41 Example Road")).to_be_visible()

    page.get_by_role("link", name="History").click()
    expect(page.get_by_text("Read from the tenancy")).to_be_visible()
    fit(page)


def test_the_search_is_reached_and_used_by_keyboard_alone(amina, new_page, sign_in, data_officer):
    page = new_page()
    sign_in(page, data_officer)
    page.goto("/")

    page.keyboard.press("/")
    expect(page.locator("#header-search")).to_be_focused()
    page.keyboard.type("khan 28/2/2017")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Amina Khan":
            break
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Amina Khan")


def test_the_search_works_without_javascript(amina, new_page, sign_in, data_officer):
    page = new_page(java_script_enabled=False)
    sign_in(page, data_officer)

    page.goto("/search/?q=khan&school=Hollyfield+Primary")
    expect(page.get_by_role("link", name="Amina Khan")).to_be_visible()
    page.get_by_role("link", name="Remove At Hollyfield Primary").click()

    assert page.url.endswith("/search/?q=khan")


@pytest.mark.parametrize(
    "address",
    [
        "/search/",
        "/search/?q=nobody+called+this",
        "/search/?q=khan+H330203126002",
        "/search/?surname=khan&age_from=9&age_to=3",
        "/search/?school=Hollyfield+Primary",
        "/children/add/",
    ],
)
def test_pages_of_finding_pass_axe_and_fit_the_screen(amina, new_page, sign_in, data_officer, fit, address):
    shield(make_child("Zara", "Khan"))
    page = new_page()
    sign_in(page, data_officer)

    page.goto(address)

    fit(page)


def test_a_child_is_added_only_after_looking(amina, new_page, sign_in, data_officer, fit):
    page = new_page()
    sign_in(page, data_officer)

    page.goto("/children/add/")
    page.get_by_label("Forename").fill("Amna")
    page.get_by_label("Surname").fill("Kahn")
    for part, value in (("Day", "28"), ("Month", "2"), ("Year", "2017")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("button", name="Look for this child").click()
    expect(page.get_by_role("heading", name="Is it one of these?")).to_be_visible()
    fit(page)
    page.get_by_role("button", name="None of these: add a child").click()
    page.get_by_label("Street").fill("Other Road")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Answer the question “Why?”")
    fit(page)
    page.get_by_label("Who said so?").select_option("The family")
    page.get_by_label("The family told us").check()
    page.get_by_role("button", name="Continue").click()
    fit(page)
    page.get_by_role("button", name="Add this child").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Amna Kahn")
    assert Child.objects.count() == 2
