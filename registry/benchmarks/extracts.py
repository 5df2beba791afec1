"""Extracts as another system sends them every night: everybody as the index has them, and the next night's changes."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.db import connection
from django.utils import timezone

from registry.benchmarks.groups import group_of
from registry.benchmarks.lists import LIST, Row, as_written_elsewhere, people_of_the_city
from registry.city.errors import typed

HEADINGS = (
    "Reference,Surname,Forename,Middle names,Date of birth,Sex,NHS number,UPN,Flat,House,Street,Town,Postcode,"
    "GP practice code"
).split(",")
CHILDREN = """
    SELECT c.id, n.surname, n.forename, n.middle_names, to_char(c.date_of_birth, 'DD/MM/YYYY'), c.sex,
           coalesce(nhs.value, ''), coalesce(u.value, ''), coalesce(a.saon, ''), coalesce(a.paon, ''),
           coalesce(a.street, ''), coalesce(a.town, ''), coalesce(a.postcode, ''), coalesce(p.ods_code, '')
    FROM registry_indexentry e JOIN registry_child c ON c.id = e.child_id
    JOIN LATERAL (SELECT * FROM registry_name WHERE child_id = c.id AND kind = 'registered' AND to_date IS NULL
                  ORDER BY id DESC LIMIT 1) n ON true
    LEFT JOIN LATERAL (SELECT value FROM registry_identifier WHERE child_id = c.id AND kind = 'nhs_number'
                       AND to_date IS NULL ORDER BY id LIMIT 1) nhs ON true
    LEFT JOIN LATERAL (SELECT value FROM registry_identifier WHERE child_id = c.id AND kind = 'upn'
                       AND to_date IS NULL ORDER BY id LIMIT 1) u ON true
    LEFT JOIN LATERAL (SELECT address_id FROM registry_residence WHERE child_id = c.id AND to_date IS NULL
                       AND standing = 'lives_here' ORDER BY id DESC LIMIT 1) h ON true
    LEFT JOIN registry_address a ON a.id = h.address_id
    LEFT JOIN LATERAL (SELECT practice_id FROM registry_registration WHERE child_id = c.id AND to_date IS NULL
                       ORDER BY id DESC LIMIT 1) g ON true
    LEFT JOIN registry_practice p ON p.id = g.practice_id
    ORDER BY c.id LIMIT %s
"""
CHANGED, NEWCOMERS = 0.01, 0.04
SURNAME, HOUSE, PRACTICE = (HEADINGS.index(name) for name in ("Surname", "House", "GP practice code"))


def write_nights(folder: Path, *, rows: int, seed: int) -> tuple[list[Path], int]:
    """The lists of two nights, of which the second differs in one row in a hundred; and in how many rows it does."""
    first = list(_children(rows))
    second, changed = _a_day_later(first, Random(f"{seed} nights"))
    paths = [folder / "first night.csv", folder / "second night.csv"]
    for path, written in zip(paths, (first, second), strict=True):
        _write(path, written)
    return paths, changed


def write_termly(path: Path, *, rows: int, errors: float, without_upn: float, seed: int) -> None:
    """A list with the city's errors and known answers, `errors` times as often; some are children nobody knows yet.

    A newcomer is a brother or sister of somebody in the index: of one surname and at one address.
    """
    people, rng = people_of_the_city(), Random(f"{seed} termly {errors} {without_upn}")
    chosen = rng.sample(people, min(rows, len(people)))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(LIST)
        for number, person in enumerate(chosen, start=1):
            is_new = rng.random() < NEWCOMERS
            child = _newcomer(rng, person, people) if is_new else person
            row = as_written_elsewhere(rng, child, people, errors, without_upn=without_upn)
            truth = {"true_id": "" if is_new else person["id"], "group": group_of(child["forename"], child["surname"])}
            row |= {"id": f"L{number}", **truth}
            writer.writerow([row[column] or "" for column in LIST])


def _newcomer(rng: Random, person: Row, people: list[Row]) -> Row:
    other = rng.choice(people)
    born = person["date_of_birth"] or other["date_of_birth"]
    apart = rng.choice((-1, 1)) * rng.randint(330, 2_000)
    if born and born + timedelta(days=apart) > timezone.localdate():
        apart = -apart  # nobody lists children who are not born yet
    named = {"forename": other["forename"], "middle_names": other["middle_names"], "sex": other["sex"]}
    return {**person, **named, "date_of_birth": born and born + timedelta(days=apart), "upn": "", "nhs_number": ""}


def _children(rows: int) -> Iterator[list[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(CHILDREN, [rows])
        yield from (list(row) for row in cursor.fetchall())


def _a_day_later(rows: list[list[Any]], rng: Random) -> tuple[list[list[Any]], int]:
    """Some have moved next door, some to another practice, and some surnames are written otherwise."""
    codes = sorted({row[PRACTICE] for row in rows} - {""})
    later, changed = [], 0
    for row in rows:
        now = list(row)
        if rng.random() < CHANGED:
            _change(now, rng, codes)
        changed += now != row
        later.append(now)
    return later, changed


def _change(row: list[Any], rng: Random, codes: list[str]) -> None:
    what = rng.choice(["moved", "practice", "practice", "surname"])
    if what == "moved":
        row[HOUSE] = str(rng.randint(1, 200))
    elif what == "practice":
        row[PRACTICE] = rng.choice(codes)
    else:
        row[SURNAME] = typed(rng, row[SURNAME])


def _write(path: Path, rows: Iterable[list[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(rows)
