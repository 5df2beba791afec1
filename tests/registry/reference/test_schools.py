from datetime import date, datetime

import pytest
from openpyxl import Workbook

from childindex.models import Act
from childindex.tables import TableError
from registry.models import School, SchoolLink, SchoolStatus
from registry.reference.schools import load_links, load_schools
from tests.registry.reference.files import SCHOOL, SCHOOL_HEADINGS, link_file, school_file

LONGEST_KIND = "Merged - expansion in school capacity and changer in age range"  # as published

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(tmp_path):
    """Write an extract of these schools and load it."""

    def loaded(*schools, without=(), area=""):
        return load_schools(school_file(tmp_path / "edubasealldata.csv", *schools, without=without), area=area)

    return loaded


def test_a_school_is_taken_in_as_the_register_has_it(load):
    summary = load({})

    school = School.objects.get()
    assert summary.counts["added"] == summary.rows == 1
    assert (school.urn, school.laestab, school.name) == (999001, "330/2031", "St Osyth’s Primary School")
    assert (school.open_date, school.close_date, school.status) == (date(1998, 9, 1), None, SchoolStatus.OPEN)
    assert (school.low_age, school.high_age, school.phase, school.uprn) == (3, 11, "Primary", 100070000001)
    assert (school.postcode, school.telephone, school.easting) == ("B4 7DA", "0121 496 0000", None)


def test_loading_a_file_again_changes_nothing_and_opens_no_act(load):
    load({}, {"URN": "999002"})
    acts, rows_of_history = Act.objects.count(), School.history.count()

    summary = load({}, {"URN": "999002"})

    assert summary.counts == {"added": 0, "changed": 0, "unchanged": 2, "closed": 0, "skipped": 0, "refused": 0}
    assert (Act.objects.count(), School.history.count()) == (acts, rows_of_history)


def test_what_became_of_each_school_is_counted_and_written_in_one_act_of_the_register(load):
    load({}, {"URN": "999002"}, {"URN": "999003"})
    acts = Act.objects.count()

    summary = load(
        {"EstablishmentName": "St Osyth’s Academy"},
        {"URN": "999002", "EstablishmentStatus (code)": "2", "CloseDate": "31-08-2026"},
        {"URN": "999003"},
        {"URN": "999004", "EstablishmentStatus (code)": "2"},
    )

    assert summary.counts == {"added": 1, "changed": 1, "unchanged": 1, "closed": 1, "skipped": 0, "refused": 0}
    assert Act.objects.count() == acts + 1
    deed = Act.objects.latest("pk")
    assert (deed.source.code, deed.by, deed.rows, deed.reason) == ("school-register", None, 3, "edubasealldata.csv")
    assert [past.name for past in School.objects.get(urn=999001).history.all()] == [
        "St Osyth’s Academy",
        "St Osyth’s Primary School",
    ]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"URN": "99900"}, "its URN is not valid"),
        ({"EstablishmentStatus (code)": "9"}, "its status is not known"),
        ({"EstablishmentName": " "}, "it has no name"),
        ({"OpenDate": "31-02-1998"}, "its opening date is not a date"),
        ({"StatutoryLowAge": "three"}, "its lowest age is not a number"),
        ({"EstablishmentName": "S" * 161}, "its name is longer than 160 characters"),
    ],
)
def test_a_school_that_cannot_be_right_is_refused_alone(load, fault, reason):
    summary = load({"URN": "999002"}, fault)

    assert list(summary.refused) == [reason]
    assert summary.refused[reason].examples[0].startswith("row 3")
    assert (summary.counts["added"], summary.adds_up) == (1, True)


def test_what_cannot_be_read_is_left_out_and_noted(load):
    summary = load({"Postcode": "B4", "UPRN": "none", "TelephoneNum": "971047069000"})

    school = School.objects.get()
    assert (school.postcode, school.uprn, school.telephone) == ("", None, "971047069000")
    assert len(summary.notes) == 3


