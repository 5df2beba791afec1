"""A backup taken and restored as docs/operations.md says is the same registry, with the same rules."""

import os
import shutil
import subprocess
import uuid

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection

from childindex import postgres
from childindex.database_roles import OWNER, connected_as
from childindex.postgres_keeper import install
from registry.models import Name
from tests import databases
from tests.factories import make_child
from tests.worlds import small_world

RULES = """
    SELECT tgrelid::regclass::text, tgname::text, tgenabled::text, pg_get_triggerdef(oid) FROM pg_trigger
     WHERE NOT tgisinternal
     UNION ALL
    SELECT conrelid::regclass::text, conname::text, convalidated::text, contype::text FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace
"""


def program(name):
    """PostgreSQL's own, from the machine or from the package that brings the embedded server."""
    if os.environ.get("DATABASE_URL"):
        return shutil.which(name) or pytest.skip(f"{name} is not on the PATH")
    return str(install(postgres.use(forgetful=True)) / name)


def call(name, *arguments):
    here = {**connection.settings_dict, **settings.DATABASE_ROLES.get("owner", {})}
    place = {**here, "HOST": connection.settings_dict["HOST"]}
    where = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    environment = {variable: place[part] for variable, part in where.items() if place[part]}
    done = subprocess.run(
        [program(name), *arguments], env={**os.environ, **environment}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def contents():
    """How many rows each table has, and the triggers and constraints, each with whether it is in force."""
    with connected_as(OWNER), connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        tables = [name for (name,) in cursor.fetchall()]
        counted = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counted[table] = cursor.fetchone()[0]
        cursor.execute(RULES)
        return counted, set(cursor.fetchall())


@pytest.fixture
def restored(own_database, tmp_path, settings):
    """The name of a database restored from a backup of one in which children are recorded and were looked for."""
    world = small_world()
    settings.ACCESS_ANCHORS_FILE = str(tmp_path / "anchors.txt")
    call_command("anchor_access_log")
    before = contents()
    file, name = str(tmp_path / "child-index.dump"), f"test_{uuid.uuid4().hex[:12]}"
    call("pg_dump", "--format=custom", f"--file={file}", own_database)
    call("createdb", "--template=template0", name)
    call("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={name}", file)
    yield name, before, world
    databases.drop(name)


def test_a_restored_backup_is_the_same_registry_with_the_same_rules(restored):
    name, before, world = restored

    with databases.connected_to(name):
        assert contents() == before
        assert before[0]["registry_child"] >= 3
        assert before[0]["registry_accessentry"] >= 1
        call_command("migrate", check=True, verbosity=0)
        call_command("check_index")
        call_command("verify_access_log")

        with pytest.raises(DatabaseError, match="No act is open"):
            Name.objects.update(surname="Nobody")
        with databases.unbound(), pytest.raises(DatabaseError, match="only grows"):
            Name.history.all().delete()
        assert make_child().pk > max(child.pk for child in world.children.values())
