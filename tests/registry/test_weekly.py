"""The weekly letter: how much waits for whom, and no name."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command

from childindex.accounts.changes import changing
from registry import weekly
from schools.missing import opening
from schools.models import Case
from tests.factories import TODAY, make_child, said_by, shield

pytestmark = pytest.mark.django_db
TEN = date(TODAY.year - 10, 1, 15)


def told(*options):
    out = StringIO()
    call_command("work_digest", "--json", *options, stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def case_of(forename, owner):
    return opening.open_case(make_child(forename, "Khan", born=TEN), source="public", told="", owner=owner, by=owner)


def late(*cases):
    with said_by():
        Case.objects.filter(pk__in=[one.pk for one in cases]).update(
            opened_on=TODAY - timedelta(days=9), due_date=TODAY - timedelta(days=3)
        )


def test_everybody_for_whom_something_waits_is_written_to_without_a_name(data_officer, outsider):
    late(case_of("Amina", data_officer), case_of("Zoe", data_officer))
    case_of("Bilal", data_officer)

    assert told("--mail") == {"people": 1, "sent": 1, "failed": 0}

    [letter] = mail.outbox
    assert letter.to == [data_officer.email]
    assert "Missing education: 3 wait, 2 of them overdue." in letter.body
    for name in ("Amina", "Zoe", "Khan", "CI-"):
        assert name not in letter.body


def test_without_mail_nobody_is_written_to(data_officer):
    case_of("Amina", data_officer)

    assert told() == {"people": 1, "sent": 0, "failed": 0}
    assert not mail.outbox


def test_one_thing_is_one_thing(data_officer):
    late(case_of("Amina", data_officer))

    assert weekly.digest() == {data_officer: ["Missing education: 1 waits, it is overdue."]}


def test_of_a_shielded_child_nothing_is_counted_but_for_custodians(data_officer, custodian):
    shield(case_of("Amina", data_officer).child)

    found = weekly.digest()

    assert data_officer not in found
    assert custodian not in found or "Missing education" not in " ".join(found[custodian])


def test_somebody_whose_account_is_closed_is_not_written_to(data_officer):
    case_of("Amina", data_officer)
    with changing(by=None, reason="Left"):
        data_officer.state = "closed"
        data_officer.save()

    assert weekly.digest() == {}
