"""Files from anywhere: what stands for nothing is nothing, and what does not fit is set aside with its row."""

import pytest

from childindex.tables import TableError
from registry.matching import cleaning
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


@pytest.mark.parametrize(
    "said", ["-", "Baby", "UNKNOWN", "not known", "N/A", "test", "Twin 2", "\0", "xxx", "...", "9"]
)
def test_a_name_that_says_nothing_is_no_name(said):
    assert cleaning.name(said) == ""


@pytest.mark.parametrize("said", ["Noah", "Nan", "Testa", "N", "李", "Na", "Babytunde"])
def test_a_name_that_says_something_is_kept(said):
    assert cleaning.name(said)


def test_a_name_of_any_length_is_compared():
    assert len(cleaning.name("Maximilian " * 300)) <= cleaning.LONGEST


@pytest.mark.parametrize("said", ["03/10/2016", "2016-10-03", "2016-10-03 00:00:00", "42646", "42646.0", "20161003"])
def test_a_date_is_read_however_it_is_written(said):
    assert cleaning.born(said) == "20161003"


@pytest.mark.parametrize("said", ["", "01/01/1900", "soon", "99999999"])
def test_a_date_that_says_nothing_is_no_date(said):
    assert cleaning.born(said) == ""


@pytest.mark.parametrize(
    ("said", "kept"),
    [("943 476 5919", "9434765919"), ("0000000000", ""), ("UNKNOWN", ""), ("", ""), ("H801200001001", "H801200001001")],
)
def test_a_number_is_compared_without_spaces_and_a_filler_is_none(said, kept):
    assert cleaning.number(said) == kept


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("13 Glover Terrace", "13 glover"),
        ("13, GLOVER TER.", "13 glover"),
        ("3 St John's Road", "3 johns"),
        ("No fixed abode", ""),
        ("", ""),
    ],
)
def test_an_address_is_its_number_and_the_telling_words_of_its_street(said, kept):
    assert cleaning.address(said) == kept
