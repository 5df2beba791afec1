"""How common values are in the index, kept from one counting to the next so that a few rows can be weighed alone.

A sweep counts, and so does whoever links a list to an index that has grown or shrunk by a tenth since the last count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO

import numpy as np
from django.db import connection, transaction

from registry.matching.cleaning import CLEANERS
from registry.matching.columns import KINDS, People
from registry.matching.scoring import ELSEWHERE, SOUNDING, Frequencies, log_shares
from registry.names import code, tokens

SOUND = "sound of "
TWICE = 2
CHANGED = 0.1
FEW = 10_000
TURN = 0xC0133
Counts = dict[str, int]
# The leading name, the present home: what an open look reads of an entry (`reading.index_people`), so that how common
# a value is tells of nobody behind a shield.
VALUES = {
    "forename": "split_part(split_part(names, ';', 1), '|', 2)",
    "surname": "split_part(split_part(names, ';', 1), '|', 4)",
    "date_of_birth": "coalesce(date_of_birth::text, '')",
    "postcode": "CASE WHEN shielded THEN '' ELSE split_part(split_part(postcodes, '|', 1), ';', 1) END",
    "address": "CASE WHEN shielded THEN '' ELSE split_part(split_part(addresses, '|', 1), ';', 1) END",
}
HELD = "SELECT value, records FROM registry_commonvalue WHERE kind = %s AND value = ANY(%s)"


def recount() -> None:
    """Count how many of the whole index have each value. Inside a transaction; the next in turn waits for its end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
        rows = "".join(f"{kind}\t{_cell(value)}\t{count}\n" for kind, value, count in _all_counts())
        cursor.execute("DELETE FROM registry_commonvalue")
        cursor.copy_expert("COPY registry_commonvalue (kind, value, records) FROM STDIN", StringIO(rows))


def bring_up_to_date() -> None:
    """Count again, where the index is no longer about as large as when it was last counted."""
    if _has_changed():
        with transaction.atomic():
            recount()


def frequencies_for(few: People) -> Frequencies:
    """How common the values of some people are in the index they come from, as it was when last counted."""
    held = {kind: _held(kind, few.vocabularies.of(kind).values) for kind in ELSEWHERE}
    sounds = {kind: list(map(_sound, few.vocabularies.of(kind).values)) for kind in SOUNDING}
    sounding = {kind: _held(SOUND + kind, values) for kind, values in sounds.items()}
    return Frequencies(
        few,
        {kind: _logged(counts, few.vocabularies.of(kind).values, counts, kind) for kind, counts in held.items()},
        {kind: _logged(counts, sounds[kind], held[kind], kind) for kind, counts in sounding.items()},
        _held("", []).get("", 0),
    )


def _logged(counts: Counts, values: Iterable[str], known: Counts, kind: str) -> np.ndarray:
    """What is not stored, one record has: that of the child itself."""
    found = np.array([counts.get(value, 1) if value else 0 for value in values], dtype=np.float64)
    return log_shares(found, known.get("", 0), kind)


def _held(kind: str, values: Iterable[str]) -> Counts:
    with connection.cursor() as cursor:
        cursor.execute(HELD, [kind, ["", *dict.fromkeys(values)]])
        return dict(cursor.fetchall())


def _has_changed() -> bool:
    now, counted = _size(), _held("", [])
    return "" not in counted or abs(now - counted[""]) > CHANGED * now


def _size() -> int:
    """How many records the index has; of many, as many as the planner takes it to have: counting them takes longer
    than asking about a short list."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'registry_indexentry'::regclass")
        about = int(cursor.fetchone()[0])
        if about < FEW:
            cursor.execute("SELECT count(*) FROM registry_indexentry")
            return int(cursor.fetchone()[0])
        return about


def _all_counts() -> Iterator[tuple[str, str, int]]:
    yield "", "", _size()
    for kind in ELSEWHERE:
        counts = _counted(kind)
        yield kind, "", counts.total()
        yield from _twice(kind, counts)
        if kind in SOUNDING:
            yield from _twice(SOUND + kind, _by_sound(counts))


def _counted(kind: str) -> Counter[str]:
    """How many have each value, as the matcher reads it; the missing one is left out."""
    clean, counts = CLEANERS[KINDS.get(kind, kind)], Counter[str]()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {VALUES[kind]}, count(*) FROM registry_indexentry GROUP BY 1")
        for value, records in cursor.fetchall():
            counts[clean(value)] += records
    del counts[""]
    return counts


def _by_sound(counts: Counter[str]) -> Counter[str]:
    totals = Counter[str]()
    for value, records in counts.items():
        totals[_sound(value)] += records
    del totals[""]
    return totals


def _twice(kind: str, counts: Counter[str]) -> Iterator[tuple[str, str, int]]:
    yield from ((kind, value, records) for value, records in counts.items() if records >= TWICE)


def _sound(name: str) -> str:
    words = tokens(name)
    return code(words[0]) if words else ""


def _cell(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ")
