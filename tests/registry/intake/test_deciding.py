"""A person answers what rows ask: it is remembered, counted, applied, and can be taken back until it is."""

from datetime import date

import pytest

from registry.intake.answering import CannotDecide
from registry.intake.applying import CannotApply, apply
from registry.intake.deciding import (
    DecidedMeanwhile,
    acts_of,
    ask_of,
    decide,
    decide_alike,
    put_off,
    take_back,
    version_of,
)
from registry.models import Child, Feed, FeedRule, Outcome, Recognition, SourceRecord
from tests.factories import make_child, make_school, said_by
from tests.registry.intake.lists import compared, row_of, school_source

pytestmark = pytest.mark.django_db
WRONG_BIRTH = "7,Khan,Amina,27/02/2017,F,14,Example Road,B4 7DA,"
STRANGER = "8,Okafor,Zoe,2014-05-06,F,,,,"


@pytest.fixture
def contacts():
    return school_source(make_school())


def counts(delivery):
    delivery.refresh_from_db()
    return {outcome: getattr(delivery, outcome) for outcome in Outcome.values if getattr(delivery, outcome)}


def test_what_the_file_says_is_taken_where_a_person_says_so(amina, births, data_officer):
    delivery = compared([WRONG_BIRTH], source=births)

    row = decide(row_of(delivery), {"take": ["birth"]}, data_officer)
    apply(delivery, by=data_officer)

    amina.refresh_from_db()
    assert (row.outcome, row.decided_by, counts(delivery)) == (Outcome.CHANGED, data_officer, {"changed": 1})
    assert amina.date_of_birth == date(2017, 2, 27)


def test_what_the_index_has_is_kept_and_the_rest_of_the_row_confirmed(amina, births, data_officer):
    delivery = compared([WRONG_BIRTH], source=births)

    row = decide(row_of(delivery), {"keep": ["birth"]}, data_officer)
    apply(delivery, by=data_officer)

    amina.refresh_from_db()
    assert row.outcome == Outcome.CONFIRMED
    assert amina.date_of_birth == date(2017, 2, 28)


def test_a_child_given_by_number_is_compared_and_the_next_list_asks_nothing(amina, contacts, data_officer):
    delivery = compared([STRANGER], feed="contacts", source=contacts)
    with said_by():
        FeedRule.objects.create(feed=Feed.objects.get(code="contacts"), says="birth", rule="never")
        FeedRule.objects.create(feed=Feed.objects.get(code="contacts"), says="name", rule="never")

    row = decide(row_of(delivery), {"index_number": amina.index_number}, data_officer)
    later = compared([STRANGER], feed="contacts", source=contacts, name="next.csv", as_of=date(2026, 11, 1))

    assert (row.child, row.outcome) == (amina, Outcome.CONFIRMED)
    assert (row_of(later).child, row_of(later).questions) == (amina, [])


def test_nobody_becomes_a_child_only_where_the_feed_may_add_one(amina, births, data_officer):
    delivery = compared(["7,Khan,Aminah,28/02/2017,F,14,Example Road,B4 7DA,", "8,Khan,,,,,,,"], source=births)
    doubtful = next(row for row in delivery.all_rows.order_by("number") if row.outcome == Outcome.TO_DECIDE)

    with pytest.raises(CannotDecide, match="Say why"):
        decide(doubtful, {"nobody": True}, data_officer)
    row = decide(doubtful, {"nobody": True}, data_officer, because="No such child")

    assert (row.outcome, row.questions[0]["text"]) == (Outcome.REFUSED, "No such child")


def test_twins_told_apart_stay_apart_in_the_next_list(amina, births, data_officer):
    twin = "9,Khan,Zainab,28/02/2017,F,14,Example Road,B4 7DA,"
    delivery = compared([twin], source=births)
    assert row_of(delivery).questions[0]["code"] == "twins"

    decide(row_of(delivery), {"nobody": True}, data_officer)
    apply(delivery, by=data_officer)
    later = compared([twin], source=births, name="next.csv", as_of=date(2026, 11, 1))

    zainab = Child.objects.exclude(pk=amina.pk).get()
    assert counts(delivery) == {"joined": 1}
    assert (row_of(later).child, row_of(later).outcome) == (zainab, Outcome.CONFIRMED)


def test_a_row_left_out_is_counted_as_refused_and_writes_nothing(amina, births, data_officer):
    delivery = compared([WRONG_BIRTH], source=births)

    decide(row_of(delivery), {"leave_out": True}, data_officer, because="A trial row")
    apply(delivery, by=data_officer)

    assert counts(delivery) == {"refused": 1}
    assert not SourceRecord.objects.filter(source=births).exists()


def test_the_second_of_two_people_is_told_who_was_first(amina, births, data_officer, data_manager):
    delivery = compared([WRONG_BIRTH], source=births)
    seen_by_both = row_of(delivery)

    decide(seen_by_both, {"take": ["birth"]}, data_officer)
    with pytest.raises(DecidedMeanwhile, match=data_officer.full_name):
        decide(seen_by_both, {"keep": ["birth"]}, data_manager)

    assert row_of(delivery).decision == {"take": ["birth"], "keep": []}


def test_a_page_that_is_out_of_date_decides_nothing(amina, contacts, data_officer, data_manager):
    delivery = compared([STRANGER], feed="contacts", source=contacts)
    old = version_of(row_of(delivery))
    decide(row_of(delivery), {"child": amina.pk}, data_officer)

    with pytest.raises(DecidedMeanwhile):
        decide(row_of(delivery), {"keep": ["birth"]}, data_manager, version=old)


