"""Files from anywhere: read as they come, and what does not fit is set aside with its row."""

from datetime import date

import pytest
from openpyxl import Workbook

from childindex.tables import TableError
from registry.matching.reading import read_people


def test_any_column_may_be_absent(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("id,surname\n7,Smith\n")

    read = read_people(path)

    assert (read.people.ids, read.people.value("surname", 0)) == (["7"], "smith")
    assert not read.people.has("postcode")


def test_a_file_with_nothing_to_compare_is_refused(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("colour,size\nred,3\n")

    with pytest.raises(TableError, match="none of the columns"):
        read_people(path)


def test_a_file_without_rows_is_refused(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("forename,surname\n")

    with pytest.raises(TableError, match="no rows"):
        read_people(path)


def test_rows_that_cannot_be_compared_are_named_by_their_numbers(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("forename,surname,sex\nAmira,Hossain,F\nBaby,Unknown,F\n\nZoë,Bell,F,,too,many\nJo,Ray\n")

    read = read_people(path)

    assert read.set_aside.rows == {
        "more cells than there are headings, so that they cannot be told apart": [5],
        "no name and no number in it that could be compared": [3],
    }
    assert len(read.people) == 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_the_usual_encodings_are_read_as_they_come(tmp_path, encoding):
    path = tmp_path / "list.csv"
    path.write_text("forename,surname\nZoë,O’Connor\n", encoding=encoding)

    read = read_people(path)

    assert (read.people.value("forename", 0), read.people.value("surname", 0)) == ("zoe", "oconnor")


@pytest.mark.parametrize("content", ["", "forename,surname\n", "colour\nred\n", "upn,upn\n1,2\n", 'forename\n"Amira\n'])
def test_a_refusal_names_the_file(tmp_path, content):
    path = tmp_path / "list.csv"
    path.write_text(content)

    with pytest.raises(TableError, match=r"^list\.csv: "):
        read_people(path)


def test_a_number_that_a_spreadsheet_cut_short_is_named_and_not_compared(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("forename,nhs_number\nAmira,9434765919\nZoë,9.43477E+09\nJo,9.43477e+09\n")

    read = read_people(path)

    assert read.set_aside.rows == {"nhs_number was cut short by a spreadsheet, as 9.43E+09 is": [3, 4]}
    assert read.people["nhs_number"].tolist() == [1, 0, 0]


def test_a_workbook_is_read_with_its_dates_and_numbers(tmp_path):
    book = Workbook()
    for row in (["forename", "date_of_birth", "nhs_number"], ["Zoë", date(2014, 3, 9), 9434765919], [None, 41707, 1e3]):
        book.active.append(row)
    book.save(path := tmp_path / "list.xlsx")

    read = read_people(path)

    assert [read.people.value("date_of_birth", row) for row in (0, 1)] == ["20140309", "20140309"]
    assert [read.people.value("nhs_number", row) for row in (0, 1)] == ["9434765919", "1000"]


def test_a_title_and_a_zero_byte_do_no_harm(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text('Our children in March\n\nforename,surname\nAm\0ira,"Bell, ""B"""\n')

    read = read_people(path)

    assert (read.numbers[0], read.people.value("forename", 0), read.people.value("surname", 0)) == (
        4,
        "amira",
        "bell b",
    )
