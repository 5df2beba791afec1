from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from childindex import words
from registry.dates import (
    NotADate,
    PartialDate,
    age_on,
    birthday,
    compulsory_school_age,
    is_compulsory_school_age,
    read_date,
    read_date_of_birth,
    read_partial_date,
    school_leaving_date,
    school_year,
    school_year_days,
    term,
    year_group,
)

TODAY = date(2026, 11, 23)
THE_THIRD = date(2016, 10, 3)
any_day = st.dates(min_value=date(1900, 1, 1), max_value=date(2150, 12, 31))


def sentence_of(read, text):
    """What `read` says against `text`, or a full stop where it reads it."""
    try:
        read(text)
    except NotADate as fault:
        return str(fault)
    return "."


@pytest.mark.parametrize(
    ("born", "starts"),
    [
        (date(2021, 3, 31), date(2026, 3, 31)),
        (date(2021, 4, 1), date(2026, 8, 31)),
        (date(2021, 9, 1), date(2026, 12, 31)),
        (date(2020, 2, 29), date(2025, 3, 31)),
        (date(2020, 12, 31), date(2025, 12, 31)),
        (date(2021, 1, 1), date(2026, 3, 31)),
        (date(2021, 8, 31), date(2026, 8, 31)),
    ],
)
def test_compulsory_school_age_starts_on_the_fifth_birthday_or_the_next_prescribed_day(born, starts):
    assert compulsory_school_age(born).starts == starts


@pytest.mark.parametrize(
    ("born", "ends"),
    [
        (date(2010, 8, 31), date(2026, 6, 26)),
        (date(2010, 9, 1), date(2027, 6, 25)),
        (date(2010, 1, 1), date(2026, 6, 26)),
        (date(2009, 12, 31), date(2026, 6, 26)),
        (date(2008, 2, 29), date(2024, 6, 28)),
    ],
)
def test_compulsory_school_age_ends_on_the_last_friday_in_june(born, ends):
    assert compulsory_school_age(born).ends == ends


def test_a_child_of_five_may_be_below_it_and_one_of_sixteen_in_it():
    born_in_april, born_in_may = date(2021, 4, 1), date(2010, 5, 1)

    assert not is_compulsory_school_age(born_in_april, on=date(2026, 8, 30))
    assert is_compulsory_school_age(born_in_april, on=date(2026, 8, 31))
    assert is_compulsory_school_age(born_in_may, on=date(2026, 5, 31))
    assert is_compulsory_school_age(born_in_may, on=date(2026, 6, 26))
    assert not is_compulsory_school_age(born_in_may, on=date(2026, 6, 27))


@given(any_day)
def test_compulsory_school_age_lasts_between_ten_and_a_half_and_twelve_years(born):
    age = compulsory_school_age(born)

    assert (age.starts.month, age.starts.day) in {(3, 31), (8, 31), (12, 31)}
    assert age_on(age.starts, born=born) == 5
    assert timedelta(days=10.4 * 365) < age.ends - age.starts < timedelta(days=11.6 * 365)
    assert school_year(age.ends) == school_year(birthday(born, 16))


@given(st.integers(min_value=1950, max_value=2150))
def test_the_school_leaving_date_is_a_friday_with_no_later_one_in_june(year):
    leaving = school_leaving_date(year)

    assert leaving.weekday() == 4
    assert leaving.month == 6
    assert (leaving + timedelta(days=7)).month == 7


def test_age_turns_on_the_birthday_and_on_1_march_for_a_leap_day():
    assert age_on(date(2026, 10, 2), born=THE_THIRD) == 9
    assert age_on(date(2026, 10, 3), born=THE_THIRD) == 10
    assert age_on(date(2025, 2, 28), born=date(2020, 2, 29)) == 4
    assert age_on(date(2025, 3, 1), born=date(2020, 2, 29)) == 5


@pytest.mark.parametrize(
    ("born", "group"),
    [
        (date(2022, 9, 1), "N2"),
        (date(2023, 9, 1), "N1"),
        (date(2022, 8, 31), "R"),
        (date(2021, 9, 1), "R"),
        (date(2021, 8, 31), "1"),
        (date(2010, 9, 1), "11"),
        (date(2010, 8, 31), "12"),
        (date(2008, 8, 31), "14"),
        (date(2007, 8, 31), ""),
        (date(2025, 1, 1), ""),
    ],
)
def test_year_group_goes_by_the_age_at_the_end_of_august(born, group):
    assert year_group(born, on=TODAY) == group


