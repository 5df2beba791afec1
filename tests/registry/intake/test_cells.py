"""What one cell says, as schools', practices' and councils' systems write it."""

from datetime import date

import pytest

from childindex.tables import plain
from registry.intake.cells import Unreadable
from registry.intake.claims import ClaimReader
from registry.intake.fields import FIELDS, read_cell

ON = date(2026, 10, 1)


def said(key, text):
    return read_cell(FIELDS[key], plain(text), {})


def claim(**cells):
    return ClaimReader(on=ON).read(cells)


@pytest.mark.parametrize(
    ("key", "text", "means"),
    [
        *(("year_group", text, "R") for text in ("R", "Reception", "Reception Year", "Yr R", "Year R", "rec", "0")),
        *(("year_group", text, "6") for text in ("6", "06", "Year  6", "Yr 6", "Y6", "Curriculum Year 6", "NC Year 6")),
        *(("year_group", text, "N1") for text in ("N1", "Nursery 1", "Nursery, first year", "First Year Nursery")),
        *(("sex", text, "M") for text in ("M", "m", "MALE", "Boy", "1", "M - Male")),
        *(("sex", text, "U") for text in ("U", "0", "NK", "Not Known (not recorded)")),
        *(("sex", text, "X") for text in ("X", "9", "Not specified", "Indeterminate")),
        *(("enrolment_status", text, "C") for text in ("C", "C - Current", "Single Registration", "On roll")),
        *(("enrolment_status", text, "M") for text in ("M", "Main (dual registration)", "Main - Dual Registration")),
        *(("enrolment_status", text, "S") for text in ("S", "Subsidiary (dual registration)", "Dual - Subsidiary")),
        *(("relationship", text, "mother") for text in ("PAM", "Mum", "Adoptive mother", "Mother (emergency)")),
        *(("relationship", text, "step_parent") for text in ("Step-father", "Stepfather (mother's partner)", "STP")),
        ("relationship", "Maternal Grandmother", "grandparent"),
        ("relationship", "Foster Mother", "foster_carer"),
    ],
)
def test_the_words_of_systems_are_known(key, text, means):
    assert said(key, text) == means


@pytest.mark.parametrize(
    ("key", "text"),
    [("year_group", "Nursery"), ("year_group", "Sixth form"), ("sex", "Other"), ("relationship", "Self")],
)
def test_a_word_that_could_mean_several_things_is_not_guessed(key, text):
    with pytest.raises(Unreadable, match="Say what it means"):
        said(key, text)


@pytest.mark.parametrize(
    "text",
    [
        "16/01/2022", "16/01/2022 00:00:00", "2022-01-16 00:00:00.000000", "2022-01-16T00:00:00", "2022-01-16Z",
        "2022-01-16+00:00", "2022-01-16T00:00:00Z", "44577", "44577.0", "16-Jan-2022", "16.01.2022", '="16/01/2022"',
    ],
)  # fmt: skip
def test_a_day_is_read_however_systems_write_it(text):
    assert said("date_of_birth", text) == "2022-01-16"


def test_a_midnight_in_utc_on_a_summer_s_day_is_not_taken_for_the_day_before():
    assert said("date_of_birth", "2022-06-16T00:00:00+01:00") == "2022-06-16"
    with pytest.raises(Unreadable, match="already 16 June 2022 in England"):
        said("date_of_birth", "2022-06-15T23:00:00Z")


@pytest.mark.parametrize("text", ["01/01/1900", "30/12/1899", "1970-01-01"])
@pytest.mark.parametrize("key", ["date_of_birth", "entry_date", "leaving_date"])
def test_a_day_that_stands_for_none_is_none(key, text):
    with pytest.raises(Unreadable, match="where no day is known"):
        said(key, text)


@pytest.mark.parametrize("surname", ["Na", "Null", "None", "Nil", "'t Hooft", "van der Westhuizen", "O’Neill", "Ng"])
def test_surnames_that_look_like_something_else_are_surnames(surname):
    assert said("surname", surname) == surname


