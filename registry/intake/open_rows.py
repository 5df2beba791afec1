"""Rows while they are weighed: read in parts, so that a file of a million rows is never in memory at once.

Rows about one child are seen together, wherever they stand in the file: a part is never cut between them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from registry.models import DeliveryRow

AT_ONCE = 2_000
READ = """
    SELECT id, number, child_id, claim, decision FROM registry_deliveryrow WHERE id = ANY(%s) ORDER BY number, id
"""


@dataclass(slots=True)
class OpenRow:
    """What a row says and what was decided of it; the rest is what it comes to, as its columns are in `DeliveryRow`."""

    pk: int
    number: int | None
    child_id: int | None
    claim: Mapping[str, str]
    decision: Mapping[str, Any] | None
    outcome: str = ""
    revision: int | None = None
    score: float | None = None
    candidates: list[Any] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    for_custodians: bool = False


Weighable = OpenRow | DeliveryRow
"""A row that is weighed, alone on a page or among thousands."""


def read(pks: Sequence[int]) -> list[OpenRow]:
    """Some rows, in the order of the file."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [list(pks)])
        return [
            OpenRow(pk, number, child_id, json.loads(claim), json.loads(decision) if decision else None)
            for pk, number, child_id, claim, decision in cursor.fetchall()
        ]


def in_parts(pks: Sequence[int], size: int = AT_ONCE) -> Iterator[list[OpenRow]]:
    """Rows a part at a time, in the order given."""
    for start in range(0, len(pks), size):
        yield read(pks[start : start + size])


def together(ties: Iterable[tuple[int, Iterable[Hashable]]], size: int = AT_ONCE) -> Iterator[list[int]]:
    """Rows with what ties them (a child, a reference), in parts of about this size: rows tied together are in one."""
    under: dict[int, int] = {}
    having: dict[Hashable, int] = {}

    def first_of(pk: int) -> int:
        while under[pk] != pk:
            under[pk] = pk = under[under[pk]]
        return pk

    for pk, keys in ties:
        under[pk] = pk
        for key in keys:
            under[first_of(pk)] = first_of(having.setdefault(key, pk))
    groups: dict[int, list[int]] = {}
    for pk in under:
        groups.setdefault(first_of(pk), []).append(pk)
    part: list[int] = []
    for rows in groups.values():
        if part and len(part) + len(rows) > size:
            yield part
            part = []
        part += rows
    if part:
        yield part


class Columns:
    """Texts by column, from rows read one by one; a text that comes again is kept once."""

    def __init__(self, names: Iterable[str]) -> None:
        self.texts: dict[str, list[str]] = {name: [] for name in names}
        self._seen: dict[str, dict[str, str]] = defaultdict(dict)

    def add(self, row: Mapping[str, str]) -> None:
        for name, texts in self.texts.items():
            text = row.get(name, "")
            texts.append(self._seen[name].setdefault(text, text))
