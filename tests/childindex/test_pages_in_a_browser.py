import pytest

from tests.childindex import patterns

pytestmark = pytest.mark.browser

PAGES = ["/", "/record/", "/search/?q=amina", "/history/", "/change/"]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_fit_to_be_used(pattern_page, fit, address):
    pattern_page.goto(address)

    fit(pattern_page)


def test_a_refused_form_changes_the_title_and_puts_the_reader_at_the_summary(pattern_page, fit):
    pattern_page.goto("/change/")
    pattern_page.fill("#id_date_of_birth_day", "31")
    pattern_page.get_by_role("button", name="Continue").click()
    pattern_page.wait_for_url("**/change/")

    assert pattern_page.title().startswith("Error: Correct a name")
    assert pattern_page.evaluate("document.activeElement.className") == "govuk-error-summary"
    assert pattern_page.input_value("#id_date_of_birth_day") == "31"
    pattern_page.get_by_role("link", name="The date of birth must include").click()
    assert pattern_page.evaluate("document.activeElement.id") == "id_date_of_birth_month"
    fit(pattern_page)


def test_a_stroke_leads_to_the_search_box_and_can_be_turned_off(pattern_page):
    pattern_page.goto("/record/")
    pattern_page.keyboard.press("/")
    assert pattern_page.evaluate("document.activeElement.id") == "header-search"
    assert pattern_page.input_value("#header-search") == ""

    pattern_page.get_by_role("button", name="Keyboard shortcuts").click()
    pattern_page.reload()
    pattern_page.keyboard.press("/")
    assert pattern_page.evaluate("document.activeElement.id") != "header-search"


def test_work_under_way_is_followed_until_its_result_is_there(pattern_page, fit, monkeypatch):
    monkeypatch.setattr(patterns, "DONE", [0])
    pattern_page.goto("/work/")
    fit(pattern_page)

    pattern_page.get_by_text("The result is here.").wait_for()

    assert patterns.DONE[0] >= 3


def test_a_key_shown_on_a_button_presses_it(pattern_page):
    pattern_page.goto("/")
    pattern_page.evaluate(
        "document.querySelector('[data-key=s]').addEventListener('click', () => document.title = 'pressed')"
    )
    pattern_page.keyboard.press("s")

    assert pattern_page.title() == "pressed"


def test_the_first_stop_of_the_keyboard_skips_to_the_content(pattern_page):
    pattern_page.goto("/record/")
    pattern_page.keyboard.press("Tab")
    pattern_page.keyboard.press("Enter")

    assert pattern_page.evaluate("document.activeElement.id") == "main"
