"""The pages of returns: sent, sorted by school, and a code explained; for whom they are, and what goes wrong."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from registry.models import Delivery, Stage
from schools.models import Collection, NativeId
from tests.registry.intake.test_pages import work
from tests.schools.returns.test_national import AMINA, ON_ROLL, ZOE
from tests.schools.returns.written import census, on_roll

pytestmark = pytest.mark.usefixtures("own_database")
SEND = "/returns/send/"


@pytest.fixture
def manager(browser_of, data_manager):
    return browser_of(data_manager)


def file(text, name="return.xml"):
    return SimpleUploadedFile(name, text.encode())


def tables():
    return file("\n".join([ON_ROLL, AMINA, ZOE]), "pupilonroll.csv")


def test_a_census_is_sent_without_saying_whose_it_is_and_read(manager, hollyfield, amina):
    answer = manager.post(SEND, {"file": file(census(on_roll()))}, follow=True)
    work()

    [delivery] = Delivery.objects.all()
    assert answer.redirect_chain[-1][0] == reverse("registry:delivery", args=[delivery.pk])
    assert (delivery.stage, delivery.confirmed) == (Stage.APPLIED, 1)
    assert "Rows are numbered as pupils stand in the file." in manager.get(answer.redirect_chain[-1][0]).text


def test_a_table_without_a_school_asks_for_it_and_says_where(manager, hollyfield):
    answer = manager.post(SEND, {"file": file("Surname,Forename\nKhan,Amina\n", "roll.csv")})

    assert "A table does not say which school it is of. Say it by its URN." in answer.text
    assert not Delivery.objects.exists()


def test_a_school_that_nobody_knows_is_said_at_its_field_and_what_was_typed_stays(manager, hollyfield):
    answer = manager.post(SEND, {"file": file("Surname,Forename\nKhan,Amina\n", "roll.csv"), "school": "123"})

    assert "No school has the number 123." in answer.text
    assert 'value="123"' in answer.text


def test_a_return_that_came_before_leads_to_it(manager, hollyfield, amina):
    manager.post(SEND, {"file": file(census(on_roll()))})
    work()

    answer = manager.post(SEND, {"file": file(census(on_roll()))})

    assert "This file came before" in answer.text
    assert reverse("registry:delivery", args=[Delivery.objects.get().pk]) in answer.text


def test_a_code_that_nobody_knows_is_explained_once_and_its_rows_are_read(manager, hollyfield, amina):
    page = manager.post(SEND, {"file": tables()}, follow=True)
    assert "Which school is SCH1?" in page.text
    assert "Which school is SCH2?" in page.text

    answer = manager.post(page.redirect_chain[-1][0], {"code": "SCH1", "school": "330/2031"}, follow=True)
    work()

    assert "SCH1 is Hollyfield Primary: 1 row will be read." in answer.text
    assert "Which school is SCH1?" not in answer.text
    assert Delivery.objects.get().confirmed == 1
    assert NativeId.history.get().act.by.full_name == "Morgan Manager"


def test_a_number_that_is_no_schools_is_said_at_the_code_it_was_given_for(manager, hollyfield):
    page = manager.post(SEND, {"file": tables()}, follow=True)

    answer = manager.post(page.redirect_chain[-1][0], {"code": "SCH2", "school": "nowhere"})

    assert "No school has the number nowhere." in answer.text
    assert not NativeId.objects.exists()


def test_a_code_that_is_not_in_the_file_means_nothing(manager, hollyfield):
    page = manager.post(SEND, {"file": tables()}, follow=True)

    manager.post(page.redirect_chain[-1][0], {"code": "SCH77", "school": "900001"})

    assert not NativeId.objects.exists()


def test_tables_that_wait_stand_on_the_list_of_returns(manager, hollyfield):
    manager.post(SEND, {"file": tables()})

    page = manager.get("/returns/").text

    assert "Rows whose school is not known" in page
    assert reverse("schools:collection", args=[Collection.objects.get().pk]) in page


def test_without_any_return_it_says_how_one_comes(manager):
    assert "No return has come yet" in manager.get("/returns/").text


@pytest.mark.parametrize("address", ["/returns/", SEND, "/returns/tables/1/"])
def test_who_may_not_load_files_sees_none_of_it(browser_of, outsider, governance, address):
    for person in (outsider, governance):
        assert browser_of(person).get(address).status_code == 403


@pytest.mark.browser
def test_national_tables_are_sent_and_explained_in_a_browser(
    hollyfield, amina, data_manager, new_page, sign_in, fit, tmp_path
):
    page = new_page()
    sign_in(page, data_manager)
    path = tmp_path / "pupilonroll.csv"
    path.write_text("\n".join([ON_ROLL, AMINA, ZOE]))

    def look(name):
        fit(page, f"returns-{name}")

    page.goto("/returns/")
    look("none")
    page.get_by_role("button", name="Send a return").click()
    page.get_by_role("button", name="Send").click()
    look("errors")
    page.get_by_label("The file", exact=True).set_input_files(path)
    page.get_by_role("button", name="Send").click()
    page.get_by_label("Which school is SCH1?").wait_for()
    look("waiting")
    page.get_by_label("Which school is SCH1?").fill("900001")
    page.get_by_role("button", name="Read its rows").first.click()
    page.get_by_text(re.compile("SCH1 is Hollyfield Primary")).wait_for()
    look("explained")
    page.goto("/returns/")
    look("list")
