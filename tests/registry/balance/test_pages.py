"""The pages of the balance: every line with its children, the reason for each, and who moved."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry import recording
from registry.balance import keeping
from registry.models import AccessPayload, BalancePlace, EducationArrangement, Enrolment
from tests.factories import TODAY, make_address, make_child, make_school, make_source, said_by, shield

pytestmark = pytest.mark.django_db
TEN = date(TODAY.year - 10, 1, 15)


@pytest.fixture
def hollyfield(db):
    return make_school("Hollyfield Primary", urn=999_101)


@pytest.fixture
def amina(hollyfield):
    return make_child("Amina", "Khan", born=TEN, school=hollyfield, address=make_address())


@pytest.fixture
def page(browser_of, data_officer):
    browser = browser_of(data_officer)
    return lambda address: browser.get(address).text


def test_the_headline_the_lines_and_that_they_add_up(page, amina):
    make_child("Zoe", "Okafor", born=TEN)
    make_child("Odile", "Newcomer", born=TODAY - timedelta(days=400))

    text = page("/balance/")

    assert "Children of compulsory school age living here: 2" in text
    assert "Missing education in the statutory sense: 1." in text
    assert "the lines add up" in text
    assert "Beside them: 1 child" in text
    assert "<strong>3</strong> children in all" in text


def test_what_does_not_add_up_is_said(page, amina):
    BalancePlace.objects.all().delete()

    assert "The balance does not add up." in page("/balance/")
    assert "The lines have 0 children, and the index has 1." in page("/balance/")


def test_each_line_says_what_has_changed(page, amina, hollyfield):
    keeping.publish(on=TODAY - timedelta(days=1))
    make_child("Zoe", "Okafor", born=TEN, school=hollyfield)

    text = page("/balance/")

    assert "1 more than yesterday." in text
    assert "As many as yesterday." in text
    assert "Nothing was published for last week or the end of last term" in text
    assert "The same as a table" in text


def left(child, *, days_ago):
    with said_by():
        place = child.enrolments.get()
        recording.end(place, on=TODAY - timedelta(days=days_ago), leaving_regime="2024", leaving_ground="a")


def test_the_reason_stands_beside_each_child(page, amina):
    assert "On the roll of Hollyfield Primary since 7 September 2022." in page("/balance/not_confirmed/")
    assert "Hollyfield Primary has never said so itself." in page("/balance/not_confirmed/")

    left(amina, days_ago=3)

    text = page("/balance/left_within/")
    assert "Left Hollyfield Primary on" in text
    assert "ground 9(1)(a)" in text
    assert "No school has reported the child since: 3 days." in text
    assert "No child is here" in page("/balance/not_confirmed/")


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("home_education", "at_home"),
        ("other_provision", "other"),
        ("case_open", "missing"),
        ("awaiting_place", "awaiting"),
    ],
)
def test_an_arrangement_is_told_with_its_day(page, kind, line):
    child = make_child("Amina", "Khan", born=TEN)
    with said_by():
        recording.assert_fact(
            EducationArrangement(child=child, kind=kind, from_date=date(2026, 9, 1), detail="Told us")
        )

    assert "Since 1 September 2026. Told us." in page(f"/balance/{line}/")


def test_a_list_is_narrowed_and_counted(page, amina, hollyfield):
    make_child("Zoe", "Okafor", born=TEN, sex="F", school=make_school("Larkmoor Primary"))

    assert "Zoe Okafor" not in page("/balance/not_confirmed/?school=999101")
    assert "Amina Khan" in page("/balance/not_confirmed/?school=999101")
    counted = page("/balance/not_confirmed/?by=school")
    assert "Hollyfield Primary" in counted
    assert "Larkmoor Primary" in counted
    assert "10 years old" in page("/balance/not_confirmed/?by=age")


def test_who_may_not_see_behind_shields_is_told_the_total_and_not_the_line(page, browser_of, custodian, amina):
    shield(amina)

    assert "Withheld: 1 child" in page("/balance/")
    assert "<strong>1</strong> children in all" in page("/balance/")
    assert "Amina" not in page("/balance/not_confirmed/")
    assert "Amina Khan" in browser_of(custodian).get("/balance/not_confirmed/").text
    assert "Withheld" not in browser_of(custodian).get("/balance/").text


def test_who_moved_is_told_with_the_act(page, amina):
    left(amina, days_ago=3)
    span = f"since_day=1&since_month=1&since_year=2020&until_day={TODAY.day}&until_month={TODAY.month}"

    matrix = page(f"/balance/movements/?{span}&until_year={TODAY.year}")
    movers = page(f"/balance/movements/?{span}&until_year={TODAY.year}&from=&to=left_within")

    assert "New in the index" in matrix
    assert "Left, destination awaited" in matrix
    assert "Amina Khan" in movers


def test_who_moved_there_and_back_did_not_move(page, amina):
    keeping.publish(on=TODAY - timedelta(days=1))
    left(amina, days_ago=3)
    with said_by():
        amina.enrolments.update(to_date=None, leaving_regime="", leaving_ground="")

    today = f"until_day={TODAY.day}&until_month={TODAY.month}&until_year={TODAY.year}"
    before = TODAY - timedelta(days=1)
    since = f"since_day={before.day}&since_month={before.month}&since_year={before.year}"
    text = page(f"/balance/movements/?{since}&{today}")
    assert "New in the index" in text
    assert "Left, destination awaited" not in text


def test_two_days_the_wrong_way_round_are_said(page):
    days = "since_day=2&since_month=1&since_year=2020&until_day=1&until_month=1&until_year=2020"

    assert "The second day has to be after the first." in page(f"/balance/movements/?{days}")


def test_the_file_is_for_data_managers_and_recorded(browser_of, data_officer, data_manager, amina):
    assert browser_of(data_officer).get("/balance/not_confirmed/list.csv").status_code == 403

    answer = browser_of(data_manager).get("/balance/not_confirmed/list.csv")
    text = b"".join(answer.streaming_content).decode()

    assert "Amina Khan" in text
    assert "On the roll of Hollyfield Primary" in text
    assert AccessPayload.objects.order_by("entry_id").last().children == [amina.pk]


def test_the_pages_are_for_those_who_may(browser_of, governance, outsider):
    for user in (governance, outsider):
        for address in ("/balance/", "/balance/no_roll/", "/balance/movements/"):
            assert browser_of(user).get(address).status_code == 403


def test_there_is_no_such_line(browser_of, data_officer):
    assert browser_of(data_officer).get("/balance/nonsense/").status_code == 404


@pytest.mark.parametrize("address", ["/balance/", "/balance/not_confirmed/", "/balance/not_confirmed/?by=area"])
def test_a_page_takes_as_many_statements_for_many_as_for_few(browser_of, data_officer, hollyfield, address):
    browser = browser_of(data_officer)

    def statements():
        with CaptureQueriesContext(connection) as asked:
            browser.get(address)
        return len(asked)

    make_child("Amina", "Khan", born=TEN, school=hollyfield, address=make_address())
    statements()
    few = statements()
    for number in range(10):
        make_child(f"Zoe{number}", "Okafor", born=TEN, school=hollyfield, address=make_address())

    assert statements() == few


def test_the_home_page_says_the_headline_of_the_morning(page, amina):
    assert "Children of compulsory school age" not in page("/")

    keeping.publish()

    assert "Children of compulsory school age living here" in page("/")


def test_a_roll_that_is_confirmed_says_when(page, amina, hollyfield):
    with said_by(make_source("school-999101")):
        placed = {"school": hollyfield, "from_date": date(2022, 9, 7), "year_group": "5"}
        recording.assert_fact(Enrolment(child=amina, **placed))

    assert "Hollyfield Primary said so last on" in page("/balance/confirmed/")
