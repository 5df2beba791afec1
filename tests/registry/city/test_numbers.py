"""Invented numbers are right in their checks, never repeated, and the same for the same seed."""

import pytest

from registry.city.numbers import Numbers
from registry.identifiers import (
    read_index_number,
    read_nhs_number,
    read_telephone,
    read_uln,
    read_upn,
)

READERS = {
    "index_number": read_index_number,
    "nhs_number": read_nhs_number,
    "uln": read_uln,
    "mobile": read_telephone,
    "landline": read_telephone,
}


@pytest.mark.parametrize("kind", READERS)
def test_a_number_is_valid_and_drawn_once(kind):
    numbers = Numbers(7)

    drawn = [getattr(numbers, kind)() for _ in range(3000)]

    assert len(set(drawn)) == 3000
    assert all(READERS[kind](each) for each in drawn)


@pytest.mark.parametrize("kind", ["upn", "temporary_upn"])
def test_a_upn_is_valid_and_drawn_once_even_when_a_year_is_full(kind):
    numbers = Numbers(7)

    drawn = [getattr(numbers, kind)("9902001", 2020) for _ in range(1500)]

    assert len(set(drawn)) == 1500
    assert {read_upn(each).kind for each in drawn} == {kind}


def test_another_seed_draws_other_numbers():
    assert Numbers(1).nhs_number() == Numbers(1).nhs_number() != Numbers(2).nhs_number()
