"""Who looked: what information governance reads of the log, and what nobody may learn from it."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry.access import AccessKind
from registry.access.retention import Month, purge_month
from registry.models import AccessEntry, AccessPayload
from tests.cast import person
from tests.factories import make_child, shield
from tests.registry.access.chains import look, look_in

pytestmark = pytest.mark.django_db

LOG = reverse("registry:access_log")


@pytest.fixture
def child():
    return make_child("Amina", "Khan")


@pytest.fixture
def page(browser_of, governance):
    """What information governance is shown at an address."""
    return lambda address: browser_of(governance).get(address).content.decode()


def whole(entry):
    return reverse("registry:access_log_entry", args=[entry])


def of(child):
    return reverse("registry:child_access", args=[child.index_number])


def test_an_entry_is_told_in_words(page, data_officer, child):
    look(data_officer, child, kind=AccessKind.SEARCH, understood=["surname or forename: khan", "postcode: B4 7DA"])

    told = page(LOG)

    assert "Olive Officer searched" in told
    assert "Asked: surname or forename: khan; postcode: B4 7DA" in told
    assert child.index_number in told


def test_the_log_is_for_those_who_may_read_it(browser_of, data_officer, data_manager):
    for somebody in (data_officer, data_manager):
        for address in (LOG, reverse("registry:access_log_export"), whole(1)):
            assert browser_of(somebody).get(address).status_code == 403


def test_reading_the_log_is_written_in_it(page, governance, data_officer, child):
    look(data_officer, child)

    page(LOG)

    entry = AccessEntry.objects.order_by("pk").last()
    assert (entry.kind, entry.user, entry.payload.children) == ("log_read", governance, [child.pk])


def test_a_refusal_names_the_record_that_was_asked_for(browser_of, page, governance, child):
    browser_of(governance).get(reverse("registry:record", args=[child.index_number]))

    told = page(LOG)

    assert "Greta Governance was refused" in told
    assert f"Record: {child.index_number}" in told
    assert AccessEntry.objects.order_by("pk").last().payload.children == [child.pk]


class TestNarrowing:
    @pytest.fixture(autouse=True)
    def log(self, data_officer, data_manager, child):
        self.other = make_child("Ben", "Okafor")
        look_in(2025, 3, data_officer, child, understood=["one"])
        look(data_manager, child, self.other, understood=["two"])
        look(data_manager, self.other, kind=AccessKind.SEARCH, understood=["three"])

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["three", "two", "one"]),
            ("by=olive", ["one"]),
            ("by=morgan manager", ["three", "two"]),
            ("kind=search", ["three"]),
            ("since=2025-03-03&until=2025-03-03", ["one"]),
            ("until=2025-03-02", []),
            ("since_day=4&since_month=3&since_year=2025", ["three", "two"]),
            ("by=nobody", []),
        ],
    )
    def test_by_person_kind_and_day(self, in_london, page, query, expected):
        told = page(f"{LOG}?{query}")

        assert [word for word in ("three", "two", "one") if f"Asked: {word}<" in told] == expected

    def test_by_child(self, page, child):
        told = page(f"{LOG}?child={child.index_number.lower().replace('-', '')}")

        assert [word for word in ("three", "two", "one") if f"Asked: {word}<" in told] == ["two", "one"]
        assert "Entries that show Amina Khan" in told

    @pytest.mark.parametrize("query", ["child=CI-0000", "child=CI-4F7K-29QX-M", "since=nonsense", "kind=nonsense"])
    def test_what_is_not_understood_is_said_and_shows_nothing(self, page, query):
        told = page(f"{LOG}?{query}")

        assert "There is a problem" in told
        assert "Asked: one" not in told


def test_a_page_costs_the_same_queries_however_many_are_on_it(browser_of, governance, data_officer):
    browser = browser_of(governance)

    def cost(entries):
        for _ in range(entries):
            look(data_officer, make_child(), make_child(), make_child())
        with CaptureQueriesContext(connection) as queries:
            browser.get(LOG)
        return len(queries)

    browser.get(LOG)
    assert cost(1) == cost(6)


def test_what_has_expired_is_said_to_have(page, governance, data_officer, child):
    entry = look_in(2019, 5, data_officer, child)
    purge_month(Month(datetime(2019, 5, 1, tzinfo=UTC).date(), 1), by=governance, reason="Six years have passed")

    told = page(whole(entry))

    assert "expired and was purged" in told
    assert child.index_number not in told


def test_many_children_are_told_by_their_number_and_shown_on_pages_of_their_own(page, data_officer):
    entry = look(data_officer, *(make_child(f"Child{number}", "Khan") for number in range(7)))

    assert "and 2 others" in page(LOG)
    assert "7 children" in page(whole(entry))


class TestExport:
    def lines(self, answer):
        return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))

    def test_the_file_has_what_the_page_has(self, browser_of, governance, data_officer, child):
        look(data_officer, child, understood=["=cmd()"])

        [line] = self.lines(browser_of(governance).get(reverse("registry:access_log_export")))

        assert (line["Person"], line["Did"]) == ("Olive Officer", "opened the record")
        assert (line["Index numbers shown"], line["Names shown"]) == (child.index_number, "Amina Khan")

    def test_nothing_in_it_runs_as_a_formula(self, browser_of, governance, data_officer):
        look(data_officer, make_child("=1+1", "Khan"))

        [line] = self.lines(browser_of(governance).get(reverse("registry:access_log_export")))

        assert line["Names shown"] == "'=1+1 Khan"

    def test_whoever_is_in_it_is_written_down_before_it_leaves(self, browser_of, governance, data_officer, child):
        look(data_officer, child)
        look(data_officer, other := make_child())

        answer = browser_of(governance).get(reverse("registry:access_log_export"))

        entry = AccessEntry.objects.order_by("pk").last()
        assert (entry.kind, entry.payload.children) == ("exported", [child.pk, other.pk])
        assert len(self.lines(answer)) == 2
        assert AccessEntry.objects.count() == entry.pk


class TestBehindAShield:
    def test_whoever_opened_the_record_is_told(self, page, data_officer, child):
        shield(child)
        look(data_officer, child, index_number=child.index_number, page="record")

        assert "Olive Officer opened the record" in page(of(child))

    def test_a_search_that_only_visible_fields_can_have_answered_is_told(self, page, data_officer, child):
        shield(child)
        look(data_officer, child, kind=AccessKind.SEARCH, understood=["name: khan"])

        assert "Asked: name: khan" in page(of(child))

    def test_a_search_from_before_the_shield_is_not(self, page, data_officer, child):
        look(data_officer, child, kind=AccessKind.SEARCH, understood=["address: 5 Old Road"])
        shield(child)

        assert child.index_number not in page(LOG)
        assert "Old Road" not in page(of(child))

    def test_what_a_custodian_found_is_not(self, page, custodian, child):
        shield(child)
        look(custodian, child, kind=AccessKind.SEARCH, behind_shields=True, understood=["address: 5 New Road"])

        assert child.index_number not in page(LOG)
        assert "New Road" not in page(of(child))

    def test_what_a_custodian_did_to_the_record_is_withheld(self, page, custodian, child):
        shield(child)
        look(custodian, child, behind_shields=True, index_number=child.index_number, doing="add", fact="residence")

        told = page(of(child))

        assert "Casey Custodian opened the record" in told
        assert "withheld" in told
        assert "residence" not in told

    def test_a_sister_on_the_childs_page_is_not(self, page, custodian, child):
        sister = make_child("Farah", "Khan")
        shield(child)
        look(custodian, child, sister, behind_shields=True, index_number=child.index_number)

        assert sister.index_number not in page(of(child))
        assert "Casey" not in page(of(sister))

    def test_a_custodian_who_may_read_the_log_reads_all_of_it(self, browser_of, custodian, child):
        look(custodian, child, kind=AccessKind.SEARCH, understood=["address: 5 Old Road"])
        shield(child)
        reader = person("Gwen Custodian", "information_governance", custodian=True)

        assert "Old Road" in browser_of(reader).get(of(child)).content.decode()


def test_the_middleware_writes_whose_record_it_was_and_who_saw_behind_shields(browser_of, custodian, child):
    browser_of(custodian).get(reverse("registry:record", args=[child.index_number]))

    assert AccessPayload.objects.get().asked == {
        "index_number": child.index_number,
        "behind_shields": True,
        "page": "record",
    }
