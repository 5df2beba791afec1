"""What it costs that looking is recorded in a chain: requests a second from several clients at once.

Three ways, in rounds that take turns. *Unchained*: the entry is written like any row. *Chained*: as the site does it,
in one short statement after the page's own work. *Held*: the chain's lock is taken before the page's own work and kept
through it, which is what a chain costs if it is written in the request's transaction.

A page's own work is stood for by a pause, so that what is measured is waiting for one another and not this machine's
processors. Everything is written to a database of its own, which is dropped afterwards.
"""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import psycopg2
from django.core.management import call_command
from django.db import connection, connections

from registry.access.chain import Looked
from registry.benchmarks.own_database import drop

CLIENTS = 8
SECONDS = 3.0
ROUNDS = 3
PAGE = 0.010  # seconds of a page's own work

CHAINED = """
    SELECT registry_record_access(
        NULL, 'opened', %(digest)s, %(salt)s, 'registry:record', %(asked)s, '', '', %(children)s, %(numbers)s)
"""
UNCHAINED = """
    WITH entry AS (
        INSERT INTO unchained_entry (id, at, user_id, kind, digest, previous, hash)
        VALUES (nextval('unchained'), clock_timestamp(), NULL, 'opened', %(digest)s, %(digest)s, %(digest)s)
        RETURNING id, at
    )
    INSERT INTO unchained_payload
        (entry_id, at, salt, page, asked, purpose, case_reference, children, index_numbers)
    SELECT id, at, %(salt)s, 'registry:record', %(asked)s, '', '', %(children)s, %(numbers)s FROM entry
"""
LOCK = "SELECT 1 FROM registry_accesshead FOR UPDATE"
TABLES = """
    CREATE TABLE unchained_entry (LIKE registry_accessentry INCLUDING ALL);
    CREATE TABLE unchained_payload (LIKE registry_accesspayload INCLUDING ALL);
    CREATE SEQUENCE unchained;
"""
VALUES = {
    "digest": bytes(32),
    "salt": bytes(16),
    "asked": '{"page": "record", "index_number": "CI-4F7K-29QX-M"}',
    "children": [1, 2, 3],
    "numbers": ["CI-4F7K-29QX-M"] * 3,
}


@dataclass(frozen=True)
class Measured:
    """One way of writing: requests a second of all clients together, and the milliseconds that one writing takes."""

    way: str
    requests_per_second: float
    note_p50: float
    note_p95: float


@dataclass(frozen=True)
class Outcome:
    """The three ways, and what a digest takes besides."""

    clients: int
    measured: tuple[Measured, ...]
    digest_microseconds: float

    def ratio(self, way: str) -> float:
        """Requests a second of a way, as a share of the unchained."""
        speed = {one.way: one.requests_per_second for one in self.measured}
        return speed[way] / speed["unchained"]

    def as_json(self) -> dict[str, Any]:
        return {
            "clients": self.clients,
            "ways": [asdict(one) for one in self.measured],
            "chained_to_unchained": round(self.ratio("chained"), 3),
            "held_to_unchained": round(self.ratio("held"), 3),
            "digest_microseconds": round(self.digest_microseconds, 1),
        }

    def lines(self) -> list[str]:
        """The table for people."""
        head = f"{'':12}{'requests/s':>12}{'ratio':>8}{'p50 ms':>9}{'p95 ms':>9}"
        rows = [
            f"{one.way.capitalize():12}{one.requests_per_second:12,.0f}{self.ratio(one.way):8.2f}"
            f"{one.note_p50:9.2f}{one.note_p95:9.2f}"
            for one in self.measured
        ]
        return [f"{self.clients} clients, {PAGE * 1000:.0f} ms of work a page", head, *rows]


def measure(*, clients: int = CLIENTS, seconds: float = SECONDS, rounds: int = ROUNDS) -> Outcome:
    """Measure the three ways in a database of their own."""
    taken: dict[str, list[list[float]]] = {way: [] for way in WAYS}
    with _own_database() as parameters:
        for _ in range(rounds):
            for way, told in taken.items():
                told.append(_round(way, parameters, clients, seconds))
    return Outcome(
        clients=clients,
        measured=tuple(_measured(way, told, seconds) for way, told in taken.items()),
        digest_microseconds=_digest(),
    )


def _measured(way: str, rounds: list[list[float]], seconds: float) -> Measured:
    notes = sorted(one * 1000 for told in rounds for one in told)
    return Measured(
        way=way,
        requests_per_second=len(notes) / (seconds * len(rounds)),
        note_p50=statistics.median(notes),
        note_p95=notes[int(len(notes) * 0.95)],
    )


def _round(way: str, parameters: dict[str, Any], clients: int, seconds: float) -> list[float]:
    """How long each writing of each client took, in seconds."""
    with ThreadPoolExecutor(clients) as pool:
        told = list(pool.map(lambda _: _client(way, parameters, seconds), range(clients)))
    return [one for client in told for one in client]


def _client(way: str, parameters: dict[str, Any], seconds: float) -> list[float]:
    """One client's requests, one after another."""
    link = psycopg2.connect(**parameters)
    link.autocommit = way != "held"
    taken = []
    with link.cursor() as cursor:
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            taken.append(WAYS[way](cursor))
            if not link.autocommit:
                link.commit()
    link.close()
    return taken


def _after_the_page(statement: str) -> Callable[[Any], float]:
    def request(cursor: Any) -> float:
        time.sleep(PAGE)
        began = time.perf_counter()
        cursor.execute(statement, VALUES)
        return time.perf_counter() - began

    return request


def _held(cursor: Any) -> float:
    began = time.perf_counter()
    cursor.execute(LOCK)
    waited = time.perf_counter() - began
    time.sleep(PAGE)
    began = time.perf_counter()
    cursor.execute(CHAINED, VALUES)
    return waited + time.perf_counter() - began


WAYS: dict[str, Callable[[Any], float]] = {
    "unchained": _after_the_page(UNCHAINED),
    "chained": _after_the_page(CHAINED),
    "held": _held,
}


def _digest(times: int = 2000) -> float:
    looked = Looked(page="registry:record", asked={"page": "record"}, children=[1], index_numbers=["CI-4F7K-29QX-M"])
    began = time.perf_counter()
    for _ in range(times):
        looked.digest(bytes(16))
    return (time.perf_counter() - began) / times * 1e6


@contextmanager
def _own_database() -> Iterator[dict[str, Any]]:
    """Connection parameters of a migrated database that is dropped at the end."""
    name, before = f"benchmark_{uuid.uuid4().hex[:12]}", connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        _connect_to(name)
        call_command("migrate", verbosity=0, interactive=False)
        with connection.cursor() as cursor:
            cursor.execute(TABLES)
        kept = ("dbname", "user", "password", "host", "port")
        yield {key: value for key, value in connection.get_connection_params().items() if key in kept}
    finally:
        _connect_to(before)
        drop(name)


def _connect_to(name: str) -> None:
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name
