"""The invented city as the extract of an old system: one table each, read from the registry, with an old system's dirt.

Beside the tables lie `truth.csv`, which has every row that is not simply loaded and what ought to become of it, and
`register/`, the schools and practices in the form of their registers, so that the extract can be loaded into an empty
database and reconciled to the row. Rows are numbered as a spreadsheet shows them.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.db import connection, transaction
from openpyxl import Workbook

from registry.city.errors import corrupt_number
from registry.identifiers import NotValid, read_nhs_number, read_uln, read_upn
from registry.models import LoadOutcome, Standing

TRUTH = ["file", "row", "outcome", "code"]
NO_SCHOOL, NO_CHILD = 999_999, "9999999"
RATES = {
    "children": {"twice": 0.004},
    "identifiers": {"unreadable": 0.005},
    "addresses": {"orphan": 0.003, "backwards": 0.003, "said_twice": 0.003, "two_homes": 0.004},
    "carers": {"orphan": 0.001, "said_twice": 0.002},
    "enrolments": {"unknown_school": 0.003, "said_twice": 0.002},
    "names": {"said_twice": 0.002},
    "registrations": {"said_twice": 0.002},
}
"""How many of a table's rows each sort of dirt befalls."""
PLACE = "a.saon, a.paon, a.street, a.locality, a.town, a.administrative_area, a.postcode, a.uprn"
PLACE_HEADINGS = ["Flat", "House", "Street", "Locality", "Town", "County", "Postcode", "UPRN"]
SEVERAL = (
    "count(*) FILTER (WHERE f.to_date IS NULL AND f.standing = 'lives_here') OVER (PARTITION BY f.child_id) > 1"
    " AND f.to_date IS NULL AND f.standing = 'lives_here'"
)
"""Whether this is one of several current homes, without anybody's slip."""
WHO = "JOIN extract_child x ON x.child_id = f.child_id"
NUMBERED = """
    CREATE TEMPORARY TABLE extract_child ON COMMIT DROP AS
    SELECT id AS child_id, (100000 + row_number() OVER (ORDER BY md5(%s || id::text)))::text AS reference
    FROM registry_child WHERE state <> 'superseded'
"""
# A child's own row has the registered name, and says since when; all others are in the table of names.
OWN_NAMES = """
    CREATE TEMPORARY TABLE extract_name ON COMMIT DROP AS
    SELECT DISTINCT ON (child_id) * FROM registry_name WHERE kind = 'registered' AND to_date IS NULL
    ORDER BY child_id, id
"""


@dataclass(frozen=True)
class Table:
    """One table: its headings, the statement that reads it, how its dates are written, and in what file."""

    name: str
    headings: list[str]
    statement: str
    dates: str = "%d/%m/%Y"
    delimiter: str = ","
    encoding: str = "utf-8-sig"


TABLES = [
    Table(
        "children",
        ["Child reference", "Surname", "Forename", "Middle names", "Name since", "Date of birth", "Sex"],
        "SELECT x.reference, n.surname, n.forename, n.middle_names, n.from_date, c.date_of_birth, c.sex"
        " FROM extract_child x JOIN registry_child c ON c.id = x.child_id LEFT JOIN extract_name n USING (child_id)"
        " ORDER BY x.reference",
    ),
    Table(
        "names",
        ["Child reference", "Name type", "Surname", "Forename", "Middle names", "From", "To"],
        f"SELECT x.reference, f.kind, f.surname, f.forename, f.middle_names, f.from_date, f.to_date"
        f" FROM registry_name f {WHO} WHERE f.id NOT IN (SELECT id FROM extract_name) ORDER BY x.reference, f.id",
        dates="%Y-%m-%d",
    ),
    Table(
        "identifiers",
        ["Child ID", "Identifier type", "Identifier", "Valid from", "Valid to"],
        f"SELECT x.reference, replace(f.kind, '_', ' '), f.value, f.from_date, f.to_date"
        f" FROM registry_identifier f {WHO} ORDER BY x.reference, f.id",
    ),
    Table(
        "addresses",
        ["Child ID", "Address type", *PLACE_HEADINGS, "Moved in", "Moved out"],
        f"SELECT x.reference, f.standing, {PLACE}, f.from_date, f.to_date, {SEVERAL} FROM registry_residence f {WHO}"
        " LEFT JOIN registry_address a ON a.id = f.address_id ORDER BY x.reference, f.id",
        dates="%d %b %Y",
    ),
    Table(
        "carers",
        [
            *("Child reference", "Contact ID", "Contact title", "Contact forename", "Contact surname", "Relationship"),
            *("Contact priority", "Telephone", "Other telephone", "Email", "Parental responsibility", "Lives with"),
            *(*PLACE_HEADINGS, "From", "To"),
        ],
        "SELECT x.reference, 'C' || g.id, g.title, g.forename, g.surname, f.kind, f.priority, g.telephone,"
        f" g.other_telephone, g.email, f.parental_responsibility, f.lives_with, {PLACE}, f.from_date, f.to_date"
        f" FROM registry_care f {WHO} JOIN registry_carer g ON g.id = f.carer_id"
        " LEFT JOIN registry_address a ON a.id = g.address_id ORDER BY x.reference, f.id",
        delimiter=";",
        encoding="utf-16",
    ),
    Table(
        "enrolments",
        ["Child reference", "School URN", "Entry date", "Leaving date", "Enrolment status", "NC Year", "Reg group"],
        "SELECT x.reference, s.urn, f.from_date, f.to_date, f.status, f.year_group, f.class_name"
        f" FROM registry_enrolment f {WHO} JOIN registry_school s ON s.id = f.school_id ORDER BY x.reference, f.id",
    ),
    Table(
        "registrations",
        ["Child reference", "Practice code", "Registered on", "Left on"],
        "SELECT x.reference, p.ods_code, f.from_date, f.to_date FROM registry_registration f"
        f" {WHO} JOIN registry_practice p ON p.id = f.practice_id ORDER BY x.reference, f.id",
        dates="%Y-%m-%d",
    ),
]


