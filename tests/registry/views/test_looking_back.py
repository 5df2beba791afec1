"""The record as at a day gone by: what was true on it, and what was believed on it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from childindex.acts import act
from childindex.models import Source
from registry import recording
from registry.disclosure import Context, record
from registry.identifiers import new_index_number
from registry.models import Child, Name, Residence
from tests.factories import TODAY, make_address, make_child, said_by, shield

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(browser_of, data_officer):
    return browser_of(data_officer)


def told_on(day):
    return act(
        by=None,
        source=Source.council(),
        reason_code="new_information",
        at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
    )


def as_at(browser, child, day, question="true"):
    address = reverse("registry:record", args=[child.index_number])
    return browser.get(address, {"on": day.isoformat(), "as": question})


@pytest.fixture
def moved():
    """Known since January 2024 at the Old Road. Moved in March, which was told in May. A misspelt name was mended in
    September."""
    old, new = make_address(street="Old Road"), make_address(street="New Road")
    with told_on(date(2024, 1, 10)):
        child = Child.objects.create(index_number=new_index_number().value, date_of_birth=date(2017, 2, 28), sex="F")
        name = recording.assert_fact(Name(child=child, forename="Amna", surname="Khan"))
        home = recording.assert_fact(Residence(child=child, address=old, from_date=date(2022, 1, 1)))
    with told_on(date(2024, 5, 20)):
        recording.change(home, from_date=date(2024, 3, 1), address=new)
    with told_on(date(2024, 9, 5)):
        recording.correct(name, forename="Amina")
    return child


def test_what_was_true_has_the_late_news_and_the_corrections_in_it(officer, moved):
    page = as_at(officer, moved, date(2024, 4, 1), "true")

    assertContains(page, "What was true on 1 April 2024.")
    assertContains(page, '<h1 class="ci-identity__name">Amina Khan</h1>')
    assertContains(page, "Amina lives at")
    assert "New Road" in page.text.partition("How the two differ")[0]


def test_what_was_believed_has_neither(officer, moved):
    page = as_at(officer, moved, date(2024, 4, 1), "believed")

    assertContains(page, "What we believed on 1 April 2024.")
    assertContains(page, '<h1 class="ci-identity__name">Amna Khan</h1>')
    assert "New Road" not in page.text.partition("How the two differ")[0]


def test_how_the_two_differ_is_told_side_by_side(officer, moved):
    text = as_at(officer, moved, date(2024, 4, 1)).text

    table = text[text.index("How the two differ") :]
    table = table[: table.index("</table>")]
    assert table.index("Old Road") < table.index("New Road")
    assert table.index("Amna Khan") < table.index("Amina Khan")
    assert table.count("≠") == 3  # the name, the home, all homes


def test_where_the_two_agree_it_says_so(officer, moved):
    page = as_at(officer, moved, date(2024, 10, 1))

    assertContains(page, "agree.")
    assertNotContains(page, "How the two differ")


@pytest.mark.parametrize("question", ["true", "believed"])
def test_before_the_index_knew_the_child_it_says_that(officer, moved, question):
    page = as_at(officer, moved, date(2023, 6, 1), question)

    assertContains(page, "The index did not know this child on 1 June 2023.")
    assertNotContains(page, "Amna")
    assert ("Old Road" in page.text) is (question == "true")


def test_the_age_and_the_days_are_those_of_the_day(officer, moved):
    page = as_at(officer, moved, date(2024, 4, 1))

    assertContains(page, "born 28 February 2017 (7)")
    assertNotContains(page, " ago")


def test_a_day_gone_by_is_only_looked_at(officer, moved):
    page = as_at(officer, moved, date(2024, 4, 1))

    assertNotContains(page, "/change/")
    assertNotContains(page, "Add a name")


def test_the_three_boxes_lead_to_an_address_that_can_be_kept(officer, moved):
    address = reverse("registry:record", args=[moved.index_number])
    boxes = {"on_day": "1", "on_month": "April", "on_year": "2024", "as": "believed"}

    assertRedirects(officer.get(address, boxes), f"{address}?on=2024-04-01&as=believed")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"on_day": "31", "on_month": "2", "on_year": "2024"}, "February 2024 has 29 days"),
        ({"on": (TODAY + timedelta(days=2)).isoformat()}, "or earlier."),
        ({"on_day": "", "on_month": "", "on_year": ""}, "Enter a day, like 3 10 2016."),
        ({"on": "2024-04-01", "as": "guessed"}, "Select a valid choice"),
    ],
)
def test_a_day_that_cannot_be_shown_keeps_what_was_typed(officer, moved, asked, sentence):
    page = officer.get(reverse("registry:record", args=[moved.index_number]), asked)

    assertContains(page, sentence)
    assertContains(page, "<title>Error: ")
    for typed in asked.values():
        if typed.isdigit():
            assertContains(page, f'value="{typed}"')


def test_a_shielded_child_is_shown_as_today_whatever_day_is_asked_for(officer):
    child = make_child(address=make_address(street="Secret Road"))
    with said_by():
        recording.correct(child.names.get(), forename="Aminah")
    shield(child)

    then, now = (as_at(officer, child, day, "believed") for day in (date(2020, 1, 1), TODAY))

    assertContains(now, "Aminah Khan")
    assertNotContains(now, "Secret Road")
    assert then.status_code == now.status_code == 200
    assertContains(then, "Aminah Khan")


def test_a_name_that_was_given_later_was_not_believed_before(officer, moved):
    with told_on(date(2025, 1, 1)):
        recording.assert_fact(Name(child=moved, kind="preferred", forename="Minnie", surname="Khan"))

    page = as_at(officer, moved, date(2024, 10, 1), "believed")

    assertContains(page, "Minnie Khan (preferred)")
    assert "Minnie" not in page.text.partition("How the two differ")[0]


def test_what_was_confirmed_and_undone_later_is_believed_confirmed_until_then(moved, data_officer):
    """The word of January 2024 is undone in June: of May it still counts, and of July it does not."""
    with told_on(date(2024, 1, 20)) as deed:
        recording.confirm(moved.names.get(), day=date(2024, 1, 20))
    with act(
        by=None, source=Source.council(), reason_code="undone", at=datetime(2024, 6, 1, 12, tzinfo=UTC), undoes=deed
    ):
        pass

    def confirmed_on(**moment):
        [name] = record(moved, to=Context(data_officer), **moment).names
        return name.confirmed_on

    assert confirmed_on(believed=date(2024, 5, 1)) == date(2024, 1, 20)
    assert confirmed_on(believed=date(2024, 7, 1)) == date(2024, 1, 10)
    assert confirmed_on() == date(2024, 9, 5)
