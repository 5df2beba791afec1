"""Each school's return as its own system would export it: with the slips of a real one, and the answers beside it.

One file for each school of the area, in one of three styles (headings, dates, capitals differ), and `answers.csv`, with
a line for everything that is wrong and for every row that is right: which record the row is of, and what the return
ought to have said. Rows are numbered as a spreadsheet shows them, the headings being row 1.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.db import connection

from registry.city.calendar import code, year_of
from registry.city.communities import any_community
from registry.city.errors import corrupt_date, corrupt_name, corrupt_number, corrupt_postcode
from registry.dates import school_year
from registry.dates.holding import begun, lasts

FIELDS = (
    "upn surname forename middle preferred born sex year class entry status line1 line2 town postcode contact telephone"
).split()
ROLL = """
    SELECT c.index_number, coalesce(u.value, '') AS upn, n.surname, n.forename, n.middle_names AS middle,
           coalesce(p.surname, '') AS preferred, c.date_of_birth AS born, c.sex, e.year_group AS year,
           e.class_name AS class, e.from_date AS entry, e.status,
           concat_ws(' ', nullif(a.saon, ''), nullif(a.paon, ''), nullif(a.street, '')) AS line1,
           coalesce(a.locality, '') AS line2, coalesce(a.town, '') AS town, coalesce(a.postcode, '') AS postcode,
           coalesce(concat_ws(' ', nullif(g.title, ''), nullif(g.forename, ''), g.surname), '') AS contact,
           coalesce(g.telephone, '') AS telephone, e.to_date
    FROM registry_enrolment e JOIN registry_child c ON c.id = e.child_id AND c.state <> 'superseded'
    JOIN LATERAL (
        SELECT * FROM registry_name
        WHERE child_id = c.id AND kind = 'registered' AND to_date IS NULL ORDER BY id LIMIT 1
    ) n ON true
    LEFT JOIN LATERAL (
        SELECT surname FROM registry_name WHERE child_id = c.id AND kind = 'preferred' AND to_date IS NULL LIMIT 1
    ) p ON true
    LEFT JOIN LATERAL (
        SELECT value FROM registry_identifier WHERE child_id = c.id AND kind IN ('upn', 'temporary_upn') LIMIT 1
    ) u ON true
    LEFT JOIN LATERAL (
        SELECT address_id FROM registry_residence
        WHERE child_id = c.id AND to_date IS NULL AND standing = 'lives_here' ORDER BY id LIMIT 1
    ) h ON true
    LEFT JOIN registry_address a ON a.id = h.address_id
    LEFT JOIN LATERAL (
        SELECT carer_id FROM registry_care WHERE child_id = c.id AND to_date IS NULL ORDER BY priority, id LIMIT 1
    ) k ON true
    LEFT JOIN registry_carer g ON g.id = k.carer_id
    WHERE e.school_id = %s AND {on_roll} ORDER BY n.surname, n.forename, c.index_number
"""
ON_ROLL = f"{begun('e', on='%s')} AND {lasts('e', on='%s')}"
LEFT_LATELY = "e.to_date < %s AND e.to_date > %s::date - 150"
RIGHT, LEFT_OUT, TWICE, GONE, NEW = "right", "left out", "listed twice", "left already", "not in the index"


@dataclass(frozen=True)
class Style:
    """How one school's system writes."""

    headings: tuple[str, ...]
    dates: str
    capitals: bool = False


STYLES = (
    Style(
        (
            *("UPN", "Surname", "Forename", "Middle names", "Preferred surname", "DOB", "Sex", "Year group", "Class"),
            *("Entry date", "Enrolment status", "Address line 1", "Address line 2", "Town", "Postcode"),
            *("Contact 1 name", "Contact 1 phone"),
        ),
        "%d/%m/%Y",
    ),
    Style(
        (
            *("Unique Pupil Number", "Legal Surname", "Legal Forename", "Middle Name(s)", "Surname", "Date of Birth"),
            *("Gender", "NC Year", "Reg Group", "Admission Date", "Enrol Status", "Address1", "Address2", "Address3"),
            *("Post Code", "Priority 1 Contact", "Priority 1 Telephone"),
        ),
        "%Y-%m-%d",
        capitals=True,
    ),
    Style(
        (
            *("UPN", "Last name", "First name", "Middle name", "Preferred last name", "Date of birth", "Sex", "Year"),
            *("Form", "Date joined", "Status", "House and street", "Locality", "Town or city", "Postcode"),
            *("First contact", "First contact mobile"),
        ),
        "%d %b %Y",
    ),
)


@dataclass
class Row:
    """One row of a return, whose child it is, and what is wrong with it: (field, what it ought to say)."""

    values: dict[str, Any]
    index_number: str
    wrong: list[tuple[str, str, str]]

    def slip(self, what: str, *fields: str, **values: Any) -> None:
        """Write other `values`, and note what is right."""
        for field in fields or values:
            self.wrong.append((what, field, str(self.values[field] or "")))
        self.values.update(values)


