"""Facts are asserted, confirmed, changed, corrected and ended; a change and a correction are told apart."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from registry import recording
from registry.models import Child, Confirmation, Enrolment, Name, Residence
from registry.recording import CannotRecord, SavedMeanwhile
from tests.factories import make_address, make_child, make_school, make_source, said_by

pytestmark = pytest.mark.django_db


def test_what_is_already_held_is_confirmed_and_adds_no_history():
    child = make_child("Amina", "Khan")
    before = Name.history.count()

    with said_by(make_source("hollyfield")):
        recording.assert_fact(Name(child=child, forename="Amina", surname="Khan"))

    assert Name.history.count() == before
    assert Confirmation.objects.filter(source_record__source__code="hollyfield").count() == 1


def test_a_change_ends_the_old_fact_the_day_before_and_begins_the_new():
    child = make_child(address=make_address(paon="14"))
    old, elsewhere = child.residences.get(), make_address(paon="99")

    with said_by():
        new = recording.change(old, from_date=date(2024, 1, 12), address=elsewhere)

    old.refresh_from_db()
    assert old.to_date == date(2024, 1, 11)
    assert (new.from_date, new.to_date, new.address) == (date(2024, 1, 12), None, elsewhere)


def test_a_change_dated_before_the_fact_began_is_refused():
    child = make_child(address=make_address())

    with pytest.raises(CannotRecord, match="never true"), said_by():
        recording.change(child.residences.get(), from_date=date(2020, 1, 1), address=None)


def test_a_correction_mends_the_row_and_its_history_shows_what_it_was():
    child = make_child("Amina", "Kahn")

    with said_by():
        recording.correct(child.names.get(), surname="Khan")

    past = child.names.get().history.order_by("history_id")
    assert [row.surname for row in past] == ["Kahn", "Khan"]


def test_an_ending_before_the_beginning_is_refused():
    child = make_child(school=make_school())

    with pytest.raises(CannotRecord), said_by():
        recording.end(child.enrolments.get(), on=date(2021, 1, 1))


def test_the_same_spell_cannot_be_written_twice_over_the_same_days():
    child, school = make_child(), make_school()
    source = make_source("hollyfield")

    with pytest.raises(IntegrityError, match="twice over the same days"), transaction.atomic(), said_by(source):
        Enrolment.objects.bulk_create(
            [
                Enrolment(
                    child=child, school=school, source=source, from_date=date(2020, 9, 1), to_date=date(2021, 7, 1)
                ),
                Enrolment(
                    child=child, school=school, source=source, from_date=date(2021, 6, 1), to_date=date(2022, 7, 1)
                ),
            ]
        )


def test_two_open_homes_are_a_conflict_to_show_and_not_an_error():
    child, elsewhere = make_child(address=make_address()), make_address()

    with said_by(make_source("hollyfield")):
        recording.assert_fact(Residence(child=child, address=elsewhere))

    assert child.residences.open().count() == 2


def test_a_source_reference_belongs_to_at_most_one_child():
    one, other = make_child(), make_child()
    source = make_source("hollyfield")

    with said_by(source):
        recording.confirm(one.names.get(), reference="A17")

    with pytest.raises(CannotRecord, match="knows another child"), said_by(source):
        recording.confirm(other.names.get(), reference="A17")


def test_each_act_moves_the_revision_on_without_adding_history_of_the_child():
    child = make_child()
    before = child.history.count()

    with said_by():
        recording.assert_fact(Name(child=child, forename="Minnie", surname="Khan", kind="preferred"))

    assert Child.objects.get(pk=child.pk).revision == child.revision + 1
    assert child.history.count() == before


def test_a_page_built_from_an_older_revision_is_told_that_somebody_saved_meanwhile(data_officer):
    child = make_child()
    with said_by():
        recording.correct(child.names.get(), surname="Begum")

    with (
        pytest.raises(SavedMeanwhile),
        recording.editing(
            child, revision=child.revision, by=data_officer, source=make_source("family"), reason_code="corrected"
        ),
    ):
        recording.correct(child.names.get(), surname="Khan")

    assert child.names.get().surname == "Begum"


def test_a_residence_without_an_address_must_say_why():
    child = make_child()

    with pytest.raises(Exception, match="say why there is none"), said_by():
        recording.assert_fact(Residence(child=child, standing="lives_here"))
