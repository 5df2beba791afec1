"""Three roles of the database: what each may do, and that nothing runs as one that no rule binds."""

import os
import subprocess
import sys
from contextlib import closing
from datetime import date

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import ProgrammingError, connection, connections, transaction

from childindex import acts, database_roles, privileges
from childindex.database_roles import AUDITOR, OWNER, connected_as
from childindex.settings import database
from registry.access import chain
from registry.access.retention import expired_months, purge_month
from registry.intake import stages
from registry.models import AccessKind, Name, Stage
from registry.search import search, understand
from tests import databases
from tests.factories import make_child, said_by
from tests.registry.intake.lists import HEADINGS, child_health, received

pytestmark = pytest.mark.skipif(not settings.DATABASE_ROLES, reason="one address serves for all three roles")

AMINA = "A1,Begum,Amina,28/02/2017,F,14,Example Road,B4 7DA,"
GRANTS = """
    SELECT relname::text, relacl::text FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')
"""


@pytest.fixture
def as_role(db):
    """A session of a role's own, which cannot step back out of it as the tests' own session can.

    Where the test has no database of its own, nothing that it does is kept.
    """
    opened, name = [], connection.settings_dict["NAME"]

    def connect(role=None):
        address = settings.DATABASE_ROLES[role] if role else settings.DATABASES["default"]
        wrapper = databases.wrapper_for(name, USER=address["USER"], PASSWORD=address.get("PASSWORD", ""))
        opened.append(wrapper)
        return wrapper

    yield connect
    for wrapper in opened:
        wrapper.close()


REFUSALS = ("permission denied", "must be owner", "must be superuser")


def may(session, statement):
    """Whether the role may do this. Where anything else is wrong with it, that is raised."""
    try:
        with closing(session.cursor()) as cursor:
            cursor.execute("BEGIN")
            cursor.execute(statement)
            cursor.execute("ROLLBACK" if connection.in_atomic_block else "COMMIT")
    except ProgrammingError as refusal:
        session.cursor().execute("ROLLBACK")
        if not any(words in str(refusal) for words in REFUSALS):
            raise
        return False
    return True


@pytest.mark.parametrize(
    "deed",
    [
        "ALTER TABLE registry_child DISABLE TRIGGER USER",
        "ALTER TABLE registry_historicalname DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "DROP TABLE registry_confirmation",
        "DROP TRIGGER pgtrigger_only_in_an_act_56b05 ON registry_name",
        "CREATE TABLE another (id int)",
        "CREATE FUNCTION another() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TRIGGER another BEFORE UPDATE ON registry_child EXECUTE FUNCTION childindex_only_in_an_act()",
        "ALTER TABLE registry_child ADD COLUMN another int",
        "TRUNCATE registry_child CASCADE",
        "TRUNCATE registry_historicalname",
        "UPDATE registry_historicalname SET surname = 'Nobody'",
        "DELETE FROM registry_historicalname",
        "UPDATE registry_confirmation SET day = day",
        "DELETE FROM childindex_act",
        "DELETE FROM childindex_purge",
        "INSERT INTO registry_accessentry SELECT * FROM registry_accessentry",
        "UPDATE registry_accesshead SET entry = entry + 1",
        "DELETE FROM registry_accesspayload",
        "SELECT registry_access_months(now() + interval '1 year')",
        "SET ROLE childindex_owner",
        "ALTER DEFAULT PRIVILEGES FOR ROLE childindex_owner GRANT TRUNCATE ON TABLES TO PUBLIC",
        "DELETE FROM django_migrations",
        "ALTER ROLE CURRENT_USER SUPERUSER",
    ],
)
def test_the_application_may_not(as_role, deed):
    deed = deed.replace("childindex_owner", settings.DATABASE_ROLES[OWNER]["USER"])

    assert not may(as_role(), deed)


def test_the_application_does_its_work_and_makes_temporary_tables(as_role):
    session = as_role()

    for deed in (
        "SELECT * FROM registry_child",
        "CREATE TEMPORARY TABLE apart AS SELECT 1 AS one",
        "SELECT pg_try_advisory_lock(1, 1)",
        "SELECT childindex_analyse(ARRAY['registry_child'])",
        "UPDATE childindex_job SET done = 0",
        "SELECT nextval('registry_child_id_seq')",
    ):
        assert may(session, deed), deed


def test_the_auditor_reads_the_record_of_looking_and_nothing_of_children(as_role):
    session = as_role(AUDITOR)

    assert may(session, "SELECT * FROM registry_accessentry JOIN registry_accesspayload ON entry_id = id")
    for deed in (
        "SELECT * FROM registry_child",
        "SELECT * FROM registry_historicalname",
        "SELECT * FROM childindex_user",
        "SELECT reason FROM childindex_purge",
        "SELECT registry_record_access(NULL, 'x', '', '', '', '{}', '', '', '{}', '{}')",
        "SELECT registry_purge_access('2020-01-01')",
        "CREATE TABLE another (id int)",
    ):
        assert not may(session, deed), deed


@pytest.fixture
def application(own_database, as_role):
    """What follows is done by the application, with no way back."""
    before = connections["default"]
    connections["default"] = session = as_role()
    yield session
    connections["default"] = before


