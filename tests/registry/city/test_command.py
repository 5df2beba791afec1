"""What the commands print."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from childindex.models import Act, User
from registry.models import Child
from tests import databases


@pytest.fixture
def printed(database_template, django_db_setup, django_db_blocker):
    """Runs a command in a database of its own, and gives what it printed."""

    def run(*command, **options):
        out = StringIO()
        call_command(*command, stdout=out, **options)
        return out.getvalue()

    with django_db_blocker.unblock():
        name = databases.clone(database_template)
        with databases.connected_to(name):
            yield run
        databases.drop(name)


def test_it_prints_a_table_and_one_json_object_as_the_last_line(printed, settings):
    settings.DEMONSTRATION = True

    *table, last = printed("build_city", children=60, seed=3, json=True).splitlines()

    found = json.loads(last)
    assert table[0].startswith("60 children of ")
    assert found["children"] == Child.objects.count() == 60
    assert found["ratio"] == pytest.approx(found["seconds"] / found["copy_alone"]["seconds"], rel=0.2)
    assert Act.objects.filter(by=User.objects.get(email="data-officer@example.org")).exists()


def test_measuring_leaves_nothing_behind(printed):
    printed("build_city", children=20)

    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'city'")
        assert cursor.fetchall() == [("truth",)]


def test_returns_are_only_written_for_an_invented_city(printed, tmp_path):
    with pytest.raises(CommandError, match="Only an invented city"):
        printed("city_returns", tmp_path)
