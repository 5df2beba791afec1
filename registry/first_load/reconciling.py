"""What became of every row of an extract, counted so that the figures add up, and its problems kept for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from registry.first_load.reading import Sent
from registry.first_load.staging import FACTS, run
from registry.models import ExtractTable, FirstLoad, FirstLoadFile, LoadOutcome

# A child's own row is loaded or joined as the child is; any other by the best that became of a fact in it.
OUTCOMES = """
    WITH best AS (
        SELECT row, max(CASE state WHEN '' THEN 3 WHEN 'held' THEN 2 ELSE 1 END) AS best FROM ({facts}) f GROUP BY row
    ), own AS (SELECT row, is_new FROM load_known)
    UPDATE load_row r SET outcome = CASE
        WHEN o.row IS NOT NULL AND o.is_new THEN 'loaded'
        WHEN o.row IS NOT NULL THEN 'joined'
        WHEN b.best = 3 THEN 'loaded'
        WHEN b.best = 2 THEN 'joined'
        ELSE 'set_aside' END
    FROM load_row one LEFT JOIN best b ON b.row = one.id LEFT JOIN own o ON o.row = one.id
    WHERE one.id = r.id AND r.outcome = ''
"""
FACT_STATES = " UNION ALL ".join(f"SELECT row, state FROM load_{name}" for name in FACTS)
COUNTS = "SELECT file, outcome, count(*) FROM load_row GROUP BY file, outcome"
PROBLEMS = """
    INSERT INTO registry_firstloadproblem (file_id, row, field, code, sentence, outcome)
    SELECT f.id, r.number, coalesce(p.field, ''), p.code, p.sentence,
           CASE WHEN r.outcome IN ('refused', 'set_aside') THEN r.outcome ELSE '' END
    FROM load_problem p JOIN load_row r ON r.id = p.row
    JOIN registry_firstloadfile f ON f.load_id = %s AND f.number = r.file
    ORDER BY r.id
"""
OUTCOME_NAMES = [outcome.value for outcome in LoadOutcome]


def reconcile(load: FirstLoad, files: Sequence[Sent]) -> None:
    """Put every row in its one outcome, and keep the figures and the problems."""
    run(OUTCOMES.format(facts=FACT_STATES))
    run(WITHOUT_A_WORD)
    counted = _counted()
    for number, sent in enumerate(files):
        figures = {outcome: counted.get((number, outcome), 0) for outcome in OUTCOME_NAMES}
        FirstLoadFile.objects.update_or_create(
            load=load,
            number=number,
            defaults={
                "name": sent.name[-255:],
                "table": sent.table or "",
                "headings": sent.headings,
                "warnings": sent.warnings,
                "rows": sent.rows,
                **figures,
            },
        )
    load.children, load.joined = (
        _value("SELECT count(*) FILTER (WHERE is_new) FROM load_known"),
        _value("SELECT count(*) FILTER (WHERE NOT is_new) FROM load_known"),
    )
    run("DELETE FROM registry_firstloadproblem WHERE file_id IN"
        " (SELECT id FROM registry_firstloadfile WHERE load_id = %s)", [load.pk])  # fmt: skip
    run(PROBLEMS, [load.pk])


# A row that is set aside has a sentence, whatever else was said of it.
WITHOUT_A_WORD = """
    INSERT INTO load_problem (row, field, code, sentence)
    SELECT r.id, '', 'said_already', 'Everything in this row is said in other rows already.' FROM load_row r
    WHERE r.outcome = 'set_aside' AND NOT EXISTS (SELECT FROM load_problem p WHERE p.row = r.id)
"""


def _counted() -> dict[tuple[int, str], int]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        return {(file, outcome): count for file, outcome, count in cursor.fetchall()}


def _value(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def as_json(load: FirstLoad) -> dict[str, Any]:
    """The reconciliation for a machine; every line adds up."""
    files = list(load.files.all())
    return {
        "load": load.pk,
        "stage": load.stage,
        "refusal": load.refusal,
        "children": load.children,
        "joined": load.joined,
        "suspects": load.suspects.count(),
        "seconds": load.seconds,
        **_sums(files),
        "files": [{"name": file.name, "table": file.table, "rows": file.rows, **_outcomes(file)} for file in files],
    }


def _outcomes(file: FirstLoadFile) -> dict[str, int]:
    return {outcome: getattr(file, outcome) for outcome in OUTCOME_NAMES}


def _sums(files: Sequence[FirstLoadFile]) -> dict[str, int]:
    columns = ["rows", *OUTCOME_NAMES]
    return {
        "rows" if name == "rows" else f"rows_{name}": sum(getattr(file, name) for file in files) for name in columns
    }


def lines(load: FirstLoad) -> list[str]:
    """The reconciliation as a table for people."""
    if load.refusal:
        return [f"{load}: refused", f"  {load.refusal}"]
    files = list(load.files.all())
    said = [f"{load}: {load.get_stage_display().lower()}"]
    said.append(f"  {'':<28}{'rows':>11}" + "".join(f"{outcome.label.lower():>12}" for outcome in LoadOutcome))
    for file in files:
        table = ExtractTable(file.table).label if file.table else ""
        said.append(_line(f"{table} ({file.name})"[:28], [file.rows, *_outcomes(file).values()]))
    said.append(_line("all of it", list(_sums(files).values())))
    said.append(f"  {load.children:,} children new, {load.joined:,} joined with one the index holds")
    said.append(f"  {load.suspects.count():,} pairs that may be of one child")
    return said + [f"  {file.name}: {warning}" for file in files for warning in file.warnings]


def _line(label: str, numbers: Sequence[int]) -> str:
    first, *rest = numbers
    return f"  {label:<28}{first:>11,}" + "".join(f"{number:>12,}" for number in rest)
