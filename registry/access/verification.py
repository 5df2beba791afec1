"""Proving that nothing was taken out of the record of looking, and nothing in it altered.

The chain is read from its first entry to its last, and each entry's hash made again from the hash before it. What is
found first is told in a sentence. A payload may be missing only where a recorded purge took its whole month.

A chain proves that nothing in its middle was changed. Somebody who may write to the database as its owner could cut off
the end and set the head back, or write all of it again, and nothing within the database would show it. Anchors are for
that (`anchoring`): the number and hash of each day's last entry, signed and kept somewhere else, which must be found
again. Without them the verdict is that nobody can be sure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from childindex import words
from registry.access.anchoring import Kept
from registry.access.links import Anchor, Link
from registry.access.retention import purged_months

BEGINNING = bytes(32)
TOLD_EVERY = 20_000

Progress = Callable[[int, int], None]

# One statement sees one moment of the log: the head, the entries and the payloads belong together.
CHAIN = """
    SELECT h.entry, h.at, h.hash, e.id, e.at, e.user_id, e.kind, e.digest, e.previous, e.hash,
           p.salt, p.page, p.asked::text, p.purpose, p.case_reference, p.children, p.index_numbers
    FROM registry_accesshead h
    LEFT JOIN registry_accessentry e ON true
    LEFT JOIN registry_accesspayload p ON p.entry_id = e.id AND p.at = e.at
    ORDER BY e.id
"""

PAYLOADS_WITHOUT_ENTRY = """
    SELECT p.entry_id, p.at FROM registry_accesspayload p
    LEFT JOIN registry_accessentry e ON e.id = p.entry_id AND e.at = p.at
    WHERE e.id IS NULL ORDER BY p.at, p.entry_id LIMIT 1
