"""Patterns of looking: raised once with their evidence, and closed by somebody else."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from agencies import patterns
from agencies.models import InTheNews, Pattern
from registry import conflicts
from registry.access import chain
from registry.models import AccessKind
from tests.agencies.people import make_service, works_for
from tests.factories import TODAY, make_address, make_child, shield

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


def test_a_child_in_the_lookers_own_postcode_is_asked_about_unless_a_shield_hides_where_it_lives(by_day, hazel, amina):
    hidden = make_child("Zoe", "Okafor", address=make_address())
    shield(hidden)
    conflicts.say_home(by=hazel, surname="Visitor", postcode="B4 7DA")
    for child in (amina, hidden):
        opened(hazel, child)

    patterns.raise_for(TODAY)

    assert [(one.kind, one.looker) for one in Pattern.objects.all()] == [("street", hazel)]


def test_records_one_after_another_are_asked_about(by_day, hazel, monkeypatch):
    monkeypatch.setattr(patterns, "RUN", 3)
    family = [make_child(f"Zoe{number}", "Okafor") for number in range(5)]
    for child in (family[0], family[1], family[3], family[1]):
        opened(hazel, child)
    assert patterns.raise_for(TODAY) == 0

    opened(hazel, family[2])
    patterns.raise_for(TODAY)

    assert Pattern.objects.get().evidence == "4 records were opened one after another, in their order"


def test_a_child_in_the_news_is_asked_about_unless_the_looker_works_with_it(
    by_day, browser_of, governance, hazel, visiting, amina
):
    until = TODAY + timedelta(days=9)
    said = {"index_number": amina.index_number.lower(), "until_day": until.day, "until_month": until.month}
    page = browser_of(governance).post("/looks/news/", {**said, "until_year": until.year}, follow=True).text
    assert "Amina Khan" in page
    opened(works_for(visiting, name="Nora Nurse"), amina, purpose="On the caseload of Health visiting")
    assert patterns.raise_for(TODAY) == 0

    opened(hazel, amina)
    patterns.raise_for(TODAY)

    assert [(one.kind, one.looker) for one in Pattern.objects.all()] == [("news", hazel)]


@pytest.mark.parametrize(
    ("said", "told"),
    [({"index_number": "CI-0000"}, "index number"), ({"until_year": "2001"}, "Enter a day from today on")],
)
def test_what_is_wrong_with_an_entry_of_the_news_is_said(browser_of, governance, amina, said, told):
    good = {"index_number": amina.index_number, "until_day": 1, "until_month": 2, "until_year": TODAY.year + 1}

    assert told in browser_of(governance).post("/looks/news/", {**good, **said}).text
    assert not InTheNews.objects.exists()
