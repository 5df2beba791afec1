"""The search page."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from registry import recording
from registry.dates import birthday
from registry.models import AccessEntry, AccessKind, AccessPayload, Enrolment, Identifier
from tests.factories import make_address, make_child, make_school, said_by, shield

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(browser_of, data_officer):
    return browser_of(data_officer)


def search(browser, **asked):
    return browser.get(reverse("registry:search"), asked)


def test_a_misspelt_name_with_a_date_of_birth_finds_the_child_and_says_why(officer):
    child = make_child("Amina", "Khan", born=date(2017, 2, 28))

    page = search(officer, q="amna kahn 28/2/2017")

    assertContains(page, f'href="{reverse("registry:record", args=[child.index_number])}"')
    assertContains(page, "born on the same day")
    assertContains(page, "28 February 2017 (9)")


def test_what_was_understood_is_shown_and_each_part_can_be_taken_away(officer):
    page = search(officer, q="b15 khan mohamed 12/3/2015").text

    assert "Born 12 March 2015" in page
    assert "Postcode starts B15" in page
    assert "Surname or forename: khan, mohamed" in page
    assert 'href="/search/?q=khan+mohamed+12%2F3%2F2015"' in page


@pytest.mark.parametrize("number", ["upn", "index number"])
def test_a_number_alone_goes_straight_to_the_record_and_is_recorded(officer, number):
    child = make_child()
    with said_by():
        recording.assert_fact(Identifier(child=child, kind="upn", value="H330203126001"))

    page = search(officer, q="h330203126001" if number == "upn" else child.index_number.lower())

    assertRedirects(page, reverse("registry:record", args=[child.index_number]), fetch_redirect_response=False)
    entry = AccessEntry.objects.get(kind=AccessKind.SEARCH)
    assert AccessPayload.objects.get(entry=entry).children == [child.pk]


def test_a_shielded_child_is_not_found_by_a_number_a_postcode_or_a_school(officer):
    school, home = make_school("Hollyfield Primary"), make_address(postcode="B15 2TT")
    child = make_child("Amina", "Khan", school=school, address=home)
    with said_by():
        recording.assert_fact(Identifier(child=child, kind="upn", value="H330203126001"))
    shield(child)

    for asked in ({"q": "H330203126001"}, {"q": "b15 2tt"}, {"school": school.urn}, {"area": "B15"}):
        assertNotContains(search(officer, **asked), child.index_number)


def test_a_shielded_child_is_found_by_name_with_the_address_withheld(officer):
    child = make_child("Amina", "Khan", address=make_address(street="Secret Road"))
    shield(child)

    page = search(officer, q="amina khan 28/2/2017")

    assertContains(page, child.index_number)
    assertContains(page, "Address withheld. Ask the index team to make contact.")
    assertNotContains(page, "Secret Road")


def test_a_schools_number_lists_its_children_in_order_of_surname(officer):
    school = make_school("Hollyfield Primary")
    second, first = make_child("Amina", "Khan", school=school), make_child("Zoe", "Adams", school=school)
    make_child("Not", "There")

    page = officer.get(reverse("registry:search"), {"q": str(school.urn)}, follow=True)

    assertContains(page, "2 children, in order of surname")
    assert page.text.index(first.index_number) < page.text.index(second.index_number)


def test_filters_narrow_what_is_found(officer):
    school = make_school("Hollyfield Primary")
    there, elsewhere = make_child("Amina", "Khan", school=school), make_child("Amina", "Khan")

    page = search(officer, q="amina khan 28/2/2017", school="Hollyfield")

    assertContains(page, there.index_number)
    assertNotContains(page, elsewhere.index_number)
    assertContains(page, "At Hollyfield Primary")


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        ({"age_from": "9", "age_to": "3"}, "The upper age cannot be below the lower one."),
        ({"school": "Nowhere High"}, "No school is called “Nowhere High”."),
        ({"area": "Atlantis"}, "No ward is called “Atlantis”."),
        ({"sex": "Q"}, "Select a valid choice"),
    ],
)
def test_a_filter_that_makes_no_sense_says_so_and_keeps_what_was_typed(officer, filters, sentence):
    page = search(officer, q="amina khan", **filters)

    assertContains(page, sentence)
    assertContains(page, "<title>Error: ")
    assertContains(page, 'value="amina khan"')


@pytest.fixture
def hidden_in_ladyfield():
    """A child behind a shield, who alone lives in the ward."""
    child = make_child(address=make_address(ward_code="E05000001", ward_name="Ladyfield"))
    shield(child)
    return child


def test_a_ward_in_which_only_a_shielded_child_lives_is_no_ward(officer, browser_of, custodian, hidden_in_ladyfield):
    for typed in ("Ladyfield", "Atlantis"):
        assertContains(search(officer, area=typed), f"No ward is called “{typed}”.")
        line = officer.get(reverse("registry:balance_line", args=["no_roll"]), {"area": typed})
        assertContains(line, f"No ward is called “{typed}”.")

    assertContains(search(browser_of(custodian), area="Ladyfield"), hidden_in_ladyfield.index_number)


def test_a_ward_in_which_somebody_else_lives_too_is_one_and_lists_that_child_alone(officer, hidden_in_ladyfield):
    address = make_address(ward_code="E05000001", ward_name="Ladyfield")
    zoe = make_child("Zoe", "Okafor", address=address)

    page = search(officer, area="ladyfield")

    assertContains(page, zoe.index_number)
    assertNotContains(page, hidden_in_ladyfield.index_number)


def test_a_name_that_fits_too_many_asks_for_more(officer):
    for _ in range(21):
        make_child("Amina", "Khan")

    page = search(officer, q="amina khan")

    assertContains(page, "21 children fit this name")
    assertContains(page, "Add a date of birth, or the year.")
    assertContains(page, "page=2")
    assert search(officer, q="amina khan", page="2").text.count("ci-result__name") == 1


def test_nobody_found_says_what_was_tried_and_offers_to_add_a_child(officer):
    page = search(officer, q="zzyzx 1/1/2015")

    assertContains(page, "Nobody was found")
    assertContains(page, reverse("registry:child_add"))


def test_a_mistyped_number_is_told_as_such(officer):
    assertContains(search(officer, q="H330203126002"), "UPN")
    assertContains(search(officer, identifier="nonsense"), "is not a number that a child or a school goes by")


@pytest.mark.parametrize("text", ["", " ", "\0", "%%%", "'; DROP TABLE", "x" * 10_000, "🙂", "1/1/0000", "(((", "-"])
@pytest.mark.parametrize("field", ["q", "surname", "date_of_birth", "postcode", "identifier", "school", "area", "page"])
def test_whatever_is_typed_is_answered_with_a_page(officer, field, text):
    assert search(officer, **{field: text}).status_code == 200


def test_the_search_is_recorded_with_what_was_asked_and_who_was_shown(officer, data_officer):
    child = make_child("Amina", "Khan")

    search(officer, q="amina khan 28/2/2017")

    entry = AccessEntry.objects.get(user=data_officer)
    payload = AccessPayload.objects.get(entry=entry)
    assert entry.kind == AccessKind.SEARCH
    assert payload.asked["q"] == "amina khan 28/2/2017"
    assert "born 28 February 2017" in payload.asked["understood"]
    assert payload.children == [child.pk]


def test_a_page_of_twenty_costs_as_many_queries_as_a_page_of_two(officer, django_assert_max_num_queries):
    school = make_school()
    for _ in range(2):
        make_child("Amina", "Khan", school=school)
    with django_assert_max_num_queries(18) as few:
        search(officer, q="amina khan 28/2/2017")
    for number in range(18):
        make_child("Amina", "Khan", school=school, address=make_address(paon=str(number)))

    with django_assert_max_num_queries(len(few)):
        page = search(officer, q="amina khan 28/2/2017")

    assert page.text.count("ci-result__name") == 20


def test_those_who_may_not_search_are_refused(browser_of, governance, outsider):
    assert search(browser_of(governance), q="khan").status_code == 403
    assert search(browser_of(outsider), q="khan").status_code in (302, 403)


def test_a_child_who_left_the_school_is_not_listed_there(officer):
    school = make_school()
    child = make_child("Amina", "Khan", school=school)
    with said_by():
        recording.end(Enrolment.objects.get(child=child), on=date(2025, 7, 20))

    assertNotContains(search(officer, school=school.urn), child.index_number)


CROWDS = [
    {"q": "15/5/2016"},
    {"q": "born in may 2016"},
    {"date_of_birth": "2016"},
    {"q": "b15"},
    {"q": "b15 2"},
    {"q": "b15 15/5/2016 girl"},
    {"postcode": "B15", "sex": "F"},
    {"q": "15/5/2016", "area": "B15 2"},
    {"area": "B15 2"},
]


@pytest.mark.parametrize("asked", CROWDS, ids=str)
def test_a_birthday_or_a_part_of_a_postcode_alone_lists_whoever_it_fits(officer, asked):
    child = make_child("Amina", "Khan", born=date(2016, 5, 15), sex="F", address=make_address(postcode="B15 2TT"))
    other = make_child("Imran", "Shah", born=date(2013, 5, 16), sex="M", address=make_address(postcode="B1 5AA"))

    page = search(officer, **asked)

    assertContains(page, child.index_number)
    assertNotContains(page, other.index_number)
    assertContains(page, "1 child, in order of surname")


@pytest.mark.parametrize("filters", [{"sex": "M"}, {"area": "B1"}, {"age_from": "14"}], ids=str)
def test_a_crowd_that_the_filters_shut_out_is_nobody(officer, filters):
    make_child("Amina", "Khan", born=date(2016, 5, 15), sex="F", address=make_address(postcode="B15 2TT"))

    page = search(officer, q="b15 15/5/2016 girl", **filters)

    assertContains(page, "Nobody was found")
    assertContains(page, "Search without them")
    assertNotContains(page, "Names were also tried")


def test_an_age_alone_lists_those_of_that_age_today(officer):
    today = timezone.localdate()
    of_age = make_child("Amina", "Khan", born=birthday(today, -7))
    for born in (birthday(today, -8), birthday(today, -6)):
        make_child("Imran", "Shah", born=born)

    page = search(officer, q="7 years old")

    assertContains(page, of_age.index_number)
    assertContains(page, "1 child, in order of surname")


def test_a_shielded_child_is_in_no_list_by_part_of_a_postcode(officer):
    child = make_child("Amina", "Khan", address=make_address(postcode="B15 2TT"))
    shield(child)

    for part in ("b15", "b15 2"):
        assertNotContains(search(officer, q=part), child.index_number)


def test_one_name_of_a_carer_asks_for_the_other(officer):
    assertContains(search(officer, carer="Khalid"), "Enter the carer’s forename and surname.")


@pytest.mark.parametrize("typed", ["31 Ferry Court, Exchester", "Flat 2, 31 Ferry Court", "31 ferry court b15 2tt"])
def test_an_address_is_found_whatever_is_written_around_its_number_and_street(officer, typed):
    child = make_child("Amina", "Khan", address=make_address(paon="31", street="Ferry Court"))

    assertContains(search(officer, address=typed), child.index_number)
    assertContains(search(officer, address="Ferry Court"), "An address is found by its house number and street")


@pytest.mark.parametrize("typed", ["CI-GA9X-EVM8-D", "khan CI-GA9X-EVM8-D"])
def test_a_mistyped_index_number_is_not_taken_for_a_postcode(officer, typed):
    page = search(officer, q=typed)

    assertContains(page, "CI-GA9X-EVM8-D is not valid")
    assertNotContains(page, "Postcode starts")
