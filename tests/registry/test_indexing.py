"""The index: made from the facts, by every act."""

from datetime import date, timedelta

import pytest

from registry import indexing, recording
from registry.models import IndexEntry, IndexKey, Name, Pin, Residence
from tests.factories import TODAY, make_address, make_carer, make_child, make_school, said_by, shield

pytestmark = pytest.mark.django_db


def entry(child):
    return IndexEntry.objects.get(pk=child.pk)


def keys_of(child):
    return sorted(IndexKey.objects.filter(child_id=child.pk).values_list("key", flat=True))


def test_an_act_makes_the_entry_of_a_child_it_concerns():
    school = make_school()

    child = make_child(
        address=make_address(postcode="B15 2TT"), school=school, carer=make_carer(telephone="0121 496 0000")
    )

    made = entry(child)
    assert (made.names, made.date_of_birth, made.postcodes) == ("r|amina||khan", child.date_of_birth, "B152TT")
    assert (made.school_id, made.year_group, made.carers, made.telephones) == (
        school.pk,
        "5",
        "farah khan",
        "01214960000",
    )
    assert made.keys == keys_of(child) != []


def test_a_name_that_ended_is_kept_as_a_former_one():
    child = make_child()

    with said_by():
        recording.change(Name.objects.get(child=child), from_date=TODAY, surname="Begum")

    assert entry(child).names == "r|amina||begum;f|amina||khan"


def test_the_name_that_leads_stays_first_where_it_was_held_before():
    child = make_child("Amina", "Khan")
    with said_by():
        recording.change(Name.objects.get(child=child), from_date=TODAY - timedelta(days=9), surname="Begum")
        recording.change(Name.objects.get(child=child, surname="Begum"), from_date=TODAY, surname="Khan")

    assert entry(child).names == "r|amina||khan;f|amina||begum"


def test_a_former_address_stands_behind_the_present_one():
    child = make_child(address=make_address(postcode="B15 2TT"))
    new_home = make_address(postcode="B4 7DA")

    with said_by():
        recording.change(Residence.objects.get(child=child), from_date=TODAY, address=new_home)

    assert entry(child).postcodes == "B47DA|B152TT"


def test_a_pinned_name_leads():
    child = make_child()
    with said_by():
        second = recording.assert_fact(Name(child=child, forename="Minnie", surname="Khan", from_date=TODAY))
    first = Name.objects.get(child=child, forename="Amina")

    with said_by():
        Pin.objects.create(child=child, slot="registered_name", fact_id=first.pk, reason="Birth certificate seen")

    assert entry(child).names.startswith("r|amina||khan;r|minnie")
    assert second.pk != first.pk


def test_a_shield_makes_keys_from_hidden_fields_negative():
    child = make_child(address=make_address(postcode="B15 2TT"))
    open_to_all = keys_of(child)

    shield(child)

    assert entry(child).shielded
    assert sorted(key if key >= 0 else -1 - key for key in keys_of(child)) == open_to_all
    assert min(keys_of(child)) < 0 <= min(open_to_all)


def test_a_superseded_child_has_no_entry():
    survivor, child = make_child(), make_child()

    with said_by():
        child.state, child.superseded_by = "superseded", survivor
        child.save()

    assert not IndexEntry.objects.filter(pk=child.pk).exists()
    assert keys_of(child) == []


def test_a_refresh_that_finds_nothing_new_writes_nothing(django_assert_num_queries):
    child = make_child(address=make_address())

    with django_assert_num_queries(9):
        indexing.refresh([child.pk])


def test_a_fact_that_begins_tomorrow_is_not_known_today():
    child = make_child()

    with said_by():
        recording.assert_fact(
            Name(child=child, forename="Amina", surname="Later", kind="preferred", from_date=TODAY + timedelta(days=1))
        )

    assert "later" not in entry(child).names


def test_a_child_without_a_date_of_birth_has_keys():
    child = make_child(born=None, date_of_birth_standing="missing")

    assert entry(child).date_of_birth is None
    assert keys_of(child)


def test_both_of_two_claimed_dates_of_birth_make_keys():
    settled = make_child(born=date(2015, 3, 12))
    disputed = make_child(
        born=date(2015, 3, 12), date_of_birth_standing="disputed", other_date_of_birth=date(2016, 4, 1)
    )

    assert set(keys_of(settled)) < set(keys_of(disputed))
