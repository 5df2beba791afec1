"""Closed causes for concern are kept for as long as the schedule says, and then leave with all their history."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from agencies.models import Concern, ConcernAudience, ConcernKind
from childindex.models import Act, Purge
from tests.factories import TODAY, said_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def raised(amina, visiting, hazel):
    """Makes a concern that was closed so many days ago, or is open."""

    def made(*, closed_days_ago=None):
        with said_by():
            closed = {}
            if closed_days_ago is not None:
                when = timezone.now() - timedelta(days=closed_days_ago)
                closed = {"closed_at": when, "closed_by": hazel, "outcome": "settled"}
            concern = Concern.objects.create(
                child=amina, kind=ConcernKind.objects.first(), basis="Not seen", service=visiting, raised_by=hazel,
                review_date=TODAY, **closed,
            )  # fmt: skip
            ConcernAudience.objects.create(concern=concern, service=visiting)
        return concern

    return made


def let_go(*arguments):
    out = StringIO()
    call_command("purge_concerns", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def test_what_has_expired_goes_with_its_history_and_all_else_stays(raised):
    old, late, still_open = raised(closed_days_ago=2_300), raised(closed_days_ago=2_100), raised()

    assert let_go()["removed"] == 1

    assert set(Concern.objects.all()) == {late, still_open}
    for model in (Concern, ConcernAudience):
        assert set(model.history.values_list("id", flat=True)) == set(model.objects.values_list("pk", flat=True))
    assert not Concern.history.filter(id=old.pk).exists()


def test_that_it_went_is_kept_and_says_nothing_of_whom(raised, amina):
    raised(closed_days_ago=2_300)

    let_go()

    assert Act.objects.filter(reason_code="concerns_expired").get().rows == 2
    purge = Purge.objects.get()
    assert (purge.what, purge.finished_at is not None) == ("causes for concern", True)
    assert "Khan" not in purge.reason


def test_how_long_is_the_councils_to_say(raised, settings):
    raised(closed_days_ago=400)
    assert let_go() == {"removed": 0, "expired": 0}

    settings.CONCERNS_KEPT_YEARS = 1

    assert let_go("--dry-run") == {"removed": 0, "expired": 1}
    assert let_go() == {"removed": 1, "expired": 1}
