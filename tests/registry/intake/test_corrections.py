"""What a source has wrong goes onto its list, is reported and not obeyed, and is ticked off by its next file."""

from datetime import date, timedelta

import pytest

from registry import recording
from registry.intake.applying import apply
from registry.intake.corrections import CannotClose, close, open_for, still_said
from registry.intake.deciding import decide
from registry.models import Correction, Name, Outcome, Pin, Slot
from tests.factories import said_by
from tests.registry.intake.lists import AS_OF, compared, row_of

pytestmark = pytest.mark.django_db
RIGHT = "7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,"
WRONG_BIRTH = RIGHT.replace("28/02", "27/02")


def applied(rows, births, *, days=0):
    delivery = compared(rows, source=births, as_of=AS_OF + timedelta(days=days))
    apply(delivery, by=None)
    return delivery


def kept(births, officer):
    delivery = compared([WRONG_BIRTH], source=births)
    decide(row_of(delivery), {"keep": ["birth"]}, officer)
    apply(delivery, by=officer)
    return delivery


def told(births):
    return [(one.says, one.said, one.held) for one in open_for(births)]


def test_what_an_officer_kept_is_to_be_corrected_by_its_source(amina, births, data_officer):
    kept(births, data_officer)

    assert told(births) == [("birth", "2017-02-27", "2017-02-28")]


def test_the_next_file_that_still_has_it_wrong_asks_nothing_and_changes_nothing(amina, births, data_officer):
    kept(births, data_officer)
    with said_by():
        recording.correct(amina.names.get(), forename="Amina", middle_names="Noor")

    again = applied([WRONG_BIRTH], births, days=1)

    amina.refresh_from_db()
    assert (again.to_decide, amina.date_of_birth) == (0, date(2017, 2, 28))
    assert len(told(births)) == 1


def test_a_file_that_agrees_ticks_it_off(amina, births, data_officer):
    kept(births, data_officer)

    agreeing = applied([RIGHT], births, days=1)

    assert told(births) == []
    assert Correction.objects.get().closed_by == agreeing


def test_a_file_that_is_silent_about_it_leaves_it_open(amina, births, data_officer):
    kept(births, data_officer)

    applied([RIGHT.replace("28/02/2017", "")], births, days=1)

    assert len(told(births)) == 1


def test_a_pinned_value_is_kept_and_the_source_is_told(amina, births, data_officer):
    with said_by():
        Pin.objects.create(child=amina, slot=Slot.REGISTERED_NAME, fact_id=amina.names.get().pk, reason="Seen")

    applied([RIGHT.replace("Khan", "Kahn")], births)

    assert told(births) == [("name", "Amina Kahn", "Amina Khan")]
    assert not Name.objects.filter(surname="Kahn").exists()


def test_what_the_council_has_mended_is_told_to_its_source_and_not_taken_from_it_again(births, data_officer):
    applied([RIGHT.replace("Amina", "Amena")], births)
    name = Name.objects.get(forename="Amena")
    with said_by(by=data_officer):
        recording.correct(name, forename="Amina")

    again = applied([RIGHT.replace("Amina", "Amena")], births, days=1)

    assert told(births) == [("name", "Amena Khan", "")]
    assert (again.changed, row_of(again).outcome) == (0, Outcome.CONFIRMED)
    assert list(Name.objects.values_list("forename", flat=True)) == ["Amina"]


def test_a_real_change_after_a_correction_is_taken(births, data_officer):
    applied([RIGHT.replace("Amina", "Amena")], births)
    with said_by(by=data_officer):
        recording.correct(Name.objects.get(forename="Amena"), forename="Amina")

    applied([RIGHT.replace("Khan", "Okafor")], births, days=1)

    assert told(births) == []
    assert Name.objects.filter(surname="Okafor", to_date=None).exists()


def test_what_is_still_said_is_known_though_the_row_was_only_repeated(amina, births, data_officer):
    kept(births, data_officer)
    repeated = applied([WRONG_BIRTH], births, days=1)

    assert row_of(repeated).changes == [{"do": "repeat", "says": ""}]
    assert still_said(list(open_for(births))) == {Correction.objects.get().pk}


def test_a_correction_is_closed_by_hand_with_a_reason(amina, births, data_officer):
    kept(births, data_officer)
    [correction] = open_for(births)

    with pytest.raises(CannotClose, match="Say why"):
        close(correction, data_officer, "")
    close(correction, data_officer, "They rang: it is mended")

    assert told(births) == []
    with pytest.raises(CannotClose, match="closed meanwhile"):
        close(correction, data_officer, "Again")
