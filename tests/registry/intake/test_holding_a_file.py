"""A file that would change too much is held with its figures; children missing from a full list are asked about."""

from datetime import date, timedelta

import pytest

from registry.intake import absent, braking, stages
from registry.intake.applying import CannotApply, apply
from registry.intake.braking import CannotRelease, Figures, release, usual_share
from registry.intake.deciding import decide
from registry.intake.weighing import settle
from registry.models import Delivery, Enrolment, Feed, Name, Outcome, Says, Stage
from tests.factories import make_child, make_school, said_by
from tests.registry.intake.lists import AS_OF, compared, school_source, sent

pytestmark = pytest.mark.django_db
ROLL = "Reference,Surname,Forename,Date of birth,Year group,Entry date"
FORENAMES = "Ada Ben Cora Dev Ella Finn Gus Hana Ivo Jo Kai Lena Max Nia Omar Pia Quin Ros Sam Tara Una Vic Wes Xan"
MARCH, JULY = date(2026, 3, 2), date(2026, 7, 24)


@pytest.fixture
def school():
    return make_school("Hollyfield Primary")


@pytest.fixture
def rolls(school):
    """The feed of a school's whole roll, and its source."""
    source = school_source(school)
    with said_by():
        feed = Feed.objects.create(
            code="rolls",
            name="Rolls",
            source_kind="school",
            carries=[Says.NAME, Says.BIRTH, Says.SCHOOL],
            may_create=True,
            is_full=True,
            gateway="Education (Information About Individual Pupils) Regulations 2013",
        )
    return feed, source


def born(place):
    return date(2015, 9, 3) + timedelta(days=11 * place)


def row(place, *, surname="Marlow", year="6", born_on=None):
    day = f"{born_on or born(place):%d/%m/%Y}"
    return f"P{place},{surname}{chr(97 + place)},{FORENAMES.split()[place]},{day},{year},03/09/2020"


def listed(rolls, rows, *, as_of=AS_OF, name="roll.csv"):
    feed, source = rolls
    delivery = sent("\n".join([ROLL, *rows]), feed=feed.code, source=source, as_of=as_of, name=name)
    return stages.compare(delivery)


def first_roll(rolls, *, as_of=AS_OF - timedelta(days=30), years=("6",)):
    delivery = listed(rolls, [row(place, year=years[place % len(years)]) for place in range(24)], as_of=as_of)
    if delivery.stage == Stage.HELD:
        delivery = release_it(delivery)
    apply(delivery, by=None)
    return delivery


def release_it(delivery):
    delivery.released_because, delivery.stage = "The first list", Stage.COMPARED
    delivery.save()
    return delivery


def codes(delivery):
    return [brake["code"] for brake in delivery.brakes]


def test_a_list_like_the_last_one_is_not_held(rolls):
    first_roll(rolls)

    assert codes(listed(rolls, [row(place) for place in range(24)], name="again.csv")) == []


def test_children_missing_from_a_full_list_are_asked_about_and_are_no_rows_of_it(rolls):
    first_roll(rolls)

    delivery = listed(rolls, [row(place) for place in range(23)])

    [missing] = delivery.all_rows.filter(number=None)
    assert (delivery.rows, delivery.absent, delivery.to_decide) == (23, 1, 0)
    assert (missing.outcome, missing.questions[0]["code"]) == (Outcome.TO_DECIDE, "absent")
    assert str(missing.child.names.get()).startswith(FORENAMES.split()[23])


def test_somebody_whom_a_row_could_still_mean_is_not_called_missing(rolls, school):
    first_roll(rolls)
    doubtful = row(23, born_on=born(23) + timedelta(days=400)).replace("P23", "")

    delivery = listed(rolls, [*(row(place) for place in range(23)), doubtful])

    assert delivery.all_rows.get(number=25).outcome == Outcome.TO_DECIDE
    assert delivery.absent == 0


def test_a_part_of_a_list_misses_nobody(rolls):
    first_roll(rolls)
    say_that_it(rolls[0], is_full=False)

    assert listed(rolls, [row(0)]).absent == 0


def say_that_it(feed, *, is_full):
    with said_by():
        feed.is_full = is_full
        feed.save()


def test_a_child_who_was_missing_and_has_left_leaves_the_roll_in_an_act_of_its_own(rolls, data_officer):
    first_roll(rolls)
    delivery = listed(rolls, [row(place) for place in range(23)])
    apply(delivery, by=None)

    decide(delivery.all_rows.get(number=None), {"left": "2026-09-25"}, data_officer)
    apply(Delivery.objects.get(pk=delivery.pk), by=data_officer)

    assert Enrolment.objects.get(child=delivery.all_rows.get(number=None).child).to_date == date(2026, 9, 25)
    assert Enrolment.objects.filter(to_date=None).count() == 23


def test_looking_for_the_missing_twice_finds_them_once(rolls):
    first_roll(rolls)
    delivery = listed(rolls, [row(place) for place in range(23)])

    absent.find(delivery)
    settle(delivery, stage=delivery.stage)

    assert delivery.absent == 1


