"""Tables of the database's own, for as long as one rehearsal or load lasts, in which an extract is checked set-wise.

`said` are the columns that a row fills; beside them each table of facts has `found`, the columns that checking fills:
the child meant, what the fact points at, whether it is held already, and what is done with it (`state`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from typing import Any

from django.db import connection

DAYS = "from_date date, to_date date"
PLACE = (
    "saon text DEFAULT '', paon text DEFAULT '', street text DEFAULT '', locality text DEFAULT '',"
    " town text DEFAULT '', county text DEFAULT '', postcode text DEFAULT '', uprn bigint"
)
NULLABLE = frozenset("from_date to_date born uprn urn priority".split())


@dataclass(frozen=True)
class Staged:
    """One staging table. `identity` are the columns by which two facts of a child say the same."""

    said_as: str
    found: str = ""
    identity: tuple[str, ...] = ()

    @cached_property
    def said(self) -> list[str]:
        """The names of the columns that a row fills."""
        return [column.split()[0] for column in self.said_as.split(", ")]

    def create(self, name: str) -> str:
        """The statement that makes it, with the row it came from."""
        found = f", {self.found}" if self.found else ""
        fact = ", child_id bigint, fact_id bigint, state text NOT NULL DEFAULT ''" if self.identity else ""
        return (
            f"CREATE TEMPORARY TABLE load_{name} (id bigserial, row int NOT NULL, {self.said_as}{found}{fact})"
            " ON COMMIT DROP"
        )


TABLES: dict[str, Staged] = {
    "child": Staged("reference text, sex text, born date"),
    "name": Staged(
        f"reference text, kind text, forename text, middle_names text, surname text, {DAYS}",
        identity=("kind", "forename", "middle_names", "surname"),
    ),
    "identifier": Staged(f"reference text, kind text, value text, {DAYS}", identity=("kind", "value")),
    "residence": Staged(
        f"reference text, standing text, {PLACE}, {DAYS}",
        found="address_id bigint, place text",
        identity=("standing", "place"),
    ),
    "care": Staged(
        "reference text, carer text, title text, forename text, surname text, telephone text, other_telephone text,"
        f" email text, kind text, parental_responsibility text, lives_with text, priority int, {PLACE}, {DAYS}",
        found="address_id bigint, place text, carer_id bigint, person text",
        identity=("person", "kind"),
    ),
    "enrolment": Staged(
        "reference text, urn int, la_code text, estab text, status text, year_group text, class_name text,"
        f" destination text, {DAYS}",
        found="school_id bigint",
        identity=("school_id",),
    ),
    "registration": Staged(
        f"reference text, ods_code text, {DAYS}", found="practice_id bigint", identity=("practice_id",)
    ),
}
FACTS = {name: staged for name, staged in TABLES.items() if staged.identity}
ROW = (
    "CREATE TEMPORARY TABLE load_row (id int PRIMARY KEY, file int NOT NULL, number int NOT NULL, reference text,"
    " outcome text NOT NULL) ON COMMIT DROP"
)
PROBLEM = "CREATE TEMPORARY TABLE load_problem (row int NOT NULL, field text, code text, sentence text) ON COMMIT DROP"
KNOWN = (
    "CREATE TEMPORARY TABLE load_known (reference text PRIMARY KEY, row int NOT NULL, sex text, born date,"
    " child_id bigint, index_number text, is_new boolean NOT NULL DEFAULT true) ON COMMIT DROP"
)


def create() -> None:
    """Make the staging tables, empty, inside the open transaction."""
    for name in (*TABLES, "row", "problem", "known", "contradicting", "spell", "person", "number"):
        run(f"DROP TABLE IF EXISTS pg_temp.load_{name}")
    with connection.cursor() as cursor:
        for statement in (ROW, PROBLEM, KNOWN, *(staged.create(name) for name, staged in TABLES.items())):
            cursor.execute(statement)


class Gathered:
    """Lines on their way into the staging tables, a batch at a time."""

    def __init__(self, batch: int = 20_000) -> None:
        self.batch = batch
        self.rows: list[str] = []
        self.problems: list[str] = []
        self.lines: dict[str, list[str]] = {name: [] for name in TABLES}

    def row(self, number: int, file: int, shown: int, reference: str, outcome: str) -> None:
        self.rows.append(line((number, file, shown, reference, outcome)))

    def problem(self, row: int, field: str, code: str, sentence: str) -> None:
        self.problems.append(line((row, field, code, sentence)))

    def fact(self, table: str, row: int, values: Sequence[Any]) -> None:
        said = TABLES[table].said
        kept = [value or (None if name in NULLABLE else "") for name, value in zip(said, values, strict=True)]
        self.lines[table].append(line((row, *kept)))

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= self.batch

    def write(self) -> None:
        """Hand everything gathered to the database."""
        _copy("load_row", "id, file, number, reference, outcome", self.rows)
        _copy("load_problem", "row, field, code, sentence", self.problems)
        for name, lines in self.lines.items():
            _copy(f"load_{name}", ", ".join(["row", *TABLES[name].said]), lines)
            lines.clear()
        self.rows.clear()
        self.problems.clear()


NEEDS_ESCAPE = re.compile(r"[\\\\\t\n\r\0]")
ESCAPES = str.maketrans({"\\": "\\\\", "\t": " ", "\n": " ", "\r": " ", "\0": ""})


def line(values: Iterable[object]) -> str:
    """One row in COPY's text form, whatever is in it."""
    texts = [None if value is None else str(value) for value in values]
    if NEEDS_ESCAPE.search("".join(filter(None, texts))):
        texts = [text and text.translate(ESCAPES) for text in texts]
    return "\t".join(["\\N" if text is None else text for text in texts])


def _copy(table: str, columns: str, lines: list[str]) -> None:
    if lines:
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", StringIO("\n".join(lines) + "\n"))


def run(statement: str, parameters: Sequence[Any] | dict[str, Any] | None = None) -> int:
    """Run one statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def analyse() -> None:
    """Tell the planner how large the staging tables have become."""
    for name in (*TABLES, "row", "problem", "known"):
        run(f"ANALYZE load_{name}")
