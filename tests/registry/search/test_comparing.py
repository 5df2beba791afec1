"""Comparing words of names: what the search skips, comparing each would not have found either."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.city.errors import heard, scanned, spellings, typed
from registry.search.comparing import Crowd, compare_births, compare_words

WORDS = [*sorted(word for word in spellings() if word.isalpha()), "j", "m", "oconnor", "khanbegum"]
CROWD = Crowd(WORDS)


@given(st.sampled_from(WORDS), st.sampled_from((typed, heard, scanned)), st.randoms(use_true_random=False))
def test_words_alike_are_found_among_many_as_one_by_one(word, slip, random):
    asked = slip(random, word).lower()

    one_by_one = {other: likeness for other in WORDS if (likeness := compare_words(asked, other)).share}

    assert CROWD.alike(asked) == one_by_one


def test_an_initial_is_like_every_name_that_begins_with_it():
    assert CROWD.alike("j").keys() == {word for word in WORDS if word.startswith("j")}


@pytest.mark.parametrize(
    ("held", "how"),
    [
        (date(2015, 3, 12), "same day"),
        (date(2015, 12, 3), "day and month swapped"),
        (date(2015, 3, 13), "one digit"),
        (date(2016, 3, 12), "one digit"),
        (date(2015, 4, 12), "one digit"),
        (date(2015, 3, 25), "same month"),
        (date(2015, 10, 31), "same year"),
        (date(1998, 3, 12), "same day of another year"),
        (date(1998, 4, 30), "different"),
    ],
)
def test_dates_of_birth_are_compared_by_what_goes_wrong_with_them(held, how):
    assert compare_births(date(2015, 3, 12), held).how == how


def test_the_order_of_the_crowd_makes_no_difference():
    random = Random(1)
    asked = [typed(random, word).lower() for word in WORDS[:50]]

    assert [CROWD.alike(each) for each in asked] == [Crowd(reversed(WORDS)).alike(each) for each in asked]
