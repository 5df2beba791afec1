"""From the files of an extract to the staging tables: each table known by its headings, its rows streamed.

Every row that has anything in it gets a number of its own. Memory does not grow with the files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from childindex.tables import Row as TableRow
from childindex.tables import Table, TableError, open_table
from registry.first_load import staging
from registry.first_load.lines import Row, lines_of
from registry.first_load.tables import columns, read_by, recognised
from registry.intake.problems import Problem
from registry.models import ExtractTable, LoadOutcome

Progress = Callable[[int, int], None]
Opened = Callable[[], AbstractContextManager[Path]]


@dataclass
class Sent:
    """One file of an extract: what it is called and how it is opened; what it turned out to be."""

    name: str
    opened: Opened
    table: ExtractTable | None = None
    headings: list[list[str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    rows: int = 0


def read(files: Sequence[Sent], *, progress: Progress | None = None) -> int:
    """Read all files into the staging tables; how many rows there are. Raises TableError, naming the file."""
    numbered = 0
    for place, file in enumerate(files):
        try:
            numbered = _read(place, file, numbered, progress)
        except TableError as error:
            raise TableError(f"{file.name}: {error}") from error
    if not any(file.table == ExtractTable.CHILDREN for file in files):
        raise TableError("None of these tables is of children: one with their references and dates of birth is needed.")
    staging.analyse()
    return numbered


def _read(place: int, file: Sent, numbered: int, progress: Progress | None) -> int:
    file.rows = 0
    with file.opened() as path, open_table(path, columns=columns()) as table:
        file.table = recognised(table.places, table.headings)
        keys = read_by(file.table, table.places)
        file.headings = _headings(table, keys)
        gathered = staging.Gathered()
        for row in table:
            numbered += 1
            file.rows += 1
            _gather(gathered, file.table, place, numbered, row, keys)
            if gathered.is_full:
                gathered.write()
                if progress:
                    progress(numbered, 0)
        gathered.write()
        unused = table.places.keys() - set(keys)
        file.warnings = [warning for warning in table.warnings if warning.partition(" ")[0] not in unused]
    return numbered


def _headings(table: Table, keys: Sequence[str]) -> list[list[str]]:
    """Each heading with the field that it is read as, or nothing."""
    by_place = {table.places[key]: key for key in keys}
    return [[heading, by_place.get(place, "")] for place, heading in enumerate(table.headings)]


def _gather(
    gathered: staging.Gathered, table: ExtractTable, file: int, number: int, row: TableRow, keys: Sequence[str]
) -> None:
    cells, places = row.cells, row.places
    said = Row([(key, cells[places[key]]) for key in keys if places[key] < len(cells)])
    if row.problem:
        said.refused = row.problem
        said.problems = [Problem("", "shape", row.problem)]
    lines = [] if row.problem else lines_of(table, said)
    outcome = LoadOutcome.REFUSED.value if said.refused else ""
    gathered.row(number, file, row.number, said.values.get("reference", ""), outcome)
    for problem in said.problems:
        gathered.problem(number, problem.field, problem.code, problem.sentence)
    for name, values in lines:
        gathered.fact(name, number, values)