def test_the_school_year_turns_on_1_september():
    assert school_year(date(2026, 8, 31)) == 2025
    assert school_year(date(2026, 9, 1)) == 2026
    assert school_year_days(2026) == (date(2026, 9, 1), date(2027, 8, 31))


@given(any_day)
def test_every_day_is_in_one_term_whose_days_hold_it(day):
    found = term(day)

    assert found.first_day <= day <= found.last_day
    assert term(found.last_day + timedelta(days=1)).name != found.name


def test_terms_are_named():
    assert str(term(TODAY)) == "Autumn term 2026"
    assert str(term(date(2027, 3, 31))) == "Spring term 2027"
    assert str(term(date(2027, 4, 1))) == "Summer term 2027"


@pytest.mark.parametrize(
    "text",
    [
        "3 10 2016",
        "3/10/16",
        "03-10-2016",
        "03.10.2016",
        "2016-10-03",
        "2016/10/3",
        "3 Oct 2016",
        "3 october 2016",
        "3rd of October, 2016",
        "Monday 3rd October 2016",
        "3Oct2016",
        "03-Oct-16",
        "October 3 2016",
        "2016-Oct-03 00:00:00",
        "2016-10-03T00:00:00Z",
        "3/10/2016 09:15",
        "20161003",
        "03102016",
        "  3  10  2016  ",
    ],
)
def test_a_date_is_read_in_any_usual_form(text):
    assert read_date(text, today=TODAY) == THE_THIRD


def test_the_national_collections_own_style_is_read():
    assert read_date("2020-Apr-25 00:00:00") == date(2020, 4, 25)


@given(any_day)
def test_every_printed_form_is_read_back(day):
    forms = [
        words.day(day),
        day.isoformat(),
        f"{day:%d/%m/%Y}",
        f"{day:%Y%m%d}",
        f"{day:%d-%m-%Y}",
        f"{day:%Y-%b-%d %H:%M:%S}",
    ]

    assert {read_date(form, today=TODAY) for form in forms} == {day}


@given(st.text(max_size=30))
def test_nonsense_is_a_sentence_and_never_a_crash(text):
    for read in (read_date, read_date_of_birth, read_partial_date):
        assert sentence_of(read, text).endswith(".")


@pytest.mark.parametrize("text", ["", "soon", "3 10", "10 2016", "3 10 2016 7", "3 10 016", "１ 10", "03 1O 2016"])
def test_an_unreadable_date_of_birth_says_what_to_enter(text):
    with pytest.raises(NotADate, match=r"Enter a date of birth.*like 3 10 2016"):
        read_date_of_birth(text, today=TODAY)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("31 9 2016", "September 2016 has 30 days: there is no 31."),
        ("29 2 2015", "February 2015 has 28 days: there is no 29."),
        ("10/25/2016", "“10/25/2016” has no such month. Enter a date with the day first, like 3 10 2016."),
    ],
)
def test_a_day_that_never_was_is_explained(text, sentence):
    with pytest.raises(NotADate) as fault:
        read_date(text, today=TODAY)

    assert str(fault.value) == sentence


def test_a_date_of_birth_is_never_in_the_future():
    assert read_date_of_birth("23 11 26", today=TODAY) == TODAY
    assert read_date_of_birth("1 1 27", today=TODAY) == date(1927, 1, 1)
    with pytest.raises(NotADate, match="must be in the past"):
        read_date_of_birth("24 11 2026", today=TODAY)


def test_other_two_digit_years_may_lie_ten_years_ahead():
    assert read_date("1 9 36", today=TODAY) == date(2036, 9, 1)
    assert read_date("1 9 37", today=TODAY) == date(1937, 9, 1)


def test_a_date_may_be_known_in_part():
    month, year = read_partial_date("Oct 2016"), read_partial_date("2016")

    assert month == read_partial_date("10/2016") == read_partial_date("2016-10") == PartialDate(2016, 10)
    assert (month.earliest, month.latest) == (date(2016, 10, 1), date(2016, 10, 31))
    assert (year.earliest, year.latest) == (date(2016, 1, 1), date(2016, 12, 31))
    assert month.holds(THE_THIRD)
    assert [str(part) for part in (year, month, read_partial_date("3 10 2016"))] == [
        "2016",
        "October 2016",
        "3 October 2016",
    ]
