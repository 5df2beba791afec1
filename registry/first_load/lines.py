"""From one row of an extract to what it says: a child, and facts of the child, as lines for the staging tables.

What cannot be read is a problem of the row, with a sentence, and the rest of the row stands. A row is refused where
nothing is left that could be written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from childindex.tables import Cell, plain
from registry.first_load.staging import TABLES
from registry.first_load.tables import ALL, NUMBERS
from registry.intake.addresses import split_address
from registry.intake.cells import Unreadable
from registry.intake.contacts import split_contacts
from registry.intake.fields import read_cell
from registry.intake.problems import Problem
from registry.models import AT_AN_ADDRESS, ExtractTable, Standing

LONGEST = {
    "locality": 60, "town": 60, "county": 60, "carer_title": 20, "class_name": 40, "carer_reference": 60,
    "destination": 160, "telephone": 30, "other_telephone": 30,
}  # fmt: skip
DATES = (
    ("from_date", "to_date"),
    ("entry_date", "leaving_date"),
)
DEFINING = frozenset({"name_kind", "number_kind", "standing"})
"""What a row is about hangs on these: where one cannot be read, nothing is guessed."""
Values = dict[str, str]
Line = tuple[str, tuple[Any, ...]]


class Row:
    """What was read of one row: its values, what is wrong with it, and why nothing can be done with it, if so."""

    __slots__ = ("problems", "refused", "values")

    def __init__(self, cells: Iterable[tuple[str, Cell]]) -> None:
        self.values: Values = {}
        self.problems: list[Problem] = []
        self.refused = ""
        for key, cell in cells:
            said, fault = _cell(key, cell)
            if said:
                self.values[key] = said
            elif fault:
                self.problems.append(Problem(key, "unreadable", fault))
        split_address(self.values)
        split_contacts(self.values)
        self._check_dates()

    def _check_dates(self) -> None:
        for first, last in DATES:
            begins, ends = self.values.get(first), self.values.get(last)
            if begins and ends and ends < begins:
                self.values["backwards"] = "1"
                sentence = f"The last day ({ends}) is before the first ({begins}), so the spell was left out."
                self.problems.append(Problem(last, "backwards", sentence))


@lru_cache(maxsize=200_000, typed=True)
def _cell(key: str, cell: Cell) -> tuple[str, str]:
    """What a cell says, or why it cannot be read; two empty texts where it says nothing."""
    text = plain(cell)
    if not text:
        return "", ""
    try:
        said = read_cell(ALL[key], text, {})
    except Unreadable as error:
        return "", str(error)
    longest = LONGEST.get(key)
    if longest and len(said) > longest:
        return "", f"The {ALL[key].label.lower()} has {len(said):,} characters and may have {longest}."
    return said, ""


def lines_of(table: str, row: Row) -> list[Line]:
    """The lines of a row for the staging tables, by table, without the number of the row. Refuses one without any."""
    values = row.values
    if not values.get("reference"):
        row.refused = "The row does not say which child it is about."
        row.problems.append(Problem("reference", "no_reference", row.refused))
        return []
    if unknown := next((one for one in row.problems if one.field in DEFINING), None):
        row.refused = unknown.sentence
        return []
    found = [] if values.get("backwards") and table != ExtractTable.CHILDREN else list(SAYING[table](values, row))
    if not found and not row.refused:
        row.refused = row.problems[0].sentence if row.problems else "The row says nothing of the child."
        if not row.problems:
            row.problems.append(Problem("", "says_nothing", row.refused))
    return found


def _child(values: Values, row: Row) -> Iterator[Line]:
    """A child, with everything that a flat table says beside."""
    yield _line("child", values, sex=values.get("sex"), born=values.get("date_of_birth"))
    yield from _names({**values, "from_date": values.get("name_from", "")}, row)
    if preferred := _other_name(values, "preferred_surname", "preferred_forename"):
        yield _line("name", preferred, kind="preferred")
    if values.get("former_surname"):
        yield _line("name", {**values, "surname": values["former_surname"], "middle_names": ""}, kind="former")
    yield from _wide_numbers(values)
    moved = {**values, "from_date": values.get("moved_in", ""), "to_date": ""}
    yield from _home(moved)
    if values.get("carer_surname") or values.get("carer_forename"):
        yield _care({**values, **dict.fromkeys(("saon", "paon", "street", "postcode", "town", "locality"), "")})
    if (values.get("urn") or values.get("laestab")) and not values.get("backwards"):
        yield from _enrolment(values, row)
    if values.get("practice_code"):
        yield from _registration(values, row)


def _other_name(values: Values, surname: str, forename: str) -> Values:
    """A preferred name, whose other part is the registered one; nothing where it is not another name at all."""
    said = {
        "reference": values["reference"],
        "surname": values.get(surname) or values.get("surname", ""),
        "forename": values.get(forename) or values.get("forename", ""),
    }
    same = all(said[key] == values.get(key, "") for key in ("surname", "forename"))
    return {} if same else said


def _names(values: Values, row: Row) -> Iterator[Line]:
    if values.get("surname") or values.get("forename"):
        yield _line("name", values, kind=values.get("name_kind") or "registered")


def _numbers(values: Values, row: Row) -> Iterator[Line]:
    """One number a row with its kind beside it, or a column for each kind."""
    kind, number = values.get("number_kind"), values.get("number")
    if kind and number:
        said, fault = _cell("upn" if kind.endswith("upn") else kind, number)
        if fault:
            row.problems.append(Problem("number", "unreadable", fault))
            return
        yield _number(values, kind, said)
    yield from _wide_numbers(values)


def _wide_numbers(values: Values) -> Iterator[Line]:
    for kind in NUMBERS:
        if values.get(kind):
            yield _number(values, kind, values[kind])


def _number(values: Values, kind: str, number: str) -> Line:
    is_temporary = kind in ("upn", "temporary_upn") and number[-1].isalpha()
    written = "temporary_upn" if is_temporary else "upn" if kind == "temporary_upn" else kind
    return _line("identifier", values, kind=written, value=number)


def _has_place(values: Values) -> bool:
    return any(values.get(key) for key in ("street", "paon", "postcode"))


def _home(values: Values) -> Iterator[Line]:
    standing = values.get("standing") or Standing.LIVES_HERE
    if standing not in AT_AN_ADDRESS:
        yield _line("residence", {"reference": values["reference"], **_days(values)}, standing=standing)
    elif _has_place(values):
        yield _line("residence", values, standing=standing)


def _homes(values: Values, row: Row) -> Iterator[Line]:
    found = list(_home(values))
    if not found:
        row.problems.append(Problem("postcode", "no_place", "The address has neither a street nor a postcode."))
    yield from found


def _days(values: Values) -> Values:
    return {key: values.get(key, "") for key in ("from_date", "to_date")}


def _carers(values: Values, row: Row) -> Iterator[Line]:
    for part in ("surname", "forename"):
        values.setdefault(f"carer_{part}", values.pop(part, ""))
    if values["carer_surname"] or values["carer_forename"]:
        yield _care(values)
    else:
        row.problems.append(Problem("carer_surname", "no_name", "The carer has no name."))


def _care(values: Values) -> Line:
    priority = values.get("priority", "")
    return _line(
        "care",
        values,
        carer=values.get("carer_reference"),
        title=values.get("carer_title"),
        forename=values.get("carer_forename"),
        surname=values.get("carer_surname"),
        kind=values.get("relationship") or "other",
        parental_responsibility=values.get("parental_responsibility") or "unknown",
        lives_with=values.get("lives_with") or "unknown",
        priority=priority if priority.isascii() and priority.isdigit() and len(priority) < 4 else None,
    )


def _enrolment(values: Values, row: Row) -> Iterator[Line]:
    la_code, _, estab = values.get("laestab", "").partition("/")
    ends = values.get("leaving_date") or values.get("to_date")
    yield _line(
        "enrolment",
        values,
        la_code=la_code,
        estab=estab,
        status=values.get("enrolment_status") or "C",
        from_date=values.get("entry_date") or values.get("from_date"),
        to_date=ends,
        destination=values.get("destination") if ends else "",
    )


def _enrolments(values: Values, row: Row) -> Iterator[Line]:
    if values.get("urn") or values.get("laestab"):
        yield from _enrolment(values, row)


def _registration(values: Values, row: Row) -> Iterator[Line]:
    if values.get("practice_code"):
        begins = values.get("registered_on") or values.get("from_date")
        yield _line("registration", values, ods_code=values["practice_code"], from_date=begins)


SAYING: dict[str, Callable[[Values, Row], Iterator[Line]]] = {
    ExtractTable.CHILDREN: _child,
    ExtractTable.NAMES: _names,
    ExtractTable.IDENTIFIERS: _numbers,
    ExtractTable.ADDRESSES: _homes,
    ExtractTable.CARERS: _carers,
    ExtractTable.ENROLMENTS: _enrolments,
    ExtractTable.REGISTRATIONS: _registration,
}


def _line(table: str, values: Mapping[str, Any], **said: Any) -> Line:
    """The values in the order of the staging table's columns: those `said`, else those of the row."""
    return table, tuple(said[name] if name in said else values.get(name) for name in TABLES[table].said)
