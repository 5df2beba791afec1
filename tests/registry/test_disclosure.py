"""Disclosure is the only way to see a child; a shield hides more than it seems to."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry import recording
from registry.disclosure import Context, NotDisclosed, disclose, history, household, record
from registry.models import Child, Name, Residence
from tests.factories import (
    make_address,
    make_carer,
    make_child,
    make_practice,
    make_school,
    make_source,
    said_by,
    shield,
)

pytestmark = pytest.mark.django_db


def full_child(**fields):
    return make_child(
        address=fields.pop("address", None) or make_address(),
        school=make_school(),
        practice=make_practice(),
        carer=fields.pop("carer", None) or make_carer(telephone="0121 496 0000"),
        **fields,
    )


def test_a_summary_answers_who_where_and_which_school(data_officer):
    child = full_child()

    summary = disclose([child.pk], to=Context(data_officer))[child.pk]

    assert (summary.name, summary.school, summary.year_group) == ("Amina Khan", "Hollyfield Primary", "5")
    assert summary.address.endswith("B4 7DA")


def test_nothing_is_disclosed_to_the_signed_out():
    with pytest.raises(NotDisclosed):
        disclose([full_child().pk], to=Context(AnonymousUser()))


def test_a_role_that_may_do_nothing_opens_no_record(outsider):
    with pytest.raises(NotDisclosed):
        record(full_child(), to=Context(outsider))


def test_governance_sees_who_was_looked_at_and_not_where_they_live(governance):
    child = full_child()

    summary = disclose([child.pk], to=Context(governance))[child.pk]

    assert (summary.name, summary.address, summary.school, summary.date_of_birth) == ("Amina Khan", None, None, None)


def test_a_list_costs_the_same_queries_however_long(data_officer):
    children = [full_child().pk for _ in range(4)]

    def cost(ids):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            disclose(ids, to=Context(data_officer))
        return len(queries)

    assert cost(children[:1]) == cost(children)


def test_a_record_costs_the_same_queries_however_much_it_holds(data_officer):
    small, big = full_child(), full_child()
    for number in range(4):
        home = make_address()
        with said_by(make_source(f"school-{number}")):
            recording.assert_fact(Residence(child=big, address=home))
            recording.assert_fact(Name(child=big, forename=f"Amina{number}", surname="Khan", kind="alias"))

    def cost(child):
        with CaptureQueriesContext(connection) as queries:
            record(Child.objects.get(pk=child.pk), to=Context(data_officer))
        return len(queries)

    assert cost(small) == cost(big)


def test_every_view_handed_out_is_noted(data_officer):
    child, context = full_child(), Context(data_officer)

    record(child, to=context)

    assert context.shown == {child.pk}


class TestBehindAShield:
    def test_only_names_sex_date_of_birth_number_and_carers_names_are_read(self, data_officer):
        child = full_child()
        shield(child)

        view = record(child, to=Context(data_officer))

        assert (view.name, view.sex, view.date_of_birth) == ("Amina Khan", "F", date(2017, 2, 28))
        assert [care.carer.name for care in view.cares] == ["Farah Khan"]
        assert {care.carer.telephone for care in view.cares} == {""}
        assert view.residences == view.enrolments == view.registrations == view.identifiers == ()
        assert {fact.source_name for fact in view.facts} == {""}
        assert "address" in view.withheld

    def test_two_children_who_differ_only_in_hidden_facts_read_the_same(self, data_officer):
        plain = make_child(carer=make_carer())
        busy = full_child(carer=make_carer(telephone="0121 496 0001", email="f@example.org"), source=make_source("x"))
        with said_by(make_source("hollyfield")):
            recording.confirm(busy.names.get())
        shield(plain)
        shield(busy)

        def seen(child):
            child.refresh_from_db()
            view = record(child, to=Context(data_officer))
            return repr(view).replace(child.index_number, "").replace(f"child_id={child.pk}", "")

        assert seen(plain) == seen(busy)

    def test_a_list_withholds_address_and_school(self, data_officer):
        child = full_child()
        shield(child)

        summary = disclose([child.pk], to=Context(data_officer))[child.pk]

        assert (summary.address, summary.area, summary.school) == (None, None, None)
        assert summary.shielded

    def test_history_and_past_days_tell_nothing(self, data_officer):
        child = full_child()
        shield(child)

        assert history(child, to=Context(data_officer)) == []
        assert record(child, to=Context(data_officer), on=date(2023, 1, 1)).residences == ()

    def test_a_brother_or_sister_does_not_give_the_address_away(self, data_officer):
        address = make_address()
        hidden, seen = full_child(address=address), full_child(address=address)
        shield(hidden)
        context = Context(data_officer)

        assert household(record(seen, to=context), to=context) == []

    def test_a_record_superseded_by_a_shielded_one_is_hidden_too(self, data_officer):
        survivor, duplicate = full_child(), full_child()
        shield(survivor)
        with said_by():
            Child.objects.filter(pk=duplicate.pk).update(state="superseded", superseded_by=survivor)
        duplicate.refresh_from_db()

        assert record(duplicate, to=Context(data_officer)).residences == ()

    def test_a_custodian_sees_all_of_it(self, custodian):
        child = full_child()
        shield(child)

        view = record(child, to=Context(custodian))

        assert view.residences
        assert view.shielded
        assert history(child, to=Context(custodian))


def test_others_at_an_institution_are_no_household(data_officer):
    refuge = make_address(kind="refuge")
    one, _ = full_child(address=refuge), full_child(address=refuge)
    context = Context(data_officer)

    assert household(record(one, to=context), to=context) == []


def test_the_day_shown_leaves_out_what_was_not_true_on_it(data_officer):
    child, elsewhere = full_child(), make_address()
    with said_by():
        recording.change(child.residences.get(), from_date=date(2024, 1, 1), address=elsewhere)

    before = record(child, to=Context(data_officer), on=date(2023, 12, 31))
    after = record(child, to=Context(data_officer), on=date(2024, 1, 1))

    assert before.residences[0].text != after.residences[0].text
    assert len(before.residences) == len(after.residences) == 1


def test_what_was_believed_differs_from_what_was_true(data_officer):
    child = make_child("Amina", "Kahn")
    with said_by():
        recording.correct(child.names.get(), surname="Khan", from_date=date(2020, 1, 1))
    today = date.today()

    assert record(child, to=Context(data_officer), on=date(2021, 1, 1)).name == "Amina Khan"
    with pytest.raises(NotDisclosed, match="did not know this child"):
        record(child, to=Context(data_officer), believed=date(2021, 1, 1))
    assert record(child, to=Context(data_officer), believed=today).name == "Amina Khan"


def test_history_has_one_entry_an_act_newest_first_in_words(data_officer):
    child = full_child()
    with said_by(by=data_officer, reason_code="corrected", reason="Passport seen"):
        recording.correct(child.names.get(), surname="Begum")

    newest, *_ = history(child, to=Context(data_officer))

    assert [change.words for change in newest.changes] == ["Registered name changed from Amina Khan to Amina Begum."]
    assert (newest.by_name, newest.reason, newest.may_undo) == ("Olive Officer", "Passport seen", True)
