"""The change of the school year: who goes up, who leaves, whom a school has said already, and what is expected."""

import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from registry import recording
from registry.models import Child, Enrolment
from schools import rollover, year_groups
from schools.models import Absence, AbsenceKind, Cohort, Rollover
from schools.movers.leavers import Standing, leavers
from schools.returns.belonging import source_of
from tests.factories import make_child, make_school, said_by, shield
from tests.schools.returns.written import census, on_roll, taken

pytestmark = pytest.mark.django_db
YEAR = 2026
FIRST, LAST = date(2026, 9, 1), date(2026, 8, 31)


@pytest.fixture
def primary(hollyfield):
    with said_by():
        type(hollyfield).objects.filter(pk=hollyfield.pk).update(high_age=11)
    hollyfield.refresh_from_db()
    return hollyfield


@pytest.fixture
def secondary(db):
    return make_school("Larkmoor School", urn=900003, high_age=16)


def pupil(school, year, *, forename="Amina", born=date(2015, 10, 3), since=date(2022, 9, 7), class_name="5B"):
    child = make_child(forename, "Khan", born=born)
    with said_by():
        recording.assert_fact(
            Enrolment(child=child, school=school, from_date=since, year_group=year, class_name=class_name)
        )
    return child


def place_of(child):
    spell = Enrolment.objects.get(child=child)
    return spell.year_group, spell.class_name, spell.to_date


def moved(**options):
    return rollover.roll_over(YEAR, by=None, on=FIRST, **options)


def test_a_roll_goes_up_a_year_and_loses_its_classes(primary):
    year_5, reception = pupil(primary, "5"), pupil(primary, "R", forename="Zoe", born=date(2020, 10, 3))
    pupil(primary, "6", forename="Kofi")

    made = moved()

    assert (place_of(year_5), place_of(reception)) == (("6", "", None), ("1", "", None))
    assert (made.moved_up, made.ended) == (2, 1)


def test_the_final_year_leaves_on_the_last_day_of_august_and_no_return_is_owed(primary):
    child = pupil(primary, "6")

    moved()

    [leaver] = leavers(on=FIRST)
    assert place_of(child) == ("6", "5B", LAST)
    assert (leaver.standing, leaver.needs_return, leaver.due) == (Standing.PHASE, False, None)


def test_from_october_a_final_year_pupil_on_no_other_roll_is_looked_for(primary):
    pupil(primary, "6")
    moved()

    [leaver] = leavers(on=date(2026, 10, 1))

    assert (leaver.standing, leaver.needs_return, leaver.due) == (Standing.UNKNOWN, False, date(2026, 10, 1))


def test_a_final_year_pupil_whom_the_next_school_has_owes_its_last_one_nothing(primary, secondary):
    child = pupil(primary, "6")
    moved()
    with said_by(source_of(secondary)):
        recording.assert_fact(Enrolment(child=child, school=secondary, from_date=date(2026, 9, 3)))

    [leaver] = leavers(on=date(2026, 10, 12))

    assert (leaver.standing, leaver.needs_return) == (Standing.FOUND, False)


def test_year_eleven_ends_at_every_school_and_a_growing_school_loses_nobody(secondary):
    sixth_form = make_school("Ashmead School", urn=900004, high_age=18)
    eleven = pupil(sixth_form, "11", born=date(2010, 1, 1))
    pupil(sixth_form, "13", forename="Ada", born=date(2008, 1, 1))
    eight = pupil(secondary, "8", forename="Ola", born=date(2013, 1, 1))

    moved()

    assert place_of(eleven)[2] == LAST
    assert place_of(eight) == ("9", "", None)


@pytest.mark.parametrize(
    ("years", "high_age", "final"),
    [
        (["R", "1", "6"], 11, "6"),
        (["R", "1", "2"], 7, "2"),
        (["R", "1", "2"], 11, ""),
        (["3", "4", "5", "6"], None, "6"),
        (["N1", "N2"], 5, "N2"),
        (["7", "8", "9", "10", "11"], 18, ""),
        (["12", "13"], 19, ""),
        ([], 11, ""),
    ],
)
def test_the_final_year_is_the_oldest_unless_the_school_still_grows(years, high_age, final):
    assert year_groups.final_year(years, high_age) == final


