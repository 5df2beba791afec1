"""Files from anywhere: read as they come, and what does not fit is set aside with its row."""

import pytest

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
