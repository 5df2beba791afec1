"""A list that is sent again with one thing tried out in it is known, whatever else is done to hide that."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone

from registry.intake import stages
from registry.intake.receiving import receive
from registry.list_match.matching import match
from registry.models import Feed, ListMatch, ListSketch
from registry.probing import alerts, sketching
from registry.probing.sketching import changed_between, likeness, sketch_of
from tests.factories import TODAY
from tests.registry.intake.lists import AS_OF, child_health

HEADINGS = "Reference,Surname,Forename,Date of birth,Postcode"
NAMES = ["Amina", "Odile", "Zoe", "Tadeusz", "Hamid", "Nora", "Farah", "Kwame", "Ivy", "Bo"]


def claims(number=10, **changes):
    """Rows of so many people; `born=3` has the date of birth of the first three tried out otherwise."""
    found = [
        {"surname": f"Khan{at}", "forename": NAMES[at % 10], "date_of_birth": f"2017-02-{at % 28 + 1:02}", "sex": "F"}
        for at in range(number)
    ]
    for name, many in changes.items():
        for row in found[:many]:
            row[name] += "-tried"
    return found


def compared(one, other):
    return changed_between(sketch_of(other), sketch_of(one))


@pytest.mark.parametrize("number", [1, 10, 3_000])
def test_the_same_list_with_one_column_changed_is_known_by_that_column(number):
    assert compared(claims(number), claims(number, date_of_birth=number)) == "date_of_birth"
    assert compared(claims(number), claims(number, surname=number)) == "surname"


def test_one_row_in_ten_is_enough_and_the_order_does_not_matter():
    assert compared(claims(), claims(date_of_birth=1)[::-1]) == "date_of_birth"


def test_a_few_rows_more_or_less_do_not_hide_it():
    tried = claims(40, date_of_birth=40)

    assert compared(claims(40), [*tried[1:], {"surname": "Vexley", "forename": "Odile", "sex": "F"}]) == "date_of_birth"


def test_a_column_left_out_or_added_is_a_column_changed():
    less = [{**row, "sex": ""} for row in claims()]

    assert compared(claims(), less) == compared(less, claims()) == "sex"


@pytest.mark.parametrize(
    "later",
    [
        claims(),
        claims(date_of_birth=10, surname=10),
        claims(40)[20:],
        claims(40, date_of_birth=2),
    ],
    ids=["the same", "two columns", "other people", "two rows mended"],
)
def test_what_is_no_trying_out_is_not_taken_for_it(later):
    before = claims(40) if len(later) == 40 else claims()

    assert compared(before, later) == ""


def test_lists_of_numbers_alone_are_not_alike_for_having_nothing_else():
    one, other = ([{"upn": f"{letter}{at}", "sex": "F"} for at in range(9)] for letter in "HK")

    assert compared(one, other) == ""


def test_likeness_is_the_share_of_what_is_in_both():
    assert likeness([1, 2, 3, 4], [3, 4, 5, 6]) == pytest.approx(1 / 3)
    assert likeness([], []) == 0


def test_a_sketch_is_made_with_the_installations_secret(settings):
    one = sketch_of(claims())
    settings.SECRET_KEY = "another secret"

    assert not set(one[""]) & set(sketch_of(claims())[""])


@pytest.fixture
def told():
    """What was told at once."""
    heard = []
    alerts._tellers.append(lambda kind, by, evidence: heard.append((kind, by, evidence)))
    yield heard
    alerts._tellers.pop()


def sent(by, *rows, feed="contacts"):
    file = io.BytesIO("\n".join([HEADINGS, *rows]).encode())
    source = child_health() if not ListSketch.objects.exists() and by else None
    whose = source or ListSketch.objects.select_related("delivery__source").first().delivery.source
    delivery = receive(file, name="list.csv", feed=Feed.objects.get(code="births"), source=whose, as_of=AS_OF, by=by)
    return stages.read(delivery, by=by, applies=False)


def rows(day):
    return [f"{number},Vexley{'abcde'[number]},Odile,{day:02}/02/2017,B1 1AA" for number in range(5)]


@pytest.mark.django_db
def test_dates_of_birth_tried_out_in_a_file_are_noted_and_the_third_time_is_told_at_once(data_officer, told):
    for day in (1, 2, 3):
        sent(data_officer, *rows(day))
    assert list(ListSketch.objects.order_by("pk").values_list("changed", flat=True)) == [
        "",
        "date_of_birth",
        "date_of_birth",
    ]
    assert told == []

    sent(data_officer, *rows(4))

    assert told == [
        ("column", data_officer, "A list was sent again with nothing changed but one column, 3 times in 30 days")
    ]


@pytest.mark.django_db
def test_a_file_that_is_read_again_is_not_compared_with_itself(data_officer):
    delivery = sent(data_officer, *rows(1))
    stages.again(delivery)

    stages.read(delivery, by=data_officer, applies=False)

    assert ListSketch.objects.get().changed == ""


@pytest.mark.django_db
def test_nobodys_list_is_compared_with_another_persons_or_one_of_long_ago(data_officer, data_manager):
    first = sent(data_officer, *rows(1))
    sent(data_manager, *rows(2))
    ListSketch.objects.filter(delivery=first).update(at=timezone.now() - timedelta(days=31))
    sent(data_officer, *rows(3))

    assert not ListSketch.objects.exclude(changed="").exists()
    sketching.forget()
    assert not ListSketch.objects.filter(delivery=first).exists()


@pytest.mark.django_db
def test_a_list_to_be_matched_is_known_again_as_well_and_also_from_a_file(data_manager):
    sent(data_manager, *rows(1))
    asked = ListMatch.objects.create(
        by=data_manager, name="club.csv", purpose="Holidays", recipient="Youth service", gateway="Act of 2004",
        wanted=["index_number"], kept_until=TODAY,
        headings={"1": "surname", "2": "forename", "3": "date_of_birth", "4": "postcode"},
        content="\n".join([HEADINGS, *rows(2)]).encode(),
    )  # fmt: skip

    match(asked)

    assert ListSketch.objects.get(list_match=asked).changed == "date_of_birth"