"""


@dataclass
class Verdict:
    """What a verification found: the first fault as a sentence, or none; and how far the chain reaches."""

    entries: int = 0
    payloads: int = 0
    expired: int = 0
    fault: str = ""
    fault_entry: int | None = None
    fault_day: str = ""
    head: Anchor | None = None
    anchors: int = 0
    doubt: str = "Nothing outside the database was held against it."

    @property
    def holds(self) -> bool:
        return not self.fault

    @property
    def is_sure(self) -> bool:
        """Whether something outside the database proves it, one way or the other."""
        return bool(self.fault) or not self.doubt

    def as_json(self) -> dict[str, Any]:
        return {
            "holds": self.holds,
            "sure": self.is_sure,
            "doubt": self.doubt,
            "anchors": self.anchors,
            "entries": self.entries,
            "payloads": self.payloads,
            "expired": self.expired,
            "fault": self.fault,
            "fault_entry": self.fault_entry,
            "fault_day": self.fault_day,
            "head": str(self.head) if self.head else "",
        }


class Broken(Exception):
    """The first place where the record is not what it was; the text says what is wrong there."""

    def __init__(self, sentence: str, *, entry: int | None = None, at: datetime | None = None) -> None:
        super().__init__(sentence)
        self.entry = entry
        self.day = timezone.localtime(at).date() if at else None


@dataclass
class _Reader:
    """Where the reading of the chain has got to."""

    purged: Mapping[str, int]
    anchors: Mapping[int, str]
    last: Link | None = None
    entries: int = 0
    payloads: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    first_missing: dict[str, Link] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return (self.last.id or 0) if self.last else 0

    @property
    def digest(self) -> bytes:
        return self.last.hash if self.last else BEGINNING

    def read(self, link: Link) -> None:
        """Hold the next entry against the one before. Raises Broken."""
        self._in_its_place(link)
        self._unaltered(link)
        self._payload(link)
        self.entries += 1
        self.last = link

    def _in_its_place(self, link: Link) -> None:
        number, expected = link.id or 0, self.number + 1
        if number != expected:
            gone = f"Entry {expected} was" if number == expected + 1 else f"Entries {expected} to {number - 1} were"
            raise Broken(f"{gone} removed, just before entry {number} of {_day(link.at)}.", entry=expected, at=link.at)
        if self.last and link.at < self.last.at:
            raise _broken(link, "is dated before the entry it follows")
        if link.previous != self.digest:
            raise _broken(link, "does not follow the entry before it: one of the two was altered or put elsewhere")

    def _unaltered(self, link: Link) -> None:
        if link.remade_hash() != link.hash:
            raise _broken(link, "was altered: its hash does not fit who did what sort of thing when")
        anchored = self.anchors.get(link.id or 0)
        if anchored and anchored != link.hash.hex():
            raise _broken(link, "is not the entry that was written down as the last of its time")

    def _payload(self, link: Link) -> None:
        if link.salt is None:
            self._missing_payload(link)
            return
        self.payloads += 1
        if link.remade_digest() != link.digest:
            raise _broken(link, "was altered: what was asked, or who was shown, is not what was written")

    def _missing_payload(self, link: Link) -> None:
        self.missing[link.month] += 1
        self.first_missing.setdefault(link.month, link)
        if link.month not in self.purged:
            self.purged = purged_months()  # one may have been purged since the reading began
        if link.month not in self.purged:
            raise _broken(link, "has lost what it was about, and no purge of that month is recorded")

    def finish(self, head: Link) -> None:
        """Hold the end of the chain against its head, and what is missing against the purges. Raises Broken."""
        number = self.number
        if number < head.head_entry:
            gone = "was" if head.head_entry == number + 1 else f"and all after it, up to {head.head_entry}, were"
            told = f"Entry {number + 1} {gone} removed from the end of the log, which reached {_day(head.head_at)}."
            raise Broken(told, entry=number + 1, at=head.head_at)
        if number > head.head_entry or self.digest != head.head_hash:
            told = f"The head of the chain was altered: it names entry {head.head_entry}, and the last is {number}."
            raise Broken(told, entry=number, at=head.head_at)
        reached = max(self.anchors, default=0)
        if reached > number:
            told = f"The end of the log was removed: it once reached entry {reached}, and now stops at {number}."
            raise Broken(told, entry=number + 1, at=head.head_at)
        self._as_many_as_purged()

    def _as_many_as_purged(self) -> None:
        for month, count in self.missing.items():
            if count != self.purged[month]:
                told = f"is one of {count} of its month without what it was about; the purge took {self.purged[month]}"
                raise _broken(self.first_missing[month], told)


def verify(*, anchors: Iterable[Anchor] = (), progress: Progress | None = None) -> Verdict:
    """Read the whole record of looking, and say what the first thing wrong with it is."""
    reader = _Reader(purged=purged_months(), anchors=dict(anchors))
    verdict = Verdict()
    try:
        _read_all(reader, progress)
    except Broken as broken:
        verdict.fault, verdict.fault_entry = str(broken), broken.entry
        verdict.fault_day = broken.day.isoformat() if broken.day else ""
    verdict.entries, verdict.payloads = reader.entries, reader.payloads
    verdict.expired = sum(reader.missing.values())
    if verdict.holds:
        verdict.head = Anchor(reader.number, reader.digest.hex())
    return verdict


def verify_anchored(kept: Kept, *, progress: Progress | None = None) -> Verdict:
    """Read the whole record, and hold it against the anchors. One that is altered or missing is a fault too."""
    verdict = verify(anchors=kept.ends, progress=progress)
    verdict.anchors, verdict.doubt = len(kept.anchors), kept.doubt
    verdict.fault = verdict.fault or kept.fault
    return verdict


def _read_all(reader: _Reader, progress: Progress | None) -> None:
    head = None
    for head in _links():
        if head.id is None:
            break
        reader.read(head)
        if progress and reader.entries % TOLD_EVERY == 0:
            progress(reader.entries, head.head_entry)
    if head is None:
        raise Broken("The head of the chain was removed.")
    reader.finish(head)
    with connection.cursor() as cursor:
        cursor.execute(PAYLOADS_WITHOUT_ENTRY)
        strayed = cursor.fetchone()
    if strayed:
        entry, at = strayed
        raise Broken(f"On {_day(at)} stands what belongs to no entry: it names entry {entry}.", entry=entry, at=at)


def _links() -> Iterator[Link]:
    """The chain from its beginning, a few thousand rows in memory at a time."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(CHAIN)
        for row in cursor:
            yield Link._make(bytes(value) if isinstance(value, memoryview) else value for value in row)


def _broken(link: Link, what: str) -> Broken:
    return Broken(f"Entry {link.id} of {_day(link.at)} {what}.", entry=link.id, at=link.at)


def _day(moment: datetime) -> str:
    return words.day(timezone.localtime(moment).date())
