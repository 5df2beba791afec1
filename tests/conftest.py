"""What every test may ask for: a database of its own, a site that really listens, a browser."""

import gc
import socket
from collections import Counter

import pytest
from django.template.base import Template
from django.test.utils import _TestState
from django.utils import timezone
from hypothesis import settings

from tests import databases, work

WORTH_TELLING, LONGEST = 200, 10
"""How many tests a run has before it is told what took long, and how many of those are named."""
settings.register_profile("thousand", max_examples=1_000)
settings.register_profile("nightly", max_examples=1_000)
pytest_plugins = ["tests.browsing", "tests.cast", "tests.workers"]


@pytest.fixture(scope="session", autouse=True)
def kinds_of_work():
    """The kinds of long work that tests do."""
    work.register()


@pytest.fixture(scope="session")
def database_template(django_test_environment, django_db_blocker):
    """The name of a migrated database to make copies of."""
    with django_db_blocker.unblock():
        return databases.template()


@pytest.fixture(scope="session")
def django_db_setup(database_template, django_db_blocker):
    """One copy of the template for this process; each test's changes to it are rolled back."""
    with django_db_blocker.unblock():
        name = databases.clone(database_template)
        with databases.connected_to(name):
            yield
        databases.drop(name)


@pytest.fixture
def own_database(database_template, django_db_setup, django_db_blocker):
    """A database for this test alone, in which commits are real and threads see one another's work.

    Fixtures that ask for `db` use it as well. The test must not be marked `django_db`.
    """
    with django_db_blocker.unblock():
        name = databases.clone(database_template)
        with databases.connected_to(name):
            yield name
        databases.drop(name)


@pytest.fixture
def db(request):
    """pytest-django's `db`, except in a test that has a database to itself."""
    own = "own_database" in request.fixturenames
    request.getfixturevalue("own_database" if own else "_django_db_helper")


@pytest.fixture
def unwatched(monkeypatch):
    """Pages are rendered as in use. For tests Django notes what each template was given, which nobody here asks."""
    monkeypatch.setattr(Template, "_render", _TestState.saved_data.template_render)


@pytest.fixture
def in_london():
    """The time of day in England, wherever late tests live."""
    with timezone.override("Europe/London"):
        yield


@pytest.fixture
def free_port():
    """A port on which nobody listens yet."""
    with socket.socket() as sample:
        sample.bind(("127.0.0.1", 0))
        return sample.getsockname()[1]


def pytest_collection_modifyitems(items):
    """Refuse a test whose mark would undo in a transaction what its own database is there to keep."""
    for item in items:
        if "own_database" in getattr(item, "fixturenames", ()) and item.get_closest_marker("django_db"):
            raise pytest.UsageError(f"{item.nodeid}: own_database and the django_db mark exclude each other")


def pytest_collection_finish():
    """What is loaded by now stays: the collector of what nobody needs any more has no business with it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_terminal_summary(terminalreporter):
    """Say how far the tests went that compare two databases, and what took long."""
    say_what_was_compared(terminalreporter)
    say_what_took_long(terminalreporter)


def say_what_took_long(terminalreporter):
    """The seconds of each folder, and the slowest tests. Several processes share them."""
    folders, tests = Counter(), Counter()
    for report in (report for kind in ("passed", "failed", "error") for report in terminalreporter.getreports(kind)):
        *above, _ = report.nodeid.partition("::")[0].split("/")
        folders["/".join(above[:3])] += report.duration
        tests[report.nodeid] += report.duration
    if len(tests) > WORTH_TELLING:
        for counted in (folders, tests):
            terminalreporter.write_line("")
            for name, seconds in counted.most_common(LONGEST):
                terminalreporter.write_line(f"{seconds:7.1f} s  {name}")


def say_what_was_compared(terminalreporter):
    """How far the walk went in which two databases are compared that differ in what is hidden alone, and what was
    sent to both."""
    counted = {"walked": [], "asked": [], "sent": []}
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name in counted and report.when == "call":
                counted[name].append(value)
    if counted["walked"] or counted["asked"]:
        terminalreporter.write_line(
            f"The walk: {len(counted['walked'])} roles, {sum(counted['walked']):,} addresses and"
            f" {sum(counted['asked']):,} questions, each asked of two databases: no byte differed."
        )
    for role in dict.fromkeys(role for role, *_ in counted["sent"]):
        sums = map(sum, zip(*(numbers for who, *numbers in counted["sent"] if who == role), strict=True))
        files, rows, answers = sums
        terminalreporter.write_line(
            f"Sent by {role}: {files:,} files and forms, {rows:,} rows, {answers:,} answers of each of two databases."
        )
