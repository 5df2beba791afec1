"""A file that was applied is undone whole: what it wrote goes, what it ended stands again, and nothing else moves."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from registry import indexing, recording
from registry.indexing.writing import stored
from registry.intake import deciding
from registry.intake.applying import apply
from registry.intake.undoing import SET_BACK, CannotUndo, acts_of, rehearse, undo
from registry.models import (
    Child,
    Correction,
    DeliveryRow,
    Feed,
    FeedRule,
    LastSaid,
    Name,
    Outcome,
    Pin,
    Rule,
    Said,
    Says,
    Slot,
    SourceRecord,
    Stage,
)
from tests.factories import said_by, shield
from tests.registry.intake.lists import AS_OF, compared
from tests.registry.merging.everything import everything_of

pytestmark = pytest.mark.django_db
AMINA = "7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,"
AMINA_MOVED = "7,Khan,Amina,28/02/2017,F,9,Windsor Terrace,BY5 3QT,"
AMINA_ELSEWHERE = "7,Khan,Amina,28/02/2017,F,3,Alder Close,BY5 3QT,"
ZOE = "8,Okafor,Zoe,06/05/2016,F,3,High Street,B4 7DB,"
BECAUSE = "The wrong file was sent"


def applied(births, *rows, days=0, by=None):
    delivery = compared(rows, source=births, as_of=AS_OF + timedelta(days=days))
    apply(delivery, by=by)
    return delivery


@contextmanager
def taken_back():
    """Whatever is written inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def the_index_agrees():
    ids = list(Child.objects.order_by("pk").values_list("pk", flat=True))
    return stored(ids) == indexing.entries_for(ids)


def said_by_source(source):
    """The acts in which a source said something that counts."""
    return set(Said.objects.filter(source_record__source=source).values_list("act", flat=True))


def names_of(child):
    return set(child.names.values_list("forename", "surname", "to_date"))


def test_what_a_file_changed_is_what_it_was_and_whom_it_added_is_gone(amina, births, data_officer):
    before = everything_of(amina)
    delivery = applied(births, AMINA_MOVED, ZOE)
    zoe = Child.objects.exclude(pk=amina.pk).get()

    undo(delivery, data_officer, BECAUSE)

    assert everything_of(amina) == before
    assert not Child.objects.filter(pk=zoe.pk).exists()
    assert delivery.stage == Stage.UNDONE
    assert the_index_agrees()


def test_what_an_undone_file_confirmed_counts_no_more(amina, births, data_officer):
    delivery = applied(births, AMINA)
    assert Said.objects.filter(act=delivery.act).exists()

    reversal = undo(delivery, data_officer, BECAUSE)

    assert reversal.undoes == delivery.act
    assert not said_by_source(births)
    assert not LastSaid.objects.exists()


def test_the_rehearsal_says_in_numbers_what_would_happen_and_writes_nothing(amina, births):
    applied(births, AMINA_ELSEWHERE)
    delivery = applied(births, AMINA_MOVED, ZOE, days=1)
    before = everything_of(amina)

    found = rehearse(delivery)

    assert found.children_gone == 1
    assert found.taken["residence"] == 2
    assert found.reopened == {"residence": 1}
    assert found.confirmations > 2
    assert not found.asks
    assert everything_of(amina) == before
    assert Child.objects.count() == 2


def test_an_undone_file_can_be_sent_and_applied_again(amina, births, data_officer):
    undo(applied(births, AMINA_MOVED, ZOE), data_officer, BECAUSE)

    again = applied(births, AMINA_MOVED, ZOE)

    assert (again.changed, again.joined) == (1, 1)
    assert Child.objects.count() == 2
    assert the_index_agrees()


def test_undoing_twice_writes_nothing_more(amina, births, data_officer):
    delivery = applied(births, AMINA_MOVED)

    first = undo(delivery, data_officer, BECAUSE)

    assert undo(delivery, data_officer, BECAUSE) == first


def test_a_file_is_undone_only_after_those_that_came_later(amina, births, data_officer):
    first = applied(births, AMINA_MOVED)
    second = applied(births, AMINA_MOVED, ZOE, days=1)

    with pytest.raises(CannotUndo, match="the latest first"):
        undo(first, data_officer, BECAUSE)

    undo(second, data_officer, BECAUSE)
    undo(first, data_officer, BECAUSE)
    assert the_index_agrees()


