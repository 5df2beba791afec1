"""National tables: many schools' pupils in one file, sorted by school, nobody lost."""

import pytest

from registry.intake.receiving import CannotReceive
from registry.models import AccessEntry, AccessKind, Enrolment, Outcome, Residence, School
from schools.models import Collection, CollectionPart, NativeId
from schools.returns import national
from tests.factories import TODAY, make_school, said_by
from tests.schools.returns.written import imported, taken

pytestmark = pytest.mark.django_db
ON_ROLL = "pupilonrolltableid,NativeId,dob,surname,forename,upn,sex,entrydate,enrolstatus,ncyearactual"
OFF_ROLL = "pupilnolongeronrolltableid,NativeId,dob,surname,forename,upn,sex,entrydate,leavingdate,ncyearleaving"
ADDRESSES = "pupilonrolltableid,NativeId,addressesonrolltableid,addressesonrollorderseqcolumn,paon,street,postcode"
AMINA = "a1,SCH1,2017-Feb-28 00:00:00,Khan,Amina,,F,2022-Sep-07 00:00:00,C,5"
ZOE = "a2,SCH2,2016-May-06 00:00:00,Okafor,Zoe,scrambled-1,F,2022-Sep-07 00:00:00,C,6"


@pytest.fixture
def table(tmp_path):
    def write(name, headings, *rows):
        path = tmp_path / name
        path.write_text("\n".join([headings, *rows]) + "\n")
        return path

    return write


@pytest.fixture
def fernhill(db):
    return make_school("Fernhill Primary")


def test_each_school_gets_its_own_rows_under_the_numbers_of_the_whole_file(hollyfield, amina, fernhill, table):
    path = table("pupilonroll.csv", ON_ROLL, AMINA, ZOE)

    status, _, said = imported(path, map=[f"SCH1={hollyfield.urn}", f"SCH2={fernhill.urn}"], apply=True)

    assert (status, said["rows"], said["confirmed"], said["joined"]) == (0, 2, 1, 1)
    parts = CollectionPart.objects.select_related("delivery__source")
    rows = {part.delivery.source.name: [row.number for row in part.delivery.all_rows.all()] for part in parts}
    assert rows == {"Hollyfield Primary": [2], "Fernhill Primary": [3]}


def test_a_code_that_nobody_knows_waits_and_its_rows_are_counted(hollyfield, amina, table):
    path = table("pupilonroll.csv", ON_ROLL, AMINA, ZOE)

    status, text, said = imported(path, map=[f"SCH1={hollyfield.urn}"], apply=True)

    assert status == 3
    assert said["waiting_for_their_school"] == {"SCH2": 1}
    assert said["rows"] == sum(said[outcome] for outcome in Outcome.values) == 2
    assert "SCH2: 1 rows wait until it is known which school that is" in text


def test_what_a_code_means_is_remembered(hollyfield, fernhill, table):
    imported(table("autumn.csv", ON_ROLL, AMINA), map=[f"SCH1={hollyfield.urn}"])

    imported(table("spring.csv", ON_ROLL, AMINA, ZOE), map=[f"SCH2={fernhill.urn}"])

    assert {one.code: one.school for one in NativeId.objects.all()} == {"SCH1": hollyfield, "SCH2": fernhill}
    assert not CollectionPart.objects.filter(delivery=None).exists()


def test_a_code_that_is_a_schools_number_needs_no_saying(hollyfield, table):
    row = AMINA.replace("SCH1", "3302031")

    _, _, said = imported(table("pupilonroll.csv", ON_ROLL, row))

    assert said["joined"] == 1


def test_rows_that_waited_are_read_once_somebody_has_said_whose_they_are(hollyfield, amina, table):
    imported(table("pupilonroll.csv", ON_ROLL, AMINA))
    collection = Collection.objects.get()

    national.say_whose("SCH1", hollyfield, by=None)
    (delivery,) = national.deliver(collection, by=None)

    assert (delivery.source.name, national.deliver(collection, by=None)) == ("Hollyfield Primary", [])


def test_addresses_are_joined_by_the_pupils_row_and_every_one_is_accounted_for(hollyfield, table):
    pupils = table("pupilonroll.csv", ON_ROLL, AMINA)
    places = [
        "a1,SCH1,x2,2,3,Other Road,B4 7DB",
        "a1,SCH1,x1,1,14,Example Road,B4 7DA",
        "zz,SCH1,x3,1,1,High Street,B4 7DC",
    ]
    addresses = table("addressesonroll.csv", ADDRESSES, *places)

    _, _, said = imported(addresses, pupils, map=[f"SCH1={hollyfield.urn}"], apply=True)

    assert said["addresses"] == {"rows": 3, "joined": 1, "further": 1, "of_nobody": 1}
    assert str(Residence.objects.get().address.street) == "Example Road"


def test_pupils_no_longer_on_roll_leave(hollyfield, amina, table):
    row = "b1,SCH1,2017-Feb-28 00:00:00,Khan,Amina,,F,2022-Sep-07 00:00:00,2026-Sep-18 00:00:00,5"

    _, _, said = imported(table("gone.csv", OFF_ROLL, row), map=[f"SCH1={hollyfield.urn}"], apply=True)

    assert said["left"] == 1
    assert str(Enrolment.objects.get(child=amina).to_date) == "2026-09-18"


def test_scrambled_numbers_are_each_told_of_and_no_row_is_lost(hollyfield, table):
    rows = [f"p{n},SCH1,2016-May-06 00:00:00,SUR{n},FOR{n},{n:08x}-abc,F,2022-Sep-07 00:00:00,C,6" for n in range(30)]

    _, _, said = imported(table("pupilonroll.csv", ON_ROLL, *rows), map=[f"SCH1={hollyfield.urn}"])

    delivery = CollectionPart.objects.get().delivery
    assert said["rows"] == 30
    assert sum(row.problems[0][0] == "upn" for row in delivery.all_rows.exclude(number=None)) == 30


def test_a_whole_table_cannot_be_sent_as_one_schools(hollyfield, table):
    delivery = taken(
        table("pupilonroll.csv", ON_ROLL, AMINA).read_text(), hollyfield, feed="census_on_roll", name="pupilonroll.csv"
    )

    assert "National tables are of many schools" in delivery.refusal


def test_a_national_collection_counts_as_one_file_however_many_schools_it_has(
    hollyfield, fernhill, table, settings, data_manager
):
    settings.QUOTA_OF_OTHERS = settings.QUOTA_OF_OTHERS._replace(files=2, files_a_day=2)
    rows = [AMINA.replace("SCH1", str(hollyfield.urn)), ZOE.replace("SCH2", str(fernhill.urn))]
    with said_by():
        others = [School.objects.create(urn=800000 + number, name=f"School {number}") for number in range(5)]
    rows += [ZOE.replace("SCH2", str(school.urn)) for school in others]

    def sent(name):
        return national.take_in([table(name, ON_ROLL, *rows)], as_of=TODAY, by=data_manager)

    assert sent("one.csv").parts.exclude(delivery=None).count() == 7
    rows.append(ZOE.replace("SCH2", "unknown"))
    rows.reverse()
    sent("two.csv")
    with pytest.raises(CannotReceive, match="You have 2 files under work"):
        sent("three.csv")

    assert Collection.objects.count() == 2
    assert AccessEntry.objects.filter(kind=AccessKind.REFUSED, user=data_manager).count() == 1
