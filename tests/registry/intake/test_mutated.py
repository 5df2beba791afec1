"""Files that something has gone wrong with: every row is accounted for, or the file is refused in a sentence."""

import csv
import io
import zipfile
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from registry.intake import stages
from registry.intake.receiving import CannotReceive, receive
from registry.models import Feed, Outcome, Stage
from tests.registry.intake.lists import HEADINGS

pytestmark = pytest.mark.django_db
MANY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
ROWS = [
    ["7", "KHAN", "Amina", "28/02/2017", "F", "14", "Example Road", "B4 7DA", ""],
    ["8", "Okafor", "Zoë", "2024-05-06", "F", "3", "High Street", "B4 7DB", ""],
    ["9", "O’Neill", "Seán", "6 May 2014", "M", "Flat 2, 9", "High Street", "b47db", "A123456789012"],
    ["10", "", "", "", "", "", "", "", ""],
    ["11", "Ng", "Baby", "01/11/2026", "U", "", "", "", ""],
    ["12", "Smith-Jones", "Ada, the second", "31/02/2017", "Female", "7", "Low Lane", "nowhere", ""],
]
STRANGE = [
    "",
    "\0",
    "=1+1",
    '=HYPERLINK("http://x")',
    "@SUM(A1)",
    "-",
    "٣",
    "王",
    "\u202eabc",
    "\ufeff",
    "1e9",
    "9.43E+09",
]
STRANGE += [
    "99999999999999999999",
    "'",
    '"',
    '""',
    ",",
    "a\nb",
    "😀",
    "x" * 300,
    "00/00/0000",
    "31/12/9999",
    "\x1b[0m",
    "null",
]
ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "cp037", "utf-32"]
SEPARATORS = [",", ";", "\t", "|"]

cells = st.one_of(
    st.sampled_from(STRANGE), st.text(max_size=12), st.sampled_from([cell for row in ROWS for cell in row])
)
places = st.integers(0, 60)


def table():
    return [HEADINGS.split(","), *[list(row) for row in ROWS]]


def lose_column(rows, place, other):
    for row in rows:
        del row[place % len(row) : place % len(row) + 1]


def repeat_column(rows, place, other):
    for row in rows:
        row.append(row[place % len(row)])


def swap_columns(rows, place, other):
    """The cells of two columns under each other's headings."""
    for row in rows[1:]:
        one, two = place % len(row), other % len(row)
        row[one], row[two] = row[two], row[one]


def shift_row(rows, place, other):
    rows[1 + place % (len(rows) - 1)].insert(other % 9, "shifted")


def cut_row(rows, place, other):
    del rows[1 + place % (len(rows) - 1)][1 + other % 8 :]


def double_rows(rows, place, other):
    rows += [list(row) for row in rows[1:]] * (1 + other % 3)


def repeat_headings(rows, place, other):
    rows.insert(1 + place % len(rows), list(rows[0]))


def lose_headings(rows, place, other):
    del rows[0]


def put_title(rows, place, other):
    rows.insert(0, ["Our children", "", "in March"][: 1 + other % 3])


CHANGES = [lose_column, repeat_column, swap_columns, shift_row, cut_row, double_rows, repeat_headings, lose_headings]
CHANGES += [put_title]


@st.composite
def tables(draw):
    """Rows in which columns were lost, doubled or exchanged, rows shifted or cut, and cells are anything."""
    rows = table()
    for change, place, other in draw(st.lists(st.tuples(st.sampled_from(CHANGES), places, places), max_size=3)):
        if len(rows) > 1 and all(len(row) > 1 for row in rows):
            change(rows, place, other)
    for row, place, cell in draw(st.lists(st.tuples(places, places, cells), max_size=4)):
        if line := rows[row % len(rows)]:
            line[place % len(line)] = cell
    return rows


def as_csv(rows, *, separator=",", encoding="utf-8", ending="\r\n"):
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=ending).writerows(rows)
    return text.getvalue().encode(encoding, "replace")


def as_workbook(rows):
    book = Workbook()
    for place, row in enumerate(rows, start=1):
        for column, cell in enumerate(row, start=1):
            if clean := "".join(letter for letter in cell if letter.isprintable() or letter == "\n"):
                book.active.cell(place, column, clean)
    book.save(file := io.BytesIO())
    return file.getvalue()


@st.composite
def bytes_gone_wrong(draw, content):
    """Cut short, doubled, with bytes changed or zeros among them."""
    for what, place, other in draw(
        st.lists(st.tuples(st.integers(0, 4), st.floats(0, 1), st.binary(max_size=8)), max_size=3)
    ):
        at = int(place * len(content))
        content = [
            content[:at],
            content + content,
            content[:at] + other + content[at + len(other) :],
            content[:at] + b"\0" * len(other) + content[at:],
            content[at:],
        ][what]
    return content


@st.composite
def files(draw):
    rows = draw(tables())
    if draw(st.booleans()):
        content, name = as_workbook(rows), draw(st.sampled_from(["list.xlsx", "list.csv", "list"]))
    else:
        separator, encoding = draw(st.sampled_from(SEPARATORS)), draw(st.sampled_from(ENCODINGS))
        content = as_csv(
            rows, separator=separator, encoding=encoding, ending=draw(st.sampled_from(["\n", "\r\n", "\r"]))
        )
        name = draw(st.sampled_from(["list.csv", "list.txt", "list.xlsx"]))
    return draw(bytes_gone_wrong(content)), name


