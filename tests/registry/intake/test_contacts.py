"""The people to turn to about a child, as schools' systems and child health list them: one to a row, or several."""

from datetime import date

import pytest

from registry.intake.applying import apply
from registry.models import Address, Care, Carer, Name, Outcome
from tests.factories import make_school
from tests.registry.intake.lists import compared, row_of, school_source

pytestmark = pytest.mark.django_db
WHO = "Reference,Surname,Forename,Date of birth,Sex,Postcode"
FIRST = "Contact 1 Name,Contact 1 Relationship,Contact 1 Phone"
SEVERAL = f"{WHO},{FIRST},Priority 2 Contact,Contact2 Relationship,Carer 2 Email"
AMINA = "7,Khan,Amina,28/02/2017,F,B4 7DA"


@pytest.fixture
def school():
    return school_source(make_school())


def cares_of(child):
    cares = Care.objects.open().filter(child=child).order_by("priority", "pk")
    return [(str(care.carer), care.kind, care.priority) for care in cares]


def test_several_contacts_in_one_row_become_carers_in_their_order(amina, school):
    row = f"{AMINA},Mrs Farah Khan,Mum,0121 496 0101,Dr Yusuf Khan,Father,yusuf@example.org"
    apply(compared([row], headings=SEVERAL, source=school, feed="contacts"), by=None)

    assert cares_of(amina) == [("Mrs Farah Khan", "mother", 1), ("Dr Yusuf Khan", "father", 2)]
    assert Carer.objects.get(forename="Yusuf").email == "yusuf@example.org"


def test_contacts_that_are_held_already_are_only_confirmed(amina, school):
    row = f"{AMINA},Mrs Farah Khan,Mum,0121 496 0101,Dr Yusuf Khan,Father,yusuf@example.org"
    apply(compared([row], headings=SEVERAL, source=school, feed="contacts"), by=None)

    again = compared([row], headings=SEVERAL, source=school, feed="contacts", name="again.csv", as_of=date(2026, 11, 1))

    assert row_of(again).outcome == Outcome.CONFIRMED
    assert {change["do"] for change in row_of(again).changes} <= {"confirm", "repeat"}


def test_a_second_contact_by_the_codes_of_the_first_is_understood_and_an_unknown_one_is_named_by_its_own_column(
    amina, school
):
    row = f"{AMINA},Farah Khan,Mum,,Yusuf Khan,Uncle Joe,"
    read = compared([row], headings=SEVERAL, source=school, feed="contacts")

    assert [problem[0] for problem in row_of(read).problems] == ["relationship_2"]
    assert row_of(read).claim["relationship"] == "mother"


def test_where_a_contact_lives_is_the_carers_own_address_and_leaves_the_childs_home_alone(amina, school):
    headings = f"{WHO},Contact surname,Contact forename,Contact address,Contact postcode"
    row = f"{AMINA},Khan,Yusuf,Flat 2 9 High Street,b47db"
    apply(compared([row], headings=headings, source=school, feed="contacts"), by=None)

    carer = Carer.objects.get(forename="Yusuf")
    assert str(carer.address) == "Flat 2, 9 High Street, B4 7DB"
    assert str(amina.residences.get().address) == "14 Example Road, Exampleton, B4 7DA"

    moved = f"{AMINA},Khan,Yusuf,11 High Street,B4 7DB"
    later = compared([moved], headings=headings, source=school, feed="contacts", as_of=date(2026, 11, 1))
    apply(later, by=None)

    carer.refresh_from_db()
    assert str(carer.address) == "11 High Street, B4 7DB"
    assert Address.objects.filter(street="High Street").count() == 2


def test_what_a_carer_is_to_the_child_is_said_better_by_a_later_list(amina, school):
    headings = f"{WHO},Contact surname,Contact forename,Relationship,Priority"
    apply(compared([f"{AMINA},Khan,Farah,,"], headings=headings, source=school, feed="contacts"), by=None)
    assert cares_of(amina) == [("Farah Khan", "other", None)]

    row = f"{AMINA},Khan,Farah,Mother,1"
    apply(compared([row], headings=headings, source=school, feed="contacts", as_of=date(2026, 11, 1)), by=None)

    assert cares_of(amina) == [("Farah Khan", "mother", 1)]


def test_an_order_of_contact_that_is_no_number_is_a_problem_of_its_cell(amina, school):
    headings = f"{WHO},Contact surname,Priority"
    read = compared([f"{AMINA},Khan,first"], headings=headings, source=school, feed="contacts")

    assert row_of(read).problems == [["priority", "unreadable", "The order of contact is a number from 1 to 99."]]


@pytest.mark.parametrize("written", ["Baby", "Baby Girl", "Unnamed", "B/O Khan", "Infant", "Not known"])
def test_a_baby_not_yet_named_is_added_with_a_surname_alone_and_named_by_the_next_list(written, births):
    row = "31,Khan,{},14/11/2026,F,B4 7DA,Khan,Farah"
    headings = f"{WHO},Mother surname,Mother forename"
    first = compared([row.format(written)], headings=headings, source=births, as_of=date(2026, 11, 15))
    apply(first, by=None)
    name = Name.objects.get()
    assert (first.joined, name.forename, name.surname) == (1, "", "Khan")

    named = compared([row.format("Amira")], headings=headings, source=births, as_of=date(2026, 11, 22))
    apply(named, by=None)

    assert row_of(named).questions == []
    assert (named.changed, named.to_decide) == (1, 0)
    assert str(Name.objects.open().get()) == "Amira Khan"


def test_a_list_that_does_not_know_the_first_name_takes_none_away(births):
    apply(compared(["31,Khan,Amira,14/11/2026,F,"], headings=WHO, source=births, as_of=date(2026, 11, 15)), by=None)

    later = compared(["31,Khan,Baby,14/11/2026,F,"], headings=WHO, source=births, as_of=date(2026, 11, 22))
    apply(later, by=None)

    assert row_of(later).outcome == Outcome.CONFIRMED
    assert str(Name.objects.open().get()) == "Amira Khan"
