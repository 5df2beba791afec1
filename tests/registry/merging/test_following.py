"""What waits about a record waits about the one that stands for it, and goes back when the two are taken apart."""

from datetime import timedelta

import pytest

from registry.merging import Rule, merge, merge_rule, rehearse, rules, unmerge
from registry.merging.decisions import overrule, remember
from registry.merging.wording import moving_rows
from registry.models import Child, Shield, Suspicion, SuspicionState, Verdict
from tests.factories import TODAY, make_child, said_by, suspect

pytestmark = pytest.mark.django_db


@pytest.fixture
def three():
    return make_child("Amina"), make_child("Aminah"), make_child("Ameena")


@pytest.fixture
def join(data_officer):
    def merged(survivor, superseded):
        return merge(survivor=survivor, superseded=superseded, reason="Same passport", by=data_officer)

    return merged


@pytest.fixture
def part(data_officer):
    return lambda done: unmerge(merge=done, reason="Two passports", by=data_officer)


def of(one, other):
    first, second = sorted((one, other), key=lambda child: child.pk)
    return Suspicion.objects.filter(first=first, second=second).first()


class TestSuspicions:
    def test_whoever_was_asked_is_asked_about_the_record_that_stands(self, three, join, data_officer):
        kept, gone, third = three
        suspect(gone, third, owner=data_officer, note="Ask the school")

        join(kept, gone)

        followed = of(kept, third)
        assert (followed.owner, followed.note) == (data_officer, "Ask the school")
        assert list(Suspicion.objects.to_look_at()) == [followed]

    def test_the_same_not_merged_yet_follows_too(self, three, join):
        kept, gone, third = three
        suspect(gone, third, state=SuspicionState.SAME)
        suspect(kept, third)

        join(kept, gone)

        assert of(kept, third).state == SuspicionState.SAME

    def test_what_was_said_of_the_survivor_stands(self, three, join, data_officer, data_manager):
        kept, gone, third = three
        suspect(gone, third, owner=data_officer, note="Ask the school")
        suspect(kept, third, owner=data_manager, note="Ask the clinic")

        join(kept, gone)

        assert of(kept, third).owner == data_manager

    def test_a_third_record_kept_apart_from_the_survivor_stays_apart(self, three, join):
        kept, gone, third = three
        suspect(gone, third)
        with said_by():
            remember(kept, third, Verdict.NOT_SAME, reason="Cousins")

        join(kept, gone)

        assert of(kept, third).state == SuspicionState.DIFFERENT

    @pytest.mark.parametrize("was_on_the_list", [True, False])
    def test_taken_apart_each_has_what_it_had(self, three, join, part, data_officer, was_on_the_list):
        kept, gone, third = three
        suspect(gone, third, owner=data_officer, note="Ask the school")
        if was_on_the_list:
            suspect(kept, third)

        part(join(kept, gone))

        assert of(gone, third).owner == data_officer
        assert (of(kept, third) is not None) == was_on_the_list
        assert not was_on_the_list or of(kept, third).owner is None

    def test_what_was_said_since_stays(self, three, join, part, data_officer):
        kept, gone, third = three
        suspect(gone, third)
        done = join(kept, gone)
        with said_by(by=data_officer):
            remember(kept, third, Verdict.NOT_SAME, reason="Cousins")

        part(done)

        assert of(kept, third).state == SuspicionState.DIFFERENT
        assert of(gone, third).state == SuspicionState.PROPOSED


class TestThePairItself:
    def test_merged_by_whatever_way_it_is_the_same(self, three, join):
        kept, gone, _ = three
        suspect(kept, gone)

        join(kept, gone)

        assert of(kept, gone).state == SuspicionState.SAME

    def test_taken_apart_it_is_not_the_same_and_waits_for_nobody(self, three, join, part):
        kept, gone, _ = three
        suspect(kept, gone, state=SuspicionState.SAME)

        part(join(kept, gone))

        assert of(kept, gone).state == SuspicionState.DIFFERENT

    def test_decided_again_it_waits_to_be_merged(self, three, data_officer):
        kept, gone, _ = three
        suspect(kept, gone, state=SuspicionState.DIFFERENT)
        with said_by(by=data_officer):
            remember(kept, gone, Verdict.NOT_SAME, reason="Cousins")

        overrule(kept, gone, by=data_officer, reason="One passport")

        assert of(kept, gone).state == SuspicionState.SAME


class TestRowsOfRoomsAbove:
    @pytest.fixture
    def lifted(self, monkeypatch, three):
        """A row of a table that declares itself as a room above would: any table keyed to a child will do."""
        monkeypatch.setattr(rules, "_rules", dict(rules._rules))
        monkeypatch.setattr(rules, "_said", {})
        merge_rule(Shield, Rule.MOVE, said=lambda shield: f"Lifted on {shield.lifted_date}")
        with said_by():
            begun, over = TODAY - timedelta(days=9), TODAY - timedelta(days=1)
            return Shield.objects.create(
                child=three[1], from_date=begun, review_date=TODAY, ground="Over", lifted_date=over
            )

    def test_follow_the_survivor_and_go_back(self, three, lifted, join, part):
        done = join(*three[:2])
        after = Shield.objects.get(pk=lifted.pk).child
        part(done)

        assert (after, Shield.objects.get(pk=lifted.pk).child) == three[:2]

    def test_are_shown_in_the_rehearsal_in_their_rooms_words(self, three, lifted, data_officer):
        rehearsal = rehearse(*three[:2], by=data_officer)

        told = moving_rows(rehearsal.moving, rehearsal.carried)

        assert ["Shield", f"Lifted on {lifted.lifted_date}", "", ""] in told

    def test_what_was_added_since_stays_with_the_survivor(self, three, lifted, join, part):
        done = join(*three[:2])
        with said_by():
            since = Shield.objects.create(
                child=three[0], from_date=TODAY, review_date=TODAY, ground="New", lifted_date=TODAY
            )

        part(done)

        assert Shield.objects.get(pk=since.pk).child == Child.objects.get(pk=three[0].pk)
