"""Feeds as a data manager looks after them: what is late, what each may change, and what a source's columns mean."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from childindex.accounts.changes import changing
from childindex.models import Act, Source
from registry.intake import declaring, stages
from registry.models import Delivery, Feed, FeedRule, Outcome, Reading, SourceRecord, Stage
from tests.factories import make_child, said_by, shield
from tests.registry.intake.lists import HEADINGS, received
from tests.registry.intake.test_pages import AMINA, BORN_OTHERWISE, work

BIRTHS = "births"


def address(name, *parts):
    return reverse(f"registry:{name}", args=parts)


def version(code=BIRTHS):
    return declaring.version_of(Feed.objects.get(code=code))


def explain(browser, source, **typed):
    """Fill in what the columns of a source mean, as the page asks for it now."""
    page = address("feed_columns", BIRTHS, source.code)
    shape = re.search(r'name="shape" value="(\w+)"', browser.get(page).text)[1]
    return browser.post(page, {"version": version(), "shape": shape, **typed})


@pytest.fixture
def manager(browser_of, data_manager):
    return browser_of(data_manager)


@pytest.fixture
def officer(browser_of, data_officer):
    return browser_of(data_officer)


def declared(**other):
    return {
        "name": "Youth service",
        "source_kind": "agency",
        "carries": ["name", "birth", "home"],
        "gateway": "Children Act 2004, s.10",
        "rhythm_days": "7",
        "applies_itself": "on",
        "is_active": "on",
        "because": "They send their members now",
        **other,
    }


def came(feed, source, *, days_ago):
    """A list that came so many days ago."""
    delivery = stages.read(received(HEADINGS, AMINA, source=source, feed=feed), by=None)
    Delivery.objects.filter(pk=delivery.pk).update(received_at=timezone.now() - timedelta(days=days_ago))
    return delivery


def late(*options):
    printed = StringIO()
    try:
        call_command("late_feeds", *options, stdout=printed)
    except SystemExit as end:
        return end.code, printed.getvalue()
    return 0, printed.getvalue()


def test_a_new_feed_of_a_known_format_is_a_page_and_no_code(manager, db):
    answer = manager.post(address("feed_add"), declared(), follow=True)

    feed = Feed.objects.get(code="youth-service")
    assert "Youth service is set up." in answer.text
    assert (feed.carries, feed.rhythm_days, feed.may_create) == (["name", "birth", "home"], 7, False)
    assert "They send their members now" in manager.get(address("feed", feed.code)).text
    assert "Youth service" in manager.get(reverse("registry:delivery_send")).text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"gateway": ""}, "Enter the lawful gateway."),
        ({"carries": []}, "Tick at least one thing that a row may say."),
        ({"because": ""}, "Answer the question “Why?”."),
        ({"name": "births and CHILD health"}, "There is a feed of the name"),
        ({"rhythm_days": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_is_missing_of_a_feed_is_asked_for_and_nothing_typed_is_lost(manager, db, wrong, sentence):
    before = Feed.objects.count()

    answer = manager.post(address("feed_add"), declared(**wrong))

    assert sentence in answer.text
    assert Feed.objects.count() == before
    assert ("They send their members now" in answer.text) == (wrong.get("because") is None)


def test_one_sender_alone_is_of_the_kind_that_sends(manager, births):
    answer = manager.post(address("feed_add"), declared(source=births.pk))
    assert "Child health is a health service." in answer.text


def test_a_rule_is_changed_for_a_reason_and_its_history_stands_on_the_feed(manager, births):
    typed = {"rule": "take", "because": "They mend their days of birth", "version": version()}
    manager.post(address("feed_rule", BIRTHS, "birth"), typed)

    page = manager.get(address("feed", BIRTHS)).text
    assert FeedRule.objects.get(feed__code=BIRTHS, says="birth").rule == "take"
    assert "Rule for date of birth" in page
    assert "They mend their days of birth" in page
    assert Act.objects.latest("pk").reason_code == "feed_changed"


def test_a_rule_that_somebody_changed_meanwhile_is_shown_before_it_is_changed_again(manager, births):
    seen = version()
    other = {"rule": "never", "because": "They are always wrong", "version": seen}
    manager.post(address("feed_rule", BIRTHS, "birth"), other)

    answer = manager.post(address("feed_rule", BIRTHS, "birth"), {**other, "rule": "take", "because": "They are right"})

    assert "Somebody changed this meanwhile." in answer.text
    assert "They are right" in answer.text
    assert f'value="{version()}"' in answer.text
    assert FeedRule.objects.get(feed__code=BIRTHS, says="birth").rule == "never"


def test_the_rules_of_all_feeds_stand_side_by_side(officer, births):
    with said_by():
        FeedRule.objects.create(feed=Feed.objects.get(code=BIRTHS), says="home", rule="never")

    page = officer.get(address("feed_rules")).text
    row = page.partition(f'href="{address("feed", BIRTHS)}"')[2].partition("</tr>")[0]
    assert ">Leave</" in row
    assert ">Ask</" in row


def test_the_gateway_stands_wherever_the_feed_does(officer, births):
    gateway = "Children Act 2004, ss.10 and 11; UK GDPR art. 6(1)(e)"
    pages = (address("feeds"), address("feed", BIRTHS), reverse("registry:delivery_send_by", args=[BIRTHS]))
    for page in pages:
        assert gateway in officer.get(page).text


def test_whose_lists_they_are_stays_once_one_has_come(manager, births):
    came(BIRTHS, births, days_ago=0)
    with pytest.raises(declaring.CannotDeclare, match="Lists have come by this feed"):
        declaring.change(
            Feed.objects.get(code=BIRTHS),
            {"name": "Births", "source_kind": "school"},
            version=version(),
            by=None,
            because="Moved",
        )
    assert "Who sends them?" not in manager.get(address("feed_change", BIRTHS)).text


def test_officers_see_feeds_and_change_none(officer, births):
    before = Feed.objects.count()
    assert "Set up a feed" not in officer.get(address("feeds")).text
    for name, parts in (
        ("feed_add", ()),
        ("feed_change", (BIRTHS,)),
        ("feed_rule", (BIRTHS, "home")),
        ("feed_source_add", (BIRTHS,)),
        ("feed_columns", (BIRTHS, births.code)),
    ):
        assert officer.post(address(name, *parts), declared()).status_code == 403
    assert Feed.objects.count() == before


def test_a_list_is_late_some_days_after_it_was_due(officer, births):
    came(BIRTHS, births, days_ago=9)
    assert late() == (0, "Every list that was expected has come.\n")

    Delivery.objects.update(received_at=timezone.now() - timedelta(days=10))
    status, said = late()
    assert status == 3
    assert "Child health sends Births and child health every week" in said
    assert "3 days late." in said
    assert "1 late" in officer.get(address("feeds")).text
    assert "3 days late" in officer.get(address("feed", BIRTHS)).text


def test_a_scheduler_reads_what_is_late_and_managers_are_written_to(data_manager, data_officer, births, mailoutbox):
    came(BIRTHS, births, days_ago=30)

    status, said = late("--json", "--mail")

    told = json.loads(said.splitlines()[-1])["late"]
    assert status == 3
    assert [(one["feed"], one["source"], one["days_late"]) for one in told] == [(BIRTHS, "child-health", 23)]
    assert [mail.to for mail in mailoutbox] == [[data_manager.email]]
    assert "Child health sends" in mailoutbox[0].body


def test_a_refused_file_is_no_list_that_came(births):
    came(BIRTHS, births, days_ago=30)
    Delivery.objects.create(
        feed=Feed.objects.get(code=BIRTHS),
        source=births,
        name="torn.csv",
        digest="",
        size=1,
        as_of=timezone.localdate(),
        stage=Stage.REFUSED,
        refusal="Torn.",
    )
    assert late()[0] == 3


def test_a_source_that_sends_no_more_is_never_late(manager, births):
    came(BIRTHS, births, days_ago=30)
    explain(manager, births, **columns(because="They closed"))
    assert late()[0] == 0
    assert "Not expected" in manager.get(address("feed", BIRTHS)).text


def columns(**other):
    """What the form of columns has when nothing is changed: each heading is its own field."""
    keys = "reference surname forename date_of_birth sex paon street postcode uprn".split()
    return {f"column_{place}": key for place, key in enumerate(keys)} | other


STRANGE = "Local key,Family,Given,Born on,M/F"


def strange(*rows):
    return [STRANGE, *rows]


def test_columns_that_nobody_knew_are_explained_once_and_the_file_is_read_again(own_database, manager, births, amina):
    delivery = received(*strange("7,Khan,Amina,28/02/2017,Fe"), source=births)
    stages.read(delivery, by=None)
    assert delivery.stage == Stage.REFUSED

    typed = {"column_0": "reference", "column_1": "surname", "column_2": "forename", "column_3": "date_of_birth"}
    typed |= {"column_4": "sex", "is_expected": "on", "because": "Their words"}
    explain(manager, births, **typed, again="yes")
    work()

    delivery.refresh_from_db()
    assert (delivery.stage, delivery.rows) == (Stage.APPLIED, 1)
    assert delivery.all_rows.get().problems == [
        ["sex", "unreadable", "“Fe” is no sex that is known. Say what it means, or write one of the usual ones."]
    ]
    page = manager.get(address("feed_columns", BIRTHS, births.code)).text
    assert "Sex “fe”" in page
    assert "In 1 row of the last list." in page

    explain(manager, births, **typed, code_0="F")
    assert Reading.objects.get().codes == {"sex": {"fe": "F"}}

    later = received(*strange("7,Khan,Amina,28/02/2017,FE"), name="later.csv", source=births)
    stages.read(later, by=None)
    assert later.all_rows.get().problems == []
    assert later.all_rows.get().outcome == Outcome.CONFIRMED


def test_a_heading_that_is_nearly_one_is_proposed(manager, births):
    delivery = received("Ref,Surnames,Forename,Date of brith", "7,Khan,Amina,28/02/2017", source=births)
    stages.read(delivery, by=None, applies=False)

    page = manager.get(address("feed_columns", BIRTHS, births.code)).text
    assert "Perhaps: Date of birth." in page
    assert "Perhaps: Surname." in page


def test_two_columns_are_not_one_field(manager, births):
    stages.read(received(HEADINGS, AMINA, source=births), by=None, applies=False)
    answer = explain(manager, births, **columns(column_1="reference", because="Slip"))

    assert "Reference is “Reference” already." in answer.text
    assert not Reading.objects.exists()


def test_a_file_that_was_applied_is_not_read_again(manager, births, amina):
    delivery = received(HEADINGS, AMINA, source=births)
    stages.read(delivery, by=None)

    explain(manager, births, **columns(is_expected="on", because="Asked", again="yes"))
    work()

    delivery.refresh_from_db()
    assert delivery.stage == Stage.APPLIED
    assert delivery.all_rows.count() == 1


def test_reading_again_says_how_many_decisions_it_asks_again(manager, births, amina, data_manager):
    delivery = received(HEADINGS, BORN_OTHERWISE, source=births)
    stages.read(delivery, by=None, applies=False)
    delivery.all_rows.update(decided_by=data_manager, decided_at=timezone.now(), decision={"take": True})

    page = manager.get(address("feed_columns", BIRTHS, births.code)).text
    assert "1 row of the last list was decided by people." in page


def test_a_sender_that_is_not_known_is_added_and_its_list_sent(manager, births):
    answer = manager.post(
        address("feed_source_add", BIRTHS), {"name": "Heartlands  Maternity", "because": "A second unit"}, follow=True
    )
    made = Source.objects.get(name="Heartlands Maternity")
    assert (made.kind, made.code) == ("health", "heartlands-maternity")
    assert "Heartlands Maternity</option>" in answer.text

    again = manager.post(address("feed_source_add", BIRTHS), {"name": "heartlands maternity", "because": "Again"})
    assert "is known already" in again.text


def test_the_pages_of_feeds_ask_as_many_questions_however_many_sources_there_are(
    officer, db, django_assert_max_num_queries
):
    for number in range(30):
        with said_by():
            one = Source.objects.create(code=f"s{number}", kind="health", name=f"Unit {number}")
        Delivery.objects.create(
            feed=Feed.objects.get(code=BIRTHS), source=one, name="x", digest="", size=1, as_of=timezone.localdate()
        )
    for name, parts in (("feeds", ()), ("feed", (BIRTHS,)), ("feed_rules", ())):
        with django_assert_max_num_queries(24):
            officer.get(address(name, *parts))


def test_what_is_said_of_one_lists_columns_is_not_kept_of_another_that_came_meanwhile(manager, births):
    stages.read(received(HEADINGS, AMINA, source=births), by=None, applies=False)
    page = address("feed_columns", BIRTHS, births.code)
    shape = re.search(r'name="shape" value="(\w+)"', manager.get(page).text)[1]
    stages.read(received("Forename,Surname,Reference", "Amina,Khan,7", source=births, name="b.csv"), by=None)

    answer = manager.post(page, columns(because="Slow", version=version(), shape=shape, is_expected="on"))

    assert "Another list has come meanwhile." in answer.text
    assert not Reading.objects.exists()


def test_a_column_taken_for_another_tells_nobody_where_a_shielded_child_lives(browser_of, manager, custodian, births):
    child = make_child("Ottoline", "Vexley", born=date(2016, 10, 3), sex="F")
    with said_by():
        SourceRecord.objects.create(source=births, reference="5", child=child)
    shield(child)
    headings = "Reference,Surname,Forename,Date of birth,Gender"
    delivery = received(headings, "5,Vexley,Ottoline,03/10/2016,BY5 3QT", "6,Quill,Una,01/02/2020,Qx", source=births)
    stages.read(delivery, by=None)

    def told(browser):
        pages = [address("feed_columns", BIRTHS, births.code), address("delivery_problems_csv", delivery.pk)]
        answers = [browser.get(page) for page in pages]
        return [b"".join(answer.streaming_content).decode() if answer.streaming else answer.text for answer in answers]

    for text in told(manager):
        assert "qx" in text.lower()
        assert "by5 3qt" not in text.lower()
    for text in told(browser_of(manages_and_sees(custodian))):
        assert "by5 3qt" in text.lower()


def manages_and_sees(custodian):
    with changing(by=None, reason="Both for this test"):
        custodian.role = "data_manager"
        custodian.save()
    return custodian


def test_two_people_who_set_up_a_feed_of_one_name_at_once_make_one(own_database, data_manager):
    typed = declared(rhythm_days=7, may_create=False, is_full=False, applies_itself=True, is_active=True)
    said = {key: value for key, value in typed.items() if key in declaring.DECLARED}

    def set_up(number):
        try:
            return declaring.set_up(said, by=data_manager, because=f"Number {number}").code
        except declaring.CannotDeclare as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(set_up, range(2)), key=len)

    assert answers[0] == "youth-service"
    assert answers[1].startswith(("There is a feed of the name", "Somebody has set up one of this name"))
    assert Feed.objects.filter(name="Youth service").count() == 1


def test_the_columns_of_a_file_that_was_refused_are_explained_without_its_cells(manager, births):
    delivery = received("Local key,Given,Gender", "7,Amina,Qx", source=births)
    stages.read(delivery, by=None)

    page = manager.get(address("feed_columns", BIRTHS, births.code))

    assert page.status_code == 200
    assert "Local key" in page.text
    assert "qx" not in page.text.lower()
