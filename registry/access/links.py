"""One link of the chain as it is read back, and the end of the chain as it is written down elsewhere."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from registry.access.chain import Looked

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Link(NamedTuple):
    """One row of the chain as the database holds it, with its payload if that is still there."""

    head_entry: int
    head_at: datetime
    head_hash: bytes
    id: int | None
    at: datetime
    user_id: int | None
    kind: str
    digest: bytes
    previous: bytes
    hash: bytes
    salt: bytes | None
    page: str
    asked: str
    purpose: str
    case_reference: str
    children: list[int]
    index_numbers: list[str]

    @property
    def month(self) -> str:
        """The month whose payloads this entry's lies among, as 2026-11."""
        return f"{self.at.astimezone(UTC):%Y-%m}"

    def remade_hash(self) -> bytes:
        """The hash this entry should have; as the database function `registry_access_hash` makes it."""
        moment = (self.at - EPOCH) // MICROSECOND
        who = "-" if self.user_id is None else self.user_id
        told = f"{self.id}|{moment}|{who}|{self.kind}"
        return sha256(self.previous + self.digest + told.encode()).digest()

    def remade_digest(self) -> bytes:
        """The digest the payload should have."""
        looked = Looked(
            page=self.page,
            asked=json.loads(self.asked),
            purpose=self.purpose,
            case_reference=self.case_reference,
            children=self.children,
            index_numbers=self.index_numbers,
        )
        return looked.digest(self.salt or b"")


class Anchor(NamedTuple):
    """An entry that once was the last: its number and its hash, as written down outside the database."""

    entry: int
    hash: str

    @classmethod
    def read(cls, text: str) -> Anchor:
        """From `1204:9f86…`. Raises ValueError with a sentence."""
        number, _, digest = text.strip().partition(":")
        if not (number.isascii() and number.isdigit() and len(digest) == 64):
            raise ValueError(f"“{text.strip()}” is no anchor. One looks like 1204:, and 64 hexadecimal digits.")
        return cls(int(number), digest.lower())

    def __str__(self) -> str:
        return f"{self.entry}:{self.hash}"
