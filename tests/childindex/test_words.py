from datetime import UTC, date, datetime

import pytest
from django.template import engines

from childindex import words


def written(source, **context):
    return engines["django"].from_string("{% load words %}" + source).render(context)


def test_a_day_is_written_as_people_say_it():
    assert words.day(date(2026, 10, 3)) == "3 October 2026"


def test_a_moment_is_written_in_local_time(in_london):
    assert written("{{ at|moment }}", at=datetime(2026, 7, 1, 8, 14, tzinfo=UTC)) == "1 July 2026, 09:14"


@pytest.mark.parametrize(
    ("born", "said"),
    [
        (date(2017, 2, 28), "9"),
        (date(2017, 11, 24), "8"),
        (date(2017, 11, 23), "9"),
        (date(2025, 9, 23), "14 months"),
        (date(2026, 10, 23), "1 month"),
        (date(2027, 1, 1), "not yet born"),
    ],
)
def test_an_age_is_in_whole_years_or_months_for_the_youngest(born, said):
    assert words.age(born, date(2026, 11, 23)) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 23), "today"),
        (date(2026, 11, 22), "yesterday"),
        (date(2026, 10, 3), "51 days ago"),
        (date(2025, 3, 1), "20 months ago"),
        (date(2020, 3, 1), "6 years ago"),
        (date(2026, 11, 24), "tomorrow"),
        (date(2026, 11, 25), "in 2 days"),
        (date(2027, 11, 23), "in 12 months"),
        (date(2029, 3, 1), "in 2 years"),
    ],
)
def test_how_long_ago_is_told_in_the_unit_people_would_use(day, said):
    assert words.ago(day, date(2026, 11, 23)) == said


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [
        (1, "child", "1 child"),
        (1204, "child", "1,204 children"),
        (2, "school day", "2 school days"),
        (0, "query", "0 queries"),
        (3, "address", "3 addresses"),
        (2, "birthday", "2 birthdays"),
    ],
)
def test_a_number_carries_its_noun(number, noun, said):
    assert written("{{ number|count:noun }}", number=number, noun=noun) == said


def test_a_list_is_joined_as_in_a_sentence():
    assert words.listed(["Khan", "Begum", "Ali"]) == "Khan, Begum and Ali"
    assert words.listed(["Khan"]) == "Khan"


def test_nothing_is_written_for_no_date():
    assert written("[{{ gone|day }}{{ gone|born }}{{ gone|ago }}{{ gone|iso }}]", gone=None) == "[]"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "less than a minute"), (29, "less than a minute"), (60, "1 minute"), (170, "3 minutes"), (7_300, "2 hours")],
)
def test_how_long_something_takes_is_said_in_the_unit_people_would_use(seconds, said):
    assert words.duration(seconds) == said


@pytest.mark.parametrize(("text", "said"), [("Carer", "carer"), ("NHS number", "NHS number"), ("", "")])
def test_within_a_sentence_abbreviations_keep_their_capitals(text, said):
    assert words.inside(text) == said