def write_returns(folder: Path, *, seed: int, on: date, today: date | None = None) -> dict[str, int]:
    """Write the returns of all schools of the area for a day; how many rows each file has, by name.

    A day of an earlier school year than `today`, up to which the city is built, has that year's year groups.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    with (folder / "answers.csv").open("w", newline="") as file:
        answers = csv.writer(file)
        answers.writerow(["file", "row", "index number", "what is wrong", "field", "what is right"])
        for school_id, urn in _schools():
            rng = Random(f"{seed} return {urn}")
            style = STYLES[rng.randrange(len(STYLES))]
            rows, left_out = roll(rng, school_id, on, today or on)
            name = f"{urn}.csv"
            _write(folder / name, style, rows)
            answers.writerows(_answers(name, rows, left_out))
            found[name] = len(rows)
    return found


def roll(rng: Random, school_id: int, on: date, today: date) -> tuple[list[Row], list[Row]]:
    """The rows of one school's return, slips included, and those that it leaves out."""
    rows, left_out = [], []
    for row in _read(school_id, ON_ROLL, on, today):
        if rng.random() < 0.008:
            left_out.append(row)
            continue
        if rng.random() < 0.12:
            _slip(rng, row)
        rows.append(row)
        if rng.random() < 0.003:
            rows.append(_again(rng, row))
    for row in _read(school_id, LEFT_LATELY, on, today):
        if rng.random() < 0.03:
            row.wrong.append((GONE, "", ""))
            rows.append(row)
    rows += [_newcomer(rng, on, rows[0]) for _ in range(len(rows)) if rng.random() < 0.004]
    return rows, left_out


def _slip(rng: Random, row: Row) -> None:
    rng.choices(list(SLIPS), list(SLIPS.values()))[0](rng, row)


def _name_wrong(rng: Random, row: Row) -> None:
    slipped = corrupt_name(rng, row.values["forename"], row.values["surname"])
    row.slip(f"name {slipped.slip}", "forename", "surname", forename=slipped.forename, surname=slipped.surname)


def _birth_wrong(rng: Random, row: Row) -> None:
    if row.values["born"]:
        row.slip("date of birth wrong", born=corrupt_date(rng, row.values["born"]))


def _upn_missing(rng: Random, row: Row) -> None:
    if row.values["upn"]:
        row.slip("UPN missing", upn="")


def _upn_wrong(rng: Random, row: Row) -> None:
    if row.values["upn"]:
        row.slip("UPN mistyped", upn=corrupt_number(rng, row.values["upn"]))


def _postcode_wrong(rng: Random, row: Row) -> None:
    if row.values["postcode"]:
        row.slip("postcode wrong", postcode=corrupt_postcode(rng, row.values["postcode"]))


def _no_address(rng: Random, row: Row) -> None:
    if row.values["postcode"]:
        row.slip("address missing", line1="", line2="", town="", postcode="")


def _sex_wrong(rng: Random, row: Row) -> None:
    if row.values["sex"] in "FM":
        row.slip("sex wrong", sex="M" if row.values["sex"] == "F" else "F")


def _no_middle_name(rng: Random, row: Row) -> None:
    if row.values["middle"]:
        row.slip("middle names missing", middle="")


def _telephone_wrong(rng: Random, row: Row) -> None:
    if row.values["telephone"]:
        row.slip("telephone wrong", telephone=corrupt_number(rng, row.values["telephone"]))


SLIPS: dict[Callable[[Random, Row], None], int] = {
    _name_wrong: 28,
    _birth_wrong: 8,
    _upn_missing: 12,
    _upn_wrong: 6,
    _postcode_wrong: 12,
    _no_address: 5,
    _sex_wrong: 4,
    _no_middle_name: 15,
    _telephone_wrong: 10,
}


def _again(rng: Random, row: Row) -> Row:
    """The same child a second time, a little different."""
    twice = Row(dict(row.values), row.index_number, [(TWICE, "", ""), *row.wrong])
    _name_wrong(rng, twice)
    return twice


def _newcomer(rng: Random, on: date, like: Row) -> Row:
    """A child whom nobody has told the index of."""
    community = any_community(rng)
    sex = rng.choice("FM")
    born = on - timedelta(days=rng.randrange(int(4.5 * 365), 16 * 365))
    values: dict[str, Any] = dict.fromkeys(FIELDS, "")
    values |= {
        "forename": community.forename(rng, sex),
        "surname": community.surname(rng),
        "born": born,
        "sex": sex,
        "year": code(year_of(born, on)),
        "entry": on - timedelta(days=rng.randrange(1, 30)),
        "status": "C",
        "town": like.values["town"],
    }
    return Row(values, "", [(NEW, "", "")])


def _schools() -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, urn FROM registry_school WHERE in_area ORDER BY urn")
        return cursor.fetchall()


def _read(school_id: int, on_roll: str, on: date, today: date) -> Iterator[Row]:
    with connection.cursor() as cursor:
        cursor.execute(ROLL.format(on_roll=on_roll), [school_id, on, on])
        for index_number, *values, last_day in cursor.fetchall():
            row = Row(dict(zip(FIELDS, values, strict=True)), index_number, [])
            row.values["year"] = year_before(row.values["year"], school_year(last_day or today) - school_year(on))
            yield row


def year_before(year_group: str, years: int) -> str:
    """The year group that somebody was in so many school years earlier; without one, or too young, the same."""
    codes = ["N1", "N2", "R", *(str(number) for number in range(1, 15))]
    if years <= 0 or year_group not in codes[years:]:
        return year_group
    return codes[codes.index(year_group) - years]


def _write(path: Path, style: Style, rows: list[Row]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(style.headings)
        writer.writerows([_written(style, field, row.values[field]) for field in FIELDS] for row in rows)


def _written(style: Style, field: str, value: Any) -> str:
    if isinstance(value, date):
        return value.strftime(style.dates)
    text = str(value or "")
    return text.upper() if style.capitals and field in ("surname", "preferred") else text


def _answers(name: str, rows: list[Row], left_out: list[Row]) -> Iterator[list[Any]]:
    for number, row in enumerate(rows, start=2):
        for what, field, right in row.wrong or [(RIGHT, "", "")]:
            yield [name, number, row.index_number, what, field, right]
    for row in left_out:
        yield [name, "", row.index_number, LEFT_OUT, "", ""]
