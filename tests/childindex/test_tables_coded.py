"""Columns read all at once hold what the rows read one by one hold."""

import pytest

from childindex.tables import Coded, MissingColumns, column, open_table, plain, read_coded

WANTED = [column("name"), column("born", required=False)]
PLAIN = {
    "plain text": b"name,other,born\nAmina,x,2016-10-03\nBen,y,\n",
    "quotation marks, line breaks in a cell": b'name,born\n"Khan, Amina","2016\n10"\n"Ben ""B""",1\n',
    "a byte-order mark": "\ufeffname,born\nZoë,1\n".encode(),
    "Windows-1252": "name,born\nZoë,1\nJosé,2\n".encode("cp1252"),
    "semicolons": b"name;born\nAmina;1\n",
    "tabs, no last line break": b"name\tborn\nAmina\t1",
    "a title above the headings": b"Roll of the school,\nname,born\nAmina,1\n",
    "Windows line ends": b"name,born\r\nAmina,1\r\nBen,2\r\n",
}
NOT_PLAIN = {
    "a row too short": b"name,born\nAmina\nBen,1\n",
    "a row too long": b"name,born\nAmina,1,2\nBen,1\n",
    "a row with nothing in it": b"name,born\n,\nBen,1\n",
    "a blank row": b"name,born\nAmina,1\n\nBen,1\n",
    "a stray quotation mark": b"name,born\n" + b"Ben,1\n" * 20 + b'"Am"ina,1\n',
    "a quotation mark never closed": b"name,born\n" + b"Ben,1\n" * 20 + b'"Amina,1\nBen,1\n',
    "an announced separator": b"sep=;\nname;born\nAmina;1\n",
    "no rows": b"name,born\n",
}


def read(tmp_path, content):
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    return path, read_coded(path, columns=WANTED)


@pytest.mark.parametrize("content", PLAIN.values(), ids=PLAIN)
def test_a_plain_file_is_read_at_once_and_holds_what_its_rows_hold(tmp_path, content):
    path, coded = read(tmp_path, content)
    with open_table(path, columns=WANTED) as table:
        rows = [(row.number, row.text("name"), row.text("born")) for row in table]

    numbers = range(coded.first, coded.first + coded.rows)
    assert list(zip(numbers, coded.columns["name"].as_text, coded.columns["born"].as_text, strict=True)) == rows


@pytest.mark.parametrize("content", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_a_file_that_is_not_plain_is_left_to_be_read_row_by_row(tmp_path, content):
    _, coded = read(tmp_path, content)

    assert coded is None


def test_a_missing_column_is_refused_as_it_is_row_by_row(tmp_path):
    with pytest.raises(MissingColumns):
        read(tmp_path, b"surname,born\nKhan,1\n")


def test_cells_of_any_sort_are_coded_by_what_they_say():
    coded = Coded.of(["Amina", 7, None, 7.0, "Amina"])

    assert coded.as_text == ["Amina", "7", "", "7", "Amina"]
    assert [plain(text) for text in coded.texts.to_pylist()][coded.codes[4]] == "Amina"
