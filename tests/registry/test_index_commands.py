"""Proving the index, and making it anew."""

import json
from random import Random
from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.db import connection

from childindex.database_roles import OWNER, connected_as
from registry import indexing, recording
from registry.indexing import rebuilding
from registry.models import Address, Child, IndexEntry, IndexKey, Name, Residence
from registry.search import search, understand
from tests.factories import TODAY, make_address, make_child, said_by, shield


def run(command, capsys, **options):
    call_command(command, json=True, **options)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def execute(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@pytest.mark.django_db
def test_an_index_kept_by_acts_equals_the_facts(capsys):
    make_child(address=make_address())
    shield(make_child("Yusuf", "Ali"))

    verdict = run("check_index", capsys)

    assert verdict["is_equal"]
    assert verdict["children"] == 2
    assert verdict["keys"] == IndexKey.objects.count()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("DELETE FROM registry_indexentry", "missing"),
        ("UPDATE registry_indexentry SET names = 'r|somebody||else'", "differing"),
        ("INSERT INTO registry_indexkey SELECT 17, child_id FROM registry_indexentry", "extra_keys"),
        ("DELETE FROM registry_indexkey WHERE key IN (SELECT min(key) FROM registry_indexkey)", "missing_keys"),
        ("UPDATE registry_indexentry SET child_id = child_id + 100000", "extra"),
    ],
)
def test_what_differs_is_found_named_and_mended(capsys, damage, found):
    child = make_child()
    execute(damage)

    with pytest.raises(SystemExit):
        call_command("check_index", json=True)
    told = capsys.readouterr().out
    assert json.loads(told.splitlines()[-1])[found] >= 1
    assert "run check_index --mend" in told
    assert child.index_number in told

    call_command("check_index", mend=True)
    assert indexing.check().is_equal


@pytest.mark.django_db
def test_an_empty_index_equals_no_facts(capsys):
    assert run("check_index", capsys)["is_equal"]


def random_change(random, child_id):
    """One change of one child, as an officer or a file might make it."""
    child = Child.objects.get(pk=child_id)
    with said_by():
        match random.randrange(5):
            case 0:
                recording.assert_fact(
                    Name(child=child, forename=random.choice("ABCDEF"), surname=random.choice("UVWXYZ"), kind="alias")
                )
            case 1:
                home = Residence.objects.open().filter(child=child).first()
                if home:
                    recording.end(home, on=TODAY)
            case 2:
                place, _ = make_place(random)
                if not Residence.objects.open().filter(child=child, address=place).exists():
                    recording.assert_fact(Residence(child=child, address=place))
            case 3:
                name = Name.objects.filter(child=child).order_by("pk").first()
                recording.correct(name, surname=random.choice(["Khan", "Kahn", "Khan-Begum", "Jones"]))
            case 4:
                Child.objects.filter(pk=child.pk).update(sex=random.choice("FMU"))


def make_place(random):
    return Address.objects.get_or_create(paon=str(random.randrange(9)), street="High Street", postcode="B4 7DA")


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_the_index_equals_the_facts_after_random_changes(seed):
    random = Random(seed)
    children = [make_child().pk for _ in range(4)]

    for _ in range(25):
        random_change(random, random.choice(children))

    assert indexing.check().is_equal


def test_two_people_changing_one_child_at_once_leave_the_index_right(own_database):
    child = make_child(address=make_address())
    barrier, faults = Barrier(2), []

    def work(seed):
        random = Random(seed)
        try:
            barrier.wait(10)
            for _ in range(15):
                random_change(random, child.pk)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=work, args=(seed,)) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert not faults
    assert indexing.check().is_equal


def rebuilt():
    """The index made anew, as its owner alone may."""
    with connected_as(OWNER):
        return indexing.rebuild()


def test_the_index_is_made_anew_and_takes_the_place_of_the_old(own_database, capsys):
    child = make_child("Amina", "Khan")
    execute("UPDATE registry_indexentry SET names = 'r|somebody||else'")

    told = run("rebuild_index", capsys)

    assert told["children"] == 1
    assert indexing.check().is_equal
    found = search(understand({"q": "amina khan 28/2/2017"}), behind_shields=False)
    assert [one.child_id for one in found.page] == [child.pk]
    assert rebuilt().children == 1


def test_what_changes_while_the_index_is_made_is_in_the_new_one(own_database, monkeypatch):
    child, other = make_child("Amina", "Khan"), make_child("Yusuf", "Ali")
    catch_up = rebuilding._catch_up

    def meanwhile(built, tell):
        with said_by():
            recording.correct(Name.objects.get(child=child), surname="Begum")
            Name.objects.filter(child=other).delete()
            Child.objects.filter(pk=other.pk).update(state="superseded", superseded_by=child)
        make_child("Nia", "Jones")
        catch_up(built, tell)

    monkeypatch.setattr(rebuilding, "_catch_up", meanwhile)
    built = rebuilt()

    assert built.replayed == 3
    assert indexing.check().is_equal
    assert IndexEntry.objects.count() == 2


def test_an_interrupted_rebuild_leaves_the_index_alone_and_can_be_begun_again(own_database, monkeypatch):
    make_child()

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(rebuilding, "_catch_up", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt))
        rebuilt()

    assert indexing.check().is_equal
    assert rebuilt().children == 1


def test_acts_go_on_after_a_rebuild(own_database):
    child = make_child("Amina", "Khan")
    rebuilt()

    with said_by():
        recording.correct(Name.objects.get(child=child), surname="Begum")

    assert indexing.check().is_equal
    assert search(understand({"q": "amina begum 28/2/2017"}), behind_shields=False).total == 1
