"""What looks like probing: asked about the next day, told at once where flagrant, and never with a child's data."""

import io
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from agencies import alerting, patterns, probing
from agencies.models import Pattern
from childindex.settings.quotas import QUOTA_OF_OTHERS
from registry.access import chain
from registry.intake import stages
from registry.intake.receiving import receive
from registry.models import AccessKind, Delivery, DeliveryRow, Feed, ListMatch
from registry.probing import finding
from tests.agencies.test_client_lists import AMINA, NOBODY, taken
from tests.factories import TODAY, make_child, shield
from tests.registry.intake.lists import AS_OF, child_health

pytestmark = pytest.mark.django_db


@pytest.fixture
def births(db):
    return child_health()


def file_of(by, source, number, *, stage="compared", nobody=0, somebody=0, days_ago=0):
    """A file that came some days ago, of so many rows that find nobody, and so many that do."""
    delivery = Delivery.objects.create(
        feed=Feed.objects.get(code="births"), source=source, name=f"{number}.csv", digest=str(number), size=9,
        as_of=AS_OF, received_by=by, stage=stage, rows=nobody + somebody, to_decide=nobody, confirmed=somebody,
    )  # fmt: skip
    Delivery.objects.filter(pk=delivery.pk).update(received_at=timezone.now() - timedelta(days=days_ago))
    child = make_child() if somebody else None
    rows = [DeliveryRow(delivery=delivery, number=at + 2, outcome="to_decide") for at in range(nobody)]
    more = range(nobody, nobody + somebody)
    rows += [DeliveryRow(delivery=delivery, number=at + 2, outcome="confirmed", child=child) for at in more]
    DeliveryRow.objects.bulk_create(rows)
    return delivery


def raised(day=TODAY):
    patterns.raise_for(day)
    return [(one.kind, one.looker, one.evidence) for one in Pattern.objects.order_by("pk")]


def test_a_large_list_of_which_most_rows_find_nobody_is_asked_about(births, data_officer, data_manager):
    file_of(data_officer, births, 1, nobody=50, somebody=2)
    file_of(data_manager, births, 2, nobody=49)
    file_of(None, births, 3, nobody=60)

    assert raised() == [("nobody", data_officer, "A list of which most rows find nobody: 50 rows")]


def test_lists_of_which_most_rows_find_nobody_are_asked_about_when_they_come_again_and_again(births, data_officer):
    for days_ago in (9, 3, 2):
        file_of(data_officer, births, days_ago, nobody=2, somebody=1, days_ago=days_ago)
    file_of(data_officer, births, 8, nobody=2, somebody=3)
    assert raised() == []

    file_of(data_officer, births, 9, nobody=1)

    [(kind, who, evidence)] = raised()
    assert (kind, who) == ("nobody", data_officer)
    assert "within 7 days of which most rows find nobody" in evidence


def test_rows_that_make_a_child_or_could_not_be_read_are_no_rows_that_find_nobody(births, data_officer):
    delivery = file_of(data_officer, births, 1, nobody=120)
    rows = DeliveryRow.objects.filter(delivery=delivery).order_by("number")
    half = list(rows.values_list("pk", flat=True)[:60])
    rows.filter(pk__in=half).update(outcome="joined")
    rows.exclude(pk__in=half).update(outcome="refused", questions=[{"code": "unreadable", "text": "No date."}])

    assert raised() == []


def test_a_matched_list_of_which_most_rows_find_nobody_is_asked_about_too(data_manager):
    ListMatch.objects.create(
        by=data_manager, name="club.csv", purpose="Holidays", recipient="Youth service", gateway="Act of 2004",
        wanted=["upn"], kept_until=TODAY, stage="matched", rows=60, outcomes="m" * 9 + "n" * 51,
    )  # fmt: skip

    assert raised() == [("nobody", data_manager, "A list of which most rows find nobody: 51 rows")]


def test_files_that_are_held_and_never_released_are_asked_about_once(births, data_officer, data_manager):
    for number, days_ago in enumerate((20, 15, 7)):
        file_of(data_officer, births, number, stage="held", days_ago=days_ago)
        file_of(data_manager, births, number + 5, stage="compared", days_ago=days_ago)
    assert raised(TODAY - timedelta(days=1)) == []

    assert [(kind, who) for kind, who, _ in raised()] == [("held", data_officer)]
    assert Pattern.objects.get().evidence.endswith("files were held, and not released within 7 days")
    assert len(raised(TODAY + timedelta(days=1))) == 1


def test_files_that_are_all_held_one_after_another_are_asked_about(births, data_officer, data_manager):
    for number in range(3):
        file_of(data_officer, births, number, stage="held")
        file_of(data_manager, births, number + 5, stage="compared" if number == 1 else "held")

    assert [(kind, who) for kind, who, _ in raised()] == [("held", data_officer)]
    assert "that were sent are all held" in Pattern.objects.get().evidence