def test_a_question_is_not_answered_by_what_it_does_not_ask(amina, births, data_officer):
    delivery = compared([WRONG_BIRTH], source=births)

    for choice in ({"take": ["home"]}, {"child": amina.pk}, {"left": "2026-09-01"}, {}):
        with pytest.raises(CannotDecide):
            decide(row_of(delivery), choice, data_officer)

    assert counts(delivery) == {"to_decide": 1}


def test_an_answer_taken_back_is_asked_again_and_nothing_is_remembered(amina, contacts, data_officer):
    delivery = compared([STRANGER], feed="contacts", source=contacts)
    decide(row_of(delivery), {"child": amina.pk}, data_officer)

    row = take_back(row_of(delivery), data_officer)
    later = compared([STRANGER], feed="contacts", source=contacts, name="next.csv", as_of=date(2026, 11, 1))

    assert (row.outcome, row.decision, row.child) == (Outcome.TO_DECIDE, None, None)
    assert row_of(later).questions[0]["code"] == "nobody"
    assert Recognition.objects.count() == 1


def test_what_is_applied_cannot_be_taken_back(amina, births, data_officer):
    delivery = compared([WRONG_BIRTH], source=births)
    decide(row_of(delivery), {"take": ["birth"]}, data_officer)
    apply(delivery, by=data_officer)

    with pytest.raises(CannotDecide, match="has been applied"):
        take_back(row_of(delivery), data_officer)


def test_rows_decided_after_a_file_was_applied_are_applied_in_an_act_of_their_own(amina, births, data_officer):
    delivery = compared([WRONG_BIRTH, "8,Okafor,Zoe,2024-05-06,F,3,High Street,B4 7DB,"], source=births)
    first = apply(delivery, by=None)
    with pytest.raises(CannotApply, match="applied already"):
        apply(delivery, by=data_officer)

    decide(row_of(delivery), {"take": ["birth"]}, data_officer)
    second = apply(delivery, by=data_officer)

    amina.refresh_from_db()
    assert acts_of(delivery) == [first, second]
    assert (amina.date_of_birth, counts(delivery)) == (date(2017, 2, 27), {"changed": 1, "joined": 1})
    with pytest.raises(CannotApply, match="applied already"):
        apply(delivery, by=data_officer)


def test_alike_rows_are_decided_in_one_go_and_twins_one_by_one(amina, births, data_officer):
    others = [make_child(name, "Stone", born=date(2016, 1, day), sex="M") for day, name in ((3, "Ben"), (4, "Olumide"))]
    rows = [
        WRONG_BIRTH,
        "2,Stone,Ben,2016-01-13,M,,,,",
        "3,Stone,Olumide,2016-01-14,M,,,,",
        "9,Khan,Zainab,28/02/2017,F,14,Example Road,B4 7DA,",
    ]
    delivery = compared(rows, source=births)
    for row, child in zip(delivery.all_rows.filter(number__in=[3, 4]).order_by("number"), others, strict=True):
        if not row.child_id:
            decide(row, {"child": child.pk}, data_officer)

    done = decide_alike(list(delivery.all_rows.order_by("number")), {"keep": ["birth"]}, data_officer)

    assert [row.number for row in done.decided] == [2, 3, 4]
    assert [(row.number, "twins" in reason) for row, reason in done.refused] == [(5, True)]
    assert counts(delivery) == {"confirmed": 3, "to_decide": 1}


def test_two_rows_about_one_child_are_not_both_applied(amina, births, data_officer):
    row = "7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,"
    delivery = compared([row, row.replace("7,", "8,", 1)], source=births)

    decide(row_of(delivery, 2), {"child": amina.pk}, data_officer)
    with pytest.raises(CannotDecide, match="Another row of this file"):
        decide(row_of(delivery, 3), {"child": amina.pk}, data_officer)
    decide(row_of(delivery, 3), {"leave_out": True}, data_officer)

    assert counts(delivery) == {"confirmed": 1, "refused": 1}


def test_a_reference_that_was_another_child_s_is_given_to_this_one_with_a_reason(amina, births, data_officer):
    ben = make_child("Ben", "Stone", born=date(2016, 1, 3), sex="M")
    with said_by():
        SourceRecord.objects.create(source=births, reference="7", child=ben)
    delivery = compared(["7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,"], source=births)
    assert row_of(delivery).outcome == Outcome.TO_DECIDE

    with pytest.raises(CannotDecide, match="Say why"):
        decide(row_of(delivery), {"child": amina.pk}, data_officer)
    decide(row_of(delivery), {"child": amina.pk}, data_officer, because="They gave the number again")
    apply(delivery, by=data_officer)

    assert SourceRecord.objects.get(source=births, reference="7").child == amina


def test_somebody_is_asked_with_a_note_or_it_is_put_off(amina, births, data_officer, data_manager, outsider):
    row = row_of(compared([WRONG_BIRTH], source=births))

    asked = ask_of(row, data_manager, "Which is on the certificate?", data_officer)
    later = put_off(row, data_officer)

    assert (asked.asked_of, asked.note) == (data_manager, "Which is on the certificate?")
    assert later.put_off_at is not None
    with pytest.raises(CannotDecide, match="may not decide"):
        ask_of(row, outsider, "", data_officer)
