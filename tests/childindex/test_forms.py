import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from childindex.forms import DateField, Form, Typed, error_lines
from tests.childindex.patterns import Change

LATEST = date(2026, 11, 23)


class Birth(Form):
    born = DateField(label="Date of birth", noun="a date of birth", latest=LATEST)


def birth(day="", month="", year=""):
    return Birth({"born_day": day, "born_month": month, "born_year": year})


def marked(form):
    """The boxes that the page marks as wrong."""
    return re.findall(r'id="id_born_(\w+)"[^>]*aria-invalid', str(form))


@given(st.dates(min_value=date(1900, 1, 1), max_value=LATEST))
def test_every_date_is_read_from_its_three_boxes(day):
    form = birth(str(day.day), str(day.month), str(day.year))

    assert form.is_valid()
    assert form.cleaned_data["born"] == day


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_date_shown_in_boxes_reads_back_as_itself(day):
    field = DateField()

    assert field.clean(Typed.of(day)) == field.clean(Typed.of(day.isoformat())) == day


@pytest.mark.parametrize("month", ["Oct", "october", "10"])
def test_a_month_may_be_a_name(month):
    assert birth("3", month, "2016").is_valid()


@pytest.mark.parametrize(
    ("typed", "sentence", "boxes"),
    [
        (("", "", ""), "Enter a date of birth, like 3 10 2016.", ["day", "month", "year"]),
        (("3", "", ""), "The date of birth must include a month and a year.", ["month", "year"]),
        (("31", "2", "2016"), "31 2 2016 is not a date: February 2016 has 29 days.", ["day"]),
        (("3", "13", "2016"), "There is no month 13. Enter a month from 1 to 12, or its name.", ["month"]),
        (("3", "10", "16"), "Enter the year in four digits, like 2016.", ["year"]),
        (("third", "10", "2016"), "Enter the day as a number, like 3.", ["day"]),
        (("٣", "10", "2016"), "Enter the day as a number, like 3.", ["day"]),
        (("24", "11", "2026"), "The date of birth must be 23 November 2026 or earlier.", ["day", "month", "year"]),
    ],
)
def test_a_wrong_date_is_explained_and_its_boxes_are_marked(typed, sentence, boxes):
    form = birth(*typed)

    assert form.errors["born"] == [sentence]
    assert marked(form) == boxes
    assert error_lines(form)[0].href == f"#id_born_{boxes[0]}"


@given(st.tuples(st.text(max_size=6), st.text(max_size=6), st.text(max_size=6)))
def test_whatever_is_typed_into_the_boxes_is_kept_and_never_breaks_the_page(typed):
    form = birth(*typed)

    form.is_valid()
    assert tuple(box["value"] for box in form["born"].subwidgets[0].data["boxes"]) == tuple(
        part.strip() for part in typed
    )


def test_a_date_that_may_be_left_out_is_none_when_it_is():
    assert DateField(required=False).clean(Typed()) is None


def test_every_missing_answer_is_asked_for_by_its_label():
    lines = {line.href: line.text for line in error_lines(Change({"revision": "1"}))}

    assert lines == {
        "#id_forename": "Enter the forename.",
        "#id_date_of_birth_day": "Enter a date of birth, like 3 10 2016.",
        "#id_sex_0": "Choose the sex.",
        "#id_meaning_0": "Answer the question “What happened?”.",
        "#id_seen_0": "Choose the evidence seen.",
        "#id_school": "Choose the school.",
        "#id_upn": "Enter the UPN.",
        "#id_why": "Enter the reason.",
        "#id_sure": "Tick “The family has been told”.",
    }


def test_every_line_of_the_summary_leads_to_a_control_on_the_page():
    form = Change({"revision": "1"})
    page = str(form)

    for line in error_lines(form):
        assert page.count(f'id="{line.href[1:]}"') == 1


def test_an_error_and_a_hint_are_tied_to_their_control():
    page = str(Change({"revision": "1"})["forename"].as_field_group())

    assert 'aria-describedby="id_forename_helptext id_forename_error"' in page
    assert 'id="id_forename_helptext"' in page
    assert 'id="id_forename_error"' in page


def test_what_was_typed_comes_back_escaped():
    page = str(Change({"forename": '"><b>Amina', "why": "</textarea>", "revision": "1"}))

    assert 'value="&quot;&gt;&lt;b&gt;Amina"' in page
    assert "&lt;/textarea&gt;" in page


def test_the_browser_is_never_left_to_complain_by_itself():
    assert not re.search(r"\srequired[\s>=]", str(Change()))