def test_what_was_repeated_by_an_undone_file_was_still_said_by_the_one_before(amina, births, data_officer):
    first = applied(births, AMINA)
    second = applied(births, AMINA, days=1)

    undo(second, data_officer, BECAUSE)

    assert said_by_source(births) == {first.act_id}
    third = applied(births, AMINA, days=2)
    assert third.confirmed == 1


def test_a_reason_is_needed(amina, births, data_officer):
    with pytest.raises(CannotUndo, match="Say why"):
        undo(applied(births, AMINA_MOVED), data_officer, " ")


def test_a_file_that_was_not_applied_cannot_be_undone(amina, births, data_officer):
    with pytest.raises(CannotUndo, match="has not been applied"):
        undo(compared([AMINA], source=births), data_officer, BECAUSE)


def test_what_an_officer_edited_since_stays_unless_somebody_chooses_otherwise(amina, births, data_officer):
    delivery = applied(births, AMINA_MOVED, ZOE)
    zoe = Child.objects.exclude(pk=amina.pk).get()
    with said_by(by=data_officer):
        zoe.names.update(forename="Zoë")

    found = rehearse(delivery)
    [name] = [one for one in found.collisions if one.why == "edited"]
    undo(delivery, data_officer, BECAUSE)

    assert name.model == "name"
    assert zoe.names.filter(forename="Zoë").exists()
    assert Child.objects.filter(pk=zoe.pk).exists()
    assert the_index_agrees()


def test_chosen_so_what_was_edited_since_goes_too(amina, births, data_officer):
    delivery = applied(births, AMINA_MOVED, ZOE)
    zoe = Child.objects.exclude(pk=amina.pk).get()
    with said_by(by=data_officer):
        zoe.names.update(forename="Zoë")

    undo(delivery, data_officer, BECAUSE, {"edited": SET_BACK})

    assert not Child.objects.filter(pk=zoe.pk).exists()
    assert the_index_agrees()


def test_a_child_on_whom_something_rests_stays_with_its_name(births, data_officer):
    delivery = applied(births, ZOE)
    zoe = Child.objects.get()
    with said_by(by=data_officer):
        recording.assert_fact(Name(child=zoe, kind="preferred", forename="Zuzu", surname="Okafor"))

    undo(delivery, data_officer, BECAUSE)

    assert names_of(zoe) == {("Zoe", "Okafor", None), ("Zuzu", "Okafor", None)}
    assert the_index_agrees()


def test_rows_decided_after_the_file_was_applied_are_undone_with_it(amina, births, data_officer):
    with said_by():
        feed = Feed.objects.get(code="births")
        FeedRule.objects.update_or_create(feed=feed, says=Says.HOME, defaults={"rule": Rule.ASK})
    delivery = compared([AMINA_MOVED, ZOE], source=births)
    before = everything_of(amina)
    apply(delivery, by=None)
    row = delivery.all_rows.get(outcome=Outcome.TO_DECIDE)
    deciding.decide(row, {"take": [Says.HOME]}, data_officer, because="Seen", version=deciding.version_of(row))
    apply(delivery, by=data_officer)
    assert len(acts_of(delivery)) == 2

    undo(delivery, data_officer, BECAUSE)

    assert everything_of(amina) == before
    assert the_index_agrees()


def test_a_correction_that_a_file_opened_goes_with_it(amina, births, data_officer):
    delivery = compared([AMINA.replace("28/02", "27/02")], source=births)
    deciding.decide(delivery.all_rows.get(), {"keep": [Says.BIRTH]}, data_officer)
    apply(delivery, by=data_officer)
    assert Correction.objects.open().exists()

    undo(delivery, data_officer, BECAUSE)

    assert not Correction.objects.exists()


def test_the_source_s_reference_is_nobody_s_again(births, data_officer):
    undo(applied(births, ZOE), data_officer, BECAUSE)

    assert SourceRecord.objects.get(reference="8").child is None
    assert not DeliveryRow.objects.exclude(child=None).exists()


