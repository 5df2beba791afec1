"""`manage.py import_return`: any format, whosever it is; and what a scheduler learns from how it ends."""

import pytest
from django.core.management import CommandError, call_command

from registry.models import Delivery
from tests.schools.returns.written import census, imported, on_roll, transfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    def write(text, name="return.xml"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_a_census_says_itself_whose_it_is_and_of_which_day(hollyfield, amina, file):
    status, _, said = imported(file(census(on_roll())), apply=True)

    delivery = Delivery.objects.get()
    assert (status, said["rows"], said["confirmed"]) == (0, 1, 1)
    assert (delivery.source.name, str(delivery.as_of)) == ("Hollyfield Primary", "2026-10-01")


def test_a_transfer_file_is_known_by_its_outermost_element(hollyfield, amina, file):
    _, _, said = imported(file(transfer()), apply=True)

    assert (said["left"], Delivery.objects.get().feed.code) == (1, "transfer")


def test_a_table_of_one_school_says_whose_it_is_by_a_number(hollyfield, amina, file):
    roll = file("UPN,Surname,Forename,DOB,Sex,Year group\n,Khan,Amina,28/02/2017,F,5\n", "roll.csv")

    status, _, said = imported(roll, school="330/2031", apply=True)

    assert (status, said["confirmed"], Delivery.objects.get().feed.code) == (0, 1, "roll")


def test_nothing_is_written_without_being_told_to(hollyfield, file):
    _, _, said = imported(file(census(on_roll())))

    assert (said["joined"], Delivery.objects.get().act) == (1, None)


def test_a_missing_pupil_ends_with_three(hollyfield, amina, file):
    status, _, said = imported(file(census(on_roll(surname="Okafor", forename="Zoe", born="2016-05-06"))))

    assert (status, said["absent"]) == (3, 1)


def test_a_refused_file_ends_with_two(hollyfield, file):
    status, text, _ = imported(file(census()))

    assert status == 2
    assert "This file has headings and no rows." in text


@pytest.mark.parametrize(
    ("text", "name", "options", "sentence"),
    [
        ("a,b\n1,2\n", "roll.csv", {}, "A table does not say which school it is of. Say it by its URN."),
        ("a,b\n1,2\n", "roll.csv", {"school": "999999"}, "No school has the number 999999."),
        ("<ATfile/>", "at.xml", {}, "This XML is a ATfile."),
        ("<Message><Header>", "cut.xml", {}, "This XML breaks off or is damaged"),
        ("<Message/>", "none.xml", {}, "This file has no header"),
        ("a,b\n1,2\n", "roll.csv", {"map": ["SCH1"]}, "Write a code and the URN of the school it means"),
        ("a,b\n1,2\n", "roll.csv", {"as_of": "yesterday"}, "date"),
    ],
)
def test_what_cannot_be_taken_in_says_why(hollyfield, file, text, name, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("import_return", str(file(text, name)), **options)


def test_a_file_that_is_not_there_is_named(hollyfield):
    with pytest.raises(CommandError, match=r"The file nowhere\.xml cannot be read"):
        call_command("import_return", "nowhere.xml")


def test_the_same_file_is_not_taken_twice(hollyfield, amina, file):
    path = file(census(on_roll()))
    imported(path, apply=True)

    with pytest.raises(CommandError, match="This file came before") as refused:
        call_command("import_return", str(path))
    assert refused.value.returncode == 2


def test_an_empty_file_ends_with_two_and_a_wrong_number_with_one(hollyfield, file):
    for text, school, status in (("", "900001", 2), ("a,b\n1,2\n", "999999", 1)):
        with pytest.raises(CommandError) as refused:
            call_command("import_return", str(file(text, "roll.csv")), school=school)
        assert refused.value.returncode == status
