"""An invented city written as an old system's extract and loaded into an empty database: nothing is lost on the way."""

import csv
import io
import json
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection

from childindex.database_roles import OWNER, connected_as
from registry.city.building import build
from registry.city.extract import write_extract
from registry.models import Child, FirstLoad, FirstLoadProblem
from registry.reference.practices import load_practices
from registry.reference.schools import load_schools
from tests import databases

REFERENCES = """
    SELECT id, (100000 + row_number() OVER (ORDER BY md5('1' || id::text)))::text AS reference
    FROM registry_child WHERE state <> 'superseded'
"""
LOADED = "SELECT child_id AS id, reference FROM registry_sourcerecord"
DAYS = "f.from_date, f.to_date"
PLACE = "upper(a.saon), upper(a.paon), upper(a.street), upper(a.locality), a.town, a.postcode, a.uprn"
WHAT = {
    "child": "SELECT r.reference, f.sex, f.date_of_birth FROM registry_child f JOIN r ON r.id = f.id",
    "name": f"SELECT r.reference, f.kind, f.forename, f.middle_names, f.surname, {DAYS}"
    " FROM registry_name f JOIN r ON r.id = f.child_id",
    "identifier": f"SELECT r.reference, f.kind, f.value, {DAYS} FROM registry_identifier f JOIN r ON r.id = f.child_id",
    "residence": f"SELECT r.reference, f.standing, {PLACE}, {DAYS} FROM registry_residence f"
    " JOIN r ON r.id = f.child_id LEFT JOIN registry_address a ON a.id = f.address_id"
    " WHERE coalesce(a.street, '') <> 'Forgotten Lane'",
    "care": "SELECT r.reference, f.kind, f.priority, f.lives_with, c.title, c.forename, c.surname,"
    f" replace(c.telephone, ' ', ''), {DAYS}"
    " FROM registry_care f JOIN r ON r.id = f.child_id JOIN registry_carer c ON c.id = f.carer_id",
    "enrolment": f"SELECT r.reference, s.urn, f.status, f.year_group, f.class_name, {DAYS}"
    " FROM registry_enrolment f JOIN r ON r.id = f.child_id JOIN registry_school s ON s.id = f.school_id",
    "registration": f"SELECT r.reference, p.ods_code, {DAYS} FROM registry_registration f"
    " JOIN r ON r.id = f.child_id JOIN registry_practice p ON p.id = f.practice_id",
}


def everything(references):
    found = {}
    with connection.cursor() as cursor:
        for what, statement in WHAT.items():
            cursor.execute(f"WITH r AS ({references}) {statement}")
            found[what] = sorted(map(repr, cursor.fetchall()))
    return found


@pytest.fixture(scope="module", params=[False, True], ids=["csv", "xlsx"])
def extract(request, database_template, django_db_setup, django_db_blocker, tmp_path_factory):
    """The folder with the extract of a small city, and all that its registry says."""
    folder = tmp_path_factory.mktemp("extract")
    with django_db_blocker.unblock():
        name = databases.clone(database_template)
        with databases.connected_to(name):
            with connected_as(OWNER):
                build(300, seed=4, today=date(2026, 6, 10))
            write_extract(folder, xlsx=request.param)
            said = everything(REFERENCES)
        databases.drop(name)
    return folder, said


@pytest.fixture
def loaded(extract, own_database):
    folder, _ = extract
    load_schools(folder / "register" / "schools.csv")
    load_practices(folder / "register" / "practices.csv")
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        tables = sorted(path for path in folder.iterdir() if path.is_file() and path.name != "truth.csv")
        call_command("load_children", *tables, as_of="2026-06-10", apply=True, json=True, stdout=out)
    assert ended.value.code == 3, "dirt was set aside"
    return json.loads(out.getvalue().splitlines()[-1])


def test_what_is_loaded_is_what_was_written(extract, loaded):
    _, said = extract
    found = everything(LOADED)

    for what, rows in said.items():
        assert found[what] == rows, what


def test_every_dirty_row_comes_to_what_it_ought_to_and_no_other_row_does(extract, loaded):
    folder, _ = extract
    with (folder / "truth.csv").open() as file:
        truth = {tuple(row) for row in list(csv.reader(file))[1:]}
    problems = FirstLoadProblem.objects.select_related("file")
    found = {(one.file.name, str(one.row), one.outcome or "loaded", one.code) for one in problems}
    twice = {(name, row) for name, row, _, code in truth if code == "twice"}

    assert {one for one in found if (one[0], one[1]) not in twice or one[3] == "twice"} == truth


def test_the_figures_add_up_table_by_table(loaded):
    for file in loaded["files"]:
        assert file["rows"] == file["loaded"] + file["joined"] + file["set_aside"] + file["refused"]
    assert loaded["rows"] == sum(file["rows"] for file in loaded["files"])
    assert loaded["children"] == Child.objects.count()
    assert FirstLoad.objects.get().act.subjects == loaded["children"]
