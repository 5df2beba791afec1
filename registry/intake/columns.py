"""Which column of a list is which field: what it was read as, what it could be, and which of its codes nobody knows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import md5

from django.core.exceptions import EmptyResultSet
from django.db import connection
from rapidfuzz import fuzz, process

from childindex.models import Source
from childindex.tables.columns import squashed
from registry.disclosure import Context
from registry.intake import seeing
from registry.intake.fields import FIELDS
from registry.models import Delivery, Feed, Reading

NEAR_ENOUGH = 80
MOST_CODES = 60
CODED = {key: field.meanings for key, field in FIELDS.items() if field.meanings}


@dataclass(frozen=True)
class Heading:
    """One heading of a source's lists: the field it is read as ('' for none), and what else it could be."""

    text: str
    key: str
    perhaps: str = ""


@dataclass(frozen=True)
class Code:
    """One code in a source's lists: of which field, what it means ('' where nobody said), in how many rows it is."""

    key: str
    text: str
    means: str
    rows: int = 0


def last_of(feed: Feed, source: Source, to: Context) -> Delivery | None:
    """The list by which a source's columns are explained: the last of which this person may know."""
    return seeing.files_for(to).filter(feed=feed, source=source).order_by("-received_at", "-pk").first()


def headings_of(delivery: Delivery | None, reading: Reading | None) -> list[Heading]:
    """The headings of a source's last list, then those that it once had; each once."""
    said = {squashed(heading): key for heading, key in (reading.headings if reading else {}).items()}
    came = [(heading, key) for heading, key in (delivery.headings if delivery else []) if heading]
    former = [(heading, key) for heading, key in (reading.headings if reading else {}).items()]
    taken = {key for _, key in came if key} | set(said.values())
    found: dict[str, Heading] = {}
    for heading, key in (*came, *former):
        same = squashed(heading)
        if same not in found:
            read_as = said.get(same, key)
            perhaps = "" if read_as or same in said else _perhaps(heading, taken)
            found[same] = Heading(heading, read_as, perhaps)
    return list(found.values())


def _perhaps(heading: str, taken: set[str]) -> str:
    """The field whose headings a heading is nearest to, of those that no column has; '' where none is near."""
    free = (field for field in FIELDS.values() if field.key not in taken)
    usual = {name.casefold(): field.key for field in free for name in field.column.headings}
    best = process.extractOne(heading.casefold(), list(usual), scorer=fuzz.token_sort_ratio, score_cutoff=NEAR_ENOUGH)
    return usual[best[0]] if best else ""


def codes_of(delivery: Delivery | None, reading: Reading | None, to: Context) -> list[Code]:
    """The codes that a source's last list has and nobody knows, the most frequent first; then those explained."""
    said = reading.codes if reading else {}
    explained = {(key, code): means for key, codes in said.items() for code, means in codes.items()}
    unknown = [Code(key, text, "", rows) for key, text, rows in _unread(delivery, to) if (key, text) not in explained]
    return [*unknown, *(Code(key, code, means) for (key, code), means in sorted(explained.items()))]


def shape_of(headings: Sequence[Heading], codes: Sequence[Code]) -> str:
    """By which it is known that a form asks about these headings and codes, in this order."""
    told = json.dumps([[one.text for one in headings], [[one.key, one.text] for one in codes]])
    return md5(told.encode(), usedforsecurity=False).hexdigest()


def _unread(delivery: Delivery | None, to: Context) -> Sequence[tuple[str, str, int]]:
    """Cells that stand for no known code, of the rows that this person may be shown: a cell may hold anything."""
    places = [(key, place) for place, (_, key) in enumerate(delivery.headings if delivery else []) if key in CODED]
    if delivery is None or not places:
        return []
    rows = seeing.Reading(delivery, to).unreadable.order_by().values("pk")
    try:
        asked, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            UNREAD.format(rows=asked),
            [[key for key, _ in places], [place for _, place in places], *values, MOST_CODES],
        )
        return cursor.fetchall()


WRITTEN = "lower(regexp_replace(btrim(r.cells ->> coded.place), '\\s+', ' ', 'g'))"
UNREAD = f"""
    SELECT coded.field, {WRITTEN}, count(*)
    FROM registry_deliveryrow r
    CROSS JOIN LATERAL jsonb_array_elements(r.problems) AS problem
    JOIN unnest(%s::text[], %s::int[]) AS coded (field, place) ON coded.field = problem ->> 0
    WHERE r.id IN ({{rows}}) AND problem ->> 1 = 'unreadable' AND {WRITTEN} <> ''
    GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT %s
"""
