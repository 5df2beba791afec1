"""A database for one measurement: made beside the configured one, on the same server, and dropped afterwards."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import OperationalError, connection, connections

TEMPLATE = "BENCHMARK_TEMPLATE"
"""The variable that may name a migrated, empty database of the server: a copy of it is made sooner than a new one."""


@contextmanager
def own_database(name: str = "", *, keep: bool = False) -> Iterator[bool]:
    """Connect to a migrated database of its own; whether it was there already, kept by an earlier measurement.

    A database with a name is used again where it is there, and stays where `keep` says so.
    """
    called, before = name or f"benchmark_{uuid.uuid4().hex[:12]}", connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [called])
        was_there = cursor.fetchone() is not None
        if not was_there:
            template = os.environ.get(TEMPLATE, "template1")
            cursor.execute(f'CREATE DATABASE "{called}" TEMPLATE "{template}"')
    try:
        connect_to(called)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        yield was_there
    finally:
        connect_to(before)
        if not keep:
            drop(called)


def drop(name: str) -> None:
    """Drop a database that nobody needs any more.

    The plain statement sends the server's own housekeeping away, which an owner may not end by force; only sessions
    that a measurement left open are.
    """
    with connection.cursor() as cursor:
        try:
            cursor.execute(f'DROP DATABASE "{name}"')
        except OperationalError:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def connect_to(name: str) -> None:
    """Let everything that follows in this process use another database of the same server."""
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name
