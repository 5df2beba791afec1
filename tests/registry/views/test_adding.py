"""Adding a child by hand."""

from datetime import date

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from childindex.models import Act
from registry.indexing import entries_for
from registry.indexing.writing import stored
from registry.models import Care, Child, Enrolment, Identifier, Name, Residence, Standing
from tests.factories import make_child, make_school

pytestmark = pytest.mark.django_db

TELLING = {
    "forename": "Amina",
    "surname": "Khan",
    "date_of_birth_day": "28",
    "date_of_birth_month": "2",
    "date_of_birth_year": "2017",
    "upn": "H330203126001",
}
DESCRIBED = TELLING | {
    "sex": "F",
    "standing": "lives_here",
    "paon": "14",
    "street": "Example Road",
    "postcode": "B4 7DA",
    "carer_forename": "Farah",
    "carer_surname": "Khan",
    "carer_kind": "mother",
    "source": "family",
    "reason_code": "family_told",
    "reason": "Came to the desk",
}


@pytest.fixture
def officer(browser_of, data_officer):
    return browser_of(data_officer)


def post(browser, step, **data):
    return browser.post(reverse("registry:child_add"), {"step": step, **data})


def look(browser, **data):
    page = post(browser, "look", **TELLING | data)
    return page, page.context.get("looked", "")


def test_the_search_for_an_existing_child_comes_first(officer):
    held = make_child("Amna", "Kahn", born=date(2017, 2, 28))

    page, _ = look(officer)

    assertContains(page, "Is it one of these?")
    assertContains(page, held.index_number)
    assertContains(page, 'name="forename" value="Amina"')


def test_without_having_looked_nothing_is_added(officer):
    page = post(officer, "check", confirmed="yes", **DESCRIBED)

    assert not Child.objects.exists()
    assertContains(page, "Nobody like Amina Khan was found")


def test_somebody_elses_search_is_no_proof(officer, browser_of, data_manager):
    _, looked = look(browser_of(data_manager))

    post(officer, "check", confirmed="yes", looked=looked, **DESCRIBED)

    assert not Child.objects.exists()


def test_another_name_than_was_searched_for_is_searched_for_again(officer):
    held = make_child("Zara", "Khan", born=date(2017, 2, 28))
    _, looked = look(officer)

    page = post(officer, "check", confirmed="yes", looked=looked, **DESCRIBED | {"forename": "Zara"})

    assertContains(page, held.index_number)
    assertContains(page, 'name="carer_forename" value="Farah"')
    assert Child.objects.count() == 1


def test_the_description_begins_with_what_was_searched_for(officer):
    _, looked = look(officer)

    page = post(officer, "describe", looked=looked, **TELLING)

    assertContains(page, 'value="Amina"')
    assertContains(page, 'value="2017"')
    assertNotContains(page, "There is a problem")


def test_what_would_be_recorded_is_shown_before_it_is(officer):
    _, looked = look(officer)

    page = post(officer, "check", looked=looked, **DESCRIBED)

    assertContains(page, "Check before you add this child")
    for said in ("Amina Khan", "28 February 2017", "14 Example Road", "Farah Khan (mother)", "H330203126001"):
        assertContains(page, said)
    assert not Child.objects.exists()


def test_a_child_is_added_by_one_act_and_can_be_found(officer):
    _, looked = look(officer)

    page = post(officer, "check", confirmed="yes", looked=looked, **DESCRIBED)

    child = Child.objects.get()
    assert page["Location"] == reverse("registry:record", args=[child.index_number])
    assert Name.objects.get(child=child).surname == "Khan"
    assert Residence.objects.get(child=child).address.postcode == "B4 7DA"
    assert Care.objects.get(child=child).carer.forename == "Farah"
    assert Identifier.objects.get(child=child).kind == "upn"
    deed = Act.objects.get(reason_code="family_told")
    assert (deed.source.code, deed.reason) == ("family", "Came to the desk")
    assert stored([child.pk]) == entries_for([child.pk])


def test_the_form_sent_twice_makes_one_child(officer):
    _, looked = look(officer)

    first = post(officer, "check", confirmed="yes", looked=looked, **DESCRIBED)
    second = post(officer, "check", confirmed="yes", looked=looked, **DESCRIBED)

    assert Child.objects.count() == 1
    assert first["Location"] == second["Location"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"upn": "H330203126002"}, "its check letter should be X"),
        ({"postcode": "nowhere"}, "postcode"),
        ({"street": "", "postcode": "", "paon": ""}, "Enter at least a street or a postcode"),
        ({"school": "Nowhere High"}, "No school is called"),
        ({"year_group": "5"}, "Enter the school, or leave out"),
        ({"reason_code": ""}, "Answer the question “Why?”"),
        ({"date_of_birth_month": "14"}, "date of birth"),
    ],
)
def test_a_mistake_is_told_and_nothing_typed_is_lost(officer, typed, sentence):
    _, looked = look(officer)

    page = post(officer, "check", looked=looked, **DESCRIBED | typed)

    assertContains(page, sentence)
    assertContains(page, 'value="Farah"')
    assertContains(page, looked)
    assert not Child.objects.exists()


def test_no_known_address_is_a_fact_and_a_school_may_be_named(officer):
    school = make_school("Hollyfield Primary")
    _, looked = look(officer)
    typed = {"standing": "no_known_address", "street": "", "paon": "", "postcode": "", "school": str(school.urn)}

    post(officer, "check", confirmed="yes", looked=looked, **DESCRIBED | typed)

    assert Residence.objects.get().standing == Standing.NO_KNOWN_ADDRESS
    assert Enrolment.objects.get().school == school


def test_a_child_without_a_date_of_birth_is_added_as_missing_one(officer):
    none = dict.fromkeys(("date_of_birth_day", "date_of_birth_month", "date_of_birth_year"), "")
    _, looked = look(officer, **none)

    post(officer, "check", confirmed="yes", looked=looked, **DESCRIBED | none)

    assert Child.objects.get().date_of_birth_standing == "missing"


def test_governance_adds_nobody(browser_of, governance):
    assert browser_of(governance).get(reverse("registry:child_add")).status_code == 403
