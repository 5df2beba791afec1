"""Lists to link, made from the invented city: its children as a service would write them, and children nobody knows.

Some children are held out of the index, so that a list has rows that are nobody's although a brother, a sister or a
twin is there. The slips are those of `registry.city.errors`, which shares no table with what undoes them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from django.db import connection

from registry.benchmarks.groups import group_of
from registry.city.errors import corrupt_date, corrupt_name, corrupt_number, corrupt_postcode

INDEX = "id forename middle_names surname former_surname date_of_birth sex postcode address upn nhs_number".split()
LIST = [*INDEX, "true_id", "group"]
WITHOUT_UPN = 0.8
HELD_OUT = 0.08
AGAIN = 0.03  # of the children, so many are recorded a second time in the file to be searched for duplicates
PEOPLE = """
    SELECT t.person, t.family, n.forename, n.middle_names, n.surname, coalesce(f.surname, ''), c.date_of_birth, c.sex,
           coalesce(a.postcode, ''), concat_ws(' ', nullif(a.saon, ''), nullif(a.paon, ''), nullif(a.street, '')),
           coalesce(u.value, ''), coalesce(nhs.value, ''), coalesce(g.surname, '')
    FROM city.truth t JOIN registry_child c ON c.id = t.child_id AND c.state <> 'superseded'
    JOIN LATERAL (SELECT * FROM registry_name WHERE child_id = c.id AND kind = 'registered' AND to_date IS NULL
                  ORDER BY id LIMIT 1) n ON true
    LEFT JOIN LATERAL (SELECT surname FROM registry_name WHERE child_id = c.id AND surname <> n.surname
                       AND (kind = 'former' OR to_date IS NOT NULL) ORDER BY id DESC LIMIT 1) f ON true
    LEFT JOIN LATERAL (SELECT address_id FROM registry_residence WHERE child_id = c.id AND to_date IS NULL
                       AND standing = 'lives_here' ORDER BY id LIMIT 1) h ON true
    LEFT JOIN registry_address a ON a.id = h.address_id
    LEFT JOIN LATERAL (SELECT value FROM registry_identifier WHERE child_id = c.id AND kind = 'upn'
                       ORDER BY id LIMIT 1) u ON true
    LEFT JOIN LATERAL (SELECT value FROM registry_identifier WHERE child_id = c.id AND kind = 'nhs_number'
                       ORDER BY id LIMIT 1) nhs ON true
    LEFT JOIN LATERAL (SELECT carer_id FROM registry_care WHERE child_id = c.id AND to_date IS NULL
                       ORDER BY priority, id LIMIT 1) k ON true
    LEFT JOIN registry_carer g ON g.id = k.carer_id
    WHERE t.how = 'first' ORDER BY t.person
