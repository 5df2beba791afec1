"""The balance: every child once, kept up to date by each act, published, and counted anew from the facts."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from childindex.models import Act
from registry import recording
from registry.balance import counting, keeping
from registry.balance.lines import Line
from registry.balance.standing import ages
from registry.dates import birthday, compulsory_school_age
from registry.models import (
    BalanceDay,
    BalanceMove,
    BalancePlace,
    Child,
    EducationArrangement,
    Enrolment,
    Postcode,
    Residence,
    School,
)
from schools.models import Campaign, CampaignSchool
from tests.factories import TODAY, make_address, make_child, make_school, make_source, said_by, shield

pytestmark = pytest.mark.django_db
TEN = date(TODAY.year - 10, 1, 15)


@pytest.fixture
def hollyfield(db):
    return make_school("Hollyfield Primary", urn=999_101)


def where(child):
    return BalancePlace.objects.get(child=child).line


def moves(child):
    return list(BalanceMove.objects.filter(child=child).order_by("pk").values_list("from_line", "to_line"))


def arrange(child, kind, **days):
    with said_by():
        return recording.assert_fact(EducationArrangement(child=child, kind=kind, **days))


def test_an_act_brings_a_child_to_its_line_and_leaves_a_move_that_names_it():
    child = make_child(born=TEN)
    assert where(child) == Line.NO_ROLL

    arrange(child, "awaiting_place")

    assert where(child) == Line.AWAITING
    assert moves(child) == [("", "no_roll"), ("no_roll", "awaiting")]
    assert BalanceMove.objects.order_by("pk").last().act == Act.objects.order_by("pk").last()


def test_a_roll_is_confirmed_by_what_the_school_itself_has_said_since_its_return_was_due(hollyfield):
    child = make_child(born=TEN, school=hollyfield)
    assert where(child) == Line.NOT_CONFIRMED

    with said_by(make_source("school-999101")):
        recording.assert_fact(Enrolment(child=child, school=hollyfield, from_date=date(2022, 9, 7), year_group="5"))

    assert where(child) == Line.CONFIRMED


def test_two_single_rolls_are_a_conflict_and_a_subsidiary_one_is_not(hollyfield):
    child, larkmoor = make_child(born=TEN, school=hollyfield), make_school("Larkmoor Primary")
    with said_by():
        second = recording.assert_fact(
            Enrolment(child=child, school=larkmoor, status="S", from_date=TODAY, year_group="5")
        )
    assert where(child) == Line.DUAL

    with said_by():
        recording.correct(second, status="C")

    assert where(child) == Line.CONFLICT


def test_a_school_elsewhere_and_a_place_to_come():
    child = make_child(born=TEN)
    with said_by():
        away = make_outside()
        place = Enrolment(child=child, school=away, from_date=TODAY + timedelta(days=5), year_group="5")
        place = recording.assert_fact(place)
    assert where(child) == Line.TO_COME

    with said_by():
        recording.correct(place, from_date=TODAY)

    assert where(child) == Line.OUTSIDE


def make_outside():
    return School.objects.create(urn=999_201, name="Fernhill Primary", in_area=False)


def test_who_left_and_was_not_found_stands_in_another_line_once_the_clock_runs_out(hollyfield):
    child = make_child(born=TEN, school=hollyfield)
    with said_by():
        recording.end(child.enrolments.get(), on=TODAY - timedelta(days=1))
    assert where(child) == Line.LEFT_WITHIN

    with said_by():
        child.enrolments.update(to_date=TODAY - timedelta(days=60))

    assert where(child) == Line.LEFT_BEYOND


def test_where_a_child_lives_is_told_by_its_postcode(hollyfield, settings):
    settings.COUNCIL_ONS_CODE = "E08000025"
    with said_by():
        Postcode.objects.create(postcode="B4 7DA", la_code="E08000025")
        Postcode.objects.create(postcode="WS1 1AA", la_code="E08000030")
    here = make_child(born=TEN, school=hollyfield, address=make_address())
    there = make_child("Zoe", born=TEN, school=hollyfield, address=make_address(postcode="WS1 1AA"))

    assert (where(here), where(there)) == (Line.NOT_CONFIRMED, Line.ELSEWHERE)


def test_who_left_england_is_not_missing():
    child = make_child(born=TEN)
    with said_by():
        recording.assert_fact(Residence(child=child, standing="left_intention_unknown", from_date=TODAY))

    assert where(child) == Line.LEFT_ENGLAND


def test_one_who_is_superseded_stands_in_no_line(hollyfield):
    one, other = make_child(born=TEN), make_child("Zoe", born=TEN)
    with said_by():
        Child.objects.filter(pk=other.pk).update(state="superseded", superseded_by=one)

    assert not BalancePlace.objects.filter(child=other).exists()
    assert moves(other)[-1] == ("no_roll", "")
    assert counting.present(TODAY, behind_shields=True).adds_up


@pytest.mark.parametrize(
    "on", [date(2026, 3, 31), date(2026, 6, 26), date(2026, 6, 27), date(2026, 9, 1), date(2024, 2, 29)]
)
def test_the_days_of_birth_between_which_school_is_compulsory_are_those_of_the_rule(on):
    found = ages(on)

    for born, is_inside in (
        (found["youngest"], True),
        (found["youngest"] + timedelta(days=1), False),
        (found["eldest"], True),
        (found["eldest"] - timedelta(days=1), False),
    ):
        assert compulsory_school_age(born).holds_on(on) == is_inside
    assert birthday(found["adult"], 18) <= on < birthday(found["adult"] + timedelta(days=1), 18)


def test_what_is_published_stays_and_the_next_day_adds_up_to_it(hollyfield):
    yesterday = TODAY - timedelta(days=1)
    child = make_child(born=TEN, school=hollyfield)
    keeping.publish(on=yesterday)
    with said_by():
        recording.end(child.enrolments.get(), on=TODAY - timedelta(days=1))
    make_child("Zoe", born=TEN)

    day = keeping.publish()

    assert BalanceDay.objects.get(day=yesterday).lines == {"not_confirmed": [1, 0]}
    assert day.lines == {"left_within": [1, 0], "no_roll": [1, 0]}
    assert counting.present(TODAY, behind_shields=True).faults == ()
    with pytest.raises(keeping.AlreadyPublished):
        keeping.publish()
    with pytest.raises(DatabaseError), transaction.atomic():
        BalanceDay.objects.update(total=0)


def test_a_place_that_nobody_moved_to_is_found(hollyfield):
    child = make_child(born=TEN, school=hollyfield)
    keeping.publish(on=TODAY - timedelta(days=1))

    BalancePlace.objects.filter(child=child).update(line="dead")

    told = counting.present(TODAY, behind_shields=True)
    assert not told.adds_up
    assert "The line not_confirmed should have 1" in " ".join(told.faults)
    assert counting.stale(TODAY) == 1


def test_a_child_who_is_left_out_is_found():
    child = make_child(born=TEN)
    BalancePlace.objects.filter(child=child).delete()

    assert counting.present(TODAY, behind_shields=True).faults[0] == "The lines have 0 children, and the index has 1."


def test_who_may_not_see_behind_shields_is_told_the_same_total(hollyfield):
    shield(make_child(born=TEN, school=hollyfield))
    make_child("Zoe", born=TEN)

    everybody, without = (counting.present(TODAY, behind_shields=may) for may in (True, False))

    assert everybody.total == without.total == 2
    assert (everybody.lines[Line.NOT_CONFIRMED], without.lines[Line.NOT_CONFIRMED], without.withheld) == (1, 0, 1)


def told(*arguments):
    out = StringIO()
    call_command("balance", "--json", *arguments, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue().splitlines()[-1])


def test_the_command_counts_a_day_from_the_facts(hollyfield):
    make_child(born=TEN, school=hollyfield)
    make_child("Zoe", born=TODAY - timedelta(days=400))

    now, before = told(), told("--on", (TODAY - timedelta(days=500)).isoformat())

    assert (now["total"], now["headline"], now["adds_up"]) == (2, 1, True)
    assert (now["lines"]["not_confirmed"], now["lines"]["below"]) == (1, 1)
    assert before["total"] == 1


def test_the_command_publishes_and_fails_where_it_does_not_add_up(hollyfield):
    child = make_child(born=TEN, school=hollyfield)
    keeping.publish(on=TODAY - timedelta(days=1))
    assert told("--publish")["adds_up"]
    assert BalanceDay.objects.filter(day=TODAY).exists()

    with said_by() as deed:  # a move that brought nobody anywhere
        BalanceMove.objects.create(child=child, day=TODAY, from_line="not_confirmed", to_line="dead", act=deed)

    with pytest.raises(SystemExit):
        told("--publish")


@pytest.mark.parametrize("arguments", [("--on", "nonsense"), ("--on", "2199-01-01", "--publish")])
def test_what_the_command_cannot_do_it_says(arguments):
    with pytest.raises(CommandError):
        told(*arguments)


def test_the_passing_of_days_moves_children_by_an_act_of_its_own():
    child = make_child(born=TODAY - timedelta(days=365 * 4 + 100))
    assert where(child) == Line.BELOW

    keeping.pass_days(on=TODAY + timedelta(days=600))

    assert where(child) == Line.NO_ROLL
    assert BalanceMove.objects.order_by("pk").last().act.reason_code == "days_passed"


def test_a_return_that_is_not_due_yet_undoes_nothing_and_one_that_was_due_is_what_counts(hollyfield):
    child, source = make_child(born=TEN, school=hollyfield), make_source("school-999101")
    with said_by(source):
        recording.confirm(child.enrolments.get(), day=TODAY - timedelta(days=5))
    assert where(child) == Line.CONFIRMED

    with said_by(reason_code="campaign_opened"):
        days = {"reference_date": TODAY - timedelta(days=3), "due_date": TODAY}
        campaign = Campaign.objects.create(name="Autumn", **days)
        CampaignSchool.objects.create(campaign=campaign, school=hollyfield)
    assert where(child) == Line.CONFIRMED

    with said_by(reason_code="campaign_opened"):
        Campaign.objects.update(due_date=TODAY - timedelta(days=1))
    assert where(child) == Line.NOT_CONFIRMED


def test_the_first_day_to_be_published_may_be_an_earlier_one_and_no_other(hollyfield):
    make_child("Amina", "Khan", born=TEN)
    yesterday = (TODAY - timedelta(days=1)).isoformat()

    told("--publish", "--on", yesterday)
    told("--publish")

    assert [one.day.isoformat() for one in BalanceDay.objects.order_by("day")] == [yesterday, TODAY.isoformat()]
    with pytest.raises(CommandError, match="Only today's balance can be published"):
        told("--publish", "--on", (TODAY - timedelta(days=2)).isoformat())
