"""Suspected duplicates: proposed by a sweep, decided by a person, and left alone while nothing has changed."""

from datetime import date

import pytest

from registry.duplicates import decide, sweep_index
from registry.merging import merge
from registry.merging.decisions import remember
from registry.models import Decision, Residence, Suspicion, SuspicionState, Verdict
from tests.factories import make_address, make_child, said_by
from tests.registry.matching.crowds import crowd

pytestmark = pytest.mark.django_db


@pytest.fixture
def others():
    """Fifteen children with nothing to do with anybody."""
    for place, row in enumerate(crowd()[:150:10]):
        home = make_address(paon=str(200 + place), street="Acorn Road", postcode=row["postcode"])
        born = date.fromisoformat(row["date_of_birth"])
        make_child(row["forename"], row["surname"], born=born, sex=row["sex"], address=home)


@pytest.fixture
def twice(others):
    """One child on two records."""
    home = make_address(paon="14", street="Windsor Terrace", postcode="BY5 3QT")
    return make_child("Amira", "Hossain", address=home), make_child("Amirah", "Hussain", address=home)


def pairs():
    return [(one.first_id, one.second_id, one.state) for one in Suspicion.objects.order_by("pk")]


def test_a_child_on_two_records_is_proposed_with_reasons(twice):
    swept = sweep_index(by=None)

    found = Suspicion.objects.to_look_at().get()
    assert (found.first, found.second) == twice
    assert (swept.records, swept.proposed) == (17, 1)
    assert ["date_of_birth", "same"] in [reason[:2] for reason in found.reasons]


def test_reasons_tell_nothing_that_a_record_holds(twice):
    sweep_index(by=None)

    told = str(Suspicion.objects.get().reasons).lower()
    assert not any(value in told for value in ("amira", "hossain", "windsor", "by5", "2017"))


def test_a_second_sweep_changes_nothing(twice):
    sweep_index(by=None)
    before = list(Suspicion.history.values_list("pk"))

    swept = sweep_index(by=None)

    assert (swept.proposed, swept.kept, swept.taken_off) == (0, 1, 0)
    assert list(Suspicion.history.values_list("pk")) == before


def test_what_somebody_said_to_be_two_is_not_proposed_again(twice, data_officer):
    sweep_index(by=None)

    decide(Suspicion.objects.get(), SuspicionState.DIFFERENT, by=data_officer, reason="Cousins")
    sweep_index(by=None)

    assert pairs() == [(*(child.pk for child in twice), SuspicionState.DIFFERENT)]
    decision = Decision.objects.get()
    assert (decision.verdict, decision.by, decision.reason) == (Verdict.NOT_SAME, data_officer, "Cousins")


def test_it_is_proposed_again_where_a_record_has_changed(twice, data_officer):
    sweep_index(by=None)
    decide(Suspicion.objects.get(), SuspicionState.DIFFERENT, by=data_officer, reason="Cousins")

    with said_by():
        twice[1].names.update(forename="Amira")
    swept = sweep_index(by=None)

    assert swept.again == 1
    assert Suspicion.objects.get().state == SuspicionState.PROPOSED


def test_nobody_needs_to_be_sure(twice, data_officer):
    sweep_index(by=None)

    decide(Suspicion.objects.get(), SuspicionState.UNSURE, by=data_officer, reason="The school does not answer")
    sweep_index(by=None)

    assert Suspicion.objects.get().state == SuspicionState.UNSURE
    assert not Decision.objects.exists()


def test_two_told_apart_elsewhere_are_not_proposed(twice, data_officer):
    with said_by(by=data_officer):
        remember(*twice, Verdict.NOT_SAME, reason="Taken apart again")

    sweep_index(by=None)

    assert not Suspicion.objects.to_look_at().exists()


def test_a_pair_that_was_merged_leaves_the_list(twice, data_officer):
    sweep_index(by=None)

    merge(survivor=twice[0], superseded=twice[1], reason="Same passport", by=data_officer)

    assert not Suspicion.objects.to_look_at().exists()


def test_a_pair_no_longer_alike_is_taken_off_and_its_history_stays(twice):
    sweep_index(by=None)

    with said_by():
        twice[1].names.update(forename="Wanjiru", surname="Kamau")
        Residence.objects.filter(child=twice[1]).update(address=make_home_elsewhere())
    swept = sweep_index(by=None)

    assert swept.taken_off == 1
    assert not Suspicion.objects.exists()
    assert Suspicion.history.filter(history_type="-").exists()


def make_home_elsewhere():
    from registry.models import Address

    return Address.objects.create(paon="9", street="Elm Grove", postcode="LS6 2QT")


def test_twins_are_never_proposed_without_a_word_that_they_may_be(others):
    home = make_address(paon="14", street="Windsor Terrace", postcode="BY5 3QT")
    make_child("Amira", "Hossain", address=home)
    make_child("Samina", "Hossain", address=home)

    sweep_index(by=None)

    assert all(one.may_be_twins for one in Suspicion.objects.all())


def test_an_empty_index_has_nobody_twice(db):
    assert sweep_index(by=None).records == 0
