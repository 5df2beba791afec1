"""Linking a list: who is found, who is asked about, who is nobody, and that nothing accidental decides."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.matching.columns import COLUMNS
from registry.matching.linking import NOBODY, Linker, Outcome
from registry.matching.model import STANDARD
from registry.matching.rules import Flag
from tests.registry.matching.crowds import crowd, in_columns, linked

HOME = {"postcode": "BY5 3QT", "address": "14 Windsor Terrace"}
AMIRA = {"forename": "Amira", "surname": "Hossain", "date_of_birth": "2014-03-09", "sex": "F", **HOME}
MOHAMMED_IBRAHIM = {
    "forename": "Mohammed",
    "middle_names": "Ibrahim",
    "surname": "Akhtar",
    "date_of_birth": "2013-05-17",
    "sex": "M",
    **HOME,
}


def test_a_child_written_alike_is_a_match():
    links = linked([AMIRA], [AMIRA])

    assert links.children[0] == 0
    assert links.outcome[0] == Outcome.MATCH


@pytest.mark.parametrize(
    "otherwise",
    [
        {"forename": "Hossain", "surname": "Amira"},
        {"surname": "Hussein"},
        {"forename": "Ameera"},
        {"date_of_birth": "2014-09-03"},
        {"date_of_birth": "2014-03-08"},
        {"postcode": "", "address": ""},
        {"postcode": "BY9 1ZZ", "address": "2 Elm Grove"},
        {"sex": ""},
    ],
    ids=str,
)
def test_a_child_written_a_little_otherwise_is_still_a_match(otherwise):
    links = linked([AMIRA | otherwise], [AMIRA])

    assert (links.children[0], links.outcome[0]) == (0, Outcome.MATCH)


def test_a_stranger_is_nobody():
    stranger = {"forename": "Wanjiru", "surname": "Kamau", "date_of_birth": "2011-12-01", "sex": "F"}

    links = linked([stranger], [AMIRA])

    assert links.outcome[0] == Outcome.NONE


def test_a_sister_at_the_same_home_is_not_joined():
    sister = AMIRA | {"forename": "Zahra", "date_of_birth": "2011-07-30"}

    links = linked([sister], [AMIRA])

    assert links.outcome[0] != Outcome.MATCH


def test_a_brother_and_a_sister_are_each_found_as_themselves():
    sister = AMIRA | {"forename": "Zahra", "date_of_birth": "2011-07-30"}

    links = linked([sister, AMIRA], [AMIRA, sister])

    assert links.children.tolist() == [1, 0]
    assert (links.outcome == Outcome.MATCH).all()


def test_a_twin_who_is_not_in_the_index_is_never_joined_to_the_one_who_is():
    twin = AMIRA | {"forename": "Samina"}

    links = linked([twin], [AMIRA])

    assert links.outcome[0] != Outcome.MATCH
    assert links.flags[0] & Flag.TWINS


def test_a_faint_likeness_of_forenames_is_a_slip_where_a_number_is_the_same_and_may_be_a_twin_where_none_is():
    known = AMIRA | {"forename": "Lucas", "upn": "A123456789012"}

    numbered, unnumbered, another = linked(
        [known | {"forename": "Loocas"}, AMIRA | {"forename": "Loocas"}, known | {"forename": "Samina"}], [known]
    ).flags

    assert not numbered & Flag.TWINS
    assert unnumbered & Flag.TWINS
    assert another & Flag.TWINS


def test_twins_are_each_found_as_themselves():
    twin = AMIRA | {"forename": "Samina"}

    links = linked([twin, AMIRA], [AMIRA, twin])

    assert links.children.tolist() == [1, 0]
    assert (links.outcome == Outcome.MATCH).all()


def test_a_boy_filed_by_the_name_he_is_called_by_is_one_child():
    called = MOHAMMED_IBRAHIM | {"forename": "Ibrahim", "middle_names": ""}

    links = linked([called], [MOHAMMED_IBRAHIM])

    assert (links.children[0], links.outcome[0]) == (0, Outcome.MATCH)


def test_two_who_share_a_first_forename_and_a_home_are_two():
    yusuf = MOHAMMED_IBRAHIM | {"forename": "Mohammed Yusuf", "middle_names": ""}
    ibrahim = MOHAMMED_IBRAHIM | {"forename": "Mohammed Ibrahim", "middle_names": ""}

    links = linked([yusuf], [ibrahim])

    assert links.outcome[0] != Outcome.MATCH


def test_two_children_who_could_both_be_meant_are_left_to_a_person():
    index = [AMIRA | {"postcode": "", "address": ""}, AMIRA | {"postcode": "", "address": ""}]

    links = linked([AMIRA], index)

    assert links.outcome[0] == Outcome.MANY
    assert NOBODY not in (links.children[0], links.runner_up[0])


def test_two_valid_nhs_numbers_are_never_joined():
    links = linked([AMIRA | {"nhs_number": "9434765919"}], [AMIRA | {"nhs_number": "9434765870"}])

    assert links.outcome[0] != Outcome.MATCH
    assert links.flags[0] & Flag.NHS_NUMBERS


def test_another_sex_and_another_date_of_birth_are_never_joined():
    links = linked([AMIRA | {"sex": "M", "date_of_birth": "2014-03-08"}], [AMIRA])

    assert links.outcome[0] != Outcome.MATCH
    assert links.flags[0] & Flag.SEX_AND_BIRTH


@pytest.mark.parametrize("placeholder", ["Baby", "Unknown", "-", "Test", "N/A", "X", "\0"])
def test_a_placeholder_agrees_with_nobody(placeholder):
    nameless = {"forename": placeholder, "surname": placeholder, "date_of_birth": "2014-03-09"}

    links = linked([nameless], [nameless])

    assert links.outcome[0] != Outcome.MATCH


@pytest.mark.parametrize(("one", "other"), [("Baby", "Baby"), ("Twin 1", "Twin 2"), ("", "Amira"), ("李", "Wei")])
def test_without_a_forename_a_twin_cannot_be_told_and_a_person_is_asked(one, other):
    links = linked([AMIRA | {"forename": one}], [AMIRA | {"forename": other}])

    assert (links.outcome[0], Flag(links.flags[0])) == (Outcome.POSSIBLE, Flag.NO_NAME)


def test_without_a_forename_one_number_is_enough():
    numbered = AMIRA | {"nhs_number": "9434765919"}

    links = linked([numbered | {"forename": "Baby"}], [numbered])

    assert links.outcome[0] == Outcome.MATCH


ODD = [
    "",
    "-",
    "Baby",
    "Test",
    "A",
    "X",
    "李",
    "محمد",
    "सीता",
    "😀",
    'O\'Brien, "Bob"',
    "\0",
    "Zoë" * 100,
    "=1+1",
    "9" * 40,
]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, st.sampled_from(ODD) | st.text(max_size=12))), max_size=8))
def test_whatever_is_written_is_linked_or_left_and_nothing_fails(rows):
    links = linked(rows, rows)

    assert len(links) == len(rows)
    assert np.isfinite(links.score).all()


def test_an_empty_list_has_no_links():
    assert len(linked([], [AMIRA])) == 0


ROWS = [AMIRA, AMIRA | {"forename": "Samina"}, MOHAMMED_IBRAHIM, {"surname": "Hossain"}, {}, *crowd()[:12]]


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(len(ROWS))))
def test_the_order_of_a_list_does_not_matter(order):
    index = in_columns([AMIRA, MOHAMMED_IBRAHIM, *crowd()])
    linker = Linker.of(index)

    usual = linker.link(in_columns(ROWS, like=index), STANDARD)
    other = linker.link(in_columns([ROWS[place] for place in order], like=index), STANDARD)

    assert np.array_equal(other.outcome, usual.outcome[order])
    assert np.allclose(other.score, usual.score[order])


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_index_does_not_matter(rng):
    rows = [AMIRA, MOHAMMED_IBRAHIM, *crowd()]
    shuffled = rng.sample(range(len(rows)), len(rows))
    usual, other = in_columns(rows), in_columns([rows[place] for place in shuffled])

    before = Linker.of(usual).link(in_columns(ROWS, like=usual), STANDARD)
    after = Linker.of(other).link(in_columns(ROWS, like=other), STANDARD)

    assert np.array_equal(before.outcome, after.outcome)
    matched = before.outcome == Outcome.MATCH
    assert np.array_equal(np.array(shuffled)[after.children[matched]], before.children[matched])
