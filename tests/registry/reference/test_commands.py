import io
import json

import pytest
from django.core.management import CommandError, call_command

from registry.models import Postcode, Practice, School, SchoolLink
from tests.registry.reference.files import link_file, practice, practice_file, school_file, write_rows

pytestmark = pytest.mark.django_db


def run(*arguments, stderr=None):
    printed = io.StringIO()
    call_command(*map(str, arguments), stdout=printed, stderr=stderr or io.StringIO())
    return printed.getvalue().splitlines()


def test_schools_and_links_are_loaded_together_and_told_as_json_on_the_last_line(tmp_path):
    schools = school_file(tmp_path / "schools.csv", {}, {"URN": "bad"})
    links = link_file(tmp_path / "links.csv", ["999001", "888001", "Elsewhere", "Predecessor", ""])

    lines = run("load_schools", schools, "--links", links, "--area", "330", "--json")

    told = json.loads(lines[-1])
    assert (told["rows"], told["added"], told["refused"], told["links"]["added"]) == (2, 1, 1, 1)
    assert told["refused_because"] == {"its URN is not valid": 1}
    assert School.objects.get().in_area
    assert SchoolLink.objects.count() == 1


def test_a_table_is_printed_for_people(tmp_path):
    lines = run("load_practices", practice_file(tmp_path / "epraccur.csv", practice(), practice(_1="M85001", _26="25")))

    assert lines[0].startswith("GP practices: 2 rows in ")
    assert [line.split() for line in lines[1:7]][:2] == [["added", "1"], ["changed", "0"]]
    assert any("it is no GP practice: setting 25, prison" in line for line in lines)
    assert Practice.objects.count() == 1


def test_postcodes_are_loaded(tmp_path):
    run("load_postcodes", write_rows(tmp_path / "list.csv", [["postcode"], ["B4 7DA"]]))

    assert Postcode.objects.get().postcode == "B4 7DA"


def test_a_bad_links_file_leaves_the_schools_unloaded_too(tmp_path):
    schools = school_file(tmp_path / "schools.csv", {})
    links = write_rows(tmp_path / "links.csv", [["URN", "Name"], ["999001", "Elsewhere"]])

    with pytest.raises(CommandError, match=r"Nothing was loaded. This file has no columns called LinkURN, LinkName"):
        run("load_schools", schools, "--links", links)

    assert School.objects.count() == 0


@pytest.mark.parametrize("command", ["load_schools", "load_practices", "load_postcodes"])
def test_a_file_that_is_not_there_is_a_plain_sentence(command, tmp_path):
    with pytest.raises(CommandError, match=r"Nothing was loaded. There is no file"):
        run(command, tmp_path / "nothing.csv")


def test_a_bar_is_drawn_only_where_somebody_watches(tmp_path):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    table = write_rows(tmp_path / "list.csv", [["postcode"], ["B4 7DA"]])
    watched, unwatched = Terminal(), io.StringIO()

    run("load_postcodes", table, stderr=watched)
    run("load_postcodes", table, stderr=unwatched)

    assert f"[{'#' * 40}] 100%" in watched.getvalue()
    assert unwatched.getvalue() == ""
