"""The pages of the first load, as a data manager uses them: sent, rehearsed, read, loaded; and nobody else."""

import csv
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from childindex import jobs
from childindex.models import Job
from registry.models import AccessEntry, Child, FirstLoad, LoadStage
from tests.factories import make_address, make_child, shield

pytestmark = pytest.mark.usefixtures("own_database")
CHILDREN = """\
Child reference,Surname,Forename,Date of birth,Sex,NHS number
1,Khan,Amina,28/02/2017,F,
2,Nowak,Tadeusz,2015-03-02,M,
3,Bell,Ada,31/02/2016,F,
,Nobody,Known,01/01/2016,M,
"""
ADDRESSES = "Child reference,House,Street,Postcode,From\n1,14,Example Road,B4 7DA,01/03/2017\n9,2,High Street,B4 7DB,\n"


@pytest.fixture
def manager(browser_of, data_manager):
    return browser_of(data_manager)


def page(name, *args):
    return reverse(f"registry:{name}", args=args)


def send(browser, *, day="1", **tables):
    files = [SimpleUploadedFile(f"{name}.csv", text.encode()) for name, text in tables.items()]
    typed = {"name": "The former system", "as_of_day": day, "as_of_month": "10", "as_of_year": "2026"}
    return browser.post(page("first_load_send"), {**typed, "tables": files}, follow=True)


def work():
    for job in Job.objects.under_way().order_by("pk"):
        jobs.run_here(job.pk)


@pytest.fixture
def load(manager):
    """An extract that was sent and rehearsed."""
    send(manager, children=CHILDREN, addresses=ADDRESSES)
    work()
    return FirstLoad.objects.get()


def test_an_extract_that_is_sent_is_rehearsed_by_itself_and_writes_nothing_of_any_child(manager, load):
    text = manager.get(page("first_load", load.pk)).text

    assert not Child.objects.exists()
    assert load.stage == LoadStage.REHEARSED
    assert "Loading it would add 3 children and join 0 with one the index holds." in text
    assert "What becomes of every row" in text


def test_every_row_of_every_table_is_in_one_outcome(load):
    for file in load.files.all():
        assert file.rows == file.loaded + file.joined + file.set_aside + file.refused > 0


def test_what_is_wrong_is_told_by_table_row_and_field_on_the_page_and_in_the_file(manager, load):
    text = manager.get(page("first_load_problems", load.pk)).text
    file = manager.get(page("first_load_problems_csv", load.pk)).getvalue().decode("utf-8-sig")
    headings, *lines = csv.reader(file.splitlines())

    assert "February 2016 has 29 days: there is no 31." in text
    assert headings == ["Table", "Row", "Field", "Code", "What is wrong", "The row is"]
    assert [line[:2] for line in lines] == [
        ["children.csv", "4"],
        ["children.csv", "5"],
        ["addresses.csv", "3"],
    ]


def test_it_is_loaded_only_with_a_reason_and_then_as_one_act(manager, load):
    refused = manager.post(page("first_load", load.pk), {"doing": "load", "because": ""})
    assert "govuk-error-summary" in refused.text
    assert not Child.objects.exists()

    manager.post(page("first_load", load.pk), {"doing": "load", "because": "The council changes its system"})
    work()

    load.refresh_from_db()
    assert load.stage == LoadStage.LOADED
    assert Child.objects.count() == 3
    assert load.act.reason == "The council changes its system"
    assert "3 children added and 0 joined" in manager.get(page("first_load", load.pk)).text


def test_a_rehearsal_may_be_removed_and_a_load_may_not(manager, load):
    assert manager.post(page("first_load_remove", load.pk)).status_code == 302
    assert not FirstLoad.objects.exists()

    send(manager, children=CHILDREN)
    work()
    again = FirstLoad.objects.get()
    manager.post(page("first_load", again.pk), {"doing": "load", "because": "Now it is right"})
    work()
    assert manager.post(page("first_load_remove", again.pk)).status_code == 404
    assert FirstLoad.objects.filter(pk=again.pk).exists()


def test_a_second_click_on_load_loads_nothing_twice(manager, load):
    for _ in range(2):
        manager.post(page("first_load", load.pk), {"doing": "load", "because": "The council changes its system"})
    work()
    manager.post(page("first_load", load.pk), {"doing": "load", "because": "The council changes its system"})
    work()

    assert Child.objects.count() == 3


def test_tables_that_nobody_can_read_are_refused_with_what_to_do_and_the_page_keeps_what_was_typed(manager):
    send(manager, children="Colour,Size\nred,3\n")
    work()
    load = FirstLoad.objects.get()

    assert "Child reference" in manager.get(page("first_load", load.pk)).text
    assert not load.files.exclude(loaded=0).exists()

    answer = send(manager, day="31st", children=CHILDREN)
    assert 'value="The former system"' in answer.text
    assert 'value="31st"' in answer.text


def test_nobody_but_who_looks_after_feeds_sees_an_extract(browser_of, load, data_officer, custodian):
    names = ("first_load", "first_load_problems", "first_load_problems_csv", "first_load_suspects")
    for user in (data_officer, custodian):
        if user.may("manage_feeds"):
            continue
        browser = browser_of(user)
        assert browser.get(page("first_loads")).status_code == 403
        assert {browser.get(page(name, load.pk)).status_code for name in names} == {403}
        assert browser.post(page("first_load_remove", load.pk)).status_code == 403
    assert FirstLoad.objects.filter(pk=load.pk).exists()


def test_a_shielded_child_is_among_the_likely_pairs_for_custodians_alone_and_who_looked_is_kept(manager, data_manager):
    home = make_address(paon="14", street="Example Road", postcode="B4 7DA")
    child = make_child("Amina", "Khan", born=date(2017, 2, 27), sex="F", address=home)
    shield(child)
    send(manager, children=CHILDREN, addresses=ADDRESSES)
    work()
    load = FirstLoad.objects.get()

    text = manager.get(page("first_load_suspects", load.pk)).text

    assert child.index_number not in text
    assert AccessEntry.objects.filter(kind="listed", user=data_manager).exists()