def test_a_school_that_is_repeated_is_skipped_and_one_that_contradicts_is_refused(load):
    summary = load({}, {}, {"EstablishmentName": "Another"})

    assert School.objects.get().name == "St Osyth’s Primary School"
    assert summary.skipped["it repeats an earlier row"].examples == ["row 3"]
    assert summary.refused["it contradicts an earlier row"].examples == ["row 4: row 2 says otherwise"]
    assert summary.adds_up


def test_a_column_that_the_register_has_dropped_is_left_as_it_was(load):
    load({})

    summary = load({}, {"URN": "999002"}, without=["TelephoneNum", "UPRN"])

    assert summary.counts["unchanged"] == summary.counts["added"] == 1
    assert School.objects.get(urn=999001).telephone == "0121 496 0000"
    assert School.objects.get(urn=999002).telephone == ""


def test_codes_keep_their_zeros_and_nought_means_none(load):
    load({"LA (code)": "0"}, {"URN": "999002", "LA (code)": "1", "EstablishmentNumber": "31"})

    assert School.objects.get(urn=999001).laestab == ""
    assert School.objects.get(urn=999002).laestab == "001/0031"


def test_schools_of_the_councils_own_authority_are_in_its_area(load):
    load({}, {"URN": "999002", "LA (code)": "331"}, area="330")
    load({}, {"URN": "999002", "LA (code)": "331"})

    assert [school.urn for school in School.objects.filter(in_area=True)] == [999001]


def test_a_workbook_with_real_dates_reads_the_same(load, tmp_path):
    load({})
    book = Workbook()
    book.active.append(SCHOOL_HEADINGS)
    as_numbers = {**SCHOOL, "URN": 999001, "OpenDate": datetime(1998, 9, 1), "StatutoryLowAge": 3.0}
    book.active.append([as_numbers.get(heading) for heading in SCHOOL_HEADINGS])
    book.save(tmp_path / "schools.xlsx")

    assert load_schools(tmp_path / "schools.xlsx").counts["unchanged"] == 1


@pytest.mark.parametrize("schools", [[], [{"URN": "x"}, {"URN": "y"}]])
def test_a_file_of_which_nothing_can_be_taken_is_refused(load, schools):
    with pytest.raises(TableError, match=r"no rows|No row of this file could be taken"):
        load(*schools)


def test_links_are_kept_where_the_index_holds_either_school(load, tmp_path):
    load({}, {"URN": "999002"})
    links = link_file(
        tmp_path / "links.csv",
        ["999002", "999001", "St Osyth’s Primary School", "Predecessor", "01-09-2026"],
        ["999001", "888001", "Elsewhere School", LONGEST_KIND, ""],
        ["888001", "999001", "St Osyth’s Primary School", "Successor - merged", ""],
        ["888001", "888002", "Far School", "Successor", ""],
        ["888001", "", "Nameless", "Successor", ""],
    )

    first, again = load_links(links), load_links(links)

    assert first.counts == {"added": 3, "changed": 0, "unchanged": 0, "closed": 0, "skipped": 1, "refused": 1}
    assert again.counts == {"added": 0, "changed": 0, "unchanged": 3, "closed": 0, "skipped": 1, "refused": 1}
    assert first.skipped["neither of its schools is in the index"].count == 1
    assert [link.linked_school.urn for link in School.objects.get(urn=999002).links.all()] == [999001]
    assert SchoolLink.objects.get(linked_urn=888001).linked_name == "Elsewhere School"


def test_a_link_finds_its_other_school_once_that_is_held(load, tmp_path):
    load({})
    links = link_file(tmp_path / "links.csv", ["999001", "999002", "Newer School", "Successor", ""])
    load_links(links)
    load({"URN": "999002"})

    summary = load_links(links)

    assert summary.counts["changed"] == 1
    assert SchoolLink.objects.get().linked_school.urn == 999002
