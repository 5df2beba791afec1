"""The demonstration's services: set up once, with people and children, and nowhere else."""

import pytest
from django.core.management import CommandError, call_command

from agencies.models import Involvement, Service
from childindex.accounts.changes import changing
from childindex.models import User
from tests.factories import TODAY, make_child

pytestmark = pytest.mark.django_db


def test_services_are_set_up_once_with_the_accounts_and_some_children(settings):
    settings.DEMONSTRATION = True
    for number in range(6):
        make_child(f"Zoe{number}", "Okafor", born=TODAY.replace(year=TODAY.year - 2))
    with changing(by=None, reason="Made for the demonstration"):
        user = User.objects.create_user("practitioner@example.org", role="practitioner", full_name="Demo Practitioner")

    call_command("demo_services")
    call_command("demo_services")

    assert Service.objects.count() == 6
    assert [one.service.name for one in user.practices.all()] == ["Health visiting"]
    known = Involvement.objects.filter(service__name="Health visiting")
    assert known.count() == 2
    assert all(one.from_date <= one.confirmed_on for one in known)


def test_outside_the_demonstration_services_are_set_up_by_hand(settings):
    settings.DEMONSTRATION = False

    with pytest.raises(CommandError, match="by hand"):
        call_command("demo_services")