def test_too_many_leavers_in_march_hold_the_file(rolls):
    first_roll(rolls, as_of=MARCH - timedelta(days=30))

    delivery = listed(rolls, [row(place) for place in range(16)], as_of=MARCH)

    assert (delivery.stage, codes(delivery)) == (Stage.HELD, ["leavers"])
    assert delivery.brakes[0]["figure"] == pytest.approx(8 / 24, abs=0.001)


def test_the_oldest_year_leaves_in_july_and_nobody_minds(rolls):
    first_roll(rolls, as_of=JULY - timedelta(days=30), years=("6", "5", "4"))
    staying = [row(place, year=("6", "5", "4")[place % 3]) for place in range(24) if place % 3]

    assert codes(listed(rolls, staying, as_of=JULY)) == []


def test_a_younger_year_that_leaves_in_july_holds_the_file(rolls):
    first_roll(rolls, as_of=JULY - timedelta(days=30), years=("6", "5", "4"))
    staying = [row(place, year=("6", "5", "4")[place % 3]) for place in range(24) if place % 3 != 1]

    assert "leavers" in codes(listed(rolls, staying, as_of=JULY))


def test_too_many_other_surnames_hold_the_file_with_both_figures(rolls):
    first_roll(rolls)

    delivery = listed(rolls, [row(place, surname="Wren" if place < 4 else "Marlow") for place in range(24)])

    [brake] = [brake for brake in delivery.brakes if brake["code"] == "surnames"]
    assert (brake["figure"], brake["before"], brake["limit"]) == (pytest.approx(4 / 24, abs=0.001), 0, 0.03)
    assert "In the last file it was 0%" in brake["sentence"]


def test_a_later_list_may_have_twice_as_many_other_surnames_as_the_last_had():
    last = Figures(rows=100, surnames=8, births=2)

    assert usual_share(0.03, 0.15, "surnames", last) == 0.16
    assert usual_share(0.03, 0.15, "births", last) == 0.04
    assert usual_share(0.03, 0.15, "surnames", None) == 0.15
    assert usual_share(0.03, 0.15, "surnames", Figures(rows=100)) == 0.03


def test_a_column_that_is_suddenly_empty_holds_the_file(rolls):
    first_roll(rolls)

    delivery = listed(rolls, [row(place).replace("03/09/2020", "") for place in range(24)])

    assert codes(delivery) == ["emptied_entry_date"]


def test_a_file_older_than_the_last_applied_is_held(rolls):
    first_roll(rolls)

    older = listed(rolls, [row(place) for place in reversed(range(24))], as_of=AS_OF - timedelta(days=60))

    assert codes(older) == ["older"]


def test_another_school_s_file_is_held(rolls):
    first_roll(rolls, as_of=MARCH - timedelta(days=30))
    elsewhere = school_source(make_school("Oakmere Primary"))

    delivery = listed((rolls[0], elsewhere), [row(place) for place in range(24)], as_of=MARCH)

    assert "elsewhere" in codes(delivery)


def test_a_held_file_is_not_applied_until_it_is_released_with_a_reason(rolls, data_officer):
    first_roll(rolls, as_of=MARCH - timedelta(days=30))
    delivery = listed(rolls, [row(place) for place in range(16)], as_of=MARCH)

    with pytest.raises(CannotApply, match="of its children would leave"):
        apply(delivery, by=data_officer)
    with pytest.raises(CannotRelease, match="Say why"):
        release(delivery, data_officer, " ")
    released = release(delivery, data_officer, "A class moved to the new school")
    apply(released, by=data_officer)

    assert (released.released_by, Delivery.objects.get(pk=delivery.pk).stage) == (data_officer, Stage.APPLIED)


def test_a_file_that_is_compared_again_stays_released(rolls, data_officer):
    first_roll(rolls, as_of=MARCH - timedelta(days=30))
    delivery = listed(rolls, [row(place) for place in range(16)], as_of=MARCH)
    released = release(delivery, data_officer, "A class moved to the new school")

    assert braking.hold(released) is False
    assert codes(released) == ["leavers"]


def test_a_file_in_whose_way_nothing_stands_applies_itself(rolls):
    first_roll(rolls)
    feed, source = rolls
    married = [*(row(place) for place in range(23)), row(23, surname="Okafor-Marlow")]
    delivery = sent("\n".join([ROLL, *married]), feed=feed.code, source=source, name="clean.csv")

    stages.read(delivery, by=None)

    assert delivery.stage == Stage.APPLIED
    assert Name.objects.filter(surname="Okafor-Marlowx", to_date=None).exists()


def test_a_feed_that_does_not_apply_itself_waits(rolls):
    first_roll(rolls)
    feed, source = rolls
    with said_by():
        feed.applies_itself = False
        feed.save()
    delivery = sent(
        "\n".join([ROLL, *(row(place) for place in range(24))]), feed=feed.code, source=source, name="c.csv"
    )

    stages.read(delivery, by=None)

    assert delivery.stage == Stage.COMPARED


def test_few_rows_are_never_a_trend(rolls):
    make_child("Amina", "Khan", born=date(2017, 2, 28))
    say_that_it(rolls[0], is_full=False)

    delivery = compared(["7,Other,Amina,28/02/2017,,,,,"], feed="rolls", source=rolls[1])

    assert braking.hold(delivery) is False
