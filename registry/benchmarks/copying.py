"""COPY of a file, beside which everything that takes files in is measured."""

from __future__ import annotations

import csv
from pathlib import Path
from time import perf_counter

from django.db import connection, transaction


def seconds_to_copy(path: Path) -> float:
    """Seconds for COPY of a CSV file into an empty table of texts, of one connection."""
    with path.open(encoding="utf-8") as file, transaction.atomic(), connection.cursor() as cursor:
        headings = next(csv.reader([file.readline()]))
        cursor.execute(f"CREATE TEMPORARY TABLE alone ({', '.join(f'c{n} text' for n, _ in enumerate(headings))})")
        began = perf_counter()
        cursor.copy_expert("COPY alone FROM STDIN WITH (FORMAT csv)", file)
        seconds = perf_counter() - began
        cursor.execute("DROP TABLE alone")
        return seconds
