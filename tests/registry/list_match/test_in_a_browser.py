"""A list that somebody has matched, at a desk and on a telephone: sent, its columns said, fetched with numbers."""

import csv
from datetime import date

import pytest

from childindex import jobs
from childindex.models import Job
from tests.factories import make_address, make_child

pytestmark = pytest.mark.browser
LIST = "Name at the club,Family,Born\nAmina,Khan,28/02/2017\nZoë,Nobody,01/01/2015\n"


def test_a_list_is_sent_explained_and_fetched(own_database, data_manager, new_page, sign_in, fit, tmp_path):
    address = make_address(paon="14", street="Example Road", postcode="B4 7DA")
    child = make_child("Amina", "Khan", born=date(2017, 2, 28), sex="F", address=address)
    page = new_page()
    sign_in(page, data_manager)
    (tmp_path / "club.csv").write_text(LIST)

    def look(name):
        fit(page, f"match-{name}")

    page.goto("/list-match/")
    look("none")
    page.get_by_role("button", name="Send a list").click()
    page.get_by_role("button", name="Continue").click()
    look("errors")
    page.get_by_label("List", exact=True).set_input_files(tmp_path / "club.csv")
    page.get_by_label("What is it for?").fill("To offer them a place")
    page.get_by_label("For whom?").fill("The holiday club")
    page.get_by_label("Lawful gateway").fill("Children Act 2004, s.10")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name at the club").select_option("Forename")
    page.get_by_label("Family").select_option("Surname")
    page.get_by_label("Born").select_option("Date of birth")
    look("columns")
    page.get_by_role("button", name="Match this list").click()
    look("waiting")
    for job in Job.objects.under_way().order_by("pk"):
        jobs.run_here(job.pk)
    page.reload()
    look("matched")
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Fetch the list").click()
    rows = list(csv.reader(fetched.value.path().read_text(encoding="utf-8-sig").splitlines()))
    assert [row[:3] for row in rows] == [line.split(",") for line in LIST.splitlines()]
    assert child.index_number in rows[1]
    assert not any("CI-" in cell for cell in rows[2])
    page.goto("/list-match/")
    look("list")
    page.goto("/list-match/all/")
    look("all")
