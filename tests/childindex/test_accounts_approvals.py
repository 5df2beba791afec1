"""Four eyes: what lets somebody see behind a shield, or give that right, one asks for and another approves."""

import pytest
from django.core import mail
from django.core.management import call_command
from django.db.utils import IntegrityError
from django.urls import reverse
from django.utils import timezone

from childindex import roles
from childindex.accounts import approvals, people
from childindex.accounts.changes import CannotChange
from childindex.models import Approval, User
from tests.cast import person
from tests.factories import said_by

SITE = "http://testserver"


def deed(user, code):
    return reverse("user_deed", args=[user.pk, code])


def page(asked):
    return reverse("approval", args=[asked.pk])


@pytest.fixture
def second(db):
    return person("Sybil Second", "data_manager")


@pytest.fixture
def asked(data_officer, data_manager, governance, django_capture_on_commit_callbacks):
    """That the data officer be a custodian, asked by the data manager; the letters are gone."""
    with django_capture_on_commit_callbacks(execute=True):
        made = approvals.set_custodian(data_officer, custodian=True, by=data_manager, reason="Joins the index team")
    mail.outbox.clear()
    return made


def decide(asked, by, *, is_approved=True, refusal=""):
    return approvals.decide(asked, is_approved=is_approved, refusal=refusal, by=by, site=SITE)


def test_a_custodian_is_made_by_two(browser_of, data_manager, governance, data_officer):
    browser_of(data_manager).post(
        deed(data_officer, "custodian"), {"custodian": "yes", "reason": "Joins the index team"}
    )
    data_officer.refresh_from_db()
    assert not data_officer.custodian
    account = reverse("user", args=[data_officer.pk])
    assert "Waits for approval: Olive Officer" in browser_of(data_manager).get(account).text

    listed = browser_of(governance).get(reverse("approvals")).text
    assert "is to be a custodian of the index team" in listed
    browser_of(governance).post(page(Approval.objects.get()), {"decision": "approve"})

    data_officer.refresh_from_db()
    assert data_officer.may("see_shielded")
    told = browser_of(data_manager).get(account).text
    assert "Waits for approval" not in told
    assert "Joins the index team. Approved by Greta Governance." in told


def test_everybody_concerned_is_written_to_when_it_is_asked_and_when_it_is_decided(
    data_manager, governance, data_officer, second, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        made = approvals.set_custodian(data_officer, custodian=True, by=data_manager, reason="Joins the index team")
    everybody = {data_manager.email, data_officer.email, governance.email, second.email}
    assert {address for letter in mail.outbox for address in letter.to} == everybody
    assert all("Joins the index team" in letter.body for letter in mail.outbox)
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        decide(made, governance, is_approved=False, refusal="Not of the team")

    told = {address for letter in mail.outbox for address in letter.to}
    assert told == {data_manager.email, data_officer.email, governance.email}
    assert all("Not of the team" in letter.body for letter in mail.outbox)


def test_nobody_approves_what_they_asked_for_by_page_by_operation_or_in_the_database(browser_of, asked, data_manager):
    browser = browser_of(data_manager)

    assert "you asked for this yourself" in browser.get(page(asked)).text
    browser.post(page(asked), {"decision": "approve"})
    with pytest.raises(CannotChange, match="you asked for this yourself"):
        decide(asked, data_manager)
    with pytest.raises(IntegrityError, match="nobody_approves_what_they_asked_for"), said_by():
        Approval.objects.filter(pk=asked.pk).update(
            decided_by=data_manager, decided_at=timezone.now(), is_approved=True
        )

    assert Approval.objects.waiting().exists()


def test_nobody_decides_on_their_own_account(asked, data_officer, data_manager, governance, second):
    theirs = approvals.change_role(governance, role="data_manager", reason="New post", by=data_manager)

    with pytest.raises(CannotChange, match="about your own account"):
        decide(theirs, governance)
    with pytest.raises(IntegrityError, match="nobody_asks_or_approves_for_themselves"), said_by():
        Approval.objects.filter(pk=asked.pk).update(
            decided_by=data_officer, decided_at=timezone.now(), is_approved=True
        )


@pytest.mark.parametrize("half", [{"decided_at": timezone.now()}, {"is_approved": True}, {"refusal": "No"}])
def test_a_decision_is_whole_or_not_there(asked, half):
    with pytest.raises(IntegrityError), said_by():
        Approval.objects.filter(pk=asked.pk).update(**half)


def test_a_refusal_says_why_by_page_by_operation_and_in_the_database(browser_of, asked, governance):
    assert "Say why it is refused." in browser_of(governance).post(page(asked), {"decision": "refuse"}).text
    with pytest.raises(CannotChange, match="Say why"):
        decide(asked, governance, is_approved=False, refusal=" ")
    with pytest.raises(IntegrityError, match="a_refused_approval_says_why"), said_by():
        Approval.objects.update(decided_by=governance, decided_at=timezone.now(), is_approved=False)

    browser_of(governance).post(page(asked), {"decision": "refuse", "refusal": "Not of the team"})

    asked.refresh_from_db()
    assert (asked.is_approved, asked.refusal, asked.decided_by) == (False, "Not of the team", governance)
    assert not User.objects.get(email=asked.email).custodian


def test_it_is_asked_once_and_again_when_it_was_decided(asked, data_officer, data_manager, governance):
    with pytest.raises(CannotChange, match="waits to be approved"):
        approvals.set_custodian(data_officer, custodian=True, by=data_manager, reason="Again")
    decide(asked, governance, is_approved=False, refusal="Not yet")

    assert approvals.set_custodian(data_officer, custodian=True, by=data_manager, reason="Now").decided_at is None


def test_it_is_decided_once(asked, governance, second):
    decide(asked, governance, is_approved=False, refusal="Not yet")

    with pytest.raises(CannotChange, match="decided this already"):
        decide(asked, second)


@pytest.mark.parametrize("who", ["data_officer", "custodian", "outsider"])
def test_others_neither_see_nor_decide(request, browser_of, asked, who):
    browser = browser_of(request.getfixturevalue(who))

    assert browser.get(reverse("approvals")).status_code == 403
    assert browser.post(page(asked), {"decision": "approve"}).status_code == 403
    with pytest.raises(CannotChange, match="Only another data manager or information governance"):
        decide(asked, request.getfixturevalue(who))


def test_what_was_asked_by_somebody_who_may_not_ask_any_more_is_not_carried_out(
    asked, data_manager, governance, second
):
    people.suspend(data_manager, by=second, reason="Under investigation")

    with pytest.raises(CannotChange, match="may not ask for this"):
        decide(asked, governance)

    assert Approval.objects.waiting().exists()
    assert not User.objects.get(email=asked.email).custodian


def test_what_cannot_be_carried_out_any_more_says_so_and_waits(browser_of, asked, data_officer, governance, second):
    people.close(data_officer, by=second, reason="Left")

    assert "This account is closed." in browser_of(governance).post(page(asked), {"decision": "approve"}).text
    assert Approval.objects.waiting().exists()


@pytest.mark.parametrize("role", ["data_manager", "information_governance"])
def test_a_role_that_gives_such_rights_needs_two_by_invitation_and_by_change(
    browser_of, data_officer, data_manager, governance, role, django_capture_on_commit_callbacks
):
    browser = browser_of(data_manager)
    new = {"full_name": "Nia New", "email": "nia@elsewhere.example", "role": role, "reason": "New post"}

    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("invite_user"), new)
        browser.post(deed(data_officer, "role"), {"role": role, "reason": "New post"})
    assert not User.objects.filter(email="nia@elsewhere.example").exists()
    assert "nia@elsewhere.example" not in [address for letter in mail.outbox for address in letter.to]
    assert User.objects.get(pk=data_officer.pk).role == "data_officer"
    assert Approval.objects.waiting().count() == 2

    with django_capture_on_commit_callbacks(execute=True):
        for one in Approval.objects.waiting():
            browser_of(governance).post(page(one), {"decision": "approve"})

    assert User.objects.get(email="nia@elsewhere.example").role == role
    assert any(
        "/account/invitation/" in letter.body for letter in mail.outbox if letter.to == ["nia@elsewhere.example"]
    )
    assert User.objects.get(pk=data_officer.pk).role == role