@contextmanager
def put_back():
    """What is done inside is taken back, for the next example to find the index as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def taken_in(content, name, source):
    """The file as far as it comes by itself; None for one that is not even kept, and says why."""
    try:
        delivery = receive(
            io.BytesIO(content),
            name=name,
            feed=Feed.objects.get(code="births"),
            source=source,
            as_of=date(2026, 11, 2),
            by=None,
        )
    except CannotReceive as refusal:
        assert_is_a_sentence(str(refusal))
        return None
    return stages.read(delivery, by=None, applies=True)


def assert_is_a_sentence(text):
    assert text[0].isupper() or text[0] in "“‘"
    assert text.endswith(".")
    assert len(text) > 15
    assert not any(word in text for word in ("Traceback", "Error", "Exception", "object at"))


def assert_accounted_for(delivery):
    """Refused as a whole in a sentence, or with every row in one outcome and every problem in a sentence."""
    delivery.refresh_from_db()
    rows = list(delivery.all_rows.filter(number__isnull=False).order_by("number"))
    if delivery.stage == Stage.REFUSED:
        assert_is_a_sentence(delivery.refusal)
        assert not rows
        return
    assert delivery.stage in (Stage.APPLIED, Stage.HELD, Stage.COMPARED)
    assert len(rows) == delivery.rows > 0
    assert len({row.number for row in rows}) == len(rows)
    assert all(row.outcome in Outcome.values for row in rows)
    assert delivery.rows == sum(getattr(delivery, outcome) for outcome in COUNTED)
    for row in rows:
        for _, _, sentence in row.problems:
            assert_is_a_sentence(sentence)


COUNTED = ("confirmed", "changed", "joined", "left", "to_decide", "refused")


@MANY
@given(file=files())
def test_a_file_that_something_went_wrong_with_is_accounted_for_to_the_row(file, amina, births):
    with put_back():
        delivery = taken_in(*file, births)
        if delivery is not None:
            assert_accounted_for(delivery)


@MANY
@given(rows=tables())
def test_no_row_of_a_table_that_went_wrong_is_dropped(rows, amina, births):
    written = sum(any("".join(cell.split()).strip("\0\ufeff") for cell in row) for row in rows)
    with put_back():
        delivery = taken_in(as_csv(rows), "list.csv", births)
        assert_accounted_for(delivery)
        if delivery.stage != Stage.REFUSED:
            above = [warning for warning in delivery.warnings if "above the headings" in warning]
            assert 1 <= written - delivery.rows <= (15 if above else 5)


def bombed(*, declared=None, entities=False):
    """A workbook whose one sheet unpacks to two gigabytes of nothing, or to a text that grows by its own entities."""
    whole = zipfile.ZipFile(io.BytesIO(as_workbook(table())))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for part in whole.infolist():
            if part.filename != "xl/worksheets/sheet1.xml":
                archive.writestr(part, whole.read(part))
            elif entities:
                archive.writestr(part.filename, ENTITIES)
            else:
                with archive.open(part.filename, "w", force_zip64=True) as sheet:
                    sheet.write(SHEET)
                    for _ in range(1_100):
                        sheet.write(b" " * (1 << 20))
    content = file.getvalue()
    if declared is not None:
        content = content.replace(
            (len(SHEET) + 1_100 * (1 << 20)).to_bytes(4, "little"), declared.to_bytes(4, "little")
        )
    return content


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {one} "{f"&{before};" * 50}">' for before, one in zip("abcdefgh", "bcdefghi", strict=True))
    + ']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row><c t="inlineStr">'
    "<is><t>&i;</t></is></c></row></sheetData></worksheet>"
)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: bombed(), id="two gigabytes of nothing"),
        pytest.param(lambda: bombed(declared=1_000), id="more than it says"),
        pytest.param(lambda: bombed(entities=True), id="a text that grows by itself"),
        pytest.param(lambda: b"PK\x03\x04", id="four bytes of a workbook"),
        pytest.param(
            lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000, id="a workbook of 1997, or a locked one"
        ),
        pytest.param(lambda: b"%PDF-1.7 " + b"x" * 2_000, id="a print"),
        pytest.param(lambda: b"\0" * 100_000, id="zeros"),
        pytest.param(lambda: b"\xff\xd8\xff\xe0" + b"\x9d" * 5_000, id="a photograph"),
        pytest.param(lambda: b"Surname\n" + b'"' * 100_001, id="quotation marks"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(content, births):
    delivery = taken_in(content(), "list.xlsx", births)

    assert delivery is None or delivery.stage == Stage.REFUSED
    if delivery:
        assert_accounted_for(delivery)


@pytest.mark.parametrize("cell", ["ab" * 5_000_000, "7" * 10_000_000, "x y " * 2_500_000, "٣" * 5_000_000])
@pytest.mark.parametrize("column", ["Forename", "Date of birth", "Postcode", "UPN", "Street", "Sex", "Reference"])
def test_a_cell_of_ten_megabytes_in_a_workbook_is_a_problem_of_its_row_alone(cell, column, amina, births):
    rows = table()
    rows[1][rows[0].index(column)] = cell
    delivery = taken_in(as_workbook(rows), "list.xlsx", births)

    assert_accounted_for(delivery)
    assert delivery.rows == len(ROWS)
    first = delivery.all_rows.get(number=2)
    assert max(map(len, first.cells)) <= 1_000
    assert first.problems


def test_a_cell_of_ten_megabytes_in_a_text_has_its_row_named(births):
    delivery = taken_in(as_csv([*table(), ["13", "x" * 10_000_000]]), "list.csv", births)

    assert delivery.stage == Stage.REFUSED
    assert delivery.refusal.startswith("Row 8 has a cell of more than 131,072 characters.")
