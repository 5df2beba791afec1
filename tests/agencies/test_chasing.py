"""What waits too long is written about, once a person and without a name."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from agencies import hearing
from agencies.models import Concern, ConcernAudience, ConcernKind, ContactRequest, Override, What
from registry.models import ShieldRequest
from tests.agencies.people import make_service, works_for
from tests.factories import TODAY, said_by

pytestmark = pytest.mark.django_db


def told(*words):
    out = StringIO()
    try:
        call_command("chase", *words, "--mail", "--json", stdout=out)
        status = 0
    except SystemExit as ended:
        status = ended.code
    return status, json.loads(out.getvalue().splitlines()[-1])


@pytest.fixture
def nursing(db):
    return make_service("School nursing", "school_nursing")


@pytest.fixture
def waiting(amina, visiting, nursing, hazel):
    with said_by():
        concern = Concern.objects.create(
            child=amina, kind=ConcernKind.objects.first(), basis="Not seen", service=visiting, raised_by=hazel,
            review_date=TODAY - timedelta(days=1),
        )  # fmt: skip
        ConcernAudience.objects.create(concern=concern, service=nursing)
        Concern.objects.update(raised_at=timezone.now() - timedelta(days=2))
    return concern


def test_nothing_waits(visiting, hazel):
    kinds = ["unacknowledged", "unreviewed", "unanswered", "overrides", "looks", "shields"]

    assert told() == (0, {"waiting": dict.fromkeys(kinds, 0), "sent": 0, "failed": 0})


def test_who_was_told_and_who_raised_it_are_written_to_without_a_name(waiting, nursing, hazel):
    nora = works_for(nursing, name="Nora Nurse")

    status, found = told()

    assert (status, found["sent"]) == (3, 2)
    letters = {letter.to[0]: letter.body for letter in mail.outbox}
    assert "has not acknowledged 1 cause for concern" in letters[nora.email]
    assert "should have been looked at again" in letters[hazel.email]
    assert not any("Amina" in body for body in letters.values())


def test_what_was_acknowledged_waits_no_more(waiting, nursing):
    nora = works_for(nursing, name="Nora Nurse")
    with said_by():
        ConcernAudience.objects.update(acknowledged_at=timezone.now(), acknowledged_by=nora)

    assert told()[1]["waiting"]["unacknowledged"] == 0


def test_custodians_and_governance_are_written_to_about_theirs(amina, visiting, hazel, custodian, governance):
    late = {"child": amina, "service": visiting, "due_date": TODAY - timedelta(days=1)}
    with said_by():
        ContactRequest.objects.create(why="To agree on a visit", asked_by=hazel, **late)
        Override.objects.create(by=hazel, reason="A threat", **late)

    told()

    letters = {letter.to[0]: letter.body for letter in mail.outbox}
    assert "1 request to make contact" in letters[custodian.email]
    assert "1 override of a shield" in letters[governance.email]


def test_the_digest_counts_and_names_nobody(amina, visiting, hazel, knows):
    old = TODAY - timedelta(days=500)
    knows(visiting, amina, practitioner=hazel.practices.get(), from_date=old, confirmed_on=old)
    with said_by():
        amina.residences.update(from_date=TODAY - timedelta(days=2))

    status, found = told("--digest")

    assert (status, found["practitioners"], found["sent"]) == (0, 1, 1)
    assert "1 of your children moved." in mail.outbox[0].body
    assert "1 entry of your children not confirmed for so long" in mail.outbox[0].body
    assert "Amina" not in mail.outbox[0].body


def choose(browser, **said):
    chosen = {
        f"{what}_{which}": value for what in What.values for which, value in (("often", "weekly"), ("whose", "mine"))
    }
    return browser.post("/notices/choose/", {**chosen, **said}, follow=True)


def test_somebody_chooses_what_they_hear_of_and_how_often(browser_of, amina, visiting, hazel, knows):
    knows(visiting, amina, practitioner=hazel.practices.get())
    with said_by():
        amina.residences.update(from_date=TODAY - timedelta(days=2))
    browser = browser_of(hazel)

    assert "Kept." in choose(browser, moved_often="daily", school_often="never").text

    assert hearing.digest(hazel, "daily") == ["1 of your children moved."]
    assert hearing.digest(hazel, "weekly") == []
    assert "Nothing is different" in choose(browser, moved_often="daily", school_often="never").text


def test_a_colleagues_children_are_heard_of_where_the_whole_service_is_chosen(
    browser_of, amina, visiting, hazel, knows
):
    knows(visiting, amina)
    with said_by():
        amina.residences.update(from_date=TODAY - timedelta(days=2))

    assert hearing.digest(hazel, "weekly") == []
    choose(browser_of(hazel), moved_whose="service")

    assert hearing.digest(hazel, "weekly") == ["1 of your service’s children moved."]


def test_what_began_long_before_it_was_recorded_is_no_news(amina, visiting, hazel, knows):
    knows(visiting, amina, practitioner=hazel.practices.get())
    with said_by():
        amina.residences.update(from_date=TODAY - timedelta(days=400))

    assert hearing.digest(hazel, "weekly") == []


def test_a_shield_asked_for_is_chased(amina, custodian, data_officer):
    with said_by():
        ShieldRequest.objects.create(
            child=amina, asked_by=data_officer, asked_for="parent", ground="A threat", reached_by="Ring her sister",
            due_date=TODAY - timedelta(days=1),
        )  # fmt: skip

    assert told()[1]["waiting"]["shields"] == 1
    assert "1 shield that was asked for" in mail.outbox[0].body
