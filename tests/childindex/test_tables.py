import csv
import io
import tracemalloc
import zipfile
from datetime import date, datetime
from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from childindex.tables import (
    Limits,
    MissingColumns,
    TableError,
    column,
    csv_lines,
    guarded,
    open_table,
    plain,
    write_csv,
)

COLUMNS = [column("urn", "URN"), column("name", "EstablishmentName", "School name")]
ACCENTED = "URN,EstablishmentName\r\n999001,Zoë’s Primary\r\n"


def file_of(content, encoding="utf-8"):
    return io.BytesIO(content.encode(encoding) if isinstance(content, str) else content)


def read(file, **options):
    with open_table(file, **(options or {"columns": COLUMNS})) as table:
        return [(row.number, *(row.text(key) for key in table.places)) for row in table]


def refusal(file, **options):
    with pytest.raises(TableError) as refused:
        read(file, **options)
    return str(refused.value)


def workbook(*rows, title=None, hidden=False):
    book = Workbook()
    sheet = book.active
    if hidden:
        sheet.append(["URN", "EstablishmentName"])
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_usual_encoding_is_read(encoding):
    assert read(file_of(ACCENTED, encoding)) == [(2, "999001", "Zoë’s Primary")]


def test_one_accent_far_down_decides_the_encoding():
    plain_rows = "".join(f"{urn},Plain\n" for urn in range(100_000, 150_000))

    rows = read(file_of("URN,EstablishmentName\n" + plain_rows + "999001,Zoë\n", "windows-1252"))

    assert rows[-1] == (50_002, "999001", "Zoë")


