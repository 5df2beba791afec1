"""Knowing a list again that was sent with one thing changed: as when a date of birth is tried out, day by day.

Of each list that a person sends a sketch is kept: of its rows as a whole, and of its rows without each of their fields,
the smallest keyed digests. As many of those as two sketches share, so alike are the two sets of rows, in whatever order
and with a few rows more or less. Two lists differ in one field where they are alike without it and not with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.utils import timezone

from childindex import words
from childindex.models import User
from registry.list_match.reading import IDENTIFYING, READ
from registry.models import Delivery, ListMatch, ListSketch
from registry.probing import alerts

Claim = Mapping[str, Any]
Sketch = dict[str, list[int]]
WHOLE = ""
KNOWN_BY = IDENTIFYING | {"date_of_birth"}
SMALLEST = 64
"""So many digests of each set are kept: enough to tell nine tenths alike from eight."""
LONGEST = 50_000
"""Of longer lists no sketch is made: nobody tries anything out with so many rows, and it would take seconds."""
KEPT = timedelta(days=30)
COMPARED = 500
"""With so many of somebody's latest lists a list is compared."""
ALIKE, CHANGED = 0.9, 0.82
"""Rows without the field are alike from the first on; with it they are not up to the second: one row in ten changed."""
FLAGRANT = 3
"""So many lists with one field changed, within `KEPT`, are told of at once."""


def sketch_of(claims: Iterable[Claim]) -> Sketch:
    """Under each field the smallest digests of the rows without it; of whole rows under `WHOLE`.

    Of a row that says nothing more by which a child is known, once a field is left out, nothing is kept without it.
    """
    key = blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"list sketch").digest()
    sets: dict[str, set[int]] = {WHOLE: set()}
    for claim in claims:
        cells = {name: _digest(f"{name}={claim[name]}", key) for name in READ if claim.get(name)}
        whole, telling = sum(cells.values()), KNOWN_BY & cells.keys()
        sets |= {name: set(sets[WHOLE]) for name in cells.keys() - sets.keys()}  # as all rows before were without it
        for name, found in sets.items():
            if telling - {name}:
                found.add((whole - cells.get(name, 0)) % (1 << 64))
            if len(found) > SMALLEST * 32:
                found.intersection_update(sorted(found)[:SMALLEST])
    return {name: sorted(found)[:SMALLEST] for name, found in sets.items()}


def _digest(text: str, key: bytes) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8, key=key).digest())


def likeness(one: list[int], other: list[int]) -> float:
    """How much of two sets is in both, told from their smallest digests."""
    together = sorted({*one, *other})[:SMALLEST]
    shared = set(one) & set(other)
    return sum(digest in shared for digest in together) / len(together) if together else 0.0


def changed_between(one: Sketch, other: Sketch) -> str:
    """The field in which alone two lists differ; nothing where there is none, or they are alike altogether."""
    if likeness(one[WHOLE], other[WHOLE]) > CHANGED:
        return ""
    alike = {name: likeness(one.get(name, one[WHOLE]), other.get(name, other[WHOLE])) for name in one | other if name}
    best = max(alike, key=lambda name: alike[name], default="")
    return best if alike.get(best, 0) >= ALIKE else ""


def note_delivery(delivery: Delivery) -> None:
    """Keep a sketch of a file that somebody sent and that has been read, and see whether it is one sent before."""
    if delivery.received_by is None or not 0 < delivery.rows <= LONGEST:
        return
    claims = delivery.all_rows.exclude(number=None).order_by().values_list("claim", flat=True)
    _note(delivery.received_by, delivery.received_at, sketch_of(claims.iterator()), delivery.rows, delivery=delivery)


def note_list(asked: ListMatch, claims: Sequence[Claim]) -> None:
    """The same of a list that somebody has matched."""
    if 0 < len(claims) <= LONGEST:
        _note(asked.by, asked.asked_at, sketch_of(claims), len(claims), list_match=asked)


def _note(sender: User, at: datetime, sketch: Sketch, rows: int, **of: Any) -> None:
    if not sketch[WHOLE]:
        return
    own = ListSketch.objects.filter(sender=sender, at__gt=timezone.now() - KEPT)
    others = own.exclude(**of).filter(at__lte=at).order_by("-at", "-pk").values_list("sketch", flat=True)
    changed = next(filter(None, (changed_between(sketch, before) for before in others[:COMPARED])), "")
    ListSketch.objects.update_or_create(
        **of, defaults={"sender": sender, "at": at, "rows": rows, "sketch": sketch, "changed": changed}
    )
    if changed:
        _tell(sender, own.exclude(changed="").count())


def _tell(sender: User, times: int) -> None:
    if times >= FLAGRANT:
        alerts.tell("column", by=sender, evidence=sentence(times))


def sentence(times: int) -> str:
    return (
        f"A list was sent again with nothing changed but one column, {words.count(times, 'time')} in {KEPT.days} days"
    )


def forget() -> None:
    """Let go of sketches that are too old to be compared with."""
    ListSketch.objects.filter(at__lt=timezone.now() - KEPT).delete()
