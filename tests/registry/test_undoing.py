"""Undoing one's own act: the history rows say how, and what has been built on it stands in the way."""

from datetime import date

import pytest

from childindex.models import Act
from registry import recording
from registry.disclosure import Context, history, record
from registry.models import (
    Address,
    Care,
    Carer,
    Child,
    Confirmation,
    Enrolment,
    IndexEntry,
    Name,
    Pin,
    Residence,
    SealedLink,
    SourceRecord,
)
from registry.undoing import CannotUndo, plan, undo
from tests.factories import make_address, make_carer, make_child, make_school, make_source, said_by, shield

pytestmark = pytest.mark.django_db


def facts_of(child):
    """Everything the fact tables say of a child, ids included."""
    tables = (child.names, child.residences, child.cares, child.enrolments, child.identifiers, child.pins)
    return [sorted(table.values_list()) for table in tables]


def undone(deed, officer):
    return undo(Act.objects.get(pk=deed.pk), by=officer, reason="The wrong child")


class TestUndoing:
    def test_a_correction_makes_the_row_what_it_was(self, data_officer):
        child = make_child("Amina", "Khan")
        before = facts_of(child)
        with said_by(by=data_officer) as deed:
            recording.correct(child.names.get(), surname="Begum")

        undone(deed, data_officer)

        assert facts_of(child) == before

    def test_a_change_reopens_the_old_fact_and_takes_away_the_new(self, data_officer):
        child, elsewhere = make_child(address=make_address()), make_address()
        before = facts_of(child)
        with said_by(by=data_officer) as deed:
            recording.change(child.residences.get(), from_date=date(2024, 1, 12), address=elsewhere)

        undone(deed, data_officer)

        assert facts_of(child) == before

    def test_a_change_of_the_same_spell_can_be_undone(self, data_officer):
        child = make_child(school=make_school())
        before = facts_of(child)
        with said_by(by=data_officer) as deed:
            recording.change(child.enrolments.get(), from_date=date(2024, 9, 1), year_group="6")

        undone(deed, data_officer)

        assert facts_of(child) == before

    def test_a_removed_fact_is_put_back_under_its_own_id(self, data_officer):
        child = make_child(school=make_school())
        before = facts_of(child)
        with said_by(by=data_officer) as deed:
            recording.withdraw(child.enrolments.get())

        undone(deed, data_officer)

        assert facts_of(child) == before

    def test_one_act_over_several_tables_is_undone_whole(self, data_officer):
        child, carer = make_child(carer=make_carer(telephone="0121 496 0000")), Carer.objects.get()
        before = facts_of(child)
        with said_by(by=data_officer) as deed:
            home = Address.objects.create(paon="77", street="New Road", postcode="B1 1AA")
            recording.assert_fact(Residence(child=child, address=home))
            Carer.objects.filter(pk=carer.pk).update(telephone="0121 496 0999", address=home)
            recording.end(child.cares.get(), on=date(2026, 1, 1))

        undone(deed, data_officer)

        carer.refresh_from_db()
        assert facts_of(child) == before
        assert (carer.telephone, carer.address) == ("0121 496 0000", None)
        assert not Address.objects.filter(paon="77").exists()

    def test_a_child_added_by_mistake_goes_and_so_does_its_index_entry(self, data_officer):
        child = make_child(by=data_officer, school=make_school())
        deed = Act.objects.filter(by=data_officer).get()

        undone(deed, data_officer)

        assert not Child.objects.filter(pk=child.pk).exists()
        assert not IndexEntry.objects.filter(child_id=child.pk).exists()
        assert SourceRecord.objects.get(reference=child.index_number).child is None

    def test_confirmations_made_in_the_act_count_no_more(self, data_officer):
        child = make_child()
        with said_by(make_source("hollyfield", name="Hollyfield"), by=data_officer) as deed:
            recording.confirm(child.names.get())

        undone(deed, data_officer)

        assert Confirmation.objects.filter(act=deed).exists()
        assert record(child, to=Context(data_officer)).names[0].confirmed_by != "Hollyfield"

    def test_the_undo_is_an_act_that_names_the_one_it_undoes(self, data_officer):
        child = make_child()
        with said_by(by=data_officer) as deed:
            recording.correct(child.names.get(), surname="Begum")

        reversal = undone(deed, data_officer)

        newest, undone_entry, *_ = history(child, to=Context(data_officer))
        assert (newest.act_id, newest.undoes, newest.reason) == (reversal.pk, deed.pk, "The wrong child")
        assert undone_entry.undone
        assert not undone_entry.may_undo

    def test_an_address_the_act_described_stays_if_another_child_lives_there_by_now(self, data_officer):
        child = make_child()
        with said_by(by=data_officer) as deed:
            home = Address.objects.create(paon="77", street="New Road", postcode="B1 1AA")
            recording.assert_fact(Residence(child=child, address=home))
        neighbour = make_child("Bola", "Ade", address=home)

        undone(deed, data_officer)

        assert neighbour.residences.get().address == home
        assert not child.residences.exists()

    def test_after_a_later_act_is_undone_the_earlier_one_can_be_too(self, data_officer):
        child = make_child("Amina", "Khan")
        before = facts_of(child)
        with said_by(by=data_officer) as first:
            recording.correct(child.names.get(), surname="Begum")
        with said_by(by=data_officer) as second:
            recording.correct(child.names.get(), surname="Ali")

        undone(second, data_officer)
        undone(first, data_officer)

        assert facts_of(child) == before


