from datetime import date

import pytest

from childindex.tables import TableError
from registry.models import Practice, PracticeStatus
from registry.reference.practices import load_practices
from tests.registry.reference.files import practice, practice_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(tmp_path):
    """Write these rows as epraccur and load it."""
    return lambda *rows: load_practices(practice_file(tmp_path / "epraccur.csv", *rows))


def test_a_practice_is_taken_in_as_the_file_has_it(load):
    summary = load(practice())

    found = Practice.objects.get()
    assert summary.counts["added"] == 1
    assert (found.ods_code, found.name, found.line1, found.town) == (
        "M85999",
        "EXAMPLE HEALTH CENTRE",
        "1 EXAMPLE STREET",
        "BIRMINGHAM",
    )
    assert (found.postcode, found.telephone, found.commissioner) == ("B4 7DA", "0121 496 0000", "15E")
    assert (found.status, found.open_date, found.close_date) == (PracticeStatus.ACTIVE, date(1974, 4, 1), None)


def test_other_prescribers_are_skipped_by_their_setting(load):
    summary = load(practice(), practice(_1="M85001", _26="25"), practice(_1="M85002", _26="25"), practice(_26="77"))

    assert {reason: entry.count for reason, entry in summary.skipped.items()} == {
        "it is no GP practice: setting 25, prison": 2,
        "it is no GP practice: setting 77, not known": 1,
    }
    assert (Practice.objects.count(), summary.adds_up) == (1, True)


def test_the_newer_codes_and_dates_say_the_same(load):
    load(practice(_12="20171031", _13="C"), practice(_1="M85998"))

    summary = load(
        practice(_11="1974-04-01", _12="31/10/2017", _13="INACTIVE", _26="RO76"),
        practice(_1="M85998", _11="01-Apr-1974", _13="ACTIVE", _26="RO76"),
    )

    assert summary.counts["unchanged"] == 2


def test_a_row_of_headings_is_skipped(load):
    headings = practice(_1="Organisation Code", _2="Name", _26="Prescribing Setting")

    summary = load(headings, practice())

    assert list(summary.skipped) == ["it is a row of headings"]
    assert summary.counts["added"] == 1


def test_a_practice_that_closes_is_counted_so(load):
    load(practice(), practice(_1="M85998"))

    summary = load(practice(_12="20261031", _13="C"), practice(_1="M85998", _13="D"))

    assert (summary.counts["closed"], summary.counts["changed"]) == (1, 1)
    assert Practice.objects.get(ods_code="M85999").close_date == date(2026, 10, 31)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (practice()[:26], "it has the wrong number of columns"),
        (practice(_1="85999"), "its code is not valid"),
        (practice(_13="Q"), "its status is not known"),
        (practice(_2=""), "it has no name"),
        (practice(_11="19741301"), "its opening date is not a date"),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_alone(load, row, reason):
    summary = load(practice(_1="M85001"), row)

    assert list(summary.refused) == [reason]
    assert (summary.counts["added"], summary.adds_up) == (1, True)


def test_a_file_of_another_width_is_refused(load):
    with pytest.raises(TableError, match=r"Row 1: It has 3 columns and should have 27"):
        load(["a", "b", "c"], ["d", "e", "f"])
