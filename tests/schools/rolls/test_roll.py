"""The roll online: whom the council has on it, what is missing or doubted, and how it is confirmed."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry import conflicts
from registry.disclosure import Context
from registry.models import AccessPayload, Confirmation, Enrolment, Identifier, Name, Said
from schools.rolls.due import confirmed_since
from schools.rolls.reading import roll_of
from tests.cast import person
from tests.factories import TODAY, make_address, make_carer, make_child, make_school, said_by, shield
from tests.schools.people import at
from tests.schools.returns.written import HOME, census, on_roll, taken

pytestmark = pytest.mark.django_db
ROLL = "/roll/900001/"
CONFIRM = f"{ROLL}confirm/"


@pytest.fixture
def office(hollyfield):
    return at(hollyfield)


@pytest.fixture
def browser(browser_of, office):
    client = browser_of(office)
    client.office = office
    return client


def pupils(school, user):
    return roll_of(school, to=Context(user=user))


def spell_of(child):
    return Enrolment.objects.get(child=child)


def test_somebody_at_one_school_is_led_to_its_roll(browser, amina):
    page = browser.get("/roll/", follow=True)

    assert page.redirect_chain[-1][0] == ROLL
    assert "Amina Khan" in page.text
    assert "0 of 1 pupil confirmed this term." in page.text


def test_somebody_without_a_post_is_told_whom_to_ask(browser_of, hollyfield, amina):
    assert "You have no post at a school yet" in browser_of(person("New Person", "head")).get("/roll/").text


def test_another_schools_roll_is_no_page(browser, amina):
    make_school("Fernhill Primary", urn=900002)

    assert browser.get("/roll/900002/").status_code == 404
    assert browser.post("/roll/900002/confirm/", {"pupil": spell_of(amina).pk}).status_code == 404
    assert not Said.objects.filter(kind="enrolment", source_record__source__code="school-900001").exists()


@pytest.mark.parametrize("address", ["/search/?q=khan", "/children/add/", "/duplicates/", "/files/", "/returns/"])
def test_a_school_has_no_page_of_the_councils(browser, amina, address):
    assert browser.get(address).status_code == 403


def test_a_record_is_no_page_of_a_schools(browser, amina):
    assert browser.get(f"/children/{amina.index_number}/").status_code == 403


def test_what_is_missing_and_what_is_doubted_is_said(hollyfield, amina, office):
    with said_by():
        Name.objects.create(child=amina, forename="Amina", surname="Khan-Begum", source=amina.names.get().source)

    [pupil] = pupils(hollyfield, office)

    assert (pupil.missing, pupil.doubted) == (("UPN", "carer"), ("name",))


def test_a_pupil_of_whom_everything_is_known_misses_nothing(hollyfield, office):
    zoe = make_child(
        "Zoe", "Okafor", school=hollyfield, address=make_address(), carer=make_carer(telephone="0121 496 0123")
    )
    with said_by() as deed:
        Identifier.objects.create(child=zoe, kind="upn", value="H330203126001", source=deed.source)

    [pupil] = pupils(hollyfield, office)

    assert (pupil.upn, pupil.carers, pupil.missing) == ("H330203126001", ("Farah Khan, 0121 496 0123",), ())


def test_what_the_schools_own_return_said_is_confirmed_already(hollyfield, amina, office):
    taken(census(on_roll()), hollyfield, as_of=TODAY)

    [pupil] = pupils(hollyfield, office)

    assert pupil.is_confirmed(confirmed_since(hollyfield))


def test_what_the_council_said_is_not_confirmed_by_the_school(hollyfield, amina, office):
    assert pupils(hollyfield, office)[0].confirmed_on is None


def test_a_class_is_confirmed_with_all_that_is_shown_of_it(browser, hollyfield, amina, office):
    answer = browser.post(CONFIRM, {"pupil": spell_of(amina).pk}, follow=True)

    said = Said.objects.filter(source_record__source__code="school-900001")
    assert "1 pupil confirmed." in answer.text
    assert "1 of 1 pupil confirmed this term." in answer.text
    assert sorted(said.values_list("kind", flat=True)) == ["enrolment", "name", "residence"]
    assert said.first().act.by == office


def test_confirming_again_is_no_fault(browser, amina):
    browser.post(CONFIRM, {"pupil": spell_of(amina).pk})

    assert browser.post(CONFIRM, {"pupil": spell_of(amina).pk}).status_code == 302


def test_a_pupil_of_another_school_is_not_confirmed_by_asking_for_it(browser, hollyfield, amina):
    zoe = make_child("Zoe", "Okafor", school=make_school("Fernhill Primary"))
    before = Confirmation.objects.count()

    answer = browser.post(CONFIRM, {"pupil": spell_of(zoe).pk}, follow=True)

    assert "Nobody was confirmed" in answer.text
    assert Confirmation.objects.count() == before


def test_what_two_sources_contest_is_not_confirmed_with_the_class(browser, hollyfield, amina):
    with said_by():
        Name.objects.create(child=amina, forename="Amina", surname="Khan-Begum", source=amina.names.get().source)

    assert "Everything here is right" not in browser.get(ROLL).text

    browser.post(CONFIRM, {"pupil": spell_of(amina).pk})

    said = set(Said.objects.filter(source_record__source__code="school-900001").values_list("kind", flat=True))
    assert "enrolment" in said
    assert "name" not in said


def test_a_shielded_pupil_shows_that_the_school_has_them_and_nothing_else(browser, hollyfield, amina):
    taken(census(on_roll()), hollyfield, as_of=TODAY)
    shield(amina)

    page = browser.get(ROLL).text

    assert "Amina Khan" in page
    assert "Withheld. Ask the index team." in page
    assert "Example Road" not in page


def test_of_a_shielded_pupil_only_the_place_on_the_roll_is_confirmed(browser, hollyfield, amina):
    taken(census(on_roll()), hollyfield, as_of=date(2026, 3, 1))
    shield(amina)
    before = set(Confirmation.objects.values_list("pk", flat=True))

    browser.post(CONFIRM, {"pupil": spell_of(amina).pk})

    assert [one.kind for one in Confirmation.objects.exclude(pk__in=before)] == ["enrolment"]


def test_classes_are_tabs_and_the_first_with_something_left_opens(browser, hollyfield, amina):
    zoe = make_child("Zoe", "Okafor", school=hollyfield)
    with said_by():
        Enrolment.objects.filter(child=amina).update(class_name="5A")
        Enrolment.objects.filter(child=zoe).update(class_name="5B")
    browser.post(CONFIRM, {"pupil": spell_of(amina).pk})

    page = browser.get(ROLL).text

    assert "Zoe Okafor" in page
    assert "Amina Khan" not in page
    assert "1 to go: 1 in 5B." in page
    assert "Amina Khan" in browser.get(ROLL, {"class": "5A"}).text


def test_looking_at_the_roll_is_recorded_with_everybody_shown(browser, hollyfield, amina):
    browser.get(ROLL)

    last = AccessPayload.objects.latest("at")
    assert (last.asked["page"], last.asked["school"], last.children) == ("roll", 900001, [amina.pk])


def test_the_page_costs_the_same_for_one_pupil_and_for_twenty(browser, hollyfield, amina):
    def queries():
        with CaptureQueriesContext(connection) as found:
            browser.get(ROLL)
        return len(found)

    queries()
    one = queries()
    for number in range(20):
        make_child("Zoe", f"Okafor{chr(97 + number)}", school=hollyfield, address=make_address(), carer=make_carer())

    assert queries() == one


def test_an_empty_roll_says_how_pupils_come_to_stand_there(browser, hollyfield):
    assert "Nobody is on this roll" in browser.get(ROLL).text


@pytest.mark.parametrize("role", ["data_officer", "data_manager", "information_governance"])
def test_the_roll_online_is_for_schools(browser_of, hollyfield, amina, role):
    browser = browser_of(person("Somebody Else", role))
    assert browser.get(ROLL).status_code == 403
    assert browser.post(CONFIRM, {"pupil": spell_of(amina).pk}).status_code == 403


@pytest.mark.parametrize(("here", "there"), [("C", "C"), ("S", "C"), ("G", "C"), ("G", "M"), ("M", "M")])
def test_by_listing_another_schools_pupil_a_school_learns_nothing(browser, hollyfield, here, there):
    zoe = make_child(
        "Zoe", "Okafor", school=make_school("Fernhill Primary"), address=make_address(street="Secret Lane")
    )
    with said_by() as deed:
        Enrolment.objects.filter(child=zoe).update(status=there)
        Enrolment.objects.create(child=zoe, school=hollyfield, status=here, from_date=TODAY, source=deed.source)

    page = browser.get(ROLL).text

    assert "Zoe Okafor" in page
    assert "Shown once it is settled whose pupil this is." in page
    assert "Secret Lane" not in page
    assert "Everything here is right" not in page


@pytest.mark.parametrize("unknown", ["here", "there", "at both"])
def test_a_pupil_of_two_schools_is_shown_to_neither_though_nobody_knows_since_when_it_is_on_a_roll(
    browser_of, hollyfield, unknown
):
    fernhill = make_school("Fernhill Primary", urn=900002)
    carer = make_carer(telephone="0121 496 0123")
    zoe = make_child("Zoe", "Okafor", school=fernhill, address=make_address(street="Secret Lane"), carer=carer)
    with said_by() as deed:
        Enrolment.objects.create(child=zoe, school=hollyfield, from_date=TODAY, source=deed.source)
        schools = {"here": [hollyfield], "there": [fernhill]}.get(unknown, [hollyfield, fernhill])
        Enrolment.objects.filter(child=zoe, school__in=schools).update(from_date=None)

    for school in (hollyfield, fernhill):
        text = browser_of(at(school, name=f"{school.name.split()[0]} Office")).get(f"/roll/{school.urn}/").text

        assert "Zoe Okafor" in text
        assert "Shown once it is settled whose pupil this is." in text
        assert not any(told in text for told in ("Secret Lane", "Farah", "0121 496 0123"))


@pytest.mark.parametrize(("here", "there"), [("M", "S"), ("S", "M"), ("M", "G")])
def test_a_pupil_on_two_rolls_as_main_and_subsidiary_is_shown(browser, hollyfield, here, there):
    zoe = make_child("Zoe", "Okafor", school=make_school("Fernhill Primary"), address=make_address(street="Known Lane"))
    with said_by() as deed:
        Enrolment.objects.filter(child=zoe).update(status=there)
        Enrolment.objects.create(child=zoe, school=hollyfield, status=here, from_date=TODAY, source=deed.source)

    assert "Known Lane" in browser.get(ROLL).text


def test_of_a_pupil_whom_the_school_alone_places_there_it_reads_back_its_own_words_alone(browser, hollyfield, office):
    zoe = make_child(
        "Zoe", "Okafor", born=date(2016, 5, 6), address=make_address(street="Secret Lane"), carer=make_carer()
    )
    with said_by() as deed:
        Identifier.objects.create(child=zoe, kind="upn", value="H330203126001", source=deed.source)

    taken(census(on_roll(surname="Okafor", forename="Zoe", born="2016-05-06")), hollyfield, as_of=TODAY)

    [pupil] = pupils(hollyfield, office)
    assert pupil.child.child_id == zoe.pk
    assert (pupil.name, pupil.address, pupil.upn, pupil.carers) == ("Zoe Okafor", "", "", ())
    assert "You have given no UPN." in browser.get(ROLL).text
    assert not any(told in browser.get(ROLL).text for told in ("Secret Lane", "Farah", "H330203126001"))


def test_neither_a_right_guess_of_an_address_nor_a_wrong_one_is_told_from_the_other(browser, hollyfield):
    lives = make_address(paon="14", street="Example Road")
    shown = []
    for street, name, born in (("Example Road", "Zoe", "2016-05-06"), ("Another Road", "Ada", "2015-04-03")):
        make_child(name, "Okafor", born=date.fromisoformat(born), address=lives)
        home = HOME.replace("Example Road", street).replace("<SAON>Flat 2</SAON>", "")
        row = on_roll(surname="Okafor", forename=name, born=born, home=home)
        taken(census(row), hollyfield, as_of=TODAY, name=f"{name}.xml")
        [pupil] = [one for one in pupils(hollyfield, browser.office) if one.name == f"{name} Okafor"]
        shown.append((street in pupil.address, pupil.missing, pupil.doubted, bool(pupil.confirmed_on)))

    assert shown[0] == shown[1]


def test_somebody_of_the_familys_confirms_nothing_of_their_own_child(browser, browser_of, hollyfield, amina, office):
    conflicts.declare(by=office, forename="Amina", surname="Khan", born=date(2017, 2, 28), relation="My daughter")

    page = browser.get(ROLL).text
    answer = browser.post(CONFIRM, {"pupil": spell_of(amina).pk}, follow=True).text

    assert "Of your own family: a colleague sees to it." in page
    assert "Example Road" not in page
    assert "Nobody was confirmed" in answer
    assert not Said.objects.filter(source_record__source__code="school-900001").exists()
    colleague = browser_of(at(hollyfield, name="Connie Colleague"))
    assert "1 pupil confirmed." in colleague.post(CONFIRM, {"pupil": spell_of(amina).pk}, follow=True).text
