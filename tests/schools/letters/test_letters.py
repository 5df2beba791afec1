"""Letters: from a template, singly or as a mailing, and never to a home that nobody may write to."""

from datetime import date

import pytest

from registry.models import Child
from schools.letters import mailing, wording
from schools.missing import opening
from schools.models import CaseEnquiry, Letter, LetterTemplate, Mailing, NoContact
from tests.factories import TODAY, make_address, make_child, said_by, shield

pytestmark = pytest.mark.django_db
TEN = date(TODAY.year - 10, 1, 15)


@pytest.fixture
def officer(browser_of, data_officer):
    return browser_of(data_officer)


@pytest.fixture
def template(db):
    return LetterTemplate.objects.get(name="Where is your child educated?")


def case_of(forename, by, *, has_home=True, **more):
    home = make_address(paon=f"14 {forename}") if has_home else None
    child = make_child(forename, "Khan", born=TEN, address=home, **more)
    opening.open_case(child, source="public", told="", owner=by, by=by)
    return child


def test_one_letter_is_written_printed_and_noted_in_the_case(officer, data_officer, template):
    amina = case_of("Amina", data_officer)

    page = officer.post(f"/letters/write/?child={amina.pk}", {"template": template.pk}, follow=True).text

    letter = Letter.objects.get()
    assert letter.child == amina
    assert "where Amina Khan, born 15 January" in letter.text
    assert letter.address.startswith("14 Amina Example Road")
    assert "To the parents or carers" in page
    assert str(data_officer) in letter.text
    assert str(CaseEnquiry.objects.get().kind) == "Write a letter"


def test_a_mailing_leaves_out_the_dead_the_shielded_and_whom_nobody_may_contact(
    browser_of, custodian, data_officer, template
):
    plain = case_of("Plain", data_officer)
    dead, hidden, barred = (case_of(name, data_officer) for name in ("Dead", "Hidden", "Barred"))
    case_of("Homeless", data_officer, has_home=False)
    away = case_of("Away", data_officer)
    with said_by():
        Child.objects.filter(pk=dead.pk).update(date_of_death=TODAY)
        Child.objects.filter(pk=away.pk).update(state="moved_away")
    shield(hidden)
    mailing.bar(barred, reason="The father must not learn of it", by=data_officer)
    browser = browser_of(custodian)

    page = browser.get("/letters/write/?show=all").text
    browser.post("/letters/write/?show=all", {"template": template.pk})

    for said in (
        "1 child has died",
        "1 child is behind a shield",
        "1 child must not be contacted",
        "1 child has no address to write to",
        "1 child has moved away",
    ):
        assert said in page
    assert "1 letter to write" in page
    assert [letter.child for letter in Letter.objects.all()] == [plain]
    assert Mailing.objects.get().left_out["are behind a shield"] == 1


def test_an_officer_is_not_told_that_somebody_is_behind_a_shield(officer, data_officer):
    case_of("Plain", data_officer)
    shield(case_of("Hidden", data_officer))

    page = officer.get("/letters/write/?show=all").text

    assert "1 letter to write" in page
    assert "shield" not in page


def test_a_letter_to_a_shielded_child_cannot_be_written_by_its_number(officer, browser_of, custodian, data_officer):
    hidden = case_of("Hidden", data_officer)
    shield(hidden)

    assert officer.get(f"/letters/write/?child={hidden.pk}").status_code == 404
    assert "Nobody is left to write to" in browser_of(custodian).get(f"/letters/write/?child={hidden.pk}").text


def test_a_letter_is_written_only_where_there_is_a_case(officer):
    child = make_child("Zoe", "Okafor", born=TEN, address=make_address(paon="3"))

    assert officer.get(f"/letters/write/?child={child.pk}").status_code == 404


def test_letters_to_who_is_shielded_since_are_shown_to_custodians_alone(
    officer, browser_of, custodian, data_officer, template
):
    amina = case_of("Amina", data_officer)
    officer.post(f"/letters/write/?child={amina.pk}", {"template": template.pk})
    made = Mailing.objects.get()

    shield(amina)

    assert "Amina" not in officer.get(f"/letters/{made.pk}/").text
    assert "Amina Khan" in browser_of(custodian).get(f"/letters/{made.pk}/").text


def test_nobody_may_contact_a_home_until_a_manager_says_that_they_may(officer, browser_of, data_manager, data_officer):
    amina = case_of("Amina", data_officer)
    case = amina.cases.get()
    officer.post(f"/missing/{case.pk}/no-contact/", {"reason": "The father must not learn of it"})

    page, sheet = officer.get(f"/missing/{case.pk}/").text, officer.get(f"/missing/{case.pk}/visit/").text
    assert "Nobody may contact the home." in page
    assert "The father must not learn of it" in page
    assert "/letters/write/?child=" not in page
    assert "Do not visit it." in sheet
    assert officer.post(f"/missing/{case.pk}/contact-again/").status_code == 403
    browser_of(data_manager).post(f"/missing/{case.pk}/contact-again/")

    assert not NoContact.objects.in_force().exists()
    assert "/letters/write/?child=" in officer.get(f"/missing/{case.pk}/").text


def test_a_manager_keeps_the_letters(browser_of, data_manager, officer, template):
    browser = browser_of(data_manager)
    said = {"name": "A second letter", "subject": "{child}", "body": "Dear parent of {child}", "is_active": "on"}

    browser.post("/letters/templates/add/", said)
    browser.post(f"/letters/templates/{template.pk}/", {**said, "name": template.name, "is_active": ""})

    assert LetterTemplate.objects.get(name="A second letter").subject == "{child}"
    template.refresh_from_db()
    assert not template.is_active
    assert officer.get("/letters/templates/").status_code == 403


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ("Dear {mother}", "There is nothing to put in the place of {mother}"),
        ("Dear {child.names}", "There is nothing to put in the place of {child.names}"),
        ("Dear {child!r}", "There is nothing to put in the place of {child}"),
        ("Dear {child", "A brace is open that does not close"),
    ],
)
def test_a_letter_with_a_place_that_is_none_is_refused_and_stays_as_typed(browser_of, data_manager, body, refused):
    said = {"name": "Another", "subject": "Hello", "body": body}

    page = browser_of(data_manager).post("/letters/templates/add/", said).text

    assert refused in page
    assert body.split("{")[0] in page
    assert not LetterTemplate.objects.filter(name="Another").exists()


def test_what_a_family_is_called_cannot_be_a_place_of_its_own():
    assert wording.filled("Dear {child}", {"child": "{officer} {0}"}) == "Dear {officer} {0}"


def test_two_letters_of_one_name_are_refused(browser_of, data_manager, template):
    said = {"name": template.name.upper(), "subject": "Hello", "body": "Hello"}

    assert (
        "There is a letter of this name already." in browser_of(data_manager).post("/letters/templates/add/", said).text
    )


def test_letters_are_for_those_who_work_on_cases(browser_of, outsider, governance):
    for user in (outsider, governance):
        for page in ("/letters/", "/letters/write/", "/letters/templates/"):
            assert browser_of(user).get(page).status_code == 403
