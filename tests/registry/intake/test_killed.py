"""The worker killed at any moment of applying a file: the next one takes it up, and the registry is exactly right.

A trap in the database holds the worker fast at one statement of one table; there its process is killed. Whatever the
next worker makes of it is compared, row for row of every table, with what an undisturbed worker makes.
"""

import signal
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from childindex.jobs.worker import Worker
from childindex.models import Act, Job
from registry import recording
from registry.indexing import checking
from registry.intake import jobs
from registry.intake.applying import apply
from registry.intake.weighing import weigh
from registry.models import Address, Carer, Child, Delivery, Feed, FeedRule, Name, Residence, SourceRecord, Stage
from tests import databases
from tests.cast import person
from tests.factories import make_address, make_source, said_by
from tests.registry.intake.lists import AS_OF, child_health, sent

HELD = 424_242  # the advisory lock that a trapped worker waits for
HEADINGS = (
    "Reference,Surname,Forename,Date of birth,Sex,House,Street,Postcode,NHS number,"
    "Carer forename,Carer surname,Relationship,Telephone"
)
EARLIER = [
    "1,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,,Farah,Khan,mother,",
    "2,Okafor,Zoe,06/05/2016,F,3,High Street,B4 7DB,,,,,",
    "3,Smith,Jacob,11/09/2015,M,8,Mill Lane,B4 7DC,,,,,",
    "4,Begum,Nadia,02/01/2018,F,9,Mill Lane,B4 7DC,,,,,",
    "8,Patel,Ravi,17/07/2014,M,11,Church Road,B4 7DE,,Meera,Patel,mother,",
]
LATER = [
    "1,Khan,Amina,28/02/2017,F,9,Windsor Terrace,BY5 3QT,9434765919,Farah,Khan,mother,0121 496 0123",  # moved
    "2,Okafor-Jones,Zoe,06/05/2016,F,3,High Street,B4 7DB,,Ada,Jones,mother,",  # renamed, and a carer
    "3,Smith,Jacob,12/09/2015,M,8,Mill Lane,B4 7DC,,,,,",  # a day of birth that goes onto the list of corrections
    EARLIER[3],  # said again, and another home is said by others
    EARLIER[4],  # said again
    "5,Vexley,Odile,01/02/2020,F,7,New Street,B4 7DD,,Rose,Vexley,mother,",  # nobody knew
    "6,Quill,Barnaby,,M,,,,,,,,",  # asks
    "7,,,31/02/2017,F,,,,,,,,",  # cannot be read
]
JOB = "childindex_job"
POINTS = [
    ("childindex_act", "BEFORE INSERT"),
    ("registry_child", "BEFORE INSERT"),
    ("registry_child", "AFTER INSERT"),
    ("registry_deliveryrow", "AFTER UPDATE"),
    ("registry_name", "AFTER UPDATE"),
    ("registry_residence", "AFTER UPDATE"),
    ("registry_carer", "AFTER UPDATE"),
    ("registry_address", "BEFORE INSERT"),
    ("registry_name", "AFTER INSERT"),
    ("registry_historicalname", "AFTER INSERT"),
    ("registry_residence", "AFTER INSERT"),
    ("registry_identifier", "AFTER INSERT"),
    ("registry_care", "AFTER INSERT"),
    ("registry_sourcerecord", "AFTER INSERT"),
    ("registry_confirmation", "BEFORE INSERT"),
    ("registry_confirmation", "AFTER INSERT"),
    ("registry_correction", "AFTER INSERT"),
    ("registry_repetition", "AFTER INSERT"),
    ("registry_indexentry", "AFTER INSERT"),
    ("registry_indexkey", "AFTER INSERT"),
    ("registry_tocompare", "AFTER INSERT"),
    ("registry_lastsaid", "AFTER INSERT"),
    ("registry_delivery", "AFTER UPDATE"),
    (JOB, "AFTER UPDATE, when all is committed"),
]
TRAP = """
    CREATE TABLE trap (is_set boolean);
    GRANT ALL ON trap TO PUBLIC;
    INSERT INTO trap VALUES (true);
    CREATE FUNCTION hold_fast() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF (SELECT is_set FROM trap) THEN PERFORM pg_advisory_xact_lock(%(held)s); END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER trap %(moment)s ON %(table)s %(each)s EXECUTE FUNCTION hold_fast()
"""
WAITING = """
    SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = %s
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
OTHERS = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend'
"""
# What differs between two runs that come to the same: numbers given in turn, and moments.
IN_TURN = {"id", "history_id", "fact_id", "act_id", "of_id", "history_user_id"}
MOMENTS = {"history_date", "received_at", "since_at", "noted_at", "decided_at", "created_at", "at"}


@pytest.fixture(scope="module")
def prepared(database_template, django_db_setup, django_db_blocker):
    """A database with a file that is compared and waits to be applied."""
    with django_db_blocker.unblock():
        name = databases.clone(database_template)
        with databases.connected_to(name):
            waiting_file()
        yield name
        databases.drop(name)


