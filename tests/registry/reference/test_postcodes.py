import pytest

from childindex.tables import TableError
from registry.models import Postcode
from registry.reference.postcodes import load_postcodes
from tests.registry.reference.files import write_rows

pytestmark = pytest.mark.django_db

OLD = (
    "pcd,pcd2,pcds,dointr,doterm,usertype,oseast1m,osnrth1m,osgrdind,laua,ward,rgn,lsoa11,lat,long",
    "B4  7DA,B4   7DA,B4 7DA,198001,{doterm},0,407000,0287200,1,E08000025,E05011,E12000005,E01033620,{lat},-1.897",
)
NEW = (
    "pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,gridind,lad25cd,wd25cd,rgn25cd,lsoa21cd,lat,long",
    OLD[1],
)


@pytest.fixture
def load(tmp_path):
    """Write a directory with this heading and row, and load it."""

    def loaded(style, *, doterm="", lat="52.4823"):
        lines = [line.format(doterm=doterm, lat=lat).split(",") for line in style]
        return load_postcodes(write_rows(tmp_path / "postcodes.csv", lines))

    return loaded


@pytest.mark.parametrize("style", [OLD, NEW])
def test_a_directory_is_read_by_its_old_headings_and_its_new(load, style):
    load(style)

    place = Postcode.objects.get()
    assert (place.postcode, place.easting, place.northing) == ("B4 7DA", 407000, 287200)
    assert (place.latitude, place.longitude) == (52.4823, -1.897)
    assert (place.la_code, place.ward_code, place.lsoa_code) == ("E08000025", "E05011", "E01033620")
    assert (place.region, place.introduced, place.terminated) == ("West Midlands", "198001", "")


def test_the_new_directory_says_what_the_old_one_did(load):
    load(OLD)

    assert load(NEW).counts["unchanged"] == 1


def test_a_terminated_postcode_is_kept_and_counted_as_closed(load):
    load(NEW)

    summary = load(NEW, doterm="202609")

    assert summary.counts["closed"] == 1
    assert Postcode.objects.get().terminated == "202609"


def test_a_place_that_is_not_known_has_no_degrees(load):
    load(OLD, lat="99.999999")

    assert (Postcode.objects.get().latitude, Postcode.objects.get().longitude) == (None, None)


def test_a_small_table_adds_to_what_a_directory_said(load, tmp_path):
    load(NEW)
    table = write_rows(tmp_path / "sample.csv", [["postcode", "latitude", "region"], ["b47da", "52.5", "Midlands"]])

    summary = load_postcodes(table)

    place = Postcode.objects.get()
    assert summary.counts["changed"] == 1
    assert (place.latitude, place.region, place.ward_code, place.longitude) == (52.5, "Midlands", "E05011", -1.897)


def test_a_bare_list_of_postcodes_will_do(tmp_path):
    table = write_rows(tmp_path / "list.csv", [["Postcode"], ["B4 7DA"], ["B4 7DB"], ["B4"], [""], ["B4 7DA"]])

    first, again = load_postcodes(table), load_postcodes(table)

    assert first.counts == {"added": 2, "changed": 0, "unchanged": 0, "closed": 0, "skipped": 1, "refused": 1}
    assert again.counts["unchanged"] == 2
    assert first.refused["its postcode is not valid"].examples[0].startswith("row 4: The postcode “B4” is not valid")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["B4 7DA", "north", "202609"], "its latitude is not a number"),
        (["B4 7DA", "-95", "202609"], "its latitude is not on the earth"),
        (["B4 7DA", "nan", "202609"], "its latitude is not on the earth"),
        (["B4 7DA", "52.1", "202613"], "its month of termination is not a year and month"),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_alone(tmp_path, row, reason):
    table = write_rows(tmp_path / "list.csv", [["postcode", "lat", "doterm"], ["B4 7DB", "52.1", ""], row])

    assert list(load_postcodes(table).refused) == [reason]


def test_a_file_without_postcodes_is_refused(tmp_path):
    with pytest.raises(TableError, match=r"no column called postcode. Its columns are town and region"):
        load_postcodes(write_rows(tmp_path / "towns.csv", [["town", "region"], ["Here", "There"]]))
