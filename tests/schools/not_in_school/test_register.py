"""The register of children not in school: who has to be on it, what an entry says, its clocks, and what it hides."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from registry import recording
from registry.balance import counting
from registry.balance.lines import Line
from registry.disclosure import Context
from registry.models import BalancePlace, Care, EducationArrangement
from schools.models import NotInSchool, NotInSchoolParent
from schools.not_in_school import keeping
from schools.not_in_school.eligible import eligible
from schools.not_in_school.keeping import CannotEnter
from tests.factories import TODAY, make_address, make_carer, make_child, make_school, said_by, shield
from tests.schools.boxes import boxes

pytestmark = pytest.mark.django_db
TEN = date(TODAY.year - 10, 1, 15)


@pytest.fixture(autouse=True)
def kept(settings):
    settings.NOT_IN_SCHOOL_REGISTER = True


@pytest.fixture
def amina(db):
    """Educated at home by her mother."""
    child = make_child("Amina", "Khan", born=TEN, address=make_address(paon="14"), carer=make_carer("Farah", "Khan"))
    with said_by():
        recording.assert_fact(
            EducationArrangement(child=child, kind="home_education", from_date=TODAY - timedelta(days=40))
        )
    return child


@pytest.fixture
def officer(browser_of, data_officer):
    return browser_of(data_officer)


@pytest.fixture
def entry(amina, data_officer):
    found, _ = eligible(to=Context(user=data_officer))
    keeping.enter(found, by=data_officer)
    return NotInSchool.objects.get(child=amina)


def test_the_register_is_there_only_where_the_council_keeps_it(officer, settings):
    settings.NOT_IN_SCHOOL_REGISTER = False

    for page in ("/not-in-school/", "/not-in-school/eligible/", "/not-in-school/1/"):
        assert officer.get(page).status_code == 404
    assert "The register of children not in school" not in officer.get("/home-education/").text


def test_who_is_on_no_roll_or_is_educated_elsewhere_by_agreement_is_eligible(data_officer, amina):
    school = make_school()
    flexible = make_child("Zoe", "Okafor", born=TEN, school=school)
    make_child("Only", "Atschool", born=TEN, school=school)
    make_child("Too", "Young", born=date(TODAY.year - 2, 1, 15))
    with said_by():
        recording.assert_fact(EducationArrangement(child=flexible, kind="other_provision", from_date=TODAY))

    found, total = eligible(to=Context(user=data_officer))

    assert total == 2
    assert {one.child_id: str(one.basis) for one in found} == {amina.pk: "a", flexible.pk: "b"}


def test_the_children_of_a_page_are_entered_with_their_parents_and_addresses(officer, amina):
    page = officer.get("/not-in-school/eligible/").text
    assert "Amina Khan" in page
    assert "On no school’s roll" in page

    officer.post("/not-in-school/enter/", {"child": [amina.pk, 10**9, "x"]})

    made = NotInSchool.objects.get()
    parent = made.parents.get()
    assert (made.child, made.basis, made.from_date) == (amina, "a", TODAY)
    assert str(parent) == "Farah Khan"
    assert parent.address.startswith("14 Example Road")
    assert "Everybody who has to be is on the register" in officer.get("/not-in-school/eligible/").text


def test_a_parent_who_lives_apart_is_not_given_the_childs_address(data_officer, amina):
    father = make_carer("Tariq", "Khan")
    with said_by():
        recording.assert_fact(Care(child=amina, carer=father, kind="father", lives_with="no"))

    found, _ = eligible(to=Context(user=data_officer))
    keeping.enter(found, by=data_officer)

    assert NotInSchoolParent.objects.get(carer=father).address == ""
    assert "The home address of Tariq Khan" in keeping.lacking(NotInSchool.objects.get())


def test_an_entry_says_what_it_lacks_until_it_has_what_the_law_asks_for(officer, entry):
    assert "Which parents educate the child" in officer.get(f"/not-in-school/{entry.pk}/").text
    parent = entry.parents.get()
    given = {"parent_hours": "20", "other_hours": "4.5", "educating": [parent.pk], **boxes("said_on", TODAY)}
    officer.post(f"/not-in-school/{entry.pk}/given/", given)
    entry.refresh_from_db()
    assert (entry.parent_hours, entry.other_hours) == (Decimal("20.0"), Decimal("4.5"))
    assert keeping.lacking(entry) == ["Who gives the hours by others"]

    tutor = {"name": "Ann Smith", "kind": "tutor", "address": "1 High Street", "place": "ann@example.org"}
    officer.post(f"/not-in-school/{entry.pk}/provider/", {**tutor, "hours": "4.5", "hours_alone": "4.5"})

    page = officer.get(f"/not-in-school/{entry.pk}/").text
    assert "Nothing that the law asks for." in page
    assert "4.5 hours a week, 4.5 of them without a parent" in page


@pytest.mark.parametrize(
    ("hours", "alone", "refused"),
    [("4", "5", "cannot be more than the hours a week"), ("200", "1", "168"), ("x", "1", "Enter a number")],
)
def test_hours_that_make_no_sense_are_refused_and_what_was_typed_stays(officer, entry, hours, alone, refused):
    said = {"name": "Ann Smith", "kind": "tutor", "hours": hours, "hours_alone": alone}

    page = officer.post(f"/not-in-school/{entry.pk}/provider/", said).text

    assert refused in page
    assert 'value="Ann Smith"' in page
    assert not entry.providers.exists()


def test_parents_give_what_they_must_and_a_visit_is_asked_for_within_fifteen_days(officer, entry, data_officer):
    [given, visit] = keeping.clocks(entry)
    assert (given.what, given.due) == ("What the parents must give", TODAY + timedelta(days=15))
    assert (visit.what, visit.due) == ("Ask to visit the home", TODAY + timedelta(days=15))

    officer.post(f"/not-in-school/{entry.pk}/visit/", {**boxes("on", TODAY), "outcome": ""})
    entry.refresh_from_db()
    assert [one.what for one in keeping.clocks(entry)][-1] == "Write down what came of the visit"
    officer.post(f"/not-in-school/{entry.pk}/visit/", {**boxes("on", TODAY), "outcome": "refused"})

    entry.refresh_from_db()
    assert entry.visit_outcome == "refused"
    assert [one.what for one in keeping.clocks(entry)] == ["What the parents must give"]


def test_providers_are_asked_once_in_three_months(officer, entry, data_officer):
    officer.post(f"/not-in-school/{entry.pk}/ask-providers/", {"sure": "yes"})
    entry.refresh_from_db()
    assert entry.providers_asked_on == TODAY

    assert "once in three months" in officer.post(f"/not-in-school/{entry.pk}/ask-providers/", {"sure": "yes"}).text
    with said_by():
        NotInSchool.objects.update(providers_asked_on=TODAY - timedelta(days=91))
    keeping.ask_providers(NotInSchool.objects.get(), by=data_officer)


def test_an_entry_does_not_change_the_line_of_the_balance_and_the_page_says_why(officer, data_officer):
    child = make_child("Zoe", "Okafor", born=TEN, school=make_school("Hollyfield Primary"))
    with said_by():
        recording.assert_fact(EducationArrangement(child=child, kind="other_provision", from_date=TODAY))
    before = BalancePlace.objects.get(child=child).line
    found, _ = eligible(to=Context(user=data_officer))

    keeping.enter(found, by=data_officer)

    page = officer.get(f"/not-in-school/{NotInSchool.objects.get().pk}/").text
    assert BalancePlace.objects.get(child=child).line == before == Line.NOT_CONFIRMED
    assert counting.present(TODAY, behind_shields=True).adds_up
    assert "do not change the line" in page


def test_an_address_that_must_not_be_told_is_for_custodians(officer, browser_of, custodian, entry):
    parent = entry.parents.get()
    said = {"carer": parent.carer_id, "address": "9 Secret Road", "kept_apart": "on"}
    officer.post(f"/not-in-school/{entry.pk}/parent/", said)

    page = officer.get(f"/not-in-school/{entry.pk}/").text

    assert "9 Secret Road" not in page
    assert "Must not be told" in page
    assert "9 Secret Road" in browser_of(custodian).get(f"/not-in-school/{entry.pk}/").text


def test_the_address_of_who_cares_for_a_shielded_child_too_is_hidden(officer, browser_of, custodian, entry):
    other = make_child("Bilal", "Khan", born=TEN)
    with said_by():
        recording.assert_fact(Care(child=other, carer=entry.parents.get().carer, kind="mother"))
    assert "14 Example Road" in officer.get(f"/not-in-school/{entry.pk}/").text

    shield(other)

    assert "14 Example Road" not in officer.get(f"/not-in-school/{entry.pk}/").text
    assert "14 Example Road" in browser_of(custodian).get(f"/not-in-school/{entry.pk}/").text


def test_an_address_stays_where_only_its_secrecy_is_changed(officer, entry):
    parent = entry.parents.get()

    officer.post(f"/not-in-school/{entry.pk}/parent/", {"carer": parent.carer_id, "address": "", "kept_apart": "on"})

    parent.refresh_from_db()
    assert parent.kept_apart
    assert parent.address.startswith("14 Example Road")


def test_who_comes_off_the_register_is_kept_and_not_changed_any_more(officer, data_officer, entry):
    officer.post(f"/not-in-school/{entry.pk}/leave/", {"how": "On the roll of Hollyfield", **boxes("on", TODAY)})

    entry.refresh_from_db()
    assert (entry.to_date, entry.removed_how) == (TODAY, "On the roll of Hollyfield")
    assert officer.get(f"/not-in-school/{entry.pk}/visit/").status_code == 404
    with pytest.raises(CannotEnter, match="came off the register"):
        keeping.ask_to_visit(entry, on=TODAY, outcome="", by=data_officer)
    assert "Came off the register" in officer.get(f"/not-in-school/{entry.pk}/").text


def test_a_child_of_whom_only_somebody_knows_is_entered_by_hand(officer):
    child = make_child("Zoe", "Okafor", born=TEN, school=make_school())
    url = f"/children/{child.index_number}/not-in-school/"
    assert "be sure that this is so" in officer.get(url).text

    officer.post(url)

    assert NotInSchool.objects.get().basis == "c"
    assert officer.get(url).url == f"/not-in-school/{NotInSchool.objects.get().pk}/"


def test_a_shielded_child_is_on_nobodys_list_but_the_custodians(officer, browser_of, custodian, entry, amina):
    shield(amina)

    assert "Amina" not in officer.get("/not-in-school/?show=all").text
    assert officer.get(f"/not-in-school/{entry.pk}/").status_code == 404
    assert "Amina Khan" in browser_of(custodian).get(f"/not-in-school/{entry.pk}/").text


def test_nobody_enters_a_shielded_child_without_being_a_custodian(officer, amina):
    shield(amina)

    officer.post("/not-in-school/enter/", {"child": [amina.pk]})

    assert not NotInSchool.objects.exists()


def test_the_pages_are_for_those_who_work_on_cases(browser_of, outsider, governance, entry):
    for user in (outsider, governance):
        for page in ("/not-in-school/", "/not-in-school/eligible/", f"/not-in-school/{entry.pk}/"):
            assert browser_of(user).get(page).status_code == 403


def test_only_a_custodian_says_that_an_address_may_be_told_again(officer, browser_of, custodian, entry):
    parent = entry.parents.get()
    url, again = f"/not-in-school/{entry.pk}/parent/", {"carer": parent.carer_id, "address": ""}
    officer.post(url, {**again, "address": "9 Secret Road", "kept_apart": "on"})

    officer.post(url, again)
    assert "9 Secret Road" not in officer.get(f"/not-in-school/{entry.pk}/").text
    browser_of(custodian).post(url, again)

    assert "9 Secret Road" in officer.get(f"/not-in-school/{entry.pk}/").text


def test_a_page_beyond_the_last_does_not_say_that_everybody_is_entered(officer, amina):
    assert "Amina Khan" in officer.get("/not-in-school/eligible/?page=9", follow=True).text
