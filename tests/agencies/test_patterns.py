"""Patterns of looking: raised once with their evidence, and closed by somebody else."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from agencies import patterns
from agencies.models import Pattern
from registry.access import chain
from registry.models import AccessKind
from tests.agencies.people import make_service, works_for
from tests.factories import TODAY, make_child, shield

pytestmark = pytest.mark.django_db


def opened(user, child, *, purpose=""):
    looked = chain.Looked(
        page="registry:record", asked={"index_number": child.index_number}, purpose=purpose, case_reference="",
        children=[child.pk], index_numbers=[child.index_number],
    )  # fmt: skip
    return chain.record(by=user, kind=AccessKind.OPENED, looked=looked)


@pytest.fixture
def by_day(monkeypatch):
    """No hour is night, so that a test may run at any."""
    monkeypatch.setattr(patterns, "NIGHT", (24, 0))


def kinds():
    return sorted(Pattern.objects.values_list("kind", flat=True))


def test_a_child_of_the_same_surname_is_asked_about_once(by_day, visiting, amina):
    khan = works_for(visiting, name="Hamid Khan")
    entry = opened(khan, amina)
    opened(khan, amina)
    opened(khan, make_child("Zoe", "Okafor"))

    assert patterns.raise_for(TODAY) == 1
    assert patterns.raise_for(TODAY) == 0

    assert (kinds(), Pattern.objects.get().entry) == (["surname"], entry)


def test_many_records_on_no_caseload_are_asked_about(by_day, hazel, monkeypatch):
    monkeypatch.setattr(patterns, "MANY", 3)
    for number in range(3):
        opened(hazel, make_child(f"Zoe{number}", "Okafor"), purpose="I am worried about this child")

    patterns.raise_for(TODAY)

    assert Pattern.objects.get().evidence == "3 records of children on no caseload were opened"


def test_the_caseload_is_not_counted(by_day, hazel, monkeypatch):
    monkeypatch.setattr(patterns, "MANY", 3)
    for number in range(3):
        opened(hazel, make_child(f"Zoe{number}", "Okafor"), purpose="On the caseload of Health visiting")

    assert patterns.raise_for(TODAY) == 0


def test_records_opened_at_night_are_asked_about(hazel, amina, monkeypatch):
    hour = timezone.localtime().hour
    monkeypatch.setattr(patterns, "NIGHT", (hour, 0))
    opened(hazel, amina)

    patterns.raise_for(TODAY)

    assert Pattern.objects.get().evidence == f"1 record was opened between {hour}:00 and 0:00"


def test_of_another_day_nothing_is_raised(hazel, amina):
    opened(hazel, amina)

    assert patterns.raise_for(TODAY - timedelta(days=1)) == 0


def test_governance_reads_the_evidence_and_closes_it(by_day, browser_of, governance, visiting, amina):
    shield(amina)
    opened(works_for(visiting, name="Hamid Khan"), amina)
    patterns.raise_for(TODAY)
    browser, [found] = browser_of(governance), Pattern.objects.all()

    assert "Hamid Khan" in browser.get("/looks/patterns/").text
    page = browser.get(f"/looks/patterns/{found.pk}/").text
    assert f"/who-looked/{found.entry}/" in page
    assert "Amina" not in page
    browser.post(f"/looks/patterns/{found.pk}/", {"how": "No relation"})

    found.refresh_from_db()
    assert (found.closed_by, found.closed_how) == (governance, "No relation")
    assert "closed this already" in browser.post(f"/looks/patterns/{found.pk}/", {"how": "Again"}, follow=True).text


def test_others_read_no_patterns(browser_of, data_officer):
    manager = works_for(make_service("School nursing", "school_nursing"), name="Nadia Nursing", role="service_manager")

    for user in (data_officer, manager):
        assert browser_of(user).get("/looks/patterns/").status_code == 403


def test_the_command_says_how_many(by_day, visiting, amina):
    opened(works_for(visiting, name="Hamid Khan"), amina)
    out = StringIO()

    call_command("look_patterns", stdout=out)
    assert "0 patterns raised" in out.getvalue()
    call_command("look_patterns", "--day", TODAY.isoformat(), stdout=out)
    assert "1 pattern raised" in out.getvalue()
    with pytest.raises(CommandError, match="like 2026-10-03"):
        call_command("look_patterns", "--day", "yesterday")
