import re

import pytest
from django.conf import settings
from django.template import engines
from django.template.loader import get_template
from django.test import Client, RequestFactory

from childindex import svg
from tests.childindex.patterns import Officer

pytestmark = pytest.mark.usefixtures("furnished")

ADDRESSES = ["/", "/record/", "/search/?q=amina", "/history/", "/change/"]


def component(name, **parameters):
    return get_template(f"components/{name}.html").render(parameters)


def drawn(source, **context):
    return engines["django"].from_string("{% load drawings site %}" + source).render(context)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_carries_style_or_script_of_its_own(address):
    page = Client().get(address).content.decode()

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)", page)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_has_one_first_heading_one_main_and_no_id_twice(address):
    page = Client().get(address).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)

    assert page.count("<h1") == page.count("<main") == 1
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize(
    "template", sorted((settings.BASE_DIR / "templates").glob("[0-9]*.html")), ids=lambda t: t.name
)
def test_an_error_page_stands_without_a_request_or_an_account(template):
    page = get_template(template.name).render()

    assert "<h1" in page
    assert "Sign out" not in page


def test_each_freshness_has_a_word_and_a_shape_of_its_own():
    tones = ["fresh", "ageing", "stale", "contested", "unknown"]
    shapes = [re.search(r"<svg.*</svg>", component("tag", text="word", tone=tone)).group() for tone in tones]

    assert len(set(shapes)) == len(tones)
    assert all("word</span>" in component("tag", text="word", tone=tone) for tone in tones)


def test_a_component_escapes_what_it_is_given():
    hostile = "<script>alert(1)</script>"
    rows = [{"key": hostile, "value": hostile, "note": hostile, "actions": [{"text": hostile, "href": '"><b>'}]}]

    shown = component("summary_list", rows=rows)

    assert "<script" not in shown
    assert "<b>" not in shown


def test_a_block_inside_a_component_is_kept_and_its_parameters_are_escaped():
    shown = drawn('{% component "details" summary=words %}<p>{{ words }}</p>{% endcomponent %}', words="a < b")

    assert shown.count("a &lt; b") == 2
    assert "<p>a" in shown


def test_a_withheld_value_is_said_to_be_withheld_and_not_shown():
    shown = component("summary_list", rows=[{"key": "Address", "value": "14 Example Road", "withheld": True}])

    assert "Address withheld. Ask the index team to make contact." in shown
    assert "Example Road" not in shown


def test_a_withheld_change_shows_neither_value():
    shown = component("change", label="Telephone", old="0121 496 0001", new="0121 496 0002", withheld=True)

    assert "Withheld" in shown
    assert "0121" not in shown


def test_an_action_is_read_out_with_what_it_is_about():
    rows = [{"key": "Name", "value": "Amina", "actions": [{"text": "Change", "href": "#", "what": "registered name"}]}]

    assert 'Change<span class="govuk-visually-hidden"> registered name</span>' in component("summary_list", rows=rows)


def test_a_difference_is_told_in_a_word():
    rows = [{"key": "Surname", "left": "Khan", "right": "Begum", "is_different": True}]

    assert "Different" in component("comparison", caption="Two", left="One", right="Other", rows=rows)


def test_a_nought_in_a_table_is_shown():
    shown = component("table", caption="Counts", columns=["Line"], rows=[[0, {"text": 0}]])

    assert len(re.findall(r"<td[^>]*>0\s*</td>", shown)) == 2


def test_pages_keep_the_rest_of_the_question():
    page = Client().get("/?page=5&q=amina+khan&sex=F").content.decode()

    assert 'href="?q=amina+khan&amp;sex=F&amp;page=6"' in page or 'href="?q=amina+khan&sex=F&page=6"' in page


def test_the_header_offers_a_search_only_to_those_who_may():
    request = RequestFactory().get("/")
    shown = get_template("base.html").render({"user": Officer(granted=frozenset({"view_child"}))}, request)

    assert 'id="header-search"' not in shown
    assert 'id="header-search"' in get_template("base.html").render({"user": Officer()}, request)


def test_a_printed_page_says_who_printed_it():
    shown = get_template("base.html").render({"user": Officer()}, RequestFactory().get("/"))

    assert re.search(r"Printed by Olu Officer on \d+ \w+ \d{4} at \d\d:\d\d\.", shown)


def test_a_bar_with_words_is_a_picture_and_one_without_is_decoration():
    assert 'role="img" aria-label="3 of 4"' in drawn('{% bar 3 4 words="3 of 4" %}')
    assert 'aria-hidden="true"' in drawn("{% bar 3 4 %}")


def test_the_parts_of_a_bar_stand_side_by_side_and_the_smallest_can_be_seen():
    first, second = svg.parts([(9999, "good"), (1, "alert")], 10000)

    assert second.width >= svg.NARROWEST
    assert first.x + first.width <= svg.WIDTH
    assert second.x + second.width <= svg.WIDTH
    assert svg.parts([(1, "")], 0) == svg.parts([(0, "")], 5) == []
