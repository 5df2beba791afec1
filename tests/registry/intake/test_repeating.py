"""What a source says again confirms all that it said, without being compared again and without adding history."""

from datetime import timedelta

import pytest
from django.utils import timezone

from childindex import acts
from childindex.acts import act
from registry import recording
from registry.indexing import checking
from registry.intake.applying import apply
from registry.models import (
    Child,
    Confirmation,
    DeliveryRow,
    FeedRule,
    IndexEntry,
    LastSaid,
    Name,
    Outcome,
    Repetition,
    Residence,
    Rule,
    Said,
    Says,
)
from registry.search.packing import unpack
from tests.factories import make_address, make_source, said_by
from tests.registry.intake.lists import AS_OF, compared, row_of

pytestmark = pytest.mark.django_db
SAME = "7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,"
OTHER = "8,Okafor,Zoe,06/05/2016,F,3,High Street,B4 7DB,"
NEXT_DAY = AS_OF + timedelta(days=1)
REPEATS = [{"do": "repeat", "says": ""}]


def first_night(births, rows=(SAME, OTHER)):
    delivery = compared(rows, source=births)
    apply(delivery, by=None)
    return delivery


def next_night(births, rows=(SAME, OTHER), *, as_of=NEXT_DAY, applied=True):
    delivery = compared(rows, source=births, as_of=as_of)
    if applied:
        apply(delivery, by=None)
    return delivery


def is_repeated(delivery):
    return [row.changes == REPEATS for row in delivery.all_rows.order_by("number")]


def test_the_same_list_next_day_confirms_everything_and_adds_no_history(amina, births):
    first_night(births)
    before = Name.history.count(), Confirmation.objects.count()

    delivery = next_night(births)

    assert (delivery.confirmed, is_repeated(delivery)) == (2, [True, True])
    assert (Name.history.count(), Confirmation.objects.count()) == before
    assert Repetition.objects.filter(act=delivery.act, day=NEXT_DAY).count() == 2


def test_every_fact_confirmed_the_first_day_was_last_said_on_the_second(amina, births):
    first = first_night(births)
    facts = set(Confirmation.objects.filter(act=first.act).values_list("kind", "fact_id"))

    second = next_night(births)

    assert set(Said.objects.filter(act=second.act, day=NEXT_DAY).values_list("kind", "fact_id")) == facts


def test_a_third_night_repeats_what_was_said_in_full_on_the_first(amina, births):
    first = first_night(births)
    next_night(births)

    third = next_night(births, as_of=NEXT_DAY + timedelta(days=1))

    assert set(Repetition.objects.filter(act=third.act).values_list("of_id", flat=True)) == {first.act_id}


def test_a_child_whose_record_has_changed_since_is_compared_again(amina, births):
    first_night(births)
    with said_by():
        recording.correct(amina.names.get(), forename="Aminah")

    delivery = next_night(births, applied=False)

    assert is_repeated(delivery) == [False, True]


def test_a_child_whose_record_changes_between_comparing_and_applying_is_compared_again(amina, births):
    first_night(births)
    delivery = next_night(births, applied=False)
    with said_by():
        recording.correct(amina.names.get(), forename="Aminah")

    apply(delivery, by=None)

    assert is_repeated(delivery) == [False, True]
    assert not Repetition.objects.filter(act=delivery.act, source_record__child=amina).exists()


def test_another_rule_has_every_row_compared_again(amina, births):
    first = first_night(births)
    with said_by():
        FeedRule.objects.update_or_create(feed=first.feed, says=Says.NAME, defaults={"rule": Rule.NEVER})

    assert is_repeated(next_night(births)) == [False, False]


def test_a_row_that_says_something_else_is_compared_and_is_then_what_was_last_said(amina, births):
    first_night(births)
    moved = SAME.replace(",14,", ",16,")

    second = next_night(births, [moved, OTHER])
    third = next_night(births, [moved, OTHER], as_of=NEXT_DAY + timedelta(days=1))

    assert (second.changed, is_repeated(second), is_repeated(third)) == (1, [False, True], [True, True])


def test_what_was_said_in_a_file_that_is_undone_counts_no_more(amina, births):
    first = first_night(births)
    with acts.act(by=None, source=births, reason_code="told", reason="Undone in a test", undoes=first.act):
        pass

    assert is_repeated(next_night(births, applied=False)) == [False, False]


def test_a_row_that_stands_twice_in_a_list_is_seen_with_the_other_and_not_taken_as_repeated(amina, births):
    first_night(births, [SAME])

    delivery = next_night(births, [SAME, SAME], applied=False)

    assert is_repeated(delivery) == [False, False]


def test_another_row_about_a_child_who_is_repeated_has_both_compared(amina, births):
    first_night(births, [SAME])

    delivery = next_night(
        births, [SAME, SAME.replace("7,Khan", "9,Khan").replace("Amina", "Amina Noor")], applied=False
    )

    assert is_repeated(delivery) == [False, False]
    assert {row.outcome for row in delivery.all_rows.all()} == {Outcome.TO_DECIDE}


def test_what_is_remembered_is_no_more_than_a_short_cut(amina, births):
    first_night(births)
    LastSaid.objects.all().delete()

    delivery = next_night(births)

    assert (delivery.confirmed, is_repeated(delivery)) == (2, [False, False])
    assert DeliveryRow.objects.filter(delivery=delivery, outcome=Outcome.CONFIRMED).count() == 2
    assert row_of(delivery).child == amina


def test_the_home_that_was_said_again_leads_in_the_index_too(amina, births):
    elsewhere = make_address(paon="9", street="Windsor Terrace", postcode="BY5 3QT")
    first_night(births, [SAME.replace("14,Example Road,B4 7DA", "3,High Street,B4 7DB")])
    with said_by():
        recording.withdraw(amina.residences.get(address__postcode="B4 7DA"))
    unit, yesterday = make_source("other-unit", kind="health"), timezone.now() - timedelta(days=1)
    with act(by=None, source=unit, reason_code="told", reason="Said in a test", at=yesterday):
        recording.assert_fact(Residence(child=amina, address=elsewhere, from_date=AS_OF + timedelta(days=3)))
    assert leading_postcode(amina) == "BY53QT"

    next_night(
        births,
        [SAME.replace("14,Example Road,B4 7DA", "3,High Street,B4 7DB")],
        as_of=timezone.localdate(),
    )

    assert leading_postcode(amina) == "B47DB"
    assert checking.check().is_equal


def leading_postcode(child):
    return unpack(IndexEntry.objects.get(child=child).postcodes)[0][0]


def test_a_list_that_only_confirms_leaves_the_records_as_they_were(amina, births):
    first_night(births)
    revision = Child.objects.get(pk=amina.pk).revision

    compared_anew = compared([SAME, OTHER], source=make_source("other-unit", kind="health"), name="other.csv")
    apply(compared_anew, by=None)

    assert compared_anew.confirmed == 2
    assert Child.objects.get(pk=amina.pk).revision == revision
    assert compared_anew.act.subjects == 0