@dataclass
class Written:
    """How many rows each file has, and how many of them are dirty."""

    rows: dict[str, int] = field(default_factory=dict)
    dirty: int = 0


@dataclass
class _Paper:
    """A table being written: hands rows to the file, and what is wrong with them to the truth."""

    file: str
    put: Callable[[Sequence[Any]], None]
    truth: Any
    written: Written
    row: int = 1

    def write(self, cells: Sequence[Any], *, outcome: str = "", code: str = "") -> None:
        self.put(cells)
        self.row += 1
        self.written.rows[self.file] = self.row - 1
        if code:
            self.written.dirty += 1
            self.truth.writerow([self.file, self.row, outcome or LoadOutcome.SET_ASIDE.value, code])


def write_extract(folder: Path, *, seed: int = 1, dirty: bool = True, xlsx: bool = False) -> Written:
    """Write the whole city, its superseded records left out. The same seed makes the same dirt."""
    (folder / "register").mkdir(parents=True, exist_ok=True)
    written = Written()
    with transaction.atomic(), (folder / "truth.csv").open("w", newline="") as file, connection.cursor() as cursor:
        cursor.execute(NUMBERED, [str(seed)])
        cursor.execute("CREATE INDEX ON extract_child (child_id); ANALYZE extract_child")
        cursor.execute(OWN_NAMES)
        cursor.execute("CREATE INDEX ON extract_name (id); ANALYZE extract_name")
        truth = csv.writer(file)
        truth.writerow(TRUTH)
        for table in TABLES:
            with ExitStack() as stack:
                name, put = stack.enter_context(_Sheet(folder, table)) if xlsx else _lines(stack, folder, table)
                _write(_Paper(name, put, truth, written), table, Random(f"{seed} {table.name}"), dirty=dirty)
    _registers(folder / "register")
    return written


def _lines(stack: ExitStack, folder: Path, table: Table) -> tuple[str, Callable[[Sequence[Any]], None]]:
    name = f"{table.name}.csv"
    file = stack.enter_context((folder / name).open("w", newline="", encoding=table.encoding))
    writer = csv.writer(file, delimiter=table.delimiter)
    writer.writerow(table.headings)
    return name, lambda cells: writer.writerow([_text(cell, table.dates) for cell in cells])


class _Sheet:
    """A table as a workbook, in which dates are dates; saved once it is whole."""

    def __init__(self, folder: Path, table: Table) -> None:
        self.path = folder / f"{table.name}.xlsx"
        self.book = Workbook(write_only=True)
        self.sheet = self.book.create_sheet(table.name)
        self.sheet.append(table.headings)

    def __enter__(self) -> tuple[str, Callable[[Sequence[Any]], None]]:
        return self.path.name, lambda cells: self.sheet.append(list(cells))

    def __exit__(self, *fault: object) -> None:
        self.book.save(self.path)


def _text(cell: Any, dates: str) -> str:
    if isinstance(cell, date):
        return cell.strftime(dates)
    return "" if cell is None else str(cell)


def _read(statement: str) -> Iterator[list[Any]]:
    """The rows of a statement, without having them all in memory."""
    with connection.cursor() as cursor:
        cursor.execute(f"DECLARE extract_rows NO SCROLL CURSOR FOR {statement}")
        while True:
            cursor.execute("FETCH 5000 FROM extract_rows")
            found = cursor.fetchall()
            if not found:
                break
            yield from (list(row) for row in found)
        cursor.execute("CLOSE extract_rows")


