"""The slips: they differ from what was right, keep its shape, and know nothing of what undoes them."""

import ast
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.city import errors
from registry.identifiers import is_valid, read_postcode

CITY = Path(errors.__file__).parent
NAMES = [("Mohammed", "Hussain"), ("Zoë", "O'Connor-Bello"), ("Li", "Xu"), ("Anne-Marie", "Smith"), ("", "Khan")]
SEEDS = st.integers(0, 10_000).map(Random)


@given(SEEDS, st.sampled_from(NAMES))
def test_a_slip_changes_a_name(rng, name):
    slipped = errors.corrupt_name(rng, *name)

    assert (slipped.forename, slipped.surname) != name
    assert slipped.forename or slipped.surname


@pytest.mark.parametrize("slip", errors.COMMON)
def test_each_kind_of_slip_happens_where_it_is_asked_for(slip):
    assert errors.corrupt_name(Random(1), "Katherine", "Philips-Brown", slips={slip: 1}).slip == slip


@given(SEEDS, st.dates(date(2000, 1, 1), date(2026, 12, 31)))
def test_a_date_goes_wrong_and_stays_a_date(rng, born):
    slipped = errors.corrupt_date(rng, born)

    assert slipped != born
    assert abs(slipped.year - born.year) < 10


@given(SEEDS, st.sampled_from(["BY1 0AB", "B15 2TT", "SW1A 1AA"]))
def test_a_postcode_goes_wrong_and_keeps_its_shape(rng, postcode):
    slipped = errors.corrupt_postcode(rng, postcode)

    assert slipped != postcode
    assert is_valid(read_postcode, slipped)


@given(SEEDS, st.sampled_from(["9434765870", "07123 456789", "H330203126001"]))
def test_a_number_goes_wrong_in_its_digits_alone(rng, number):
    slipped = errors.corrupt_number(rng, number)

    assert slipped != number
    assert len(slipped) == len(number)


def test_the_unlisted_names_stand_in_no_table_that_undoes_spellings():
    undoing = (CITY.parent / "names").glob("*.txt")
    listed = {word for path in undoing for word in path.read_text().lower().split()}

    assert len(errors.unlisted()) > 100
    assert not errors.unlisted() & listed


def test_nothing_in_the_city_imports_what_undoes_its_slips():
    imported = {
        name
        for path in CITY.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }

    assert not {name for name in imported if name.startswith(("registry.names", "registry.search"))}
