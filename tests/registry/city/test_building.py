"""The city as it stands in the database once it is built."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from childindex.models import Act
from registry import indexing
from registry.city.building import CannotBuild, build
from registry.indexing.writing import stored
from registry.models import Child, Enrolment, IndexKey, Name, Registration, Residence, School, Shield
from registry.precedence import leads
from registry.search.keys import MOST
from tests.registry.city.conftest import CHILDREN, TODAY

pytestmark = pytest.mark.usefixtures("new_city")


def rows(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_it_has_as_many_children_as_were_asked_for(new_city):
    assert new_city.children == Child.objects.count() == CHILDREN


def test_the_index_is_what_the_facts_make():
    ids = list(Child.objects.current().order_by("pk").values_list("pk", flat=True))

    made = indexing.entries_for(ids)

    assert stored(ids) == made
    assert IndexKey.objects.count() == sum(len(entry.keys) for entry in made)


def test_a_child_has_fewer_than_sixteen_keys_on_average_and_forty_at_most():
    counted = rows("SELECT count(*) FROM registry_indexkey GROUP BY child_id")

    assert max(keys for (keys,) in counted) <= MOST
    assert sum(keys for (keys,) in counted) / len(counted) < 16


def test_every_deed_is_dated_in_the_two_years_and_named_after_its_source():
    deeds = Act.objects.exclude(reason_code__in=["source_added", "register_loaded"])

    assert {deed.at.year for deed in deeds} == {2024, 2025, 2026}
    assert {"Hollyfield Primary School", "Health visiting", "School admissions", "Former children's database"} <= {
        deed.source.name for deed in deeds.select_related("source")
    }
    assert not deeds.filter(at__date__gte=TODAY).exists()


def test_children_move_home_change_school_and_are_renamed():
    assert Residence.objects.filter(to_date__isnull=False).exists()
    assert Enrolment.objects.filter(to_date__isnull=False, destination_school__isnull=False).exists()
    assert Enrolment.history.filter(history_type="~").exists()
    assert Name.history.filter(history_type="~").exists()


def test_some_go_to_school_elsewhere_and_some_come_from_elsewhere():
    away = Enrolment.objects.filter(school__in_area=False)

    assert away.exists()
    assert Residence.objects.filter(address__town="Nethermere", child__enrolments__school__in_area=True).exists()


def test_sources_disagree_about_some_children():
    found = leads(Child.objects.current().values_list("pk", flat=True))

    contested = {slot for slots in found.values() for slot, lead in slots.items() if lead.is_contested}

    assert contested & {"home", "registered_name", "school"}


def test_a_few_children_are_shielded():
    assert 3 <= Shield.objects.count() <= CHILDREN / 50


def test_the_truth_knows_each_record_and_which_are_of_one_child():
    records = rows("SELECT child_id, person, how FROM city.truth")

    first = {person for _, person, how in records if how == "first"}
    assert {child for child, _, _ in records} == set(Child.objects.values_list("pk", flat=True))
    assert [person for _, person, how in records if how == "duplicate"]
    assert {person for _, person, how in records if how == "duplicate"} <= first


def test_a_practice_or_a_school_is_nobody_real():
    assert {school.urn // 100_000 for school in School.objects.all()} == {9}
    assert {each.practice.ods_code[0] for each in Registration.objects.select_related("practice")} == {"Z"}


def test_what_was_put_off_is_back():
    assert rows("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid = 'registry_name'::regclass")[0][0]
    assert rows("SELECT 1 FROM pg_constraint WHERE contype = 'p' AND conrelid = 'registry_indexkey'::regclass")
    assert rows("SELECT count(*) FROM pg_indexes WHERE tablename = 'registry_historicalname'")[0][0] > 3


def test_the_next_child_by_hand_gets_the_next_id():
    [[sequence]] = rows("SELECT nextval(pg_get_serial_sequence('registry_child', 'id'))")

    assert sequence > Child.objects.latest("pk").pk


def test_it_refuses_a_database_that_has_children():
    with pytest.raises(CannotBuild, match="Name an empty database"):
        build(CHILDREN, today=TODAY)


def test_the_command_refuses_in_the_same_words():
    with pytest.raises(CommandError, match="There are children in this database already"):
        call_command("build_city", children=CHILDREN)
