"""What an officer types becomes a fact's values, or a sentence that says what to do."""

import pytest

from childindex.models import Source
from registry.editing.forms import (
    CareForm,
    CarerForm,
    EnrolmentForm,
    IdentifierForm,
    NameForm,
    ResidenceForm,
    find_school,
    sources_for,
)
from tests.factories import make_address, make_carer, make_child, make_practice, make_school, make_source, said_by

pytestmark = pytest.mark.django_db

WHY = {"source": "council", "reason_code": "new_information", "reason": ""}


def filled(form, doing="add", **typed):
    return form({**WHY, **typed}, doing=doing, sources=[Source.council()])


def test_a_name_needs_a_forename_or_a_surname():
    form = filled(NameForm, kind="registered")

    assert form.errors["surname"] == ["Enter a forename or a surname."]


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("upn", "H330203126002", "check letter"),
        ("upn", "G33020312601A", "Choose Temporary UPN"),
        ("temporary_upn", "H330203126001", "Choose UPN"),
        ("nhs_number", "943 476 5871", "not valid"),
        ("uln", "0000000000", "not valid"),
    ],
)
def test_a_number_that_fails_its_check_says_what_to_do(kind, value, words):
    form = filled(IdentifierForm, kind=kind, value=value, status="unverified")

    assert words in form.errors["value"][0]


def test_a_number_is_kept_without_its_spaces():
    form = filled(IdentifierForm, kind="nhs_number", value="943 476 5870", status="verified")

    assert form.is_valid(), form.errors
    assert form.fact_values()["value"] == "9434765870"


def test_a_home_needs_an_address_or_a_statement_that_there_is_none():
    assert "street" in filled(ResidenceForm, standing="lives_here").errors
    assert filled(ResidenceForm, standing="no_fixed_abode").is_valid()


def test_a_described_address_that_is_already_written_is_the_same_row():
    held = make_address(paon="14", street="Example Road", postcode="B4 7DA")
    form = filled(ResidenceForm, standing="lives_here", paon="14", street="example road", postcode="b47da")

    assert form.is_valid(), form.errors
    with said_by():
        assert form.settle()["address"] == held


def test_a_school_is_found_by_urn_laestab_or_name():
    school = make_school("Hollyfield Primary", la_code="330", estab_number="2031")

    assert {find_school(str(school.urn)), find_school("330/2031"), find_school("hollyfield")} == {school}


def test_two_schools_that_fit_are_named_with_their_numbers():
    one, other = make_school("Holly Infant"), make_school("Holly Junior")

    form = filled(EnrolmentForm, school="Holly", status="C")

    assert str(one.urn) in form.errors["school"][0]
    assert str(other.urn) in form.errors["school"][0]


def test_a_carer_s_address_that_is_a_town_alone_is_asked_for_more():
    form = CarerForm({**WHY, "surname": "Khan", "town": "Exampleton"}, doing="correct", sources=[Source.council()])

    assert form.errors["street"] == ["Enter at least a street or a postcode."]


def test_a_carer_already_at_the_address_is_chosen_and_not_typed_again():
    carer = make_carer()
    typed = {**WHY, "existing": str(carer.pk), "kind": "mother", "parental_responsibility": "yes", "lives_with": "yes"}

    form = CareForm(typed, doing="add", sources=[Source.council()], carers=[carer])

    assert form.is_valid(), form.errors
    with said_by():
        assert form.settle()["carer"] == carer


def test_whoever_spoke_of_the_child_may_be_named_as_the_source():
    spoke = make_source("hollyfield")
    make_source("elsewhere")
    child = make_child(source=spoke, practice=make_practice())

    offered = {source.code for source in sources_for(child.pk)}

    assert "hollyfield" in offered
    assert "elsewhere" not in offered
