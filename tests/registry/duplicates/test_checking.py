"""Each record is compared with the others whenever it has changed, in whatever way it came to change."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import transaction

from registry import recording
from registry.duplicates import checking, deciding
from registry.duplicates.sweeping import sweep_index
from registry.merging import merge
from registry.merging.decisions import remember
from registry.models import Child, Identifier, Name, Suspicion, SuspicionState, ToCompare, Verdict
from tests.factories import make_address, make_child, said_by
from tests.registry.matching.crowds import crowd

pytestmark = pytest.mark.django_db


@pytest.fixture
def index(django_capture_on_commit_callbacks):
    """Thirty children with nothing to do with anybody, of whom Amira Hossain is one, compared once."""
    for place, row in enumerate(crowd()[:290:10]):
        home = make_address(paon=str(200 + place), street="Acorn Road", postcode=row["postcode"])
        born = date.fromisoformat(row["date_of_birth"])
        make_child(row["forename"], row["surname"], born=born, sex=row["sex"], address=home)
    amira = make_child("Amira", "Hossain", address=windsor_terrace())
    sweep_index(by=None)
    assert not Suspicion.objects.exists()
    return amira


def windsor_terrace():
    return make_address(paon="14", street="Windsor Terrace", postcode="BY5 3QT")


def test_a_new_record_is_proposed_as_soon_as_it_is_saved(index, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        again = make_child("Amirah", "Hussain", address=index.residences.get().address)

    assert [(one.first, one.second) for one in Suspicion.objects.to_look_at()] == [(index, again)]
    assert not ToCompare.objects.exists()


def test_a_corrected_name_brings_a_pair_on_the_list_and_another_takes_it_off(index, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        other = make_child("Wanjiru", "Kamau", born=date(2011, 5, 9), address=make_address(postcode="LS6 2QT"))
    before = Suspicion.objects.count()

    with django_capture_on_commit_callbacks(execute=True), said_by():
        Name.objects.filter(child=other).update(forename="Amira", surname="Hossain")
        Child.objects.filter(pk=other.pk).update(date_of_birth=index.date_of_birth)
        recording.assert_fact(Identifier(child=index, kind="nhs_number", value="9434765919"))
        recording.assert_fact(Identifier(child=other, kind="nhs_number", value="9434765919"))
    proposed = Suspicion.objects.to_look_at().count()
    with django_capture_on_commit_callbacks(execute=True), said_by():
        Name.objects.filter(child=other).update(forename="Tadeusz", surname="Zielinski")
        Child.objects.filter(pk=other.pk).update(date_of_birth=date(2009, 1, 2))
        Identifier.objects.filter(child=other).update(value="9434765870")

    assert (before, proposed, Suspicion.objects.count()) == (0, 1, 0)


def test_what_a_large_act_changed_waits_for_whoever_works_it_off(
    index, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(checking, "FEW", 0)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        again = make_child("Amirah", "Hossain", address=index.residences.get().address)

    assert callbacks == []
    assert ToCompare.objects.filter(child=again.pk).exists()

    call_command("find_duplicates", changed=True)

    assert not ToCompare.objects.exists()
    assert (index.pk, again.pk) in Suspicion.objects.values_list("first", "second")


def test_whoever_saves_waits_for_their_own_record_alone_however_much_a_load_has_left(
    index, django_capture_on_commit_callbacks
):
    left_by_a_load = make_child("Wanjiru", "Kamau", born=date(2011, 5, 9))

    with django_capture_on_commit_callbacks(execute=True):
        again = make_child("Amirah", "Hussain", address=index.residences.get().address)

    assert list(ToCompare.objects.values_list("child", flat=True)) == [left_by_a_load.pk]
    assert Suspicion.objects.get().second == again


def test_a_pair_that_somebody_was_asked_about_stays_until_they_have_decided(
    index, data_officer, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        again = make_child("Amirah", "Hussain", address=index.residences.get().address)
    deciding.ask(Suspicion.objects.get(), owner=data_officer, note="Ask the school", by=data_officer)

    with django_capture_on_commit_callbacks(execute=True), said_by():
        again.names.update(forename="Tadeusz", surname="Zielinski")
        Child.objects.filter(pk=again.pk).update(date_of_birth=date(2009, 1, 2))
    sweep_index(by=None)

    assert Suspicion.objects.to_look_at().get().owner == data_officer


def test_what_was_said_of_a_record_holds_for_the_one_that_stands_for_it(
    index, data_officer, django_capture_on_commit_callbacks
):
    home = index.residences.get().address
    cousin, former = make_child("Amirah", "Hussain", address=home), make_child("Amira", "Hossain", address=home)
    with said_by(by=data_officer):
        remember(cousin, former, Verdict.NOT_SAME, reason="Cousins")

    with django_capture_on_commit_callbacks(execute=True):
        merge(survivor=index, superseded=former, reason="Same passport", by=data_officer)

    assert Suspicion.objects.get(first=index, second=cousin).state == SuspicionState.DIFFERENT


def test_nothing_waits_where_an_act_comes_to_nothing(index):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_child("Amirah", "Hussain")
        raise ZeroDivisionError

    assert not ToCompare.objects.exists()


def test_one_record_compared_and_the_whole_index_compared_find_the_same_with_the_same_score(index):
    home = index.residences.get().address
    made = [
        make_child(forename, surname, born=born, address=home)
        for forename, surname, born in (
            ("Amirah", "Hussain", date(2017, 2, 28)),
            ("Amira", "Hossein", date(2017, 2, 20)),
            ("Samina", "Hossain", date(2017, 2, 28)),
        )
    ]
    sweep_index(by=None)
    whole = set(Suspicion.objects.values_list("first", "second", "score"))
    for middle_names in ("Zara", ""):
        with said_by():
            Suspicion.objects.all().delete()
            for child in (index, *made):
                child.names.update(middle_names=middle_names)

    checking.compare_all_changed()

    assert len(whole) >= 3
    assert set(Suspicion.objects.values_list("first", "second", "score")) == whole


def test_before_the_index_was_ever_compared_nothing_is_done(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        make_child("Amira", "Hossain")
        make_child("Amira", "Hossain")

    assert not Suspicion.objects.exists()
    assert ToCompare.objects.count() == 2
