"""Statements the server plans once for each connection and keeps.

A list of children is chosen by precedence, and planning that costs several times what running it does. The plan is kept
by the server session, so connections may be pooled for a session at a time, not for each transaction.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection


class Prepared:
    """One statement, told apart by its name.

    `statement` refers to what it is given as `%(name)s`, and `types` says the SQL type of each of those.
    """

    known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()

    def __init__(self, name: str, statement: str, **types: str) -> None:
        self.name = name
        numbered = {given: f"${place}" for place, given in enumerate(types, start=1)}
        self.statement = f"PREPARE {name} ({', '.join(types.values())}) AS {statement % numbered}"
        self.call = f"EXECUTE {name} ({', '.join(f'%({given})s' for given in types)})"

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """What the statement answers."""
        connection.ensure_connection()
        prepared = self.known.setdefault(connection.connection, set())
        if self.name not in prepared:
            with connection.connection.cursor() as cursor:
                cursor.execute(self.statement)
            prepared.add(self.name)
        with connection.cursor() as cursor:
            cursor.execute(self.call, given)
            return cursor.fetchall()
