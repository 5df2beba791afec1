"""What a person reads of a file, a form or a job is a function of it and of what that person may see of the index."""

import logging
from datetime import date

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from registry import conflicts
from registry.models import SealedLink, Shield
from tests import databases, sending
from tests.factories import said_by
from tests.test_project import difference
from tests.worlds import HIDDEN, small_world

OF_EACH = 2
"""How many lists are made for each way in which each role sends; ten times as many at night."""


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def hidden_worlds(database_template, django_db_setup, django_db_blocker):
    """Two databases that differ in nothing but what a shield hides."""
    built = {}
    with django_db_blocker.unblock():
        for hidden in HIDDEN:
            name = databases.clone(database_template)
            with databases.connected_to(name):
                built[name] = small_world(hidden)
                sending.prepare()
        yield built
        for name in built:
            databases.drop(name)


@pytest.fixture(scope="module")
def other_worlds(hidden_worlds, django_db_blocker):
    """Two copies of one world that `differ` makes different: `other_worlds(differ)`, with the world and which it is."""
    name, world = next(iter(hidden_worlds.items()))
    made = {}

    def worlds(differ):
        if differ not in made:
            made[differ] = {databases.clone(name): world for _ in HIDDEN}
            for copy, which in zip(made[differ], HIDDEN, strict=True):
                with databases.connected_to(copy):
                    with connection.cursor() as cursor:
                        sending.align(cursor, sending.BUILT)
                    differ(world, which)
        return made[differ]

    yield worlds
    with django_db_blocker.unblock():
        for copy in (copy for copies in made.values() for copy in copies):
            databases.drop(copy)


def answers(name, world, role, way, said, choice, *, looks_first, is_alone=False):
    """All that somebody is told in one world, in order; nothing stays of it there."""
    with databases.connected_to(name), sending.undone():
        sender = sending.Sender(world, role, looks_first, is_alone)
        way(sender, [{"town": sending.TOWN, **one} for one in said], choice)
        return sender.told


@pytest.fixture
def ask_alike(django_db_blocker, record_property, unwatched):
    """Sends the same to two databases in which what is hidden differs, and compares all that is told, in order."""

    def ask(worlds, role, way, *, of_each=OF_EACH, is_alone=False):
        times = max(settings.default.max_examples // 100, 1)
        asked = {"files": 0, "rows": 0, "answers": 0}

        @settings(
            max_examples=of_each * times,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # an example takes seconds, and to make it smaller would take minutes
        )
        @given(said=sending.rows(), choice=st.integers(0, 9_999), looks_first=st.booleans())
        def alike(said, choice, looks_first):
            with django_db_blocker.unblock():
                one, two = (
                    answers(name, world, role, way, said, choice, looks_first=looks_first ^ turn, is_alone=is_alone)
                    for turn, (name, world) in enumerate(worlds.items())
                )
            asked["files"] += 1
            asked["rows"] += len(said)
            asked["answers"] += len(one)
            for (address, told), (same, told_there) in zip(one, two, strict=False):
                assert address == same
                assert told == told_there, difference(address, told, told_there)
            assert len(one) == len(two)

        alike()
        record_property("sent", [role, *asked.values()])

    return ask


def cases(*named):
    """Who sends in which way: all that there are, or those that are named."""
    found = list(named or sending.WAYS)
    return pytest.mark.parametrize(("role", "way"), found, ids=list(map("-".join, found)))


@cases()
def test_what_is_sent_is_answered_alike_whatever_a_shield_hides(hidden_worlds, ask_alike, role, way):
    ask_alike(hidden_worlds, role, sending.WAYS[role, way])


def is_sealed(world, which):
    """In one of the worlds the shielded record is the closed identity of a child whose record is open."""
    if which == "two":
        with said_by():
            SealedLink.objects.create(old=world["shielded"], new=world["sibling"], ground="adoption")


@cases(("data_manager", "send_file"), ("data_officer", "add_child"), ("data_manager", "fill_in"), ("machine", "intake"))
def test_that_an_identity_was_closed_is_told_to_nobody(other_worlds, ask_alike, role, way):
    ask_alike(other_worlds(is_sealed), role, sending.WAYS[role, way], of_each=1)


def of_the_family(world, which):
    """Two officers have declared a child to be of their family: what the record holds, they may not read."""
    for role in ("data_officer", "data_manager"):
        born, by = date(2014, 11, 5), world.people[role]
        conflicts.declare(by=by, forename="Barnaby", surname="Quillfeather", born=born, relation="my nephew")
    with said_by():
        sending.hide(world["sibling"], which)


@cases(*(("data_manager", way) for way in ("send_file", "match_list", "first_load", "add_child", "fill_in")))
def test_what_the_record_of_a_relative_holds_is_not_told_to_who_declared_them(other_worlds, ask_alike, role, way):
    ask_alike(other_worlds(of_the_family), role, sending.WAYS[role, way], of_each=1, is_alone=True)


def was_shielded(world, which):
    """In one of the worlds a child was behind a shield once."""
    if which == "two":
        days = {"from_date": date(2019, 1, 1), "review_date": date(2019, 6, 1), "lifted_date": date(2019, 5, 1)}
        with said_by():
            Shield.objects.create(child=world["sibling"], ground="Risk", **days)


@cases(("other_office", "own_return"), ("practitioner", "client_list"), ("practitioner", "find"))
def test_that_a_child_was_shielded_once_is_told_to_nobody_who_never_could_see_it(other_worlds, ask_alike, role, way):
    ask_alike(other_worlds(was_shielded), role, sending.WAYS[role, way], of_each=1, is_alone=True)
