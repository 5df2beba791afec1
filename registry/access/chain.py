"""Writing the chain: one short statement for each entry, with nothing else in its transaction.

The lock on the chain's head is held for that statement alone, so that requests wait for one another's writing and never
for one another's work.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.db import connection

from childindex.models import User
from registry.models import AccessKind, Child

SALT_BYTES = 16

RECORD = """
    SELECT registry_record_access(%s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s::bigint[], %s::text[])
"""


@dataclass(frozen=True)
class Looked:
    """What one entry is about. `children` and `index_numbers` stand in the same order."""

    page: str
    asked: dict[str, Any]
    purpose: str = ""
    case_reference: str = ""
    children: list[int] = field(default_factory=list)
    index_numbers: list[str] = field(default_factory=list)

    def digest(self, salt: bytes) -> bytes:
        """SHA-256 of the salt and of everything here as JSON, keys in order and nothing between the signs."""
        told = [self.page, self.asked, self.purpose, self.case_reference, self.children, self.index_numbers]
        return sha256(salt + json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).digest()


def record(*, by: User | None, kind: AccessKind, looked: Looked) -> int:
    """Add an entry, and answer its id. Once this returns outside a transaction, the entry is on disk."""
    salt = os.urandom(SALT_BYTES)
    with connection.cursor() as cursor:
        cursor.execute(
            RECORD,
            [
                by.pk if by else None,
                kind.value,
                looked.digest(salt),
                salt,
                looked.page,
                json.dumps(looked.asked),
                looked.purpose,
                looked.case_reference,
                looked.children,
                looked.index_numbers,
            ],
        )
        return int(cursor.fetchone()[0])


def known_by(child_ids: Sequence[int], numbers: Mapping[int, str] | None = None) -> tuple[list[int], list[str]]:
    """The children in order of id, and their index numbers; those that `numbers` has are not read again."""
    known = dict(numbers or {})
    unread = [pk for pk in child_ids if pk not in known]
    if unread:
        known |= dict(Child.objects.filter(pk__in=unread).values_list("pk", "index_number"))
    found = [pk for pk in sorted(child_ids) if pk in known]
    return found, [known[pk] for pk in found]
