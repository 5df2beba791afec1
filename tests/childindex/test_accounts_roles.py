"""Who may do what."""

from datetime import timedelta

import pytest
from django.utils import timezone

from childindex import roles
from childindex.accounts.changes import changing
from childindex.models import User


def test_a_data_officer_searches_opens_and_corrects_but_looks_after_no_accounts(data_officer):
    assert data_officer.may("search_children")
    assert data_officer.may("view_child")
    assert data_officer.may("edit_child")
    assert not data_officer.may("manage_users")
    assert not data_officer.may("read_access_log")


def test_no_role_alone_sees_behind_a_shield(data_officer, data_manager, governance):
    for user in (data_officer, data_manager, governance):
        assert not user.may("see_shielded")
        assert not user.may("manage_shields")


def test_a_custodian_sees_behind_a_shield_and_keeps_what_the_role_may_do(custodian):
    assert custodian.may("see_shielded")
    assert custodian.may("manage_shields")
    assert custodian.may("edit_child")


def test_governance_reads_the_log_and_opens_no_record(governance):
    assert governance.permissions == {"read_access_log", "approve_rights", "do_work"}


def test_an_unregistered_role_may_do_nothing(outsider):
    assert outsider.permissions == frozenset()


@pytest.mark.parametrize("state", ["invited", "suspended", "closed"])
def test_an_account_that_is_not_active_may_do_nothing(custodian, state):
    custodian.state = state

    assert not custodian.may("view_child")
    assert not custodian.may("see_shielded")


def test_a_misspelt_permission_is_an_error_and_not_a_refusal(data_officer):
    with pytest.raises(roles.UnknownPermission):
        data_officer.may("serch_children")


def test_a_role_cannot_be_registered_with_what_only_a_custodian_may_do():
    with pytest.raises(ValueError, match="custodian"):
        roles.register("snoop", "Snoop", ["see_shielded"])


def test_a_role_cannot_be_registered_twice_with_different_permissions():
    with pytest.raises(ValueError, match="already"):
        roles.register("data_officer", "Data officer", ["manage_users"])


def test_overdue_training_only_warns_unless_the_setting_refuses(data_manager, settings):
    data_manager.training_review_date = timezone.localdate() - timedelta(days=1)
    assert data_manager.may("view_child")

    settings.REFUSE_AFTER_REVIEW_DATE = True

    assert not data_manager.may("view_child")
    assert data_manager.may("manage_users")


def test_a_review_due_today_is_not_overdue(data_manager):
    data_manager.vetting_review_date = timezone.localdate()

    assert data_manager.overdue_reviews() == []


def test_overdue_accounts_are_found_by_either_review(data_officer, data_manager, governance):
    yesterday = timezone.localdate() - timedelta(days=1)
    with changing(by=data_manager, reason="Review dates from the register"):
        User.objects.filter(pk=data_officer.pk).update(training_review_date=yesterday)
        User.objects.filter(pk=governance.pk).update(vetting_review_date=yesterday)

    assert set(User.objects.overdue(timezone.localdate())) == {data_officer, governance}
