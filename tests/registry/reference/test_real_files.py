"""The publishers' own files, where a folder of them is at hand: CHILDINDEX_REAL_FILES names it."""

import os
from datetime import date
from pathlib import Path

import pytest

from registry.models import Postcode, Practice, PracticeStatus, School, SchoolLink
from registry.reference.postcodes import load_postcodes
from registry.reference.practices import load_practices
from registry.reference.schools import load_links, load_schools

FOLDER = Path(os.environ.get("CHILDINDEX_REAL_FILES") or "nowhere")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="CHILDINDEX_REAL_FILES names no folder of publishers' files"),
]


def given(pattern):
    found = sorted(FOLDER.glob(pattern))
    return found[0] if found else pytest.skip(f"the folder has no {pattern}")


def test_every_row_of_the_practice_file_is_accounted_for():
    first = load_practices(given("epraccur*.csv"))
    again = load_practices(given("epraccur*.csv"))

    assert first.counts == {"added": 8647, "changed": 0, "unchanged": 0, "closed": 0, "skipped": 7324, "refused": 0}
    assert again.counts == {**first.counts, "added": 0, "unchanged": 8647}
    assert first.rows == 15971
    assert first.adds_up
    assert again.adds_up
    closed = Practice.objects.get(ods_code="A81003")
    assert (closed.name, closed.status, closed.close_date) == (
        "VICTORIA MEDICAL PRACTICE",
        PracticeStatus.CLOSED,
        date(2017, 10, 31),
    )


def test_the_school_register_and_its_links_are_taken_in():
    schools = load_schools(given("gias*.csv"), area="860")
    links = load_links(given("links*.csv"))
    again = load_schools(given("gias*.csv"), area="860")

    assert (schools.rows, schools.counts["added"], again.counts["unchanged"]) == (8, 8, 8)
    assert (links.rows, links.counts["added"], links.counts["skipped"]) == (33801, 4, 33797)
    assert links.adds_up
    school = School.objects.get(urn=126370)
    assert (school.laestab, school.status, school.telephone) == ("865/3193", "closing", "01373 822230")
    assert School.objects.get(in_area=True).urn == 124087
    assert set(SchoolLink.objects.filter(linked_school=school).values_list("linked_school__name", "school")) == {
        ("Westbury Leigh CofE Primary School", None)
    }


def test_the_sample_of_postcodes_is_taken_in():
    first = load_postcodes(given("postcodes*.csv"))
    again = load_postcodes(given("postcodes*.csv"))

    assert (first.rows, first.counts["added"], again.counts["unchanged"]) == (76, 76, 76)
    assert Postcode.objects.get(postcode="B11 4AA").region == "West Midlands"