"""
COLUMNS = ("person", "family", *INDEX[1:], "carer_surname")
Row = dict[str, Any]


@dataclass(frozen=True)
class Files:
    """What was written: the index, an ordinary list, a hard one, and the index with some children in it twice."""

    index: Path
    ordinary: Path
    hard: Path
    twice: Path


def write(folder: Path, *, rows: int, hard_rows: int, seed: int) -> Files:
    """Write the files from the invented city of this database: the same for the same seed."""
    folder.mkdir(parents=True, exist_ok=True)
    files = Files(*(folder / f"{name}.csv" for name in ("index", "ordinary", "hard", "twice")))
    people, rng = people_of_the_city(), Random(f"{seed} lists")
    known = [person for person in people if Random(f"{seed} {person['person']}").random() >= HELD_OUT]
    _write(files.index, INDEX, known)
    held_out = {person["person"] for person in people} - {person["person"] for person in known}
    for path, wanted, errors in ((files.ordinary, rows, 1.0), (files.hard, hard_rows, 3.0)):
        chosen = rng.sample(people, min(wanted, len(people)))
        _write(path, LIST, (_listed(rng, person, people, errors, held_out) for person in chosen))
    _write(files.twice, [*INDEX, "cluster"], _twice(rng, known))
    return files


def people_of_the_city() -> list[Row]:
    """Everybody whom the city has, as the index holds them now, with a number of their own that no child has."""
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE)
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        row["id"] = str(row["person"])
    return rows


def _listed(rng: Random, person: Row, people: list[Row], errors: float, held_out: set[int]) -> Row:
    row = as_written_elsewhere(rng, person, people, errors)
    true_id = "" if person["person"] in held_out else person["id"]
    return row | {"id": "", "true_id": true_id, "group": group_of(person["forename"], person["surname"])}


def _twice(rng: Random, people: list[Row]) -> Iterable[Row]:
    """Everybody, and some of them again with the slips of a second registration."""
    for person in people:
        yield person | {"cluster": person["id"]}
        if rng.random() < AGAIN:
            again = as_written_elsewhere(rng, person, people, 2.0)
            yield again | {"id": f"{person['id']} again", "cluster": person["id"]}


def as_written_elsewhere(
    rng: Random, person: Row, people: list[Row], errors: float, *, without_upn: float = WITHOUT_UPN
) -> Row:
    """A child as another service has them. `errors` says how many times as often as usual it is wrong."""
    row = dict(person)
    _surname(rng, row, errors)
    _forenames(rng, row, errors)
    if row["date_of_birth"] and rng.random() < 0.03 * errors:
        row["date_of_birth"] = corrupt_date(rng, row["date_of_birth"])
    if rng.random() < 0.01 * errors:
        row["date_of_birth"] = None
    if rng.random() < 0.005 * errors:
        row["sex"] = {"F": "M", "M": "F"}.get(row["sex"], "U")
    if rng.random() < 0.03:
        row["sex"] = ""
    _home(rng, row, people, errors)
    _number(rng, row, "upn", missing=without_upn)
    _number(rng, row, "nhs_number", missing=0.85)
    return row


def _surname(rng: Random, row: Row, errors: float) -> None:
    if rng.random() < 0.01 * errors and row["carer_surname"]:
        row["former_surname"] = row["surname"] if rng.random() < 0.3 else ""
        row["surname"] = row["carer_surname"]
    elif rng.random() < 0.7:
        row["former_surname"] = ""


def _forenames(rng: Random, row: Row, errors: float) -> None:
    if row["middle_names"] and rng.random() < 0.02 * errors:
        row["forename"], row["middle_names"] = row["middle_names"].split(" ")[0], ""
    while rng.random() < 0.08 * errors:
        row["forename"], row["surname"], _ = corrupt_name(rng, row["forename"], row["surname"])
        errors /= 2
    kept = rng.random()
    if kept < 0.35:
        row["middle_names"] = ""
    elif kept < 0.5:
        row["middle_names"] = row["middle_names"][:1]


def _home(rng: Random, row: Row, people: list[Row], errors: float) -> None:
    if rng.random() < 0.1 * min(errors, 2):
        elsewhere = rng.choice(people)
        row["postcode"], row["address"] = elsewhere["postcode"], elsewhere["address"]
    if row["postcode"] and rng.random() < 0.04 * errors:
        row["postcode"] = corrupt_postcode(rng, row["postcode"])
    if rng.random() < 0.03 * errors:
        row["postcode"] = ""
    if rng.random() < 0.05 * errors:
        row["address"] = ""
    elif row["address"] and rng.random() < 0.05 * errors:
        row["address"] = _misheard(rng, row["address"])


def _misheard(rng: Random, address: str) -> str:
    first, _, rest = address.partition(" ")
    return f"{first} {corrupt_name(rng, '', rest).surname}" if rest else address


def _number(rng: Random, row: Row, column: str, *, missing: float) -> None:
    if rng.random() < missing:
        row[column] = ""
    elif row[column] and rng.random() < 0.02:
        row[column] = corrupt_number(rng, row[column])


def _write(path: Path, columns: list[str], rows: Iterable[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for number, row in enumerate(rows, start=1):
            writer.writerow([row[column] or (f"L{number}" if column == "id" else "") for column in columns])
