"""The pages of a record: what each answers, for whom, and at what cost."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from registry import recording, sections
from registry.identifiers import new_index_number
from registry.models import (
    AccessEntry,
    Address,
    Care,
    Carer,
    Child,
    EducationArrangement,
    Enrolment,
    Name,
    Pin,
    Practice,
    Registration,
    Residence,
    School,
    Shield,
)
from tests.factories import (
    TODAY,
    make_address,
    make_carer,
    make_child,
    make_practice,
    make_school,
    make_source,
    said_by,
    shield,
)

pytestmark = pytest.mark.django_db

PAGES = ["record", "household", "schools", "print", "history"]


@pytest.fixture
def officer(browser_of, data_officer):
    return browser_of(data_officer)


def page(browser, child, name="record", **asked):
    return browser.get(reverse(f"registry:{name}", args=[child.index_number]), asked)


def full_child(**fields):
    return make_child(
        **{
            "address": fields.pop("address", None) or make_address(saon="Flat 2", paon="14", ward_name="Ladyfield"),
            "school": make_school(),
            "practice": make_practice(),
            "carer": make_carer(telephone="0121 496 0000", email="farah@example.org"),
            "source": make_source("hollyfield", name="Hollyfield Primary"),
            **fields,
        }
    )


def test_the_record_answers_first_where_the_child_is_and_how_sure_that_is(officer):
    text = page(officer, full_child()).text

    sentence = "Amina lives at Flat 2, 14 Example Road, Exampleton, B4 7DA, with Farah Khan (mother)."
    assert text.index(sentence) < text.index(">Names<")
    assert "Hollyfield Primary confirmed this on" in text
    assert "She is in Year 5 at Hollyfield Primary, on roll since 7 September 2022." in text
    assert 'ci-tag--fresh"><svg' in text


def test_the_head_of_the_record_says_who_it_is(officer):
    child = full_child()

    text = page(officer, child).text

    assert "born 28 February 2017 (9)" in text
    assert f"{child.index_number}</p>" in text
    assert "On roll, confirmed this term" in text


def test_each_fact_has_its_source_its_confirmation_and_what_may_be_done(officer):
    child = full_child()
    home = child.residences.get()

    response = page(officer, child)

    assertContains(response, f"Hollyfield Primary, from 1 September 2022. Confirmed on {TODAY.day} {TODAY:%B %Y}.")
    for doing in ("change", "correct", "end"):
        address = reverse(f"registry:fact_{doing}", args=[child.index_number, "residence", home.pk])
        assertContains(response, f'href="{address}"')


def test_facts_that_ended_are_folded_away_and_can_only_be_corrected(officer):
    child = full_child()
    with said_by():
        recording.end(child.residences.get(), on=date(2024, 1, 1))

    response = page(officer, child)

    assertContains(response, "No longer true (1)")
    assertNotContains(response, f"/residence/{child.residences.get().pk}/change/")
    assertContains(response, f"/residence/{child.residences.get().pk}/correct/")


def test_a_contested_fact_can_be_pinned_and_a_pinned_one_unpinned(officer, data_officer):
    child = full_child()
    elsewhere = make_address()
    with said_by(make_source("visiting", kind="health")):
        rival = recording.assert_fact(Residence(child=child, address=elsewhere))
    with said_by(by=data_officer):
        Pin.objects.create(child=child, slot="home", fact_id=rival.pk, reason="Seen there")

    response = page(officer, child)

    assertContains(response, f"/residence/{rival.pk}/unpin/")
    assertContains(response, f"/residence/{child.residences.exclude(pk=rival.pk).get().pk}/pin/")
    assertContains(response, "Pinned: it leads whatever others say.")
    assertContains(response, "disagree about where she lives")


def test_a_child_of_whom_nothing_is_known_says_so_everywhere(officer):
    with said_by():
        child = Child.objects.create(index_number=new_index_number().value, date_of_birth_standing="missing")

    for name in PAGES:
        if name != "history":
            assertContains(page(officer, child, name), "No name recorded")
    assertContains(page(officer, child), "date of birth missing")
    assertContains(page(officer, child), "No address is recorded")


def test_a_child_who_died_is_not_said_to_live_anywhere(officer):
    child = full_child(date_of_death=date(2026, 3, 3))

    response = page(officer, child)

    assertContains(response, "Amina died on 3 March 2026.")
    assertContains(response, "died 3 March 2026")
    assertNotContains(response, "Amina lives at")


def test_a_superseded_record_leads_to_the_one_that_stands_and_is_left_alone(officer):
    survivor, child = full_child(), make_child("Amina", "Kahn")
    with said_by():
        Child.objects.filter(pk=child.pk).update(state="superseded", superseded_by=survivor)

    response = page(officer, child)

    assertContains(response, reverse("registry:record", args=[survivor.index_number]))
    assertNotContains(response, "/correct/")
    assertNotContains(response, "Add a name")


def test_a_main_and_a_subsidiary_roll_agree_and_two_single_ones_do_not(officer):
    dual, double = make_child("Dual"), make_child("Double")
    with said_by():
        for status, child in (("M", dual), ("S", dual), ("C", double)):
            school = Enrolment(child=child, school=a_school(status), status=status, from_date=date(2024, 9, 1))
            recording.assert_fact(school)
    with said_by(make_source("other")):
        recording.assert_fact(Enrolment(child=double, school=a_school("X"), from_date=date(2024, 9, 1)))

    assertContains(page(officer, dual, "schools"), "She is also registered at School S (subsidiary of two registr")
    assertNotContains(page(officer, dual, "schools"), "Contested")
    assertContains(page(officer, double, "schools"), "Contested")
    assertContains(page(officer, double), "Two sources disagree about her school")


def a_school(name):
    """A school made within the open act."""
    urn = 800_000 + (name if isinstance(name, int) else ord(name)) % 100_000
    return School.objects.create(urn=urn, name=f"School {name}")


def test_a_school_to_come_is_marked_as_such(officer):
    child, school = make_child(), make_school("New School")
    with said_by():
        recording.assert_fact(Enrolment(child=child, school=school, from_date=TODAY + timedelta(days=40)))

    response = page(officer, child)

    assertContains(response, "She is to join New School on")
    assertContains(response, "To come")


def test_education_elsewhere_is_a_tag_beside_the_name(officer):
    child = make_child()
    with said_by():
        recording.assert_fact(EducationArrangement(child=child, kind="home_education", from_date=date(2024, 1, 1)))

    assertContains(page(officer, child), "She is educated at home, since 1 January 2024.")


def test_a_child_of_school_age_without_school_or_reason_is_marked(officer):
    assertContains(page(officer, make_child()), "No roll, no reason")


def test_the_household_shows_carers_with_contact_and_the_other_children(officer):
    home, mother = make_address(), make_carer(telephone="0121 496 0000")
    amina = make_child(address=home, carer=mother)
    yusuf = make_child("Yusuf", address=home)

    response = page(officer, amina, "household")

    assertContains(response, "0121 496 0000")
    assertContains(response, reverse("registry:record", args=[yusuf.index_number]))
    assertContains(response, reverse("registry:carer_edit", args=[amina.index_number, amina.cares.get().pk]))


def test_nobody_is_shown_together_in_a_hotel_and_no_shielded_child_at_home(officer):
    hotel, home = make_address(paon="Hotel", kind="hotel"), make_address()
    guest, amina = make_child(address=hotel), make_child(address=home)
    make_child("Zara", "Zephyr", address=hotel)
    shield(make_child("Yusuf", "Yarrow", address=home))

    assertContains(page(officer, guest, "household"), "is not a household (hotel")
    assertNotContains(page(officer, guest, "household"), "Zephyr")
    assertNotContains(page(officer, amina, "household"), "Yarrow")


@pytest.mark.parametrize("name", PAGES)
def test_behind_a_shield_every_page_withholds_and_says_so(officer, name):
    child = full_child()
    shield(child)

    response = page(officer, child, name)

    assertContains(response, "withheld. Ask the index team to make contact.")
    for hidden in ("Example Road", "B4 7DA", "Hollyfield", "Example Health Centre", "0121", "farah@", "Ladyfield"):
        assertNotContains(response, hidden)


def test_a_custodian_sees_behind_the_shield_and_may_lift_it(browser_of, custodian):
    child = full_child()
    shield(child)

    response = page(browser_of(custodian), child)

    assertContains(response, "14 Example Road")
    assertContains(response, "Lift the shield")


def test_only_custodians_are_offered_to_shield_a_child(officer, browser_of, custodian):
    child = full_child()

    assertNotContains(page(officer, child), "Shield this child")
    assertContains(page(browser_of(custodian), child), "Shield this child")


@pytest.mark.parametrize("name", PAGES)
def test_who_may_not_open_records_is_refused(browser_of, outsider, governance, name):
    child = full_child()

    for person in (outsider, governance):
        response = page(browser_of(person), child, name)
        assert response.status_code == 403
        assert "Amina" not in response.text


def test_an_index_number_however_written_leads_to_one_address(officer):
    child = make_child()
    loose = child.index_number.lower().replace("-", "")

    assertRedirects(officer.get(f"/children/{loose}/?x=1"), f"/children/{child.index_number}/?x=1")
    assert officer.get("/children/CI-2222-2222-2/").status_code == 404


def test_the_printed_record_says_who_printed_it_and_is_recorded_as_printed(officer):
    child = full_child()

    response = page(officer, child, "print")

    assertContains(response, "Printed by Olive Officer on")
    assertNotContains(response, "/change/")
    assert AccessEntry.objects.latest("pk").kind == "printed"


def test_a_room_above_adds_a_page_with_its_tab_for_those_it_is_for(officer, browser_of, custodian):
    mine = sections.Section(
        code="swimming",
        title="Swimming lessons",
        permission="see_shielded",
        template="registry/record/schools.html",
        content=lambda request, view: {"sentences": [], "groups": []},
        is_page=True,
    )
    sections.register(mine)
    child = full_child()
    try:
        assertNotContains(page(officer, child), "Swimming lessons")
        assertContains(page(browser_of(custodian), child), "Swimming lessons")
        address = reverse("registry:record_section", args=[child.index_number, "swimming"])
        assert (officer.get(address).status_code, browser_of(custodian).get(address).status_code) == (404, 200)
    finally:
        sections.forget("swimming")


def many_facts(child, *, count):
    """Facts of every kind, about as many different places and people."""
    with said_by(make_source(f"source-{child.pk}")):
        for number in range(count):
            start = date(2015, 1, 1) + timedelta(days=100 * number)
            dates = {"from_date": start, "to_date": start + timedelta(days=90)}
            unique = 1000 * child.pk + number
            home = Address.objects.create(paon=f"{unique}", street="Long Road", ward_name="Ladyfield")
            practice = Practice.objects.create(ods_code=f"Z{unique % 100_000:05d}", name="Practice")
            carer = Carer.objects.create(forename=f"Carer {number}", surname="Khan", address=home)
            recording.assert_fact(Name(child=child, kind="alias", forename=f"Name {number}", surname="Khan"))
            recording.assert_fact(Residence(child=child, address=home, **dates))
            recording.assert_fact(Enrolment(child=child, school=a_school(unique), **dates))
            recording.assert_fact(Registration(child=child, practice=practice, **dates))
            recording.assert_fact(Care(child=child, carer=carer, kind="other"))


COSTS = [(name, {}) for name in PAGES] + [
    ("record", {"on": "2024-01-01", "as": "true"}),
    ("record", {"on": TODAY.isoformat(), "as": "believed"}),
]


@pytest.mark.parametrize(("name", "asked"), COSTS)
def test_a_page_costs_as_many_queries_for_thirty_facts_as_for_one(officer, django_assert_max_num_queries, name, asked):
    few, many = full_child(), full_child(address=make_address())
    many_facts(few, count=1)
    many_facts(many, count=30)
    officer.get("/")
    with django_assert_max_num_queries(60) as cost:
        page(officer, few, name, **asked)

    with django_assert_max_num_queries(len(cost)):
        response = page(officer, many, name, **asked)

    assert response.status_code == 200


def test_no_shield_that_was_lifted_still_hides(officer):
    child = full_child()
    held = shield(child)
    with said_by():
        Shield.objects.filter(pk=held.pk).update(lifted_date=TODAY)

    assertContains(page(officer, child), "14 Example Road")
