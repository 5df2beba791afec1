"""No account changes without a row that says who did it and why."""

import pytest
from django.db import IntegrityError, connection, transaction

from childindex.accounts import people
from childindex.accounts.changes import CannotChange, changing
from childindex.accounts.story import story_of
from childindex.models import User
from tests.databases import unbound


def test_a_change_leaves_a_row_with_who_and_why(data_officer, data_manager):
    people.suspend(data_officer, by=data_manager, reason="On leave until May")

    row = data_officer.history.latest("history_date")
    assert (row.state, row.history_user, row.history_change_reason) == ("suspended", data_manager, "On leave until May")


@pytest.mark.parametrize("way", ["create", "save", "update", "bulk_update", "sql", "delete"])
def test_no_way_of_writing_makes_or_changes_an_account_without_a_reason(data_officer, way):
    data_officer.role = "data_manager"
    ways = {
        "create": lambda: User.objects.create_user("b@example.org", full_name="B", role="data_officer"),
        "save": lambda: data_officer.save(),
        "update": lambda: User.objects.update(role="data_manager"),
        "bulk_update": lambda: User.objects.bulk_update([data_officer], ["role"]),
        "sql": lambda: connection.cursor().execute("UPDATE childindex_user SET custodian = true"),
        "delete": lambda: connection.cursor().execute("DELETE FROM childindex_user"),
    }

    with pytest.raises(IntegrityError, match="who does it and why"), transaction.atomic():
        ways[way]()


def test_the_reason_does_not_outlive_the_change(data_officer, data_manager):
    with changing(by=data_manager, reason="Moved team"):
        User.objects.filter(pk=data_officer.pk).update(role="data_manager")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=data_officer.pk).update(custodian=True)


def test_a_change_of_many_accounts_leaves_a_row_for_each(data_officer, governance, data_manager):
    with changing(by=data_manager, reason="All reviewed"):
        User.objects.update(training_review_date="2030-01-01")

    for user in (data_officer, governance, data_manager):
        assert user.history.latest("history_date").history_change_reason == "All reviewed"


def test_a_change_without_a_reason_is_refused_before_the_database_is_asked(data_officer, data_manager):
    with pytest.raises(CannotChange, match="Give a reason"):
        people.suspend(data_officer, by=data_manager, reason="   ")


def test_signing_in_and_a_new_password_leave_no_history_and_need_no_reason(data_officer):
    before = data_officer.history.count()

    data_officer.set_password("another long password")
    data_officer.save()

    assert data_officer.history.count() == before
    kept = {field.name for field in data_officer.history.model._meta.fields}
    assert kept.isdisjoint({"password", "last_login"})


@pytest.mark.parametrize("verb", ["UPDATE {} SET role = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_history_of_accounts_is_never_rewritten(data_officer, verb):
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")

    with unbound(), pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        connection.cursor().execute(verb.format("childindex_historicaluser"))


def test_the_history_reads_as_sentences_newest_first(data_officer, data_manager, governance):
    people.suspend(data_officer, by=data_manager, reason="On leave")
    people.resume(data_officer, by=data_manager, reason="Back")
    second = {"by": data_manager, "approved_by": governance}
    people.change_role(data_officer, role="information_governance", reason="New post", **second)
    people.set_custodian(data_officer, custodian=True, reason="Joined the index team", **second)

    told = [(entry.sentences, entry.reason) for entry in story_of(data_officer)]

    assert told[:4] == [
        (["Made a custodian of the index team."], "Joined the index team"),
        (["Role changed from data officer to information governance."], "New post"),
        (["Resumed."], "Back"),
        (["Suspended."], "On leave"),
    ]


def test_two_accounts_cannot_have_one_address_however_it_is_capitalised(data_officer):
    with pytest.raises(IntegrityError, match="email"), changing(by=None, reason="Twice"):
        User.objects.create(email="OLIVE@example.gov.uk", full_name="Another Olive", role="data_officer")