class TestRefusing:
    def corrected(self, officer, child):
        with said_by(by=officer) as deed:
            recording.correct(child.names.get(), surname="Begum")
        return deed

    def refused(self, deed, officer, match):
        before = Act.objects.count()
        with pytest.raises(CannotUndo, match=match):
            undone(deed, officer)
        assert Act.objects.count() == before

    def test_somebody_elses_act(self, data_officer, data_manager):
        deed = self.corrected(data_officer, make_child())

        self.refused(deed, data_manager, "Only the person who did this")

    def test_what_has_been_undone_already(self, data_officer):
        deed = self.corrected(data_officer, make_child())
        undone(deed, data_officer)

        self.refused(deed, data_officer, "undone already")

    def test_an_undo(self, data_officer):
        reversal = undone(self.corrected(data_officer, make_child()), data_officer)

        self.refused(reversal, data_officer, "itself an undo")

    def test_a_row_that_was_changed_since_and_says_by_whom(self, data_officer, data_manager):
        child = make_child()
        deed = self.corrected(data_officer, child)
        with said_by(by=data_manager):
            recording.correct(child.names.get(), surname="Ali")

        self.refused(deed, data_officer, r"Name \(Amina Begum\) has been changed since, on .* by Morgan Manager\.")

    def test_a_row_that_was_removed_since(self, data_officer, data_manager):
        child = make_child()
        with said_by(by=data_officer) as deed:
            alias = recording.assert_fact(Name(child=child, forename="Minnie", kind="alias"))
        with said_by(by=data_manager):
            recording.withdraw(alias)

        self.refused(deed, data_officer, r"Name \(Minnie\) has been removed since")

    def test_what_a_source_has_confirmed_since(self, data_officer):
        child = make_child()
        deed = self.corrected(data_officer, child)
        with said_by(make_source("hollyfield", name="Hollyfield Primary")):
            recording.confirm(child.names.get())

        self.refused(deed, data_officer, r"Name \(Amina Begum\) has been confirmed since by Hollyfield Primary")

    def test_a_fact_that_an_officer_has_pinned_since(self, data_officer):
        child, elsewhere = make_child(address=make_address()), make_address()
        with said_by(by=data_officer) as deed:
            home = recording.assert_fact(Residence(child=child, address=elsewhere))
        with said_by():
            Pin.objects.create(child=child, slot="home", fact_id=home.pk, reason="Visited")

        self.refused(deed, data_officer, "pinned")

    def test_an_added_child_of_whom_more_has_been_recorded(self, data_officer):
        child = make_child(by=data_officer)
        deed, school = Act.objects.get(by=data_officer), make_school()
        with said_by(make_source("hollyfield")):
            recording.assert_fact(Enrolment(child=child, school=school))

        self.refused(deed, data_officer, "School has been recorded for this child since")

    def test_what_rests_on_an_added_child_is_not_named_where_not_everybody_may_read_it(self, data_officer):
        child = make_child(by=data_officer)
        deed, old = Act.objects.get(by=data_officer), make_child("Zoe", "Okafor")
        with said_by():
            SealedLink.objects.create(old=old, new=child, ground="adoption")

        self.refused(deed, data_officer, "^Something else has been recorded for this child since")

    def test_a_child_that_was_shielded_since(self, data_officer):
        child = make_child()
        deed = self.corrected(data_officer, child)
        shield(child)

        self.refused(deed, data_officer, "shielded now")

    def test_a_place_that_somebody_else_has_taken(self, data_officer):
        child, school = make_child(), make_school()
        with said_by(by=data_officer):
            spell = recording.assert_fact(Enrolment(child=child, school=school))
        with said_by(by=data_officer) as deed:
            recording.withdraw(spell)
        with said_by():
            recording.assert_fact(Enrolment(child=child, school=school))

        self.refused(deed, data_officer, "Something recorded since stands in the way")


def test_planning_writes_nothing_and_lists_the_children_concerned(data_officer):
    carer, one, other = make_carer(), make_child(), make_child()
    with said_by(by=data_officer) as deed:
        for child in (one, other):
            recording.assert_fact(Care(child=child, carer=carer, kind="mother"))
    acts = Act.objects.count()

    found = plan(Act.objects.get(pk=deed.pk), by=data_officer)

    assert (found.child_ids, found.obstacles) == ({one.pk, other.pk}, ())
    assert Act.objects.count() == acts