def test_one_pupil_in_an_odd_year_group_is_not_the_schools_final_year(primary):
    for number in range(52):
        pupil(primary, "7" if number == 0 else "6", forename=f"Pupil {number}")

    assert moved().ended == 51


def test_nobody_without_a_year_group_and_nobody_who_comes_for_the_new_year_is_touched(primary):
    unfollowed, newcomer = pupil(primary, "X"), pupil(primary, "R", forename="Zoe", since=date(2026, 9, 3))

    moved()

    assert (place_of(unfollowed)[0], place_of(newcomer)[0]) == ("X", "R")


def test_a_school_that_has_said_its_september_roll_is_left_as_it_said(primary):
    taken(census(on_roll(born="2015-10-03", year="6")), primary, as_of=date(2026, 9, 4))

    moved()

    assert [one.year_group for one in Enrolment.objects.all()] == ["6"]
    assert Enrolment.objects.get().to_date is None


def test_a_list_of_august_that_has_the_new_year_already_is_not_moved_twice(primary):
    taken(census(on_roll(born="2016-10-03", year="5")), primary, as_of=date(2026, 8, 20))

    moved()

    assert Enrolment.objects.get().year_group == "5"


def test_a_school_that_keeps_a_final_year_pupil_is_believed_and_nobody_is_asked(primary):
    taken(census(on_roll(born="2015-10-03", year="6")), primary, as_of=date(2026, 7, 10))
    moved()
    assert Enrolment.objects.get().to_date == LAST

    delivery = taken(census(on_roll(born="2015-10-03", year="6")), primary, as_of=date(2026, 9, 18))

    assert (delivery.is_applied, delivery.to_decide) == (True, 0)
    assert place_of(Child.objects.get()) == ("6", "", None)


def test_an_absence_ends_with_the_place(primary):
    child = pupil(primary, "6")
    with said_by():
        Absence.objects.create(
            school=primary, child=child, kind=AbsenceKind.SICKNESS, from_date=date(2026, 6, 1), cause="Asthma"
        )

    moved()

    assert Absence.objects.get().to_date == LAST


def test_rolls_move_up_once_a_year_and_not_before_september(primary):
    child = pupil(primary, "3")
    with pytest.raises(rollover.CannotRollOver, match="has not begun"):
        rollover.roll_over(YEAR, by=None, on=LAST)
    moved()

    with pytest.raises(rollover.CannotRollOver, match="moved up already"):
        moved()

    assert (place_of(child)[0], Rollover.objects.count()) == ("4", 1)


def test_rolls_are_not_moved_up_once_the_year_is_over(primary):
    with pytest.raises(rollover.CannotRollOver, match="is over"):
        rollover.roll_over(YEAR, by=None, on=date(2027, 9, 1))


def test_what_is_expected_counts_who_stays_leaves_and_comes_and_who_has_no_place_yet(primary, secondary):
    pupil(primary, "5", born=date(2016, 1, 1))
    placed, unplaced = pupil(primary, "6", forename="Kofi"), pupil(primary, "6", forename="Mei")
    with said_by():
        recording.assert_fact(Enrolment(child=placed, school=secondary, from_date=date(2026, 9, 3)))

    found = rollover.expect(YEAR, by=None)

    assert (found.staying, found.leaving, found.unplaced, found.joining) == (1, 2, 1, 1)
    at_primary = Cohort.objects.get(school=primary)
    assert (at_primary.staying, at_primary.leaving, at_primary.unplaced, at_primary.joining) == (1, 2, 1, 0)
    assert Cohort.objects.get(school=secondary).joining == 1
    shield(unplaced)
    assert rollover.expect(YEAR, by=None).leaving == 1


def test_the_command_reckons_when_told_to(primary):
    pupil(primary, "6")
    out = io.StringIO()

    call_command("rollover", "--year", str(YEAR), "--expected", "--json", stdout=out)

    assert json.loads(out.getvalue().splitlines()[-1])["leaving"] == 1
    assert Rollover.objects.count() == 0


def test_the_command_says_why_nothing_was_moved(primary):
    with pytest.raises(CommandError, match="is over"):
        call_command("rollover", "--year", "2020", stdout=io.StringIO())
