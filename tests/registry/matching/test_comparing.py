"""Comparing in bulk: symmetric, three-valued, and as the comparison of single words says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.matching.comparing import Pairs, compare
from registry.matching.levels import Birth, Name, Order, Place, Sex
from registry.search.comparing import compare_words
from tests.registry.matching.crowds import in_columns

NAMES = ["", "Mohammed", "Muhammad Ali", "Ali", "Ali Ali", "Ali Khan", "Anne-Marie", "Annemarie", "Anne", "Ann", "A"]
NAMES += [
    "Анна",
    "Анна Maria",
    "محمد",
    "O'Connor",
    "Oconnor",
    "Khan Ali",
    "Catherine",
    "Kathryn",
    "Kate",
    "李",
    "Łukasz",
    "Smith",
    "Smyth",
    "Smithe",
]
PERSON = st.fixed_dictionaries(
    {
        "forename": st.sampled_from(NAMES),
        "middle_names": st.sampled_from(NAMES),
        "surname": st.sampled_from(NAMES),
        "former_surname": st.sampled_from(NAMES),
        "date_of_birth": st.sampled_from(["", "2014-03-09", "2014-09-03", "2014-03-19", "2015-03-09", "2014-03-12"]),
        "sex": st.sampled_from(["", "F", "M"]),
        "postcode": st.sampled_from(["", "BY1 4AL", "BY1 4AM", "BY1 5AL", "BY11 4AL", "B1 4AL", "75001"]),
        "address": st.sampled_from(["", "13 Glover Terrace", "13 Glover Ter", "14 Glover Terrace", "Manor Tower"]),
        "upn": st.sampled_from(["", "H801200001001", "H801200001002", "H801200010001"]),
    }
)


def levels(one, other):
    index = in_columns([other])
    row = in_columns([one], like=index)
    compared = compare(Pairs(row, index, np.array([0]), np.array([0])))
    return {name: int(found[0]) for name, found in compared.items()}


@settings(max_examples=300, deadline=None)
@given(PERSON, PERSON)
def test_every_comparison_is_symmetric(one, other):
    assert levels(one, other) == levels(other, one)


@settings(max_examples=100, deadline=None)
@given(PERSON)
def test_nobody_differs_from_themselves(person):
    found = levels(person, person)

    assert all(level == 0 or level >= 2 for level in found.values())


@given(PERSON)
@settings(max_examples=50, deadline=None)
def test_what_is_missing_is_no_opinion(person):
    assert set(levels(person, {}).values()) == {0}


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Catherine", "Kathryn", Name.FORM),
        ("Anne-Marie", "Annemarie", Name.SAME),
        ("Ibrahim", "Mohammed Ibrahim", Name.PART),
        ("Mohammed Ibrahim", "Mohammed Yusuf", Name.DIFFERENT),
        ("Mohammed", "Mohammed Yusuf", Name.SHARED),
        ("Whitcombe", "Whitcomb", Name.SOUNDS),
        ("Jessica", "J", Name.BEGINS),
        ("Amira", "Wanjiru", Name.DIFFERENT),
        ("J", "J", Name.BEGINS),
        ("J. R.", "J R", Name.SAME),
        ("李", "李", Name.SAME),
        ("李", "季", Name.DIFFERENT),
        ("سارة", "سارة", Name.SAME),
        ("محمد", "محمود", Name.ALIKE),
        ("Aleksandra Анна", "Анна", Name.PART),
        ("Wei", "伟", Name.MISSING),
        ("Mohammed", "محمد", Name.MISSING),
    ],
)
def test_forenames_are_alike_as_a_clerk_would_say(one, other, level):
    assert levels({"forename": one}, {"forename": other})["forename"] == level


@given(st.sampled_from(NAMES[1:]), st.sampled_from(NAMES[1:]))
@settings(max_examples=100, deadline=None)
def test_single_words_are_the_same_or_not_as_the_search_says(one, other):
    if len(one.split()) + len(other.split()) == 2 and one.isascii() and one.isalpha() and other.isalpha():
        alike = compare_words(one.lower(), other.lower()).share > 0
        assert (levels({"forename": one}, {"forename": other})["forename"] > Name.DIFFERENT) is alike


def test_names_changed_round_are_seen_as_such():
    found = levels({"forename": "Hossain", "surname": "Amira"}, {"forename": "Amira", "surname": "Hossain"})

    assert found["order"] == Order.SWAPPED
    assert found["forename"] == found["surname"] == Name.SAME


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("2014-03-09", "2014-09-03", Birth.SWAPPED),
        ("2014-03-09", "09/03/2014", Birth.SAME),
        ("2014-03-09", "41707", Birth.SAME),
        ("2014-03-09", "2014-03-19", Birth.ONE_DIGIT),
        ("2014-03-09", "2014-03-28", Birth.MONTH),
        ("2014-03-09", "2001-03-09", Birth.ANNIVERSARY),
        ("2014-03-09", "2014-07-28", Birth.YEAR),
        ("2014-03-09", "1900-01-01", Birth.MISSING),
    ],
)
def test_dates_of_birth_are_alike_in_their_ways(one, other, level):
    assert levels({"date_of_birth": one}, {"date_of_birth": other})["date_of_birth"] == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        (("BY1 4AL", "13 Glover Terrace"), ("BY14AL", "13 glover ter"), Place.SAME),
        (("BY1 4AL", "13 Glover Terrace"), ("BY1 4AL", "17 Glover Terrace"), Place.NEIGHBOUR),
        (("BY1 4AL", ""), ("BY1 4AL", "17 Glover Terrace"), Place.POSTCODE),
        (("BY1 4AL", ""), ("BY1 4AM", ""), Place.NEARLY_POSTCODE),
        (("BY1 4AL", ""), ("BY1 4ZQ", ""), Place.SECTOR),
        (("BY1 4AL", ""), ("BY1 5ZQ", ""), Place.DISTRICT),
        (("BY1 4AL", ""), ("LS6 2QT", ""), Place.ELSEWHERE),
        (("ZZ99 3VZ", ""), ("ZZ99 3VZ", ""), Place.MISSING),
        (("75001", ""), ("75001", ""), Place.POSTCODE),
    ],
)
def test_homes_are_alike_in_their_ways(one, other, level):
    mine, theirs = ({"postcode": postcode, "address": address} for postcode, address in (one, other))

    assert levels(mine, theirs)["place"] == level


def test_one_address_says_nothing_in_an_institution():
    hotel = {"postcode": "BY1 1AE", "address": "Station Hotel Summer Road"}
    index = in_columns([hotel])
    pairs = Pairs(in_columns([hotel], like=index), index, np.array([0]), np.array([0]))

    found = compare(pairs, frozenset([index.value("address", 0)]))

    assert found["place"][0] == Place.MISSING


def test_a_sex_that_is_not_known_is_no_opinion():
    assert levels({"sex": "U"}, {"sex": "F"})["sex"] == Sex.MISSING
