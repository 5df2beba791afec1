"""The same seed makes the same city, another seed another."""

import hashlib
from datetime import date

import pytest
from django.db import connection

from childindex.database_roles import OWNER, connected_as
from registry.city.afterwards import KEYS, history_of
from registry.city.building import build
from registry.city.rows import CONFIRMATIONS, TABLES
from tests import databases

TODAY = date(2026, 6, 10)
OF_ITS_MOMENT = {"created_at", "recorded_at", "finished_at", "transaction_id", "history_id"}


def digest():
    """A hash of everything that a build writes, but for the moment and the transaction in which it did so."""
    total = hashlib.sha256()
    history = [history_of(table) for table in TABLES]
    with connection.cursor() as cursor:
        for table in (*TABLES, *history, CONFIRMATIONS, "childindex_act", "registry_indexentry", KEYS, "city.truth"):
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")
            columns = ", ".join(column.name for column in cursor.description if column.name not in OF_ITS_MOMENT)
            cursor.execute(
                f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM (SELECT {columns} FROM {table}) t"
            )
            total.update(f"{table} {cursor.fetchone()[0]}".encode())
    return total.hexdigest()


@pytest.fixture
def built(database_template, django_db_setup, django_db_blocker):
    """Gives the digest of a city built in a database of its own."""

    def in_its_own(seed):
        name = databases.clone(database_template)
        try:
            with databases.connected_to(name):
                with connected_as(OWNER):
                    build(150, seed=seed, today=TODAY)
                return digest()
        finally:
            databases.drop(name)

    with django_db_blocker.unblock():
        yield in_its_own


def test_the_same_seed_makes_the_same_city_and_another_seed_another(built):
    first, again, other = built(1), built(1), built(2)

    assert first == again != other
