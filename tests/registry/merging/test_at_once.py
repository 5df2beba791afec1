"""Two people who merge at the same moment."""

import pytest

from childindex.models import Act, Source
from registry import indexing, recording
from registry.merging import CannotMerge, merge, unmerge
from registry.models import Child, Merge, Name
from registry.recording import SavedMeanwhile
from tests.factories import make_child
from tests.together import at_once, refusals


def joining(survivor, superseded, by):
    return lambda: merge(
        survivor=Child.objects.get(pk=survivor.pk),
        superseded=Child.objects.get(pk=superseded.pk),
        reason="Same passport",
        by=by,
    )


@pytest.fixture
def officer(own_database, data_officer):
    return data_officer


def test_of_two_who_merge_each_record_into_the_other_one_is_told(officer):
    one, other = make_child("Amina"), make_child("Aminah")

    came = at_once(joining(one, other, officer), joining(other, one, officer))

    assert [type(refusal) for refusal in refusals(came)] == [CannotMerge]
    assert Merge.objects.standing().count() == 1
    assert Child.objects.current().count() == 1
    assert indexing.check().is_equal


def test_of_two_who_merge_one_record_into_different_ones_one_is_told(officer):
    one, other, both = make_child("Amina"), make_child("Aminah"), make_child("Ameena")

    came = at_once(joining(one, both, officer), joining(other, both, officer))

    assert [type(refusal) for refusal in refusals(came)] == [CannotMerge]
    assert Merge.objects.standing().get().superseded == both
    assert indexing.check().is_equal


def test_a_chain_that_is_merged_at_both_ends_at_once_ends_in_one_record_or_tells_one_of_them(officer):
    first, second, third = make_child("Amina"), make_child("Aminah"), make_child("Ameena")

    came = at_once(joining(first, second, officer), joining(second, third, officer))

    assert all(isinstance(refusal, CannotMerge) for refusal in refusals(came))
    assert Merge.objects.standing().count() == 2 - len(refusals(came))
    assert not Child.objects.filter(superseded_by__state="superseded", superseded_by__superseded_by=None).exists()
    assert indexing.check().is_equal


def test_two_who_take_the_same_merge_apart_take_it_apart_once(officer):
    one, other = make_child("Amina"), make_child("Aminah")
    merged = joining(one, other, officer)()
    acts = Act.objects.count()

    def apart():
        return unmerge(merge=Merge.objects.get(pk=merged.pk), reason="Two children", by=officer)

    came = at_once(apart, apart)

    assert not [refusal for refusal in refusals(came) if not isinstance(refusal, CannotMerge)], came
    assert Act.objects.count() == acts + 1
    assert not Merge.objects.standing().exists()
    assert indexing.check().is_equal


def test_whoever_changes_a_record_while_it_is_merged_loses_nothing(officer):
    one, other = make_child("Amina"), make_child("Aminah")

    def rename():
        with recording.editing(
            other, revision=other.revision, by=officer, source=Source.council(), reason_code="mistake"
        ):
            recording.correct(other.names.get(), forename="Amna")

    came = at_once(joining(one, other, officer), rename)

    assert all(isinstance(refusal, SavedMeanwhile) for refusal in refusals(came)), came
    assert Name.objects.filter(child=one, forename="Amna").exists() != bool(refusals(came))
    assert indexing.check().is_equal
