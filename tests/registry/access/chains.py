"""Entries of the record of looking for tests: written as always, written in months gone by, and tampered with."""

from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import connection

from registry.access import AccessKind, chain
from tests.databases import by_the_owner, unbound


def look(by=None, *children, kind=AccessKind.OPENED, **asked):
    """An entry, written as the middleware writes it."""
    looked = chain.Looked(
        page="registry:record",
        asked=asked,
        children=[child.pk for child in children],
        index_numbers=[child.index_number for child in children],
    )
    return chain.record(by=by, kind=kind, looked=looked)


def look_in(year, month, by=None, *children, **asked):
    """An entry as it was written on the third of a month gone by, before all that are written today."""
    at = datetime(year, month, 3, 9, 0, tzinfo=UTC)
    with by_the_owner():
        execute("SELECT registry_access_months(%s)", [at])
    with nobody_watching():
        pk = look(by, *children, **asked)
        execute("UPDATE registry_accesspayload SET at = %s WHERE entry_id = %s", [at, pk])
        execute(
            "UPDATE registry_accessentry SET at = %(at)s,"
            " hash = registry_access_hash(previous, id, %(at)s, user_id, kind, digest) WHERE id = %(pk)s;"
            "UPDATE registry_accesshead SET at = %(at)s,"
            " hash = (SELECT hash FROM registry_accessentry WHERE id = %(pk)s)",
            {"at": at, "pk": pk},
        )
    return pk


@contextmanager
def nobody_watching():
    """As somebody who owns the server may: no trigger is run."""
    with unbound():
        execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            execute("SET session_replication_role = origin")


def tamper(statement, *values):
    with nobody_watching():
        execute(statement, values)


def execute(statement, values=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
