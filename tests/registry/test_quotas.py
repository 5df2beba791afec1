"""How much one person may ask at once: counted of what they did, refused with what to do next, and recorded."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from childindex import roles
from childindex.settings.quotas import QUOTA_OF_OTHERS, QUOTAS
from registry import quotas
from registry.intake import stages
from registry.intake.receiving import CannotReceive, receive
from registry.models import AccessEntry, AccessKind, AccessPayload, Delivery, Feed, ListMatch, SearchTally
from tests.cast import person
from tests.factories import make_child
from tests.registry.intake.lists import AS_OF, child_health
from tests.together import at_once, refusals

FEW = QUOTA_OF_OTHERS._replace(
    files=2, rows=10, bytes=300, files_a_day=4, lists_a_day=1, searches_a_minute=2, searches_an_hour=5
)


@pytest.fixture
def few(settings):
    """Everybody may ask for very little."""
    settings.QUOTAS, settings.QUOTA_OF_OTHERS = {}, FEW


@pytest.fixture
def births(db):
    return child_health()


def send(by, source, number, *, more=0):
    file = io.BytesIO(f"Reference,Surname\n{number},Khan\n".encode() + b"\n" * more)
    return receive(file, name=f"{number}.csv", feed=Feed.objects.get(code="births"), source=source, as_of=AS_OF, by=by)


def refused():
    """The particulars of everything that was refused."""
    entries = AccessEntry.objects.filter(kind=AccessKind.REFUSED).order_by("pk")
    return [AccessPayload.objects.get(entry=entry).asked for entry in entries]


def test_more_files_under_work_than_one_person_may_have_are_refused_with_what_to_do(few, births, data_officer):
    for number in range(2):
        send(data_officer, births, number)

    with pytest.raises(CannotReceive, match=r"You have 2 files under work.*not kept: send it again once one of them"):
        send(data_officer, births, 3)

    assert Delivery.objects.count() == 2
    assert [one["over_quota"] for one in refused()] == ["files"]


@pytest.mark.parametrize("stage", ["refused", "applied", "undone"])
def test_what_is_settled_is_under_work_no_more(few, births, data_officer, stage):
    settled = send(data_officer, births, 1)
    send(data_officer, births, 2)
    if stage == "refused":
        Delivery.objects.filter(pk=settled.pk).update(stage="refused", refusal="It is no list.")
    else:
        assert stages.read(settled, by=data_officer, applies=True).is_applied
        Delivery.objects.filter(pk=settled.pk).update(stage=stage)

    send(data_officer, births, 3)

    assert Delivery.objects.count() == 3


def test_what_nobody_has_touched_for_two_months_is_not_counted(few, births, data_officer):
    for number in range(2):
        send(data_officer, births, number)
    Delivery.objects.update(received_at=timezone.now() - timedelta(days=61))

    send(data_officer, births, 3)

    assert Delivery.objects.count() == 3


def test_what_others_have_under_work_is_not_counted_and_neither_is_what_commands_take_in(
    few, births, data_officer, data_manager
):
    for number in range(2):
        send(data_manager, births, number)
    for number in range(2, 6):
        send(None, births, number)

    send(data_officer, births, 7)

    assert Delivery.objects.count() == 7


def test_of_one_source_no_more_is_under_work_than_may_be_whoever_sends(
    few, settings, births, data_officer, data_manager
):
    settings.QUOTA_OF_A_SOURCE = {**settings.QUOTA_OF_A_SOURCE, "files": 1}
    send(data_manager, births, 1)

    with pytest.raises(CannotReceive, match="Child health has 1 file under work"):
        send(data_officer, births, 2)


def test_rows_under_work_are_counted(few, births, data_officer):
    Delivery.objects.filter(pk=send(data_officer, births, 1).pk).update(rows=10)

    with pytest.raises(CannotReceive, match="Your files under work have 10 rows"):
        send(data_officer, births, 2)


def test_bytes_under_work_are_counted_with_those_of_the_file_itself(few, births, data_officer):
    send(data_officer, births, 1, more=150)

    with pytest.raises(CannotReceive, match="With this file more would be under work"):
        send(data_officer, births, 2, more=150)

    assert Delivery.objects.count() == 1
    assert send(data_officer, births, 2).size < 100


def test_files_of_a_day_are_counted_whatever_became_of_them(few, births, data_officer):
    for number in range(4):
        delivery = send(data_officer, births, number)
        Delivery.objects.filter(pk=delivery.pk).update(stage="refused", refusal="It is no list.")

    with pytest.raises(CannotReceive, match="You have sent 4 files in the last 24 hours"):
        send(data_officer, births, 5)
    Delivery.objects.update(received_at=timezone.now() - timedelta(hours=25))
    send(data_officer, births, 6)


def test_the_page_keeps_what_was_chosen_and_says_why_the_file_was_not_kept(few, births, browser_of, data_officer):
    for number in range(2):
        send(data_officer, births, number)
    file = SimpleUploadedFile("third.csv", b"Reference,Surname\n3,Khan\n")
    said = {"file": file, "source": births.pk, "as_of_day": "1", "as_of_month": "10", "as_of_year": "2026"}

    page = browser_of(data_officer).post(reverse("registry:delivery_send_by", args=["births"]), said).text

    assert "You have 2 files under work" in page
    assert 'value="2026"' in page
    assert len(refused()) == 1


def test_of_two_files_sent_at_the_same_moment_the_second_counts_the_first(own_database, few, births, data_officer):
    send(data_officer, births, 1)

    came = at_once(*(lambda n=n: send(data_officer, births, n) for n in range(2, 6)))

    assert len(refusals(came)) == 3
    assert Delivery.objects.count() == 2


def test_a_list_too_many_to_be_matched_is_refused_on_the_form(few, browser_of, data_manager):
    def sent():
        file = SimpleUploadedFile("club.csv", b"Surname,Forename\nKhan,Amina\n")
        said = {"purpose": "Holidays", "recipient": "Youth service", "gateway": "Children Act 2004", "days": "7"}
        address = reverse("registry:list_match_send")
        return browser_of(data_manager).post(address, {"file": file, "wanted": ["index_number"], **said})

    assert sent().status_code == 302
    page = sent().text

    assert "You have had 1 list matched in the last 24 hours" in page
    assert 'value="Youth service"' in page
    assert ListMatch.objects.count() == 1
    assert [one["over_quota"] for one in refused()] == ["lists"]


def searched(browser, **asked):
    return browser.get(reverse("registry:search"), asked or {"q": "khan amina"})


def test_who_searches_too_often_is_refused_with_what_they_typed_and_told_when_to_go_on(few, browser_of, data_officer):
    child = make_child("Amina", "Khan")
    browser = browser_of(data_officer)
    for _ in range(2):
        assert child.index_number in searched(browser).text

    answer = searched(browser)

    assert answer.status_code == 429
    assert "You have searched 2 times in this minute" in answer.text
    assert 'value="khan amina"' in answer.text
    assert child.index_number not in answer.text
    [asked] = refused()
    assert (asked["over_quota"], asked["q"]) == ("searches", "khan amina")


def test_the_refusal_is_the_same_whomever_would_have_been_found(few, browser_of, data_officer):
    make_child("Amina", "Khan")
    browser = browser_of(data_officer)
    for _ in range(2):
        searched(browser)

    said = [searched(browser, q=name).text.replace(name, "") for name in ("khan amina", "vexley odile")]

    one, other = (re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page) for page in said)
    assert one == other


def test_pages_and_filters_are_searches_and_the_empty_page_is_none(few, browser_of, data_officer):
    browser = browser_of(data_officer)
    for _ in range(4):
        assert browser.get(reverse("registry:search")).status_code == 200
    searched(browser, q="khan", page="2")
    searched(browser, sex="F")

    assert searched(browser, sex="F", page="2").status_code == 429


def test_an_hour_has_its_own_measure_and_what_is_older_is_forgotten(few, browser_of, data_officer):
    minute = timezone.now().replace(second=0, microsecond=0)
    for ago, number in ((1500, 7), (70, 9), (30, 3), (10, 1)):
        SearchTally.objects.create(user=data_officer, minute=minute - timedelta(minutes=ago), number=number)
    browser = browser_of(data_officer)

    assert searched(browser).status_code == 200
    answer = searched(browser)

    assert "You have searched 5 times in the last hour" in answer.text
    assert SearchTally.objects.filter(user=data_officer).count() == 4


def test_others_search_on(few, browser_of, data_officer, data_manager):
    for _ in range(3):
        searched(browser_of(data_officer))

    assert searched(browser_of(data_manager)).status_code == 200


def test_looking_before_a_child_is_added_is_a_search(few, browser_of, data_officer):
    browser = browser_of(data_officer)
    for _ in range(2):
        searched(browser)

    said = {"forename": "Amina", "surname": "Khan", "upn": "H330203126001", "date_of_birth_year": "2017"}
    day = {"date_of_birth_day": "28", "date_of_birth_month": "2"}
    page = browser.post(reverse("registry:child_add"), {"step": "look", **said, **day}).text

    assert "You have searched 2 times in this minute" in page
    assert 'value="H330203126001"' in page
    assert [one["over_quota"] for one in refused()] == ["searches"]


def test_of_many_searches_at_the_same_moment_no_more_are_made_than_may_be(own_database, few, data_officer):
    came = at_once(*(lambda: quotas.count_search(by=data_officer) for _ in range(6)))

    made = 6 - len(refusals(came))
    assert all(isinstance(one, quotas.OverQuota) for one in refusals(came))
    minutes = SearchTally.objects.values_list("number", "refused")
    assert made == sum(number for number, _ in minutes) <= FEW.searches_a_minute * len(minutes)
    assert sum(refused for _, refused in minutes) == len(refusals(came))


def test_every_role_that_sends_or_searches_has_numbers_of_its_own_and_may_do_what_it_is_there_for():
    for role in roles.everyone():
        sends = {"load_files", "send_returns", "say_known"} & role.permissions
        searches = {"search_children", "find_child"} & role.permissions
        if sends or searches:
            assert role.code in QUOTAS
        quota = QUOTAS.get(role.code, QUOTA_OF_OTHERS)
        assert not searches or quota.searches_an_hour >= 2 * 60 >= quota.searches_a_minute
        assert "match_lists" not in role.permissions or quota.lists_a_day > 0


def test_a_busy_hour_passes_and_three_hundred_searches_in_half_a_minute_do_not(settings, data_officer):
    settings.QUOTAS = QUOTAS
    minute = timezone.now().replace(second=0, microsecond=0)
    for ago in range(1, 60):
        SearchTally.objects.create(user=data_officer, minute=minute - timedelta(minutes=ago), number=5)
    assert quotas.refusal_of_search(by=data_officer) is None
    SearchTally.objects.all().delete()

    came = [quotas.refusal_of_search(by=data_officer) for _ in range(320)]

    assert sum(one is None for one in came) <= 60


def test_what_became_of_a_file_does_not_count_for_who_may_not_know_it(few, births):
    """A list that is held counts no more than one that was applied: else the quota would tell whom a list reached."""
    office = person("Olive Office", "school_office")
    for number in range(3):
        send(office, births, number)
        Delivery.objects.update(stage="held")

    assert Delivery.objects.count() == 3
