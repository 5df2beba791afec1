"""The review of suspected duplicates by keyboard, on a telephone, and without a script."""

import pytest

from registry.models import Decision, Suspicion, SuspicionState
from tests.factories import make_address, make_child, make_school, suspect

pytestmark = pytest.mark.browser
FORENAMES = [("Amina", "Aminah"), ("Isolde", "Isolda"), ("Barnaby", "Barney"), ("Ottoline", "Otty"), ("Femi", "Femmi")]


@pytest.fixture
def pairs(own_database, data_officer):
    school, home = make_school(), make_address(street="Juniper Lane")
    made = [
        suspect(make_child(one, school=school, address=home), make_child(other, address=home), score=20 - place)
        for place, (one, other) in enumerate(FORENAMES)
    ]
    make_child("Samira", born=made[0].first.date_of_birth, address=home)
    return made


def at(page, pair):
    page.wait_for_url(f"**/duplicates/{pair.pk}/*")


def test_pairs_are_decided_by_keyboard_alone(pairs, data_officer, new_page, sign_in):
    page = new_page()
    sign_in(page, data_officer)
    page.goto("/duplicates/")

    page.keyboard.press("g")
    at(page, pairs[0])
    page.keyboard.press("n")
    at(page, pairs[1])
    page.keyboard.press("1")
    page.keyboard.press("n")
    at(page, pairs[2])
    page.keyboard.press("l")
    at(page, pairs[3])
    page.keyboard.press("a")
    page.wait_for_url("**/ask/*")
    page.get_by_label("Who should find out?").select_option(label="Olive Officer")
    page.get_by_label("What should they find out?").fill("Ask the school")
    page.get_by_role("button", name="Ask", exact=True).click()
    at(page, pairs[3])
    page.keyboard.press("s")
    page.wait_for_url("**/same/**")

    assert page.get_by_role("heading", name="Are these the same child?").is_visible()
    assert [one.reason for one in Decision.objects.order_by("pk")] == [
        "Looked at side by side.",
        "They are twins.",
        "Looked at side by side",
    ]
    page.keyboard.press("g")
    at(page, pairs[4])


def test_a_reason_chosen_with_the_mouse_does_not_catch_the_keys(pairs, data_officer, new_page, sign_in):
    page = new_page()
    sign_in(page, data_officer)
    page.goto(f"/duplicates/{pairs[0].pk}/")

    page.get_by_label("Two children with one name").check()
    page.keyboard.press("n")
    at(page, pairs[1])

    assert Decision.objects.get().reason == "Two children with one name."


def test_what_is_typed_is_no_command(pairs, data_officer, new_page, sign_in):
    page = new_page()
    sign_in(page, data_officer)
    page.goto(f"/duplicates/{pairs[0].pk}/")

    page.get_by_label("Anything else").press_sequentially("nslag")

    assert page.get_by_label("Anything else").input_value() == "nslag"
    assert not Decision.objects.exists()


def test_it_works_without_a_script(pairs, data_officer, new_page, sign_in):
    page = new_page(java_script_enabled=False)
    sign_in(page, data_officer)
    page.goto("/duplicates/")

    page.get_by_role("button", name="Start with the likeliest").click()
    page.get_by_label("They are twins").check()
    page.get_by_role("button", name="Not the same").click()
    at(page, pairs[1])
    page.get_by_role("button", name="Later").click()
    at(page, pairs[2])

    assert Suspicion.objects.filter(state=SuspicionState.DIFFERENT).get() == pairs[0]


def test_every_page_of_the_review_is_sound_at_any_width(pairs, data_officer, new_page, sign_in, fit):
    page = new_page()
    sign_in(page, data_officer)

    for address in ("/duplicates/", f"/duplicates/{pairs[0].pk}/", f"/duplicates/{pairs[0].pk}/ask/"):
        page.goto(address)
        fit(page)
