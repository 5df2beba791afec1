"""No page shows a child without an entry, streamed pages included."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry.access import LookingNotRecorded
from registry.models import AccessEntry, AccessPayload
from tests.databases import unbound
from tests.factories import make_child

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.registry.access.pages")]


@pytest.fixture
def child():
    return make_child("Amina", "Khan")


def entries():
    found = AccessEntry.objects.order_by("pk")
    payloads = AccessPayload.objects.in_bulk()
    return [(entry, payloads[entry.pk]) for entry in found]


def test_opening_a_record_is_written_down(data_officer, browser_of, child):
    answer = browser_of(data_officer).get(f"/children/{child.index_number}/")

    [(entry, payload)] = entries()
    assert answer.content == b"Amina Khan"
    assert (entry.user, entry.kind) == (data_officer, "opened")
    assert payload.page == "registry:record"
    assert payload.asked == {"index_number": child.index_number}
    assert (payload.children, payload.index_numbers) == ([child.pk], [child.index_number])


def test_a_search_that_finds_nobody_is_written_down_with_its_reason(data_officer, browser_of):
    browser_of(data_officer).get("/nobody/")

    [(entry, payload)] = entries()
    assert entry.kind == "search"
    assert payload.asked == {"understood": ["surname or forename: khan"]}
    assert payload.purpose == "A letter came"
    assert payload.children == []


def test_a_page_that_shows_a_child_and_says_nothing_fails(data_officer, browser_of, child):
    with pytest.raises(LookingNotRecorded, match="registry:forgetful"):
        browser_of(data_officer).get(f"/forgetful/{child.index_number}/")


def test_a_page_that_says_nothing_tells_nothing_of_the_child(data_officer, child):
    browser = Client(raise_request_exception=False)
    browser.force_login(data_officer)

    answer = browser.get(f"/forgetful/{child.index_number}/")

    assert answer.status_code == 500
    assert b"Amina" not in answer.content
    assert child.index_number.encode() not in answer.content


def test_a_page_that_shows_nobody_leaves_no_entry(data_officer, browser_of, child):
    assert browser_of(data_officer).get("/account/").status_code == 200
    assert browser_of(data_officer).get(f"/gone/{child.index_number}/").status_code == 404

    assert entries() == []


def test_somebody_refused_is_written_down(governance, browser_of, child):
    answer = browser_of(governance).get(f"/children/{child.index_number}/")

    [(entry, payload)] = entries()
    assert answer.status_code == 403
    assert (entry.user, entry.kind) == (governance, "refused")
    assert payload.asked["index_number"] == child.index_number


def test_a_signed_out_visitor_is_sent_to_sign_in(client, child):
    assert client.get(f"/children/{child.index_number}/").status_code == 302
    assert entries() == []


def test_an_entry_is_written_in_one_statement(data_officer, browser_of, child):
    browser = browser_of(data_officer)
    browser.get(f"/children/{child.index_number}/")

    with CaptureQueriesContext(connection) as told:
        browser.get(f"/children/{child.index_number}/")

    about_access = [one["sql"] for one in told.captured_queries if "record_access" in one["sql"]]
    assert len(about_access) == 1


def test_a_stream_is_written_down_before_its_first_byte(data_officer, browser_of, child):
    other = make_child("Ben", "Okafor")

    answer = browser_of(data_officer).get("/declared/")

    [(entry, payload)] = entries()
    assert entry.kind == "exported"
    assert payload.children == [child.pk, other.pk]
    assert b"".join(answer.streaming_content) == b"Amina Khan\nBen Okafor\n"
    assert len(entries()) == 1


def test_a_stream_that_declared_nobody_writes_before_each_chunk(data_officer, browser_of, child):
    other = make_child("Ben", "Okafor")
    stream = iter(browser_of(data_officer).get("/undeclared/").streaming_content)

    assert next(stream) == b"Amina Khan\n"
    assert [payload.children for _, payload in entries() if payload.children] == [[child.pk]]
    assert next(stream) == b"Ben Okafor\n"

    *_, (_, last) = entries()
    assert last.children == [other.pk]
    assert last.asked["continues"] == entries()[0][0].pk


def test_a_stream_that_says_nothing_sends_nothing(data_officer, browser_of, child):
    answer = browser_of(data_officer).get("/unnoted/")

    with pytest.raises(LookingNotRecorded):
        next(iter(answer.streaming_content))


def test_nothing_is_answered_where_the_entry_cannot_be_written(data_officer, child):
    browser = Client(raise_request_exception=False)
    browser.force_login(data_officer)
    with unbound(), connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION registry_access_hash")

    answer = browser.get(f"/children/{child.index_number}/")

    assert answer.status_code == 500
    assert b"Amina" not in answer.content