def test_a_byte_that_windows_1252_does_not_know_loses_nothing():
    assert read(file_of(b"URN,EstablishmentName\n999001,\xe9t\xe9 \x81 9\n")) == [(2, "999001", "été \x81 9")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_separator_is_read(delimiter):
    text = f'URN{delimiter}EstablishmentName\n999001{delimiter}"One{delimiter} two; three, four"\n'

    assert read(file_of(text)) == [(2, "999001", f"One{delimiter} two; three, four")]


def test_the_separator_that_excel_announces_is_used():
    assert read(file_of("sep=;\r\nURN;EstablishmentName\r\n999001;A, B, C\r\n")) == [(2, "999001", "A, B, C")]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_rows_are_numbered_as_the_spreadsheet_shows_them(ending):
    lines = ["URN,EstablishmentName", '999001,"Two', 'lines"', "", ",", "999002,Other", ""]

    rows = read(file_of(ending.join(lines)))

    assert rows == [(2, "999001", f"Two{ending}lines"), (5, "999002", "Other")]


@pytest.mark.parametrize("heading", ["URN", "urn", " U R N ", "\u00a0Urn"])
def test_headings_are_matched_without_regard_to_case_and_spaces(heading):
    assert read(file_of(f"Other,{heading},SCHOOLNAME\nx,999001,Hollyfield\n")) == [(2, "999001", "Hollyfield")]


def test_a_heading_with_a_year_inside_is_matched_by_pattern_and_the_newest_taken():
    wanted = [column("la_code", "laua", r"^lad\d\dcd$")]

    assert read(file_of("lad23cd,lad25cd,lad25cdx\nold,new,no\n"), columns=wanted) == [(2, "new")]
    assert read(file_of("laua,lad25cd\nold,new\n"), columns=wanted) == [(2, "old")]


def test_a_missing_column_is_named_with_those_there_are():
    assert refusal(file_of("Name,Town\nHollyfield,Here\n"), columns=[column("urn", "URN")]) == (
        "This file has no column called URN. Its columns are Name and Town."
    )
    assert refusal(file_of("A|B|C\n1|2|3\n")) == (
        "This file has no columns called URN and EstablishmentName. Its columns are A, B and C."
    )


def test_a_column_that_may_be_missing_reads_as_nothing():
    with open_table(file_of("URN\n999001\n"), columns=[column("urn", "URN"), column("name", required=False)]) as table:
        rows = list(table)

    assert not table.has("name")
    assert rows[0].text("name") == ""


def test_two_columns_of_one_name_are_refused():
    assert "two columns called URN" in refusal(file_of("URN,urn,EstablishmentName\n1,2,3\n"))


def test_a_title_above_the_headings_is_passed_over():
    assert read(file_of("Schools as at 3 October,\n\nURN,EstablishmentName\n999001,Hollyfield\n")) == [
        (4, "999001", "Hollyfield")
    ]


def test_a_title_is_passed_over_where_no_column_must_be_there():
    optional = [column("school", required=False), column("surname", required=False)]

    assert [row.text("surname") for row in rows_of("School,Hollyfield\n\nschool,surname\n,Bell\n", optional)] == [
        "Bell"
    ]
    assert [row.text("surname") for row in rows_of("surname,size\nBell,3\n", optional)] == ["Bell"]
    assert [row.text("surname") for row in rows_of("colour,size\nred,3\n", optional)] == [""]


def rows_of(text, columns):
    with open_table(file_of(text), columns=columns) as table:
        return list(table)


def test_a_few_zeros_do_not_make_a_text_unreadable():
    assert read(file_of("URN,EstablishmentName\n999001,Holly\0field\n")) == [(2, "999001", "Hollyfield")]


def test_a_file_without_headings_is_read_by_position():
    rows = read(file_of('"M85999","EXAMPLE","Y60"\n"M85998","OTHER","Y60"\n'), layout=["code", "", "region"])

    assert rows == [(1, "M85999", "Y60"), (2, "M85998", "Y60")]


def test_a_row_of_the_wrong_width_says_so_and_is_not_lost():
    with open_table(file_of("URN,EstablishmentName\n999001,A,B\n999002,C,,\n999003\n"), columns=COLUMNS) as table:
        problems = [row.problem for row in table]
    with open_table(file_of("a,b,c\na,b\n"), layout=["x", "y", "z"]) as table:
        by_position = [row.problem for row in table]

    assert problems == ["It has 3 columns under 2 headings: a separator may stand inside a cell.", "", ""]
    assert by_position == ["", "It has 2 columns and should have 3."]


@pytest.mark.parametrize("broken", ['999001,"never closed\n999002,B\n', '999001,"closed" too soon\n'])
def test_a_quotation_mark_that_swallows_rows_refuses_the_file(broken):
    assert "Row 3 has a quotation mark in the wrong place" in refusal(
        file_of("URN,EstablishmentName\n999000,A\n" + broken)
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"\xef\xbb\xbf\r\n", "This file is empty."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel workbook"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><Message/>", "This is XML"),
        (b"<!DOCTYPE html><p>Sign in", "This is a web page"),
        (b"\x00\x01\x02\x00\x00\x03" * 50, "not text"),
        (b"PK\x03\x04 not really", "damaged"),
        ("URN\n9\n".encode("utf-16")[:-1], "damaged"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(content, sentence):
    assert sentence in refusal(file_of(content), columns=[column("urn", "URN")])


def test_a_zip_file_is_told_from_a_workbook():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("schools.csv", ACCENTED)

    assert "Unpack it" in refusal(file)


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    assert "There is no file" in refusal(tmp_path / "nothing.csv")


def test_a_workbook_keeps_its_dates_and_numbers():
    file = workbook(
        ["URN", "opened", "seen", "share"], [999001, datetime(2016, 10, 3), datetime(2016, 10, 3, 9, 15), 0.5]
    )

    with open_table(file, columns=[column(key) for key in ("urn", "opened", "seen", "share")]) as table:
        [row] = table

    assert [row.value(key) for key in table.places] == [999001, date(2016, 10, 3), datetime(2016, 10, 3, 9, 15), 0.5]
    assert [row.text(key) for key in table.places] == ["999001", "2016-10-03", "2016-10-03 09:15:00", "0.5"]


def test_a_workbook_is_numbered_as_it_is_shown_and_its_hidden_sheets_are_passed_over():
    file = workbook(
        ["Schools"], [], ["URN", "School name"], [999001, "Hollyfield"], [], [999002.0, None], hidden=True, title="List"
    )

    assert read(file) == [(4, "999001", "Hollyfield"), (6, "999002", "")]


def test_digits_lost_in_a_spreadsheet_are_reported():
    wanted = [column("phone", identifier=True), column("uprn", identifier=True)]
    text = "phone,uprn\n01214960000,100070000001\n0121,1.0007E+11\n0122,1.0008E+11\n"

    with open_table(file_of(text), columns=wanted) as from_text:
        list(from_text)
    with open_table(workbook(["phone", "uprn"], [1214960000, "100070000001"]), columns=wanted) as from_book:
        list(from_book)

    assert [warning[:72] for warning in from_text.warnings] == [
        "uprn was turned into a number on its way here (rows: 2, the first row 3)"
    ]
    assert [warning.split()[0] for warning in from_book.warnings] == ["phone"]


def test_a_workbook_without_the_columns_names_those_it_has():
    with pytest.raises(MissingColumns, match="Its columns are Code and Title"):
        read(workbook(["Code", "Title"], [1, 2]))


def test_a_damaged_workbook_is_a_sentence():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<not-finished")

    assert "Open it in a spreadsheet" in refusal(file)


def test_a_workbook_that_unpacks_to_too_much_is_refused():
    file = workbook(["URN", "EstablishmentName"], *[[999001, "Hollyfield"]] * 50)

    assert "too large when unpacked" in refusal(file, columns=COLUMNS, limits=Limits(unpacked_bytes=1_000))


def rewritten(file, part, change):
    """The workbook with one of its parts changed."""
    changed = io.BytesIO()
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(changed, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, change(content) if name == part else content)
    return changed


def test_a_workbook_that_claims_a_row_far_below_is_refused_in_good_time():
    file = workbook(["URN", "EstablishmentName"], [999001, "Hollyfield"])
    file = rewritten(file, "xl/worksheets/sheet1.xml", lambda sheet: sheet.replace(b'r="2"', b'r="99999999999"'))

    assert "more than 1,000 rows" in refusal(file, columns=COLUMNS, limits=Limits(rows=1_000))


def test_a_workbook_with_entities_that_grow_is_refused():
    file = workbook(["URN", "EstablishmentName"], [999001, "Hollyfield"])
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet'
    file = rewritten(file, "xl/worksheets/sheet1.xml", lambda sheet: sheet.replace(b"<worksheet", bomb))

    assert "damaged" in refusal(file)


def test_a_file_past_its_limits_is_refused():
    text = ACCENTED * 3

    assert "larger than 0 megabytes" in refusal(file_of(text), columns=COLUMNS, limits=Limits(bytes=20))
    assert "more than 2 rows" in refusal(file_of(text), columns=COLUMNS, limits=Limits(rows=2))
    assert "more than 1 columns" in refusal(file_of(text), columns=COLUMNS, limits=Limits(columns=1))


def test_progress_is_told_to_the_end_and_the_file_stays_open():
    file, seen = file_of("URN,EstablishmentName\n" + "999001,Hollyfield\n" * 5_000), []

    read(file, columns=COLUMNS, progress=lambda done, total: seen.append((done, total)))

    assert len(seen) > 3
    assert seen == sorted(seen)
    assert seen[-1] == (len(file.getvalue()),) * 2


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("".join(chain(["URN,EstablishmentName\n"], repeat("999001,Hollyfield Primary School\n", 100_000))))

    tracemalloc.start()
    with open_table(path, columns=COLUMNS) as table:
        count = sum(1 for _ in table)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 100_000
    assert peak < 2_500_000 < path.stat().st_size


@pytest.mark.parametrize("cell", ["=1+1", "+44 121", "-1+1", "@SUM(A1)", "\tx", " =1+1", "'=1+1", "＝1+1", "-"])
def test_what_a_spreadsheet_would_run_is_guarded(cell):
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell", ["Khan", "O'Connor-Bello", "'t Hooft", "-1.5", -3, 2.5, date(2016, 10, 3), None, "", "0121"]
)
def test_what_it_would_not_run_is_left_alone(cell):
    assert guarded(cell) == cell


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2), max_size=5))
def test_what_is_written_is_read_back(rows):
    rows = [[plain(cell) for cell in row] for row in rows]
    rows = [row for row in rows if any(row)]
    file = io.BytesIO()

    write_csv(file, ["a", "b"], rows)

    assert [list(row[1:]) for row in read(file, columns=[column("a"), column("b")])] == [
        [plain(cell) for cell in row] for row in rows
    ]