CHILDREN = [
    (f"{number}", surname, forename, f"{day:02}/0{number}/2016", "F" if number % 2 else "M")
    for number, (surname, forename, day) in enumerate(
        [("Khan", "Amina", 3), ("Okafor", "Zoe", 14), ("Pemberley", "Isolde", 21), ("Nowak", "Kacper", 9)], start=1
    )
]
HOMES = [("14", "Example Road", "B4 7DA"), ("9", "Windsor Terrace", "BY5 3QT"), ("", "", "")]
EDITS = ["rename", "move", "prefer", "pin", "remove_home"]
lists = st.lists(
    st.tuples(st.sampled_from(CHILDREN), st.sampled_from(HOMES), st.sampled_from(["", "Begum", "Aurora-Jane"])),
    min_size=1,
    max_size=4,
    unique_by=lambda said: said[0][0],
)


def row(said):
    (reference, surname, forename, born, sex), (house, street, postcode), other = said
    return ",".join([reference, other or surname, forename, born, sex, house, street, postcode, ""])


def edit(child, what, by):
    name = child.names.order_by("pk").first()
    with said_by(by=by):
        if what == "rename":
            Name.objects.filter(pk=name.pk).update(forename=f"{name.forename}ey")
        if what == "prefer":
            recording.assert_fact(Name(child=child, kind="preferred", forename="Button", surname=name.surname))
        if what == "pin":
            Pin.objects.get_or_create(
                child=child, slot=Slot.REGISTERED_NAME, defaults={"fact_id": name.pk, "reason": "Seen"}
            )
        if what == "move":
            child.residences.filter(to_date=None).update(to_date=AS_OF + timedelta(days=9))
        if what == "remove_home" and child.residences.exists():
            recording.withdraw(child.residences.order_by("pk").first())


many = settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@many
@given(held=lists, said=lists)
def test_apply_then_undo_gives_back_everything_of_everybody(births, data_officer, held, said):
    with taken_back():
        apply(compared([row(one) for one in held], source=births, name="before.csv"), by=None)
        before = {child.pk: everything_of(child) for child in Child.objects.all()}
        delivery = compared([row(one) for one in said], source=births, as_of=AS_OF + timedelta(days=1))
        apply(delivery, by=None)

        undo(delivery, data_officer, BECAUSE)

        assert {child.pk: everything_of(child) for child in Child.objects.all()} == before
        assert the_index_agrees()


@many
@given(held=lists, said=lists, edited=st.lists(st.tuples(st.integers(0, 7), st.sampled_from(EDITS)), max_size=4))
def test_whatever_was_edited_in_between_an_undo_leaves_or_sets_back_as_chosen(births, data_officer, held, said, edited):
    with taken_back():
        apply(compared([row(one) for one in held], source=births, name="before.csv"), by=None)
        delivery = compared([row(one) for one in said], source=births, as_of=AS_OF + timedelta(days=1))
        apply(delivery, by=None)
        children = list(Child.objects.order_by("pk"))
        for place, what in edited:
            edit(children[place % len(children)], what, data_officer)
        asked = rehearse(delivery).collisions
        kept = {one.pk: everything_of(one) for one in children if any(c.child_id == one.pk for c in asked)}

        undo(delivery, data_officer, BECAUSE)

        for collision in asked:
            if collision.model == "name":
                stands = dict(everything_of(Child.objects.get(pk=collision.child_id)))
                assert [one for one in kept[collision.child_id]["Name"] if one[0] == collision.row_id] == [
                    one for one in stands["Name"] if one[0] == collision.row_id
                ]
        assert the_index_agrees()


def test_what_is_behind_a_shield_is_left_whatever_somebody_else_chooses(births, data_officer):
    delivery = applied(births, AMINA, ZOE)
    amina, zoe = Child.objects.order_by("pk")
    with said_by(by=data_officer):
        for child in (amina, zoe):
            child.names.update(forename="Changed")
    shield(amina)

    told = rehearse(delivery, behind_shields=False)
    undo(delivery, data_officer, BECAUSE, {"edited": SET_BACK}, behind_shields=False)

    assert {one.child_id for one in told.collisions} == {zoe.pk}
    assert Child.objects.get() == amina
