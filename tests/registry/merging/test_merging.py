"""Merging: what moves, what becomes one, what somebody must choose, and what stands in the way."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from childindex.models import Act
from registry import indexing, recording
from registry.disclosure import Context, record
from registry.indexing.writing import stored
from registry.merging import CannotMerge, Rule, Side, merge, merge_stop, rehearse, rules
from registry.merging.decisions import last_survivor, remember
from registry.models import (
    Child,
    Confirmation,
    Decision,
    Enrolment,
    Identifier,
    Merge,
    Name,
    Pin,
    Registration,
    Residence,
    SourceRecord,
    Verdict,
)
from registry.recording import SavedMeanwhile
from tests.factories import TODAY, make_address, make_child, make_practice, make_school, make_source, said_by, shield

pytestmark = pytest.mark.django_db


@pytest.fixture
def join(data_officer):
    def merged(survivor, superseded, by=data_officer, reason="Same passport", **options):
        return merge(survivor=survivor, superseded=superseded, reason=reason, by=by, **options)

    return merged


def add(fact, *, source=None, reference=""):
    with said_by(source):
        return recording.assert_fact(fact, reference=reference)


class TestWhatBecomesOfFacts:
    def test_facts_of_the_superseded_record_move_to_the_survivor(self, join):
        kept, gone = make_child("Amina"), make_child("Aminah", address=make_address())
        home = gone.residences.get()

        join(kept, gone)

        assert list(kept.residences.all()) == [home]
        assert {name.forename for name in kept.names.all()} == {"Amina", "Aminah"}
        assert not gone.names.exists()

    def test_a_fact_on_both_becomes_one_over_all_its_days(self, join):
        school = make_school()
        kept, gone = make_child(), make_child("Aminah")
        first = add(Enrolment(child=kept, school=school, from_date=date(2021, 9, 1)))
        add(Enrolment(child=gone, school=school, from_date=date(2020, 9, 1), to_date=date(2022, 7, 20)))

        join(kept, gone)

        spell = kept.enrolments.get()
        assert (spell.pk, spell.from_date, spell.to_date) == (first.pk, date(2020, 9, 1), None)

    def test_the_same_fact_over_other_days_stays_apart(self, join):
        practice, kept, gone = make_practice(), make_child(), make_child("Aminah")
        add(Registration(child=kept, practice=practice, from_date=date(2022, 1, 1)))
        add(Registration(child=gone, practice=practice, from_date=date(2019, 1, 1), to_date=date(2020, 1, 1)))

        join(kept, gone)

        assert kept.registrations.count() == 2

    def test_one_spell_may_bridge_two(self, join):
        school, kept, gone = make_school(), make_child(), make_child("Aminah")
        add(Enrolment(child=kept, school=school, from_date=date(2018, 9, 1), to_date=date(2019, 7, 20)))
        add(Enrolment(child=kept, school=school, from_date=date(2020, 9, 1), to_date=date(2021, 7, 20)))
        add(Enrolment(child=gone, school=school, from_date=date(2019, 1, 1), to_date=date(2021, 1, 1)))

        join(kept, gone)

        spell = kept.enrolments.get()
        assert (spell.from_date, spell.to_date) == (date(2018, 9, 1), date(2021, 7, 20))

    def test_a_ground_for_leaving_goes_with_the_last_day(self, join):
        school, kept, gone = make_school(), make_child(), make_child("Aminah")
        add(Enrolment(child=kept, school=school, from_date=date(2018, 9, 1), to_date=date(2019, 7, 20)))
        leaving = {"leaving_regime": "2024", "leaving_ground": "A", "destination": "Wales"}
        add(Enrolment(child=gone, school=school, from_date=date(2019, 1, 1), to_date=date(2020, 1, 1), **leaving))

        join(kept, gone)

        assert kept.enrolments.get().destination == "Wales"

    def test_whoever_confirmed_either_confirms_the_one(self, join, data_officer):
        practice, clinic = make_practice(), make_source("clinic", kind="practice", name="The clinic")
        kept, gone = make_child(practice=practice), make_child("Aminah")
        add(Registration(child=gone, practice=practice, from_date=date(2020, 1, 1)), source=clinic, reference="C1")

        join(kept, gone)

        confirmed = Confirmation.objects.filter(kind="registration", fact_id=kept.registrations.get().pk)
        assert {str(one.source_record.source) for one in confirmed} >= {"The clinic"}
        assert SourceRecord.objects.get(reference="C1").child == kept

    def test_details_said_last_stand_unless_somebody_chooses(self, join, data_officer):
        school, kept, gone = make_school(), make_child(), make_child("Aminah")
        mine = add(Enrolment(child=kept, school=school, from_date=date(2021, 9, 1), year_group="4"))
        theirs = add(Enrolment(child=gone, school=school, from_date=date(2021, 9, 1), year_group="5"))
        question = next(one for one in rehearse(kept, gone, by=data_officer).questions)

        join(kept, gone, choices={question.key: str(mine.pk)})

        assert question.default == str(theirs.pk)
        assert kept.enrolments.get().year_group == "4"


class TestTheRecordItself:
    def test_the_superseded_record_is_kept_and_points_to_the_survivor(self, join, data_officer):
        kept, gone = make_child(), make_child("Aminah")

        join(kept, gone)

        gone.refresh_from_db()
        assert (gone.state, gone.superseded_by) == ("superseded", kept)
        assert record(gone, to=Context(data_officer)).superseded_by == kept.index_number

    def test_the_last_survivor_is_found_through_a_chain(self, join):
        first, second, third = make_child(), make_child("Aminah"), make_child("Amna")
        join(second, first)
        join(third, Child.objects.get(pk=second.pk))

        assert last_survivor(Child.objects.get(pk=first.pk)) == third

    def test_what_only_one_knows_stands_without_asking(self, join):
        kept = make_child(sex="U", born=None, date_of_birth_standing="missing")
        gone = make_child("Aminah", sex="F", born=date(2017, 2, 28))

        join(kept, gone)

        kept.refresh_from_db()
        assert (kept.sex, kept.date_of_birth, kept.date_of_birth_standing) == ("F", date(2017, 2, 28), "known")

    def test_two_dates_of_birth_must_be_chosen_between(self, join):
        kept, gone = make_child(born=date(2017, 2, 28)), make_child("Aminah", born=date(2017, 3, 28))

        with pytest.raises(CannotMerge, match="date of birth"):
            join(kept, gone)
        join(kept, gone, choices={"birth": Side.SUPERSEDED})

        kept.refresh_from_db()
        assert kept.date_of_birth == date(2017, 3, 28)

    def test_parts_that_do_not_go_together_are_refused_whole(self, join):
        kept = make_child(born=date(2017, 2, 28))
        gone = make_child("Aminah", born=date(2010, 1, 1), date_of_death=date(2012, 1, 1))

        with pytest.raises(CannotMerge, match="death cannot be before"):
            join(kept, gone, choices={"birth": Side.SURVIVOR, "death": Side.SUPERSEDED})

        assert Child.objects.get(pk=gone.pk).state == "live"

    def test_one_of_two_homes_can_be_pinned(self, join, data_officer):
        kept, gone = make_child(address=make_address()), make_child("Aminah", address=make_address())
        theirs = gone.residences.get()
        assert [one.slot for one in rehearse(kept, gone, by=data_officer).contests] == ["registered_name", "home"]

        join(kept, gone, choices={"slot.home": str(theirs.pk)})

        assert record(kept, to=Context(data_officer)).leading("home").id == theirs.pk

    def test_the_survivors_pin_stands_and_the_others_fill_what_it_left_open(self, join, data_officer):
        kept, gone = make_child(address=make_address()), make_child("Aminah", address=make_address())
        with said_by():
            mine = Pin.objects.create(child=kept, slot="home", fact_id=kept.residences.get().pk, reason="Seen")
            Pin.objects.create(child=gone, slot="home", fact_id=gone.residences.get().pk, reason="Seen")
            name = Pin.objects.create(child=gone, slot="registered_name", fact_id=gone.names.get().pk, reason="Seen")

        join(kept, gone)

        assert set(kept.pins.values_list("slot", "fact_id")) == {
            ("home", mine.fact_id),
            ("registered_name", name.fact_id),
        }

    def test_the_index_equals_the_facts_and_knows_the_superseded_no_more(self, join):
        kept, gone = make_child("Amina", school=make_school()), make_child("Aminah", address=make_address())

        join(kept, gone)

        assert stored([kept.pk, gone.pk]) == indexing.entries_for([kept.pk, gone.pk])
        assert [entry.child_id for entry in stored([kept.pk, gone.pk])] == [kept.pk]


class TestTheAct:
    def test_a_merge_is_one_act_with_its_reason(self, join, data_officer):
        kept, gone = make_child(), make_child("Aminah", address=make_address())
        before = Act.objects.count()

        done = join(kept, gone, reason="Same passport")

        assert Act.objects.count() == before + 1
        assert (done.act.by, done.act.reason_code, done.act.reason) == (data_officer, "merged", "Same passport")

    def test_merging_again_writes_nothing(self, join):
        kept, gone = make_child(), make_child("Aminah")
        first = join(kept, gone)
        acts = Act.objects.count()

        assert join(kept, gone) == first
        assert Act.objects.count() == acts

    def test_nothing_is_merged_that_was_saved_since_the_rehearsal(self, join, data_officer):
        kept, gone = make_child(), make_child("Aminah")
        rehearsal = rehearse(kept, gone, by=data_officer)
        add(Name(child=gone, kind="alias", forename="Mina"))

        with pytest.raises(SavedMeanwhile):
            join(kept, gone, revisions=rehearsal.revisions)

        assert not Merge.objects.exists()

    def test_a_merge_needs_a_reason(self, join):
        with pytest.raises(CannotMerge, match="Say why"):
            join(make_child(), make_child("Aminah"), reason=" ")

    def test_the_decision_is_remembered(self, join, data_officer):
        kept, gone = make_child(), make_child("Aminah")

        join(kept, gone, reason="Same passport")

        decision = Decision.objects.get()
        assert (decision.verdict, decision.by, decision.reason) == (Verdict.SAME, data_officer, "Same passport")

    def test_a_merge_is_never_altered(self, join):
        done = join(make_child(), make_child("Aminah"))

        for alteration in (lambda: Merge.objects.update(manifest={}), Merge.objects.all().delete):
            with said_by(), pytest.raises(DatabaseError), transaction.atomic():
                alteration()
        assert Merge.objects.get() == done


class TestStops:
    def refused(self, survivor, superseded, by, *, because):
        assert any(because in stop for stop in rehearse(survivor, superseded, by=by).stops)
        with pytest.raises(CannotMerge, match=because):
            merge(survivor=survivor, superseded=superseded, reason="Same", by=by)

    def test_a_record_is_not_merged_with_itself(self, data_officer):
        child = make_child()

        self.refused(child, child, data_officer, because="same record twice")

    def test_a_superseded_record_names_the_one_that_stands(self, join, data_officer):
        first, second, third = make_child(), make_child("Aminah"), make_child("Amna")
        join(first, second)

        self.refused(third, second, data_officer, because=first.index_number)

    def test_two_verified_nhs_numbers_are_two_children(self, data_officer):
        kept, gone = make_child(), make_child("Aminah")
        for child, number in ((kept, "9434765919"), (gone, "9434765870")):
            add(Identifier(child=child, kind="nhs_number", value=number, status="verified"))

        self.refused(kept, gone, data_officer, because="verified NHS number")

    def test_single_registrations_at_two_schools_stop_a_merge(self, data_officer):
        kept, gone = make_child(school=make_school()), make_child("Aminah", school=make_school("Larkmoor"))

        self.refused(kept, gone, data_officer, because="different schools: Hollyfield Primary and Larkmoor")

    @pytest.mark.parametrize(("days", "stopped"), [(0, True), (30, True), (31, False)])
    def test_a_child_who_is_to_change_schools_is_at_two_at_once_only_if_the_days_meet(
        self, data_officer, days, stopped
    ):
        kept, gone = make_child(school=make_school()), make_child("Aminah")
        with said_by():
            kept.enrolments.update(to_date=TODAY + timedelta(days=30))
        starts = TODAY + timedelta(days=days)
        add(Enrolment(child=gone, school=make_school("Larkmoor"), from_date=starts))

        assert bool(rehearse(kept, gone, by=data_officer).stops) == stopped

    def test_schools_that_were_left_stop_nothing(self, join):
        kept, gone = make_child(school=make_school()), make_child("Aminah")
        days = {"from_date": date(2022, 9, 1), "to_date": date(2023, 7, 20)}
        add(Enrolment(child=gone, school=make_school("Larkmoor"), **days))

        assert join(kept, gone)

    def test_a_shield_on_one_alone_stops_even_a_custodian(self, custodian):
        kept, gone = make_child(), make_child("Aminah")
        shield(gone)

        self.refused(kept, gone, custodian, because="One of the two is shielded")

    def test_two_shielded_records_are_for_custodians(self, data_officer, custodian):
        kept, gone = make_child(), make_child("Aminah")
        shield(kept)
        shield(gone)

        self.refused(kept, gone, data_officer, because="Only a custodian")
        merge(survivor=kept, superseded=gone, reason="Same", by=custodian)

        assert gone.shields.exists()

    def test_who_said_not_the_same_and_why_is_told(self, data_officer):
        kept, gone = make_child(), make_child("Aminah")
        with said_by(by=data_officer):
            remember(gone, kept, Verdict.NOT_SAME, reason="Cousins")

        self.refused(kept, gone, data_officer, because="these are not the same child: Cousins")

    def test_a_split_is_respected_when_a_third_record_bridges_it(self, join, data_officer):
        first, second, third = make_child(), make_child("Aminah"), make_child("Amna")
        with said_by(by=data_officer):
            remember(first, second, Verdict.NOT_SAME, reason="Cousins")
        join(third, first)

        self.refused(third, second, data_officer, because="Cousins")

    def test_a_later_decision_stands(self, join, data_officer):
        kept, gone = make_child(), make_child("Aminah")
        for verdict in (Verdict.NOT_SAME, Verdict.SAME):
            with said_by(by=data_officer):
                remember(kept, gone, verdict, reason="Looked again")

        assert join(kept, gone)

    def test_rooms_above_add_their_own_stops(self, data_officer, monkeypatch):
        monkeypatch.setattr(rules, "_stops", [])
        merge_stop(lambda survivor, superseded: ["A case is open on one of them."])

        self.refused(make_child(), make_child("Aminah"), data_officer, because="A case is open")

    def test_a_table_that_forbids_merging_stops_it(self, data_officer, monkeypatch):
        monkeypatch.setitem(rules._rules, Residence, Rule.FORBID)
        kept, gone = make_child(), make_child("Aminah", address=make_address())

        self.refused(kept, gone, data_officer, because="cannot pass to another record")
