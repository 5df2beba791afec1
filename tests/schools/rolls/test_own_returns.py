"""A school's own returns: sent, what could not be read of them, and what to mend in its own system."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from registry.models import AccessPayload, Correction, Delivery, Pin, Residence, Sex, Stage
from tests.cast import person
from tests.factories import make_address, make_child, make_school, said_by, shield
from tests.registry.intake.test_pages import work
from tests.schools.people import at
from tests.schools.returns.written import HOME, census, on_roll, taken

pytestmark = pytest.mark.usefixtures("own_database")
SEND, RETURNS, CORRECTIONS = "/roll/900001/send/", "/roll/900001/returns/", "/roll/900001/corrections/"
HEADINGS = (
    "Pupil id,Surname,Forename,DOB,Sex,UPN,Year group,Entry date,Postcode,Contact 1 name,Contact 1 phone,House,Street"
)
TWELVE_ERRORS = [
    "1,Khan,Amina,28/02/2017,F,H330203126002,5,07/09/2022,B4 7DA,,,14,Example Road",
    "2,Okafor,Zoe,31/02/2016,F,,6,07/09/2022,B4 7DB,,,3,High Street",
    "3,Baker,Tom,2/3/2016,Q,,6,07/09/2022,B4 7DB,,,5,High Street",
    "4,Chen,Mei,4/5/2016,F,,Year 19,07/09/2022,B4 7DB,,,7,High Street",
    "5,Dubois,Luc,5/6/2016,M,,6,7 Septober,B4 7DB,,,9,High Street",
    "6,Evans,Rhys,6/7/2016,M,,6,07/09/2022,B44,,,11,High Street",
    "7,Farah,Ayaan,7/8/2016,M,,6,07/09/2022,B4 7DB,Mrs Farah,12,13,High Street",
    "8,Gupta,Anaya,8/9/2016,F,,6,01/01/2010,B4 7DB,,,15,High Street",
    ",,,,,,,,B4 7DB,,,,",
    "10,Hossain,Ali,9/10/2016,M,H33020312600,6,07/09/2022,B4 7DB,,,17,High Street",
    "11,Jones,Ffion,1/1/2099,F,,6,07/09/2022,B4 7DB,,,19,High Street",
    "12," + "Long" * 40 + ",Kim,1/2/2016,F,,6,07/09/2022,B4 7DB,,,21,High Street",
]


@pytest.fixture
def office(hollyfield):
    return at(hollyfield)


@pytest.fixture
def browser(browser_of, office):
    return browser_of(office)


def sent(browser, text, name="roll.csv", address=SEND, day="1"):
    file = SimpleUploadedFile(name, text.encode())
    said = {"file": file, "as_of_day": day, "as_of_month": "10", "as_of_year": "2026"}
    return browser.post(address, said, follow=True)


def test_a_school_sends_a_file_with_twelve_kinds_of_error_sees_each_and_mends_them(browser, hollyfield, amina):
    answer = sent(browser, "\n".join([HEADINGS, *TWELVE_ERRORS]))
    work()

    page = browser.get(answer.redirect_chain[-1][0]).text
    assert "12 rows came, and all are accounted for." in page
    for sentence in (
        "The UPN H330203126002 is not valid",
        "February 2016 has 29 days: there is no 31.",
        "“Q” is no sex that is known",
        "“Year 19” is no year group that is known",
        "“7 Septober” is no date: write it like 3 10 2016.",
        "The postcode “B44” is not valid",
        "The telephone number “12” is not valid",
        "The entry date is before the date of birth.",
        "The row has no name and no number by which a child could be known.",
        "it has 12 characters",
        "The date of birth must be in the past.",
        "may have 100",
    ):
        assert sentence in page, sentence

    mended = [HEADINGS, TWELVE_ERRORS[0].replace("H330203126002", "")]
    answer = sent(browser, "\n".join(mended), day="2")
    work()
    assert "Everything in it could be read." in browser.get(answer.redirect_chain[-1][0]).text


def test_the_problems_are_a_file_as_well(browser, hollyfield, amina):
    answer = sent(browser, "\n".join([HEADINGS, TWELVE_ERRORS[5]]))
    work()

    lines = browser.get(f"{answer.redirect_chain[-1][0]}problems.csv").getvalue().decode().splitlines()

    assert "What is wrong" in lines[0]
    assert '"Postcode","unreadable"' in lines[1]


def test_a_census_of_another_school_is_refused_where_it_is_looked_at(browser, hollyfield, amina):
    make_school("Fernhill Primary", urn=900002, la_code="330", estab_number="2099")
    answer = sent(browser, census(on_roll()).replace("<Estab>2031", "<Estab>2099"), name="census.xml")
    work()

    page = browser.get(answer.redirect_chain[-1][0]).text
    assert "This file says that it is of Fernhill Primary" in page
    assert "send it again" in page


def test_what_its_rows_came_to_is_not_told(browser, hollyfield, amina):
    answer = sent(browser, census(on_roll()), name="census.xml")
    work()

    page = browser.get(answer.redirect_chain[-1][0]).text
    assert Delivery.objects.get().stage == Stage.APPLIED
    assert "confirmed" not in page.lower()
    assert amina.index_number not in page


def test_the_same_file_again_leads_to_the_first(browser, hollyfield, amina):
    sent(browser, census(on_roll()), name="census.xml")
    work()

    answer = sent(browser, census(on_roll()), name="census.xml")

    assert "This file came before" in answer.text
    assert "Open the file that came before" in answer.text


def test_nothing_is_sent_without_a_file_and_the_day_stays(browser, hollyfield):
    answer = browser.post(SEND, {"as_of_day": "3", "as_of_month": "10", "as_of_year": "2026"})

    assert "Choose the file." in answer.text
    assert 'value="3"' in answer.text


def test_another_schools_returns_are_no_pages(browser_of, hollyfield, amina):
    delivery = taken(census(on_roll()), hollyfield)
    fernhill = make_school("Fernhill Primary", urn=900002)
    stranger = browser_of(at(fernhill, name="Fern Stranger"))

    for address in (SEND, RETURNS, CORRECTIONS, f"{RETURNS}{delivery.pk}/", f"{RETURNS}{delivery.pk}/problems.csv"):
        assert stranger.get(address).status_code == 404
    assert stranger.get(f"/roll/900002/returns/{delivery.pk}/").status_code == 404
    assert stranger.post(SEND, {}).status_code == 404


def test_the_list_shows_what_was_sent(browser, hollyfield, amina):
    assert "You have sent no return yet" in browser.get(RETURNS).text

    taken(census(on_roll()), hollyfield, name="autumn.xml")

    assert "autumn.xml" in browser.get(RETURNS).text


def corrected(hollyfield):
    """The school has another sex of the child than the council is sure of."""
    taken(census(on_roll(sex="M")), hollyfield)
    return Correction.objects.open().get()


def test_what_the_council_does_not_take_stands_on_the_schools_list(browser, hollyfield, amina):
    corrected(hollyfield)

    page = browser.get(CORRECTIONS).text

    assert all(told in page for told in ("Amina Khan", "Sex", str(Sex.MALE.label), str(Sex.FEMALE.label)))
    assert AccessPayload.objects.latest("at").children == [amina.pk]


def test_of_a_shielded_pupil_nothing_stands_on_it(browser, hollyfield, amina):
    corrected(hollyfield)
    shield(amina)

    page = browser.get(CORRECTIONS).text

    assert "There is nothing to correct" in page
    assert "Amina Khan" not in page


def test_of_a_former_pupil_nothing_stands_on_it(browser, hollyfield, amina):
    corrected(hollyfield)
    with said_by():
        spell = amina.enrolments.get()
        spell.to_date = date(2026, 10, 2)
        spell.save()

    assert "There is nothing to correct" in browser.get(CORRECTIONS).text


@pytest.mark.parametrize("role", ["data_officer", "information_governance"])
def test_they_are_for_schools(browser_of, hollyfield, role):
    browser = browser_of(person("Somebody Else", role))

    for address in (SEND, RETURNS, CORRECTIONS):
        assert browser.get(address).status_code == 403


def test_a_guess_about_a_shielded_child_tells_nothing(browser, hollyfield):
    hidden = make_child("Zoe", "Okafor", born=date(2016, 5, 6), school=make_school("Fernhill Primary"))
    shield(hidden)
    guesses = ["7,Okafor,Zoe,06/05/2016,F,,5,07/09/2022,B4 7DA,,,14,Example Road"]
    nobody = ["7,Okafor,Ada,07/05/2015,F,,5,07/09/2022,B4 7DA,,,14,Example Road"]
    pages = []
    for rows, day in ((guesses, "1"), (nobody, "2")):
        answer = sent(browser, "\n".join([HEADINGS, *rows]), day=day)
        work()
        pages.append(browser.get(answer.redirect_chain[-1][0]).text.replace(f"{day} October", ""))

    assert "1 row came" in pages[0]
    assert len(pages[0]) == len(pages[1])
    assert not Residence.objects.filter(child=hidden).exists() or "Example Road" not in pages[0]


def test_what_others_said_of_a_home_is_not_read_by_listing_the_child(browser, hollyfield):
    lives = make_address(paon="9", street="Secret Lane", postcode="B5 3QT")
    child = make_child("Amina", "Khan", born=date(2017, 2, 28), sex="F", address=lives)
    with said_by(by=person("Olive Officer", "data_officer")) as deed:
        Pin.objects.create(child=child, slot="home", fact_id=child.residences.get().pk, reason="Seen there")
    assert deed.pk
    taken(census(on_roll(home=HOME)), hollyfield)
    assert Correction.objects.open().filter(says="home").exists()

    page = browser.get(CORRECTIONS).text

    assert "Ask the index team" in page
    assert "Secret Lane" not in page
