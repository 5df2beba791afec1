"""Taking a reference file in: all rows into a temporary table, compared there, written in one act.

The file's rows are copied beside the table they belong to, so that comparing and writing are one statement each however
many rows there are. Only the columns that the file has are compared and changed. Loading the same file twice changes
nothing, and then no act is opened. Records that the file does not mention stay as they are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction

from childindex.acts import act
from childindex.copying import copy_rows
from childindex.models import Source, SourceKind, User
from childindex.tables import Row, Table, TableError
from registry.reference.summary import Refused, Skipped, Summary

Values = dict[str, Any]
STAGE = "reference_stage"


@dataclass(frozen=True)
class Register:
    """A national register: who publishes it, where its rows go, what identifies one, and when one has closed.

    `closing` is SQL on the stored row (o) and the new one (n), asked of files that have the `closing_column`.
    """

    what: str
    code: str
    name: str
    model: type[models.Model]
    key: tuple[str, ...]
    closing_column: str = ""
    closing: str = "false"

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def same_record(self) -> str:
        return " AND ".join(f"o.{column} = n.{column}" for column in self.key)


def load(
    register: Register,
    *,
    table: Table,
    columns: list[str],
    read: Callable[[Row, Summary], Values],
    reason: str,
    by: User | None = None,
) -> Summary:
    """Take in the rows of an open table.

    `read` turns a row into values for `columns`, or raises Skipped or Refused. Every row is counted once. Raises
    TableError for a file without rows, or with none that can be taken.
    """
    began = time.monotonic()
    summary = Summary(register.what)
    with transaction.atomic():
        _stage(register, columns, _readable(register, table, columns, read, summary))
        _refuse_hopeless(summary)
        _set_repeats_aside(register, columns, summary)
        _hold(register)
        _count(register, columns, summary)
        if summary.added or summary.changed or summary.closed:
            _write(register, columns, reason=reason, by=by)
        _execute(f"DROP TABLE {STAGE}")
    summary.warnings += table.warnings
    summary.seconds = time.monotonic() - began
    return summary


def _readable(
    register: Register,
    table: Table,
    columns: list[str],
    read: Callable[[Row, Summary], Values],
    summary: Summary,
) -> Iterator[list[Any]]:
    """The rows that can be taken, in the order of the columns; the others are counted with their reasons."""
    longest = _longest(register.model, columns)
    for row in table:
        summary.rows += 1
        try:
            if row.problem:
                raise Refused("it has the wrong number of columns", row.problem)
            values = read(row, summary)
            _refuse_too_long(values, longest)
        except Skipped as skipped:
            summary.skip(row.number, str(skipped))
        except Refused as refusal:
            summary.refuse(row.number, refusal)
        else:
            yield [row.number, *(values[column] for column in columns)]


def _refuse_hopeless(summary: Summary) -> None:
    if not summary.rows:
        raise TableError("This file has no rows.")
    if summary.counts["refused"] == summary.rows:
        reason, entry = max(summary.refused.items(), key=lambda item: item[1].count)
        raise TableError(f"No row of this file could be taken: of most of them, {reason}. R{entry.examples[0][1:]}")


def _longest(model: type[models.Model], columns: list[str]) -> dict[str, tuple[str, int]]:
    return {
        field.attname: (str(field.verbose_name), field.max_length)
        for field in model._meta.concrete_fields
        if field.attname in columns and field.max_length
    }


def _refuse_too_long(values: Values, longest: dict[str, tuple[str, int]]) -> None:
    for column, (name, most) in longest.items():
        if len(values[column]) > most:
            raise Refused(f"its {name} is longer than {most} characters", values[column][:40])


def _stage(register: Register, columns: list[str], rows: Iterable[list[Any]]) -> None:
    _execute(
        f"CREATE TEMPORARY TABLE {STAGE} ON COMMIT DROP AS"
        f" SELECT 0 AS row_number, {', '.join(columns)} FROM {register.table} WITH NO DATA"
    )
    copy_rows(STAGE, ["row_number", *columns], rows)
    _execute(f"CREATE INDEX ON {STAGE} ({', '.join(register.key)})")
    _execute(f"ANALYZE {STAGE}")


def _set_repeats_aside(register: Register, columns: list[str], summary: Summary) -> None:
    """Of rows about one record the first counts. Others that say the same are skipped; those that differ, refused."""
    key = ", ".join(register.key)
    repeats = _rows(
        f"SELECT n.row_number, o.row_number, {_same('n', 'o', columns)} FROM {STAGE} n"
        f" JOIN (SELECT DISTINCT ON ({key}) * FROM {STAGE} ORDER BY {key}, row_number) o ON {register.same_record}"
        " WHERE n.row_number <> o.row_number ORDER BY n.row_number"
    )
    for number, first, same in repeats:
        if same:
            summary.skip(number, "it repeats an earlier row")
        else:
            summary.refuse(number, Refused("it contradicts an earlier row", f"row {first} says otherwise"))
    _execute(f"DELETE FROM {STAGE} WHERE row_number = ANY(%s)", [[number for number, _, _ in repeats]])


def _hold(register: Register) -> None:
    """Let nobody else write to the table until this is done; everybody may still read."""
    _execute(f"LOCK TABLE {register.table} IN SHARE ROW EXCLUSIVE MODE")


def _count(register: Register, columns: list[str], summary: Summary) -> None:
    closing = register.closing if register.closing_column in columns else "false"
    [(summary.added, summary.unchanged, summary.closed, summary.changed)] = _rows(
        "SELECT count(*) FILTER (WHERE o.id IS NULL), count(*) FILTER (WHERE o.id IS NOT NULL AND same),"
        " count(*) FILTER (WHERE o.id IS NOT NULL AND NOT same AND closing),"
        " count(*) FILTER (WHERE o.id IS NOT NULL AND NOT same AND NOT closing)"
        f" FROM {STAGE} n LEFT JOIN {register.table} o ON {register.same_record},"
        f" LATERAL (SELECT {_same('n', 'o', columns)} AS same, coalesce({closing}, false) AS closing) AS compared"
    )


def _write(register: Register, columns: list[str], *, reason: str, by: User | None) -> None:
    others = {
        field.attname: field.get_default()
        for field in register.model._meta.concrete_fields
        if field.attname not in columns and not field.primary_key
    }
    into = ", ".join([*columns, *others])
    taken = ", ".join([*(f"n.{column}" for column in columns), *["%s"] * len(others)])
    values = [column for column in columns if column not in register.key]
    with act(by=by, source=source_of(register), reason_code="register_loaded", reason=reason):
        _execute(
            f"INSERT INTO {register.table} ({into}) SELECT {taken} FROM {STAGE} n"
            f" WHERE NOT EXISTS (SELECT 1 FROM {register.table} o WHERE {register.same_record}) ORDER BY n.row_number",
            list(others.values()),
        )
        if values:
            _execute(
                f"UPDATE {register.table} o SET {', '.join(f'{column} = n.{column}' for column in values)}"
                f" FROM {STAGE} n WHERE {register.same_record} AND NOT {_same('n', 'o', values)}"
            )


def source_of(register: Register) -> Source:
    """The register as a source; the council introduces it with its first file."""
    known = Source.objects.filter(code=register.code).first()
    if known:
        return known
    with act(by=None, source=Source.council(), reason_code="source_added", reason=f"First file from {register.name}"):
        return Source.objects.create(code=register.code, name=register.name, kind=SourceKind.REGISTER)


def _same(left: str, right: str, columns: list[str]) -> str:
    sides = (", ".join(f"{side}.{column}" for column in columns) for side in (left, right))
    return "(ROW({}) IS NOT DISTINCT FROM ROW({}))".format(*sides)


def _execute(statement: str, parameters: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
