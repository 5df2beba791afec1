"""Pupils who are known to have left, and whom a school's list has as if they had not."""

from datetime import date

import pytest

from registry.intake.applying import apply
from registry.intake.deciding import decide
from registry.models import EducationArrangement, Enrolment, Outcome
from tests.factories import make_child, make_source, said_by
from tests.registry.intake.lists import compared, row_of
from tests.schools.returns.written import census, off_roll, on_roll, taken

pytestmark = pytest.mark.django_db
LEFT = date(2026, 9, 18)
LATER = date(2026, 10, 1)


@pytest.fixture
def gone(hollyfield, amina):
    """Amina's place at Hollyfield, which the school itself says has ended."""
    taken(census(on_roll()), hollyfield, as_of=date(2026, 9, 10))
    taken(census(on_roll(surname="Osei", forename="Kofi"), gone=[off_roll()]), hollyfield, as_of=date(2026, 9, 20))
    return Enrolment.objects.get(child=amina, to_date=LEFT)


def test_a_leaver_who_is_listed_still_is_asked_about_and_the_other_rows_are_applied(hollyfield, gone):
    make_child("Zara", "Ali", born=date(2016, 1, 1), school=hollyfield)

    delivery = taken(census(on_roll(), on_roll(surname="Ali", forename="Zara", born="2016-01-01")), hollyfield)

    assert (delivery.is_applied, delivery.to_decide, delivery.confirmed) == (True, 1, 1)
    assert row_of(delivery, 1).questions[0]["text"] == (
        "School: the index has on the roll until 18 September 2026, the file has on the roll since 7 September 2022."
    )
    assert Enrolment.objects.get(child=gone.child) == gone


def test_where_the_school_is_right_the_pupil_has_not_left_and_may_leave_again(hollyfield, gone, data_officer):
    delivery = taken(census(on_roll()), hollyfield, as_of=LATER)

    decide(row_of(delivery, 1), {"take": ["school"]}, data_officer)
    apply(delivery, by=data_officer)

    gone.refresh_from_db()
    assert (gone.to_date, gone.leaving_ground, gone.destination) == (None, "", "")
    again = taken(census(gone=[off_roll(leaving="2026-10-23")]), hollyfield, as_of=date(2026, 11, 1))
    assert (again.left, Enrolment.objects.get(child=gone.child).to_date) == (1, date(2026, 10, 23))


def test_where_the_index_is_right_the_next_list_asks_nobody_again(hollyfield, gone, data_officer):
    delivery = taken(census(on_roll()), hollyfield, as_of=LATER)
    decide(row_of(delivery, 1), {"keep": ["school"]}, data_officer, "The new school has her")
    apply(delivery, by=data_officer)

    next_one = taken(census(on_roll()), hollyfield, as_of=date(2026, 11, 1))

    assert (next_one.to_decide, Enrolment.objects.get(child=gone.child).to_date) == (0, LEFT)


def test_a_pupil_who_comes_back_begins_a_second_spell(hollyfield, gone):
    delivery = taken(census(on_roll(entry="2026-09-28")), hollyfield, as_of=LATER)

    spells = Enrolment.objects.filter(child=gone.child).order_by("from_date")
    assert delivery.joined == 1
    assert [(one.from_date, one.to_date) for one in spells] == [
        (date(2022, 9, 7), LEFT),
        (date(2026, 9, 28), None),
    ]


def test_a_pupil_whose_last_day_is_still_to_come_is_on_the_roll_until_then(hollyfield, amina):
    spell = Enrolment.objects.get(child=amina)
    with said_by():
        Enrolment.objects.filter(pk=spell.pk).update(to_date=date(2026, 10, 23))

    delivery = taken(census(on_roll()), hollyfield, as_of=LATER)

    assert (delivery.to_decide, delivery.joined) == (0, 0)
    assert Enrolment.objects.get(child=amina).to_date == date(2026, 10, 23)


def test_what_has_ended_and_is_said_again_of_the_same_days_begins_after_its_end(amina):
    admissions = make_source("admissions", kind="admissions", name="School admissions")
    headings = (
        "Reference,Surname,Forename,Date of birth,Sex,House,Street,Postcode,Application status,Date of application"
    )
    with said_by():
        EducationArrangement.objects.create(
            child=amina, kind="awaiting_place", from_date=date(2026, 8, 1), to_date=LEFT, source=admissions
        )

    delivery = compared(
        ["7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,Applied,01/09/2026"],
        headings=headings,
        source=admissions,
        feed="admissions",
    )
    apply(delivery, by=None)

    assert (row_of(delivery).outcome, EducationArrangement.objects.open().get().from_date) == (
        Outcome.CHANGED,
        date(2026, 9, 19),
    )
