"""Suspected duplicates: proposed by a sweep, decided by a person, and left alone while nothing has changed."""

from datetime import date

import pytest
from django.db import connection

from registry import recording
from registry.duplicates import deciding
from registry.duplicates.sweeping import LEASE, SweepUnderWay, sweep_index
from registry.merging import merge
from registry.merging.decisions import remember
from registry.models import Decision, Identifier, Residence, Suspicion, SuspicionState, Sweep, Verdict, Weights
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

    deciding.say_different(Suspicion.objects.get(), by=data_officer, reason="Cousins")
    sweep_index(by=None)

    assert pairs() == [(*(child.pk for child in twice), SuspicionState.DIFFERENT)]
    decision = Decision.objects.get()
    assert (decision.verdict, decision.by, decision.reason) == (Verdict.NOT_SAME, data_officer, "Cousins")


def test_two_told_apart_are_proposed_again_once_they_are_much_more_alike(twice, data_officer):
    sweep_index(by=None)
    deciding.say_different(Suspicion.objects.get(), by=data_officer, reason="Cousins")

    with said_by():
        twice[1].names.update(forename="Amira")
    little = sweep_index(by=None)
    with said_by():
        twice[1].names.update(surname="Hossain")
        for child in twice:
            recording.assert_fact(Identifier(child=child, kind="nhs_number", value="9434765919"))
            recording.assert_fact(Identifier(child=child, kind="upn", value="Z801200001001"))
    much = sweep_index(by=None)

    assert (little.again, much.again) == (0, 1)
    assert Suspicion.objects.get().state == SuspicionState.PROPOSED


def test_a_sweep_that_was_stopped_goes_on_where_it_was(others, monkeypatch):
    for place in range(3):
        home = make_address(paon=str(14 + place), street="Windsor Terrace", postcode="BY5 3QT")
        for surname in ("Hossain", "Hussain"):
            make_child(["Amira", "Wanjiru", "Tadeusz"][place], surname, address=home)
    monkeypatch.setattr("registry.matching.duplicates.BLOCK", 5)
    seen = []

    def stop_after_two(done, total):
        seen.append(done)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep_index(by=None, progress=stop_after_two)
    stopped = Sweep.objects.get()
    went_on = sweep_index(by=None)

    assert (stopped.compared, stopped.is_done) == (10, False)
    assert (went_on.began_at, went_on.records) == (10, 21)
    assert Sweep.objects.get().is_done
    assert Suspicion.objects.to_look_at().count() >= 3


def test_a_sweep_may_begin_afresh(twice):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep_index(by=None, progress=stop)

    assert sweep_index(by=None, afresh=True).began_at == 0


def test_weights_are_kept_once_for_each_version(twice):
    sweep_index(by=None)
    sweep_index(by=None)
    make_child("Wanjiru", "Kamau", born=date(2012, 1, 1))
    sweep_index(by=None)

    versions = Weights.objects.order_by("version").values_list("name", "version")
    assert next(iter(versions)) == ("duplicates", 1)
    assert len(versions) <= 2
    assert Suspicion.objects.get().weights in Weights.objects.all()


def test_two_do_not_sweep_at_once(twice):
    elsewhere = connection.copy()
    try:
        elsewhere.cursor().execute("SELECT pg_advisory_lock(%s)", [LEASE])

        with pytest.raises(SweepUnderWay, match="already"):
            sweep_index(by=None)
    finally:
        elsewhere.close()


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