def test_other_roles_and_taking_away_need_one(data_manager, governance, custodian):
    people.set_custodian(custodian, custodian=False, by=data_manager, reason="Left the team")
    people.change_role(governance, role="data_officer", by=data_manager, reason="New post")
    made = approvals.invite(email="a@b.org", full_name="A B", role="data_officer", reason="New", by=data_manager)

    assert isinstance(made, User)
    assert not Approval.objects.exists()


def test_the_operations_themselves_refuse_one_person(data_manager, data_officer, custodian):
    for approved_by in (None, data_manager, custodian):
        with pytest.raises(CannotChange, match="has to approve this first"):
            people.set_custodian(data_officer, custodian=True, by=data_manager, approved_by=approved_by, reason="x")
        with pytest.raises(CannotChange, match="has to approve this first"):
            people.change_role(data_officer, role="data_manager", by=data_manager, approved_by=approved_by, reason="x")
    for mark in ({"role": "data_officer", "custodian": True}, {"role": "data_manager"}):
        with pytest.raises(CannotChange, match="has to approve this first"):
            people.invite(email="a@b.org", full_name="A B", by=data_manager, reason="x", **mark)


def test_where_nobody_else_could_approve_the_page_says_what_to_do(browser_of, data_manager, data_officer):
    told = browser_of(data_manager).post(deed(data_officer, "custodian"), {"custodian": "yes", "reason": "Joins"}).text

    assert "manage.py invite_user" in told
    assert not Approval.objects.exists()


def test_the_command_line_needs_nobody(db, capsys):
    call_command("invite_user", "ann@example.gov.uk", "Ann Archer", site=SITE, reason="First manager")

    assert User.objects.get(email="ann@example.gov.uk").role == "data_manager"


def test_what_waits_stands_in_the_work_of_those_who_may_decide(browser_of, asked, data_manager, governance):
    assert "Olive Officer (olive@example.gov.uk) is to be a custodian" in browser_of(governance).get("/my-work/").text
    assert "Olive Officer" not in browser_of(data_manager).get("/my-work/").text


def test_the_page_says_what_comes_there_while_nothing_does(browser_of, governance):
    assert "Nothing waits for approval" in browser_of(governance).get(reverse("approvals")).text


def test_every_role_that_may_give_such_rights_is_guarded():
    guarded = {role.code for role in roles.everyone() if roles.is_guarded(role.code)}

    assert guarded == {"data_manager", "information_governance"}
    assert "set_up_services" in roles.GUARDED


def test_the_decisions_are_kept_with_their_history(asked, governance):
    decide(asked, governance)

    assert asked.history.count() == 2
    assert [row.decided_by for row in asked.history.order_by("history_id")] == [None, governance]


def test_the_list_asks_the_database_a_fixed_number_of_questions(
    browser_of, data_manager, governance, django_assert_max_num_queries
):
    for number in range(20):
        who = person(f"P{number} Person", "data_officer")
        approvals.set_custodian(who, custodian=True, by=data_manager, reason="Joins")
    browser = browser_of(governance)

    with django_assert_max_num_queries(8):
        assert "20 rights to approve" in browser.get(reverse("approvals")).text
