"""One value at a time: what stands for nothing is nothing, what says something is kept, in one form."""

import pytest

from registry.city.communities import communities
from registry.matching import cleaning
from registry.names.variants import STANDS_FOR


@pytest.mark.parametrize(
    "said",
    [
        *("-", "...", "9", "\0", "😀", "", "?", "N/A", "n/k", "xxx", "aaa", "xxx zzz", "X"),
        *("Baby", "UNKNOWN", "not known", "Unknown Khan", "test", "Test 1", "Test Pupil", "A N Other", "do not use"),
        *("Twin 2", "Baby A", "Baby of Khan", "Baby girl Khan", "B/O Khan", "s/o Khan", "Son of Khan", "Child 2"),
    ],
)
def test_a_name_that_says_nothing_is_no_name(said):
    assert cleaning.name(said) == ""


@pytest.mark.parametrize(
    "said",
    [
        *("Noah", "Nan", "Testa", "Babytunde", "Babette", "Twinkle", "Daughtry", "Infanta", "Othello"),
        *("N", "O", "I", "Na", "Do", "An", "Son", "Son Tung", "Given", "Child", "Babe", "Baby Jane", "B. O. Khan"),
        *("李", "محمد", "सीता", "Анна", "O'Brien, Zoë", '"Bob" Smith', "Amira\0", "Amira2"),
    ],
)
def test_a_name_that_says_something_is_kept(said):
    assert cleaning.name(said)


def test_no_name_of_any_community_is_taken_for_a_placeholder():
    known = {name for community in communities().values() for pool in community.pools.values() for name in pool.names}

    assert len(known) > 2_000
    assert {name for name in known if not cleaning.name(name)} == set()


def test_no_form_of_a_name_is_taken_for_a_placeholder():
    assert {name for name in STANDS_FOR if not cleaning.name(name)} == set()


def test_a_name_of_any_length_is_compared():
    assert len(cleaning.name("Maximilian " * 300)) <= cleaning.LONGEST


@pytest.mark.parametrize("said", ["Mum", "mother and father", "The carer", "Unknown", "-"])
def test_a_carer_of_whom_only_the_tie_is_said_has_no_name(said):
    assert cleaning.carer(said) == ""


@pytest.mark.parametrize(("said", "kept"), [("Mrs Khan", "mrs khan"), ("Father Ted", "father ted"), ("Đỗ", "do")])
def test_the_name_of_a_carer_is_kept(said, kept):
    assert cleaning.carer(said) == kept


@pytest.mark.parametrize(
    "said", ["03/10/2016", "2016-10-03", "2016-10-03 00:00:00", "42646", "42646.0", "42646.75", "20161003"]
)
def test_a_date_is_read_however_it_is_written(said):
    assert cleaning.born(said) == "20161003"


@pytest.mark.parametrize("said", ["", "01/01/1900", "1900-01-00", "1899-12-30", "31/12/9999", "soon", "0", "99999999"])
def test_a_date_that_says_nothing_is_no_date(said):
    assert cleaning.born(said) == ""


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("943 476 5919", "9434765919"),
        ("H801200001001", "H801200001001"),
        ("0000000000", ""),
        ("UNKNOWN", ""),
        ("9.43477E+09", ""),
        ("", ""),
    ],
)
def test_a_number_is_compared_without_spaces_and_what_is_no_whole_number_is_none(said, kept):
    assert cleaning.number(said) == kept


@pytest.mark.parametrize(
    ("said", "kept"), [("0121 496 0000", "01214960000"), ("07777 777777", ""), ("00000 000000", ""), ("none", "")]
)
def test_a_telephone_number_of_one_digit_over_and_over_is_none(said, kept):
    assert cleaning.telephone(said) == kept


@pytest.mark.parametrize(
    ("said", "kept"), [("b4 7da", "B47DA"), ("75001", "75001"), ("ZZ99 3VZ", ""), ("unknown", ""), ("00000", "")]
)
def test_a_postcode_has_a_digit_and_a_place(said, kept):
    assert cleaning.postcode(said) == kept


@pytest.mark.parametrize(("said", "kept"), [("Acorn School", "acorn school"), ("No school", ""), ("123456", "123456")])
def test_no_school_is_none(said, kept):
    assert cleaning.school(said) == kept


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("13 Glover Terrace", "13 glover"),
        ("13, GLOVER TER.", "13 glover"),
        ("3 St John's Road", "3 johns"),
        ("14 Nonesuch Lane", "14 nonesuch"),
        ("No fixed abode", ""),
        ("N/A", ""),
        ("as above", ""),
        ("", ""),
    ],
)
def test_an_address_is_its_number_and_the_telling_words_of_its_street(said, kept):
    assert cleaning.address(said) == kept
