"""A list as the matcher takes it: which of its columns is what, by its headings or as somebody said."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from childindex.tables import Column, Limits, Row, Table, TableError, open_table
from childindex.tables import plain as plain_text
from registry.intake.claims import Claim, read_claim
from registry.intake.fields import FIELDS
from registry.list_match.words import MOST_ROWS

READ = (
    "index_number forename middle_names surname former_surname date_of_birth sex saon paon street line1 line2 postcode"
    " carer_forename carer_surname carer_name telephone upn nhs_number uln"
).split()
"""The fields by which a row is matched."""
IDENTIFYING = frozenset("forename surname upn nhs_number uln index_number".split())
LIMITS = Limits(bytes=50 << 20, unpacked_bytes=512 << 20, rows=MOST_ROWS, columns=300)
Headings = dict[str, str]


@dataclass
class Rows:
    """The claims of a list, in order, with the numbers of their rows; a row that could not be read has an empty one."""

    numbers: list[int] = field(default_factory=list)
    claims: list[Mapping[str, str]] = field(default_factory=list)


def columns() -> list[Column]:
    return [FIELDS[key].column for key in READ]


@contextmanager
def opened(content: bytes) -> Iterator[Table]:
    """The list, found by the headings it has. Raises TableError."""
    with open_table(io.BytesIO(content), columns=columns(), limits=LIMITS) as table:
        yield table


def headings_of(content: bytes) -> list[tuple[str, str]]:
    """Each heading with the field it is taken for, '' for none. Raises TableError for what is no list of people."""
    with opened(content) as table:
        by_place = {place: key for key, place in reversed(list(table.places.items()))}
        found = [(heading, by_place.get(place, "")) for place, heading in enumerate(table.headings)]
        if next(iter(table), None) is None:
            raise TableError("This list has headings and no rows.")
        return found


def rows_of(content: bytes, headings: Mapping[str, str]) -> Rows:
    """The rows, read as `headings` (place to field) say. Raises TableError where nothing in them names a child."""
    places = {key: int(place) for place, key in headings.items() if key}
    if not IDENTIFYING & places.keys():
        raise TableError("Say which column is the surname, the forename or a number: without one nobody can be found.")
    found = Rows()
    with opened(content) as table:
        for row in table:
            found.numbers.append(row.number)
            found.claims.append(_claim(row, places).values)
    return found


def _claim(row: Row, places: Mapping[str, int]) -> Claim:
    if row.problem:
        return Claim({})
    cells = row.cells
    return read_claim({key: plain_text(cells[at]) for key, at in places.items() if at < len(cells)})