def test_a_list_sent_again_with_one_column_changed_is_asked_about_and_the_third_time_told_at_once(
    births, data_officer, governance, data_manager, django_capture_on_commit_callbacks
):
    def sent(day):
        rows = [f"{number},Vexley{'abcde'[number]},Odile,{day:02}/02/2017,B1 1AA" for number in range(5)]
        file = io.BytesIO("\n".join(["Reference,Surname,Forename,Date of birth,Postcode", *rows]).encode())
        feed = Feed.objects.get(code="births")
        delivery = receive(file, name="a.csv", feed=feed, source=births, as_of=AS_OF, by=data_officer)
        stages.read(delivery, by=data_officer, applies=False)

    with django_capture_on_commit_callbacks(execute=True):
        for day in (1, 2, 3):
            sent(day)
    assert not Pattern.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        sent(4)
        sent(5)

    assert [(one.kind, one.looker) for one in Pattern.objects.all()] == [("column", data_officer)]
    [letter] = mail.outbox
    assert letter.bcc == [governance.email]
    assert "3 times in 30 days" in letter.body
    told = letter.body + letter.subject + "".join(evidence for _, _, evidence in raised())
    assert not any(name in told for name in ("Vexley", "Odile", "2017", "B1 1AA", data_officer.full_name))
    assert "4 times in 30 days" in Pattern.objects.get().evidence


def searched(by, number, *, refused=0):
    for at in range(number + refused):
        kind, asked = (AccessKind.SEARCH, {"q": "khan"}) if at < number else (AccessKind.REFUSED, {})
        over = {"over_quota": "searches"} if kind == AccessKind.REFUSED else {}
        chain.record(by=by, kind=kind, looked=chain.Looked(page="registry:search", asked={**asked, **over}))


def test_very_many_searches_are_asked_about_with_those_that_were_refused(monkeypatch, hazel, data_officer):
    monkeypatch.setattr(finding, "SEARCHES_IN_A_MINUTE", 1_000)
    monkeypatch.setattr(finding, "SEARCHES_IN_AN_HOUR", 12)
    searched(hazel, 10, refused=2)
    searched(data_officer, 5, refused=2)
    chain.record(by=data_officer, kind=AccessKind.REFUSED, looked=chain.Looked(page="registry:record", asked={}))

    [(kind, who, evidence)] = raised()

    assert (kind, who) == ("searches", hazel)
    assert evidence.startswith("12 searches in the hour from ")
    assert evidence.endswith("2 were refused as too many")
    assert "khan" not in evidence


def test_tens_of_searches_in_a_minute_are_asked_about(monkeypatch, hazel):
    monkeypatch.setattr(finding, "SEARCHES_IN_A_MINUTE", 4)
    searched(hazel, 9)

    assert [(kind, who) for kind, who, _ in raised()] == [("searches", hazel)]


def test_searches_far_over_the_quota_are_told_at_once_and_once(
    browser_of, hazel, governance, settings, django_capture_on_commit_callbacks
):
    settings.QUOTAS = {"practitioner": QUOTA_OF_OTHERS._replace(searches_a_minute=2)}
    settings.SEARCHES_REFUSED_ARE_FLAGRANT = 3
    browser = browser_of(hazel)

    with django_capture_on_commit_callbacks(execute=True):
        answers = [browser.get("/find/", {"surname": "Khan", "forename": "Amina"}) for _ in range(14)]

    assert {answer.status_code for answer in answers[:2]} == {200}
    assert answers[-1].status_code == 429
    assert "You have searched 2 times in this minute" in answers[-1].text
    assert 'value="Khan"' in answers[-1].text
    assert [letter.bcc for letter in mail.outbox] == [[governance.email]]
    assert [(one.kind, one.looker) for one in Pattern.objects.all()] == [("searches", hazel)]


def test_hundreds_of_children_whom_a_service_did_not_know_are_asked_about(monkeypatch, visiting, hazel, amina):
    monkeypatch.setattr(probing, "NEW", 2)
    zoe, hidden = make_child("Zoe", "Okafor"), make_child("Nia", "Mensah")
    shield(hidden)
    taken(visiting, AMINA, NOBODY, by=hazel, is_full=False)
    assert raised() == []

    taken(visiting, "H3,Okafor,Zoe,28/02/2017,F,", AMINA, by=hazel, is_full=False)

    found = DeliveryRow.objects.filter(child__in=[zoe, amina]).values_list("child", flat=True)
    assert set(found) == {zoe.pk, amina.pk}
    assert [(kind, who) for kind, who, _ in raised()] == [("clients", hazel)]
    assert "2 children" in Pattern.objects.get().evidence.replace("two", "2")


def test_children_whom_the_service_knew_before_are_not_counted(monkeypatch, visiting, hazel, amina, knows):
    monkeypatch.setattr(probing, "NEW", 1)
    monkeypatch.setattr(probing, "LISTED", probing.LISTED.replace("h.history_date < %(since)s", "true"))
    knows(visiting, amina)

    taken(visiting, AMINA, by=hazel, is_full=False)

    assert raised() == []


def test_a_letter_that_cannot_go_leaves_the_pattern(hazel, governance, settings, django_capture_on_commit_callbacks):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    with django_capture_on_commit_callbacks(execute=True):
        alerting.tell("searches", hazel, "90 searches within an hour were refused as too many")

    assert Pattern.objects.get().looker == hazel


def test_a_closed_pattern_is_left_as_it_was(hazel, governance):
    alerting.tell("searches", hazel, "50 searches within an hour were refused as too many")
    patterns.close(Pattern.objects.get(), how="A clinic of forty", by=governance)

    alerting.tell("searches", hazel, "100 searches within an hour were refused as too many")

    assert Pattern.objects.get().evidence.startswith("50 ")