def _write(paper: _Paper, table: Table, rng: Random, *, dirty: bool) -> None:
    rates = RATES[table.name] if dirty else {}
    for cells in _read(table.statement):
        chance, befalls = rng.random(), ""
        if table.name == "addresses" and cells.pop():
            paper.write(cells, outcome=LoadOutcome.LOADED.value, code="two_homes")
            continue
        for code, rate in rates.items():
            chance -= rate
            if chance < 0:
                befalls = code
                break
        DIRT[befalls](paper, table, rng, cells)


def _clean(paper: _Paper, table: Table, rng: Random, cells: list[Any]) -> None:
    paper.write(cells)


def _again(code: str) -> Callable[[_Paper, Table, Random, list[Any]], None]:
    """The row, and the same row a second time."""

    def write(paper: _Paper, table: Table, rng: Random, cells: list[Any]) -> None:
        paper.write(cells)
        paper.write(cells, code=code)

    return write


def _orphan(paper: _Paper, table: Table, rng: Random, cells: list[Any]) -> None:
    paper.write(cells)
    paper.write([NO_CHILD, *cells[1:]], code="orphan")


def _backwards(paper: _Paper, table: Table, rng: Random, cells: list[Any]) -> None:
    """The row, and beside it a spell that ends before it begins."""
    paper.write(cells)
    begins = cells[-2] or date(2020, 1, 1)
    row = [*cells[:-2], begins, begins - timedelta(days=30)]
    paper.write(row, outcome=LoadOutcome.REFUSED.value, code="backwards")


def _unknown_school(paper: _Paper, table: Table, rng: Random, cells: list[Any]) -> None:
    paper.write(cells)
    paper.write([cells[0], NO_SCHOOL, *cells[2:]], code="unknown_school")


READERS: dict[str, Callable[[str], Any]] = {"uln": read_uln, "nhs number": read_nhs_number}


def _unreadable(paper: _Paper, table: Table, rng: Random, cells: list[Any]) -> None:
    """The row, and beside it the same number mistyped."""
    paper.write(cells)
    mistyped = corrupt_number(rng, cells[2])
    try:
        READERS.get(cells[1], read_upn)(mistyped)
    except NotValid:
        row = [*cells[:2], mistyped, *cells[3:]]
        paper.write(row, outcome=LoadOutcome.REFUSED.value, code="unreadable")


def _two_homes(paper: _Paper, table: Table, rng: Random, cells: list[Any]) -> None:
    """A home that nobody ended when the child moved into this one. Both are loaded, and said to be two."""
    if cells[1] != Standing.LIVES_HERE or cells[-1] is not None:
        paper.write(cells)
        return
    loaded = {"outcome": LoadOutcome.LOADED.value, "code": "two_homes"}
    paper.write(cells, **loaded)
    paper.write(
        [*cells[:2], "", str(rng.randrange(1, 200)), "Forgotten Lane", "", "", "", "B1 1AA", None, None, None], **loaded
    )


DIRT: dict[str, Callable[[_Paper, Table, Random, list[Any]], None]] = {
    "": _clean,
    "twice": _again("twice"),
    "said_twice": _again("said_twice"),
    "orphan": _orphan,
    "backwards": _backwards,
    "unknown_school": _unknown_school,
    "unreadable": _unreadable,
    "two_homes": _two_homes,
}

SCHOOLS = """
    SELECT urn, la_code, estab_number, name, CASE status WHEN 'open' THEN 1 WHEN 'closed' THEN 2 WHEN 'closing' THEN 3
           ELSE 4 END, to_char(open_date, 'DD-MM-YYYY'), to_char(close_date, 'DD-MM-YYYY'), low_age, high_age, postcode
    FROM registry_school ORDER BY urn
"""
SCHOOL_HEADINGS = [
    *("URN", "LA (code)", "EstablishmentNumber", "EstablishmentName", "EstablishmentStatus (code)", "OpenDate"),
    *("CloseDate", "StatutoryLowAge", "StatutoryHighAge", "Postcode"),
]
PRACTICES = "SELECT ods_code, name, postcode, CASE status WHEN 'closed' THEN 'C' ELSE 'A' END FROM registry_practice"


def _registers(folder: Path) -> None:
    """The schools and practices that the extract speaks of, as their registers publish them."""
    with connection.cursor() as cursor:
        cursor.execute(SCHOOLS)
        with (folder / "schools.csv").open("w", newline="") as file:
            csv.writer(file).writerows([SCHOOL_HEADINGS, *cursor.fetchall()])
        cursor.execute(PRACTICES)
        with (folder / "practices.csv").open("w", newline="") as file:
            csv.writer(file).writerows(_practice(*row) for row in cursor.fetchall())


def _practice(code: str, name: str, postcode: str, status: str) -> list[str]:
    cells = [""] * 27
    cells[0], cells[1], cells[9], cells[12], cells[25] = code, name, postcode, status, "4"
    return cells
