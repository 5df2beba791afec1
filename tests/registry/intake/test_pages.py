"""The pages of a file, as somebody uses them: sent, read, decided, applied, corrected and undone."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from childindex import jobs
from childindex.models import Job
from registry.models import AccessPayload, Child, Correction, Delivery, DeliveryRow, Outcome, Residence, Says, Stage
from tests.factories import said_by, shield
from tests.registry.intake.lists import HEADINGS

pytestmark = pytest.mark.usefixtures("own_database")
AMINA = "7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,"
MOVED = "7,Khan,Amina,28/02/2017,F,9,Windsor Terrace,BY5 3QT,"
ZOE = "8,Okafor,Zoe,06/05/2016,F,3,High Street,B4 7DB,"
BORN_OTHERWISE = AMINA.replace("28/02", "27/02")
UNREADABLE = "9,,,31/02/2017,F,,,,"


@pytest.fixture
def manager(browser_of, data_manager):
    return browser_of(data_manager)


def send(browser, source, *rows, name="births.csv", day=1, **typed):
    content = "\n".join([HEADINGS, *rows]).encode()
    typed |= {"source": source.pk, "as_of_day": str(day), "as_of_month": "10", "as_of_year": "2026"}
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return browser.post(reverse("registry:delivery_send_by", args=["births"]), {**typed, "file": file}, follow=True)


def work():
    """Do all long work that waits, as the worker does."""
    for job in Job.objects.under_way().order_by("pk"):
        jobs.run_here(job.pk)


def page_of(delivery, browser, name="delivery", **query):
    return browser.get(reverse(f"registry:{name}", args=[delivery.pk]), query)


def sent_and_read(browser, source, *rows, **typed):
    send(browser, source, *rows, **typed)
    work()
    return Delivery.objects.latest("pk")


def test_a_clean_file_is_read_compared_and_applied_without_asking_anybody(manager, births, amina):
    answer = send(manager, births, MOVED, ZOE)
    assert "Waiting for a worker" in answer.text

    work()

    [delivery] = Delivery.objects.all()
    page = page_of(delivery, manager).text
    assert delivery.stage == Stage.APPLIED
    assert "2 rows, all accounted for: 1 joined and 1 changed." in page
    assert "Decide what it asks" not in page


def test_every_row_is_in_exactly_one_part_of_the_page(manager, births, amina):
    delivery = sent_and_read(manager, births, BORN_OTHERWISE, ZOE, UNREADABLE)

    counts = {str(outcome): getattr(delivery, outcome) for outcome in Outcome.values}
    listed = {
        outcome: len(re.findall(r"of the file</span>", page_of(delivery, manager, show=outcome).text))
        for outcome in Outcome.values
    }
    assert sum(counts.values()) == delivery.rows == 3
    assert listed == counts


def test_a_difference_is_decided_on_its_page_and_what_was_kept_goes_to_the_source(manager, births, amina):
    delivery = sent_and_read(manager, births, BORN_OTHERWISE)
    row = delivery.all_rows.get()
    address = reverse("registry:delivery_row", args=[delivery.pk, row.number])
    page = manager.get(address).text
    version = re.search(r'name="version" value="([^"]+)"', page)[1]

    answer = manager.post(address, {"doing": "keep", "says": "birth", "version": version}, follow=True)
    assert "Nothing is left to decide in this file." in answer.text
    manager.post(reverse("registry:delivery_apply", args=[delivery.pk]))
    work()

    assert Correction.objects.open().get().says == Says.BIRTH
    assert "28 February 2017" in manager.get(reverse("registry:corrections_of", args=[births.code])).text


def test_nobody_is_offered_as_a_new_child_whom_the_file_does_not_describe(manager, births, amina):
    delivery = sent_and_read(manager, births, UNREADABLE)
    row = delivery.all_rows.get()

    page = manager.get(reverse("registry:delivery_row", args=[delivery.pk, row.number])).text

    assert "no child can be added" in page
    assert "Nobody we know" not in page
    assert "Leave this row out" in page


def test_of_two_people_on_one_row_the_second_is_told(manager, browser_of, data_officer, births, amina):
    delivery = sent_and_read(manager, births, BORN_OTHERWISE)
    row = delivery.all_rows.get()
    address = reverse("registry:delivery_row", args=[delivery.pk, row.number])
    other = browser_of(data_officer)
    versions = [re.search(r'name="version" value="([^"]+)"', who.get(address).text)[1] for who in (manager, other)]

    manager.post(address, {"doing": "keep", "says": "birth", "version": versions[0]})
    answer = other.post(address, {"doing": "take", "says": "birth", "version": versions[1]})

    assert "Nothing was decided" in answer.text
    assert row.delivery.all_rows.get().decision["keep"] == ["birth"]


def test_the_same_file_sent_twice_is_said_to_have_come_before(manager, births, amina):
    send(manager, births, AMINA)

    answer = send(manager, births, AMINA)

    assert "There is a problem" in answer.text
    assert "This file came before" in answer.text
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "This file is empty"),
        (b"One,Two\n1,2\n", "Say which column is the surname"),
        (b"%PDF-1.7\n\x00\x01\x02", "CSV"),
        (b"PK\x03\x04broken", "save it again"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(manager, births, content, said):
    typed = {"source": births.pk, "as_of_day": "1", "as_of_month": "10", "as_of_year": "2026"}
    file = SimpleUploadedFile("list.csv", content)
    answer = manager.post(reverse("registry:delivery_send_by", args=["births"]), {**typed, "file": file}, follow=True)
    work()

    told = answer.text if not Delivery.objects.exists() else page_of(Delivery.objects.get(), manager).text
    assert said.casefold() in told.casefold()
    assert not DeliveryRow.objects.exclude(child=None).exists()


def test_an_applied_file_is_undone_from_its_page(manager, births, amina):
    delivery = sent_and_read(manager, births, MOVED, ZOE)
    rehearsal = page_of(delivery, manager, "delivery_undo").text
    assert "1 child whom this file added would go" in rehearsal
    assert Child.objects.count() == 2

    refused = manager.post(reverse("registry:delivery_undo", args=[delivery.pk]), {"reason": ""})
    assert "There is a problem" in refused.text
    manager.post(reverse("registry:delivery_undo", args=[delivery.pk]), {"reason": "Last year's list"})
    work()

    delivery.refresh_from_db()
    assert delivery.stage == Stage.UNDONE
    assert Child.objects.get() == amina
    assert Residence.objects.get().to_date is None
    assert "cannot be undone" in page_of(delivery, manager, "delivery_undo").text


def test_what_was_edited_since_is_asked_about_by_name(manager, births, amina, data_officer):
    delivery = sent_and_read(manager, births, MOVED, ZOE)
    zoe = Child.objects.exclude(pk=amina.pk).get()
    with said_by(by=data_officer):
        zoe.names.update(forename="Zoë")
    page = page_of(delivery, manager, "delivery_undo").text
    assert "Zoë Okafor: name" in page
    [field] = set(re.findall(r'name="(name:\d+)"', page))

    manager.post(
        reverse("registry:delivery_undo", args=[delivery.pk]), {"reason": "Last year's list", field: "set_back"}
    )
    work()

    assert Child.objects.get() == amina


def test_undoing_names_nobody_behind_a_shield_to_who_may_not_see_them(manager, births, amina, data_officer):
    delivery = sent_and_read(manager, births, ZOE)
    zoe = Child.objects.exclude(pk=amina.pk).get()
    with said_by(by=data_officer):
        zoe.names.update(forename="Zoë")
    shield(zoe)

    page = page_of(delivery, manager, "delivery_undo").text

    assert "Zoë" not in page
    assert zoe.index_number not in page


@pytest.mark.parametrize("name", ["delivery", "delivery_undo", "delivery_apply", "delivery_problems_csv"])
def test_who_may_not_load_files_sees_nothing_of_one(manager, browser_of, outsider, births, amina, name):
    delivery = sent_and_read(manager, births, MOVED)

    answer = page_of(delivery, browser_of(outsider), name)

    assert answer.status_code == 403
    assert "Khan" not in answer.text


def test_looking_at_a_file_is_recorded_with_the_children_it_names(manager, births, amina):
    delivery = sent_and_read(manager, births, AMINA)
    page_of(delivery, manager, show="confirmed")

    seen = AccessPayload.objects.filter(page__contains="delivery").latest("pk")
    assert seen.children == [amina.pk]


def test_the_history_of_a_child_leads_to_the_file_for_whoever_may_see_files(
    browser_of, manager, data_officer, births, amina
):
    delivery = sent_and_read(manager, births, MOVED)
    history = reverse("registry:history", args=[amina.index_number])

    link = f'<a class="govuk-link" href="/files/{delivery.pk}/">From the file births.csv</a>'
    assert link in manager.get(history).text
    assert ("From the file" in browser_of(data_officer).get(history).text) is data_officer.may("load_files")
