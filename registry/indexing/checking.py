"""Proving that the index equals the facts: every entry, and every key, in both directions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection, transaction

from registry.indexing.entries import Entry, entries_for
from registry.indexing.writing import LIVE, add, remove, stored

AT_ONCE = 5000
NAMED = 10
Progress = Callable[[int, int], None]

SPAN = f"""
    SELECT min(first), max(last) FROM (
        SELECT min(id), max(id) FROM registry_child
        UNION ALL SELECT min(child_id), max(child_id) FROM {LIVE.entries}) AS spans(first, last)
"""
# The entries repeat their keys, and those have been compared with the facts; so this compares the rest in one snapshot.
KEYS_APART = f"""
    SELECT key, child_id, e.child_id IS NULL AS is_extra
    FROM (SELECT unnest(keys) AS key, child_id FROM {LIVE.entries}) e
    FULL JOIN {LIVE.keys} k USING (key, child_id)
    WHERE e.child_id IS NULL OR k.child_id IS NULL
"""


@dataclass
class Verdict:
    """How the index compares with the facts, in children and in keys, and the ids of some children that differ."""

    children: int = 0
    keys: int = 0
    missing: int = 0
    extra: int = 0
    differing: int = 0
    missing_keys: int = 0
    extra_keys: int = 0
    is_mended: bool = False
    examples: list[int] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        return not (self.missing or self.extra or self.differing or self.missing_keys or self.extra_keys)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "is_equal": self.is_equal}


def check(*, mend: bool = False, progress: Progress | None = None) -> Verdict:
    """Compare every entry with what the facts make today, and every key with the entries.

    What seems to differ is looked at again with the child locked, so that an act going on meanwhile is no difference.
    `mend` makes equal what differs: also what the passing of days has changed, since facts begin and end by themselves.
    """
    verdict = Verdict(is_mended=mend)
    spans = list(_spans())
    for number, (first, last) in enumerate(spans, start=1):
        wrong = _compare(list(range(first, last)), verdict)
        if wrong:
            _confirm(wrong, verdict, mend=mend)
        if progress:
            progress(number, len(spans))
    _compare_keys(verdict, mend=mend)
    return verdict


def _spans() -> Iterator[tuple[int, int]]:
    """Ranges of ids, each to before its end, that cover every child and every entry."""
    with connection.cursor() as cursor:
        cursor.execute(SPAN)
        first, last = cursor.fetchone()
    if first is not None:
        yield from ((start, start + AT_ONCE) for start in range(first, last + 1, AT_ONCE))


def _compare(ids: Sequence[int], verdict: Verdict) -> list[int]:
    """Count what there should be; the ids that seem to differ."""
    made, held = _both(ids)
    verdict.children += len(made)
    verdict.keys += sum(len(entry.keys) for entry in made.values())
    return sorted(child_id for child_id in made.keys() | held.keys() if made.get(child_id) != held.get(child_id))


def _both(ids: Sequence[int]) -> tuple[dict[int, Entry], dict[int, Entry]]:
    made = {entry.child_id: entry for entry in entries_for(ids)}
    return made, {entry.child_id: entry for entry in stored(ids)}


def _confirm(ids: list[int], verdict: Verdict, *, mend: bool) -> None:
    """Look again with the children locked, as an act locks them, and count what does differ."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM registry_child WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [ids])
        made, held = _both(ids)
        verdict.missing += len(made.keys() - held.keys())
        verdict.extra += len(held.keys() - made.keys())
        verdict.differing += sum(made[child_id] != held[child_id] for child_id in made.keys() & held.keys())
        wrong = [child_id for child_id in ids if made.get(child_id) != held.get(child_id)]
        verdict.examples += wrong[: NAMED - len(verdict.examples)]
        if mend:  # the entries; their keys are mended with all others
            remove([held[child_id] for child_id in wrong if child_id in held], keys=[])
            add([made[child_id] for child_id in wrong if child_id in made], keys=[])


def _compare_keys(verdict: Verdict, *, mend: bool) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        if mend:
            cursor.execute(f"LOCK TABLE {LIVE.entries}, {LIVE.keys} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(KEYS_APART)
        rows = cursor.fetchall()
        extra = {(key, child_id) for key, child_id, is_extra in rows if is_extra}
        missing = {(key, child_id) for key, child_id, is_extra in rows if not is_extra}
        verdict.extra_keys, verdict.missing_keys = len(extra), len(missing)
        concerned = sorted({child_id for _, child_id in extra | missing})
        verdict.examples += concerned[: NAMED - len(verdict.examples)]
        if mend:
            remove([], keys=extra)
            add([], keys=missing)