@pytest.mark.parametrize("forename", ["Ben", "Al", "Le", "Van", "Di", "La Toya"])
def test_forenames_that_look_like_particles_are_forenames(forename):
    assert said("forename", forename) == forename


@pytest.mark.parametrize("text", ["-", "?", "n/a", "Unknown", "Not known", "TBC"])
def test_what_stands_for_no_surname_is_none(text):
    assert said("surname", text) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("O&#39;Brien", "Write it as O'Brien"),
        ("MÃ¼ller", "is it Müller"),
        ("Zo\ufffd", "lost a letter"),
        ("M?ller", "lost a letter"),
        ("Smith (LAC)", "beside the name"),
        ("Smith*", "beside the name"),
        ("ZZ Smith", "beside the name"),
        ("DO NOT USE Smith", "beside the name"),
    ],
)
@pytest.mark.parametrize("key", ["surname", "preferred_surname", "carer_surname"])
def test_a_damaged_or_marked_name_is_told_and_left_out(key, text, told):
    with pytest.raises(Unreadable, match=told):
        said(key, text)


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!"])
@pytest.mark.parametrize("key", ["surname", "forename", "date_of_birth", "upn", "street"])
def test_a_spreadsheet_s_fault_says_nothing(key, text):
    with pytest.raises(Unreadable, match="formula failed"):
        said(key, text)


def test_names_come_without_what_cannot_be_seen_and_with_joined_letters_parted():
    assert said("surname", "Sm\x07ith\u200b") == "Smith"
    assert said("surname", "Griﬀiths") == "Griffiths"
    assert said("street", "Buﬀalo Straße") == "Buffalo Straße"


@pytest.mark.parametrize("text", ['="T990200126001"', "'T990200126001", "\tT990200126001", "T990200126001 "])
def test_cells_that_spreadsheets_guard_are_read(text):
    assert said("upn", text) == "T990200126001"


@pytest.mark.parametrize(
    "text",
    ["07700 900638", "07700900638", "+44 (0)7700 900638", "447700900638", "7700900638", "07700 900638 (mum)"],
)
def test_a_telephone_is_one_number_however_it_is_written(text):
    assert said("telephone", text) == "07700900638"


@pytest.mark.parametrize("text", ["ZZ99 3VZ", "zz993cz", "NFA", "No fixed abode", "no address"])
def test_a_postcode_that_says_there_is_no_home_is_told(text):
    with pytest.raises(Unreadable, match="no address is known"):
        said("postcode", text)


@pytest.mark.parametrize(
    ("born", "year"), [("12/05/1985", "4"), ("30/09/2026", "4"), ("11/02/1992", "3"), ("01/03/2010", "R")]
)
def test_a_class_that_does_not_go_with_the_date_of_birth_is_told_and_neither_taken(born, year):
    read = claim(surname="Quillfeather", forename="Octavia", date_of_birth=born, year_group=year)

    assert not read.has("date_of_birth", "year_group")
    assert [(one.field, one.code) for one in read.problems] == [("date_of_birth", "age")]


def test_a_class_two_years_from_that_of_the_age_is_taken():
    read = claim(surname="Quillfeather", forename="Octavia", date_of_birth="12/05/2016", year_group="3")

    assert (read.values["year_group"], read.problems) == ("3", [])


@pytest.mark.parametrize(
    ("leaving", "code"), [("01/02/2015", "before"), ("31/07/2029", "ahead"), ("31/12/2099", "ahead")]
)
def test_a_leaving_date_before_the_birth_or_years_ahead_is_told(leaving, code):
    read = claim(surname="Sharp", forename="Eleanor", date_of_birth="29/05/2016", leaving_date=leaving)

    assert [(one.field, one.code) for one in read.problems] == [("leaving_date", code)]
    assert not read.has("leaving_date")


def test_a_former_upn_that_is_the_upn_is_told():
    read = claim(upn="T990200126001", surname="Younis", former_upn="T990200126001")

    assert [(one.field, one.code) for one in read.problems] == [("former_upn", "same")]
    assert not read.has("former_upn")