def test_an_export_is_streamed_in_utf_8_with_every_cell_quoted():
    lines = list(csv_lines(["Name", "Age"], [["Zoë; =1+1", 9], [None, date(2016, 10, 3)]]))

    assert lines[0] == b'\xef\xbb\xbf"Name","Age"\r\n'
    assert lines[1].decode() == '"Zoë; =1+1","9"\r\n'
    assert next(csv.reader([lines[2].decode()])) == ["", "2016-10-03"]


def test_people_above_the_headings_are_not_taken_for_a_title_without_a_word():
    wanted = [column(name, required=False) for name in ("forename", "surname", "sex")]
    with open_table(file_of("Ada,Bell,F\nJo,Ray,M\nforename,surname,sex\nZoë,Lark,F\n"), columns=wanted) as table:
        rows = list(table)

    assert [row.number for row in rows] == [4]
    assert table.warnings == [
        "Rows 1 to 2 stand above the headings, and what is in them was not read. If they are about people, put the"
        " headings first."
    ]


def test_a_workbook_says_which_of_its_sheets_were_not_read():
    book = Workbook()
    for row in (["URN", "EstablishmentName"], [999001, "Hollyfield"]):
        book.active.append(row)
    book.create_sheet("Leavers").append(["URN", "EstablishmentName"])
    book.create_sheet("Nothing here")
    book.save(file := io.BytesIO())
    with open_table(file, columns=COLUMNS) as table:
        rows = list(table)

    assert len(rows) == 1
    assert table.warnings == [
        "One sheet of this workbook was read. Not read: “Leavers”. Send each as a file of its own."
    ]
