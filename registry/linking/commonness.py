"""How common values are in the index, kept between one sweep and the next so that a few rows can be weighed alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import StringIO

import numpy as np
from django.db import connection

from registry.matching.columns import People
from registry.matching.scoring import ELSEWHERE, SOUNDING, Frequencies, counted_by_sound, log_shares
from registry.models import CommonValue
from registry.names import code, tokens

SOUND = "sound of "
TWICE = 2
Counts = dict[str, int]


def store(index: People) -> None:
    """Keep how many of the whole index have each value. Inside a transaction."""
    text = StringIO("".join(f"{kind}\t{_cell(value)}\t{count}\n" for kind, value, count in _all_counts(index)))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_commonvalue")
        cursor.copy_expert("COPY registry_commonvalue (kind, value, records) FROM STDIN", text)


def frequencies_for(few: People) -> Frequencies:
    """How common the values of a few people are in the index they come from, as it was at the last sweep."""
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
    found = CommonValue.objects.filter(kind=kind, value__in=["", *dict.fromkeys(values)])
    return dict(found.values_list("value", "records"))


def _all_counts(index: People) -> Iterator[tuple[str, str, int]]:
    yield "", "", len(index)
    for kind in ELSEWHERE:
        yield kind, "", int(np.count_nonzero(index[kind]))
        values = index.vocabularies.of(kind).values
        counts = np.bincount(index[kind], minlength=len(values))
        counts[0] = 0
        yield from ((kind, values[place], int(counts[place])) for place in np.flatnonzero(counts >= TWICE))
    for kind in SOUNDING:
        values = index.vocabularies.of(kind).values
        totals = counted_by_sound(index, kind)
        by_sound = {_sound(value): int(total) for value, total in zip(values, totals, strict=True) if total >= TWICE}
        yield from ((SOUND + kind, sound, total) for sound, total in by_sound.items() if sound)


def _sound(name: str) -> str:
    words = tokens(name)
    return code(words[0]) if words else ""


def _cell(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ")