@pytest.fixture
def own_database(prepared, django_db_blocker):
    """The prepared one over again."""
    with django_db_blocker.unblock():
        name = databases.clone(prepared)
        with databases.connected_to(name):
            yield name
        databases.drop(name)


@pytest.fixture(scope="module")
def undisturbed(prepared, django_db_blocker):
    """What the registry holds after a worker that nobody killed."""
    with django_db_blocker.unblock():
        name = databases.clone(prepared)
        with databases.connected_to(name):
            assert Worker([jobs.APPLY]).work()
            held = everything_held()
        databases.drop(name)
        return held


def waiting_file():
    births = child_health()
    with said_by():
        FeedRule.objects.create(feed=Feed.objects.get(code="births"), says="birth", rule="take_if_empty")
    first = weigh(sent("\n".join([HEADINGS, *EARLIER]), source=births, name="earlier.csv"))
    apply(first, by=None)
    elsewhere = make_address(paon="1", street="Elsewhere Road", postcode="BY5 3QU")
    nadia = Child.objects.get(names__forename="Nadia")
    with said_by(make_source("other-unit", kind="health")):
        recording.assert_fact(Residence(child=nadia, address=elsewhere, from_date=AS_OF))
    day = AS_OF + timedelta(days=7)
    later = weigh(sent("\n".join([HEADINGS, *LATER]), source=births, name="later.csv", as_of=day))
    jobs.ask_to_apply(later, person("Morgan Manager", "data_manager"))


def everything_held():
    """Every row of the registry's tables as text, by table, without what differs by turn or by moment."""
    names = {name.child_id: f"{name.forename} {name.surname}" for name in Name.objects.order_by("-pk")}
    places = {one.pk: f"{one.paon} {one.street}" for one in Address.objects.all()}
    carers = {one.pk: f"{one.forename} {one.surname}" for one in Carer.objects.all()}
    records = {one.pk: one.reference for one in SourceRecord.objects.all()}
    said = {"child_id": names, "address_id": places, "carer_id": carers, "source_record_id": records}
    held = {}
    for model in apps.get_app_config("registry").get_models():
        if model._meta.managed:
            rows = [_told(row, said) for row in model._default_manager.values()]
            held[model._meta.db_table] = sorted(rows)
    return held


def _told(row, said):
    kept = {column: value for column, value in row.items() if column not in IN_TURN | MOMENTS}
    if "date_of_birth_standing" in kept:
        kept["index_number"] = ""  # a new child's is drawn by lot
    for column, words in said.items():
        if column in kept:
            kept[column] = words.get(kept[column])
    return str(sorted((column, _plain(value)) for column, value in kept.items()))


def _plain(value):
    return bytes(value) if isinstance(value, memoryview) else value


@contextmanager
def trap(table, moment):
    """Whoever comes to this statement is held there until it is over."""
    each = "FOR EACH STATEMENT"
    if table == JOB:
        moment, each = "AFTER UPDATE", "FOR EACH ROW WHEN (NEW.state = 'done')"
    with databases.by_the_owner(), connection.cursor() as cursor:
        cursor.execute(TRAP % {"held": HELD, "table": table, "moment": moment, "each": each})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [HELD])
        yield
        cursor.execute("UPDATE trap SET is_set = false")
        cursor.execute("SELECT pg_advisory_unlock(%s)", [HELD])


def wait_for(question, wanted, *values, seconds=60):
    for _ in range(seconds * 20):
        with connection.cursor() as cursor:
            cursor.execute(question, values)
            if cursor.fetchone()[0] == wanted:
                return
        time.sleep(0.05)
    raise AssertionError(f"Not {wanted} within {seconds} seconds: {question}")


def cut_off():
    """The server lets go of the dead at once: at the end of their statement it would notice by itself."""
    with databases.unbound(), connection.cursor() as cursor:
        cursor.execute(OTHERS.replace("count(*)", "pg_terminate_backend(pid)"))


@pytest.mark.parametrize(("table", "moment"), POINTS, ids=[f"{table} {moment}" for table, moment in POINTS])
def test_a_worker_killed_while_it_applies_a_file_leaves_nothing_half_done(undisturbed, worker, table, moment):
    with trap(table, moment):
        killed = worker("--kind", jobs.APPLY)
        wait_for(WAITING, 1, HELD)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        cut_off()
    wait_for(OTHERS, 0)
    is_committed = table == JOB
    assert (Delivery.objects.latest("pk").stage == Stage.APPLIED) is is_committed
    assert Job.objects.get(kind=jobs.APPLY).state == "running"

    assert Worker([jobs.APPLY]).work()

    job = Job.objects.get(kind=jobs.APPLY)
    assert (job.state, job.attempts) == ("done", 2)
    assert everything_held() == undisturbed
    assert Act.objects.filter(reason_code="applied_a_file").count() == 2
    assert checking.check().is_equal


def test_the_file_that_is_killed_over_writes_of_every_kind(undisturbed):
    filled = {table for table, rows in undisturbed.items() if rows}
    assert {table for table, _ in POINTS if table.startswith("registry_")} <= filled
