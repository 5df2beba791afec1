"""A column cleaned all at once comes out as its values do one by one."""

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from childindex.tables import plain
from registry.matching import bulk, cleaning

WRITTEN = {
    "address": [
        "Flat 2, 14 Example Road", "14 Example Rd.", "St. John's Close", "  7 High  St ", "Unknown", "No fixed abode",
        "1 Straße", "'=1 High St", "12", "St Street Road", "7", "", "A" * 400, "221b Baker St\n", "Grove Road\tWest",
        "N/A", "n/a", "As above", "None", "XXX", "Nonesuch Road", "-",
    ],
    "postcode": [
        "B4 7DA", "b47da", " B4 7DA", "ZZ99 3VZ", "B4 7dO", "ec1a1bb", "GIR 0AA", "90210", "00000", "N/K", "",
        "UNKNOWN", "xxx",
    ],
    "upn": [
        "H330203126001", "h330203126001", " H330203126001", "0000000000", "AAAA", "1", "", "12-34", "9" * 40, "x1",
        "9.43477E+09", "9E09",
    ],
}  # fmt: skip
NOISE = st.text(alphabet="abSTrd 0123.,'=-/nxZB47DA\téß\n", max_size=30)


def one_by_one(kind, texts):
    return [cleaning.CLEANERS[kind](plain(text)) for text in texts]


def at_once(kind, texts):
    return bulk.clean(kind, pa.array(texts, pa.string())).to_pylist()


@pytest.mark.parametrize("kind", WRITTEN)
def test_what_is_written_in_the_usual_ways_comes_out_as_it_does_one_by_one(kind):
    assert at_once(kind, WRITTEN[kind]) == one_by_one(kind, WRITTEN[kind])


@pytest.mark.parametrize("kind", sorted(cleaning.CLEANERS))
@settings(deadline=None)
@given(texts=st.lists(NOISE, max_size=20))
@example(texts=[])
def test_whatever_is_written_comes_out_as_it_does_one_by_one(kind, texts):
    assert at_once(kind, texts) == one_by_one(kind, texts)


def test_the_first_number_of_an_address_is_its_door():
    said = pa.array(["flat 2 14 example", "221b baker", "rose cottage", "a1 lorries"], pa.string())

    assert bulk.first_numbers(said).to_pylist() == ["2", "221b", "", ""]


def test_words_become_rows_of_bytes_with_what_is_missing_before_them():
    rows = bulk.as_bytes(pa.array(["2", "221b", "12345678"], pa.string()), 4, ".")

    assert [bytes(row) for row in rows] == [b"...2", b"221b", b"1234"]