def test_the_central_roads_are_the_applications(application, data_manager):
    look_in_month = "SELECT registry_record_access(NULL, 'opened', '', '', 'page', '{}', '', '', '{}', '{}')"
    with connected_as(OWNER), connection.cursor() as cursor:
        cursor.execute("SELECT registry_access_months('2020-01-01')")

    child = make_child("Amina", "Khan", born=date(2017, 2, 28))
    with said_by():
        Name.objects.filter(child=child).update(surname="Begum")
    delivery = stages.read(received(HEADINGS, AMINA, source=child_health()), by=None)
    found = search(understand({"q": "Amina Begum"}), behind_shields=False)
    entry = chain.record(by=None, kind=AccessKind.OPENED, looked=chain.Looked(page="registry:search", asked={}))
    with acts.purge(by=data_manager, what="nothing in particular", reason="To see that it can be done") as record:
        record.rows = 0
    call_command("rebuild_index")
    call_command("check_index")

    assert application.settings_dict["USER"] == settings.DATABASES["default"]["USER"]
    assert Name.history.filter(child=child, surname="Begum").exists()
    assert (delivery.stage, delivery.rows, found.total, entry) == (Stage.APPLIED, 1, 1, 1)
    assert may(application, look_in_month)
    [january] = expired_months(before=date(2020, 2, 1))
    assert purge_month(january, by=data_manager, reason="Six years have passed") == 0
    assert not expired_months(before=date(2020, 2, 1))


def test_tables_made_later_are_the_applications_to_write_and_nobody_elses(own_database, as_role):
    owner, application, auditor = as_role(OWNER), as_role(), as_role(AUDITOR)

    assert may(owner, "CREATE TABLE later (id bigserial, said text)")

    assert may(application, "INSERT INTO later (said) VALUES ('yes')")
    assert may(application, "DELETE FROM later")
    for deed in ("TRUNCATE later", "ALTER TABLE later DISABLE TRIGGER USER", "DROP TABLE later"):
        assert not may(application, deed)
    assert not may(auditor, "SELECT * FROM later")


def test_a_month_that_comes_later_is_reached_through_the_whole_alone(own_database, as_role):
    application = as_role()
    assert may(as_role(OWNER), "SELECT registry_access_months('2031-05-01')")

    for deed in ("SELECT * FROM {}", "INSERT INTO {} SELECT * FROM {}", "DELETE FROM {}"):
        assert not may(application, deed.replace("{}", "registry_accesspayload_2031_05"))


def test_granting_again_changes_nothing(own_database):
    def grants():
        with connection.cursor() as cursor:
            cursor.execute(GRANTS)
            return dict(cursor.fetchall())

    before = grants()
    with connected_as(OWNER):
        privileges.grant()

    assert grants() == before


def test_the_index_is_made_anew_by_the_owner(own_database, capsys):
    make_child()

    call_command("rebuild_index")
    make_child()
    call_command("check_index")

    assert "children in the new index" in capsys.readouterr().out


def test_inside_a_transaction_nobody_becomes_another(own_database):
    with transaction.atomic():
        before = connection.connection
        with connected_as(OWNER):
            assert connection.connection is before


@pytest.mark.parametrize(("role", "said"), [(OWNER, "owns the tables"), (None, ""), (AUDITOR, "")])
def test_whoever_owns_the_tables_is_recognised(as_role, role, said):
    found = database_roles.fault(as_role(role))

    assert said in found
    assert bool(found) == bool(said)


def test_a_superuser_is_recognised(own_database):
    with databases.unbound():
        assert "superuser" in database_roles.fault(connection)


@pytest.mark.parametrize("entrance", [["manage.py", "work", "--once"], ["-c", "import childindex.wsgi"]])
@pytest.mark.parametrize(("role", "ends_well"), [(OWNER, False), (None, True)])
def test_production_does_not_start_as_the_owner(own_database, entrance, role, ends_well):
    user = settings.DATABASE_ROLES[role]["USER"] if role else settings.DATABASES["default"]["USER"]
    address = databases.address().replace(settings.DATABASES["default"]["USER"], user, 1)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "childindex.settings.production",
        "SECRET_KEY": "a-secret-of-this-test-" + "0123456789" * 5,
        "ACCESS_ANCHOR_KEY": "a-secret-of-this-test-" + "0123456789" * 5,
        "ALLOWED_HOSTS": "localhost",
        "DATABASE_URL": address,
    }

    done = subprocess.run([sys.executable, *entrance], env=environment, capture_output=True, text=True)

    assert (done.returncode == 0) == ends_well, done.stderr
    assert ("owns the tables" in done.stderr) != ends_well


def test_one_address_serves_for_all_three_roles(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://index@db.example.org/children")
    for name in database.ADDRESSES.values():
        monkeypatch.delenv(name, raising=False)

    assert database.roles() == {}


def test_an_owner_beside_an_application_without_a_name_is_refused(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql:///children")
    monkeypatch.setenv("OWNER_DATABASE_URL", "postgresql://owner@db.example.org/children")

    with pytest.raises(ImproperlyConfigured, match="names its user"):
        database.roles()
