"""The page of one pupil, and the returns that are made from it."""

from datetime import timedelta

import pytest

from registry import recording
from registry.models import AccessEntry, Address, Child, EducationArrangement, Enrolment, Residence
from schools.models import Absence, Draft, PupilReturn, Report
from tests.factories import TODAY, make_child, make_source, said_by, shield
from tests.registry.intake.test_pages import work
from tests.schools.people import at
from tests.schools.returns.written import census, on_roll, taken

pytestmark = pytest.mark.django_db
GOING = {"parents": "Farah Khan, 14 Example Road", "telephone": "0121 496 0123"}


def boxes(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def leaving(page, ground="2024-a", day=TODAY):
    return f"{page}left/?last_day={day}&ground={ground}"


def words_of(answer):
    return " ".join(answer.text.split())


def test_the_page_says_what_the_council_has(browser, page):
    text = browser.get(page).text

    assert "14 Example Road" in text
    assert "Has left, or will leave" in text


def test_a_pupil_is_confirmed_by_the_page(browser, hollyfield, amina):
    spell = Enrolment.objects.get(child=amina)
    page = f"/roll/900001/pupils/{spell.pk}/"
    assert "Not confirmed yet." in browser.get(page).text

    browser.post("/roll/900001/confirm/", {"pupil": spell.pk})

    assert "All of this is right" not in browser.get(page).text


def test_another_schools_pupil_is_no_page(browser, fernhill):
    other = Enrolment.objects.get(child=make_child("Zoe", "Okafor", school=fernhill))

    for urn in (900001, 900002):
        for rest in ("", "left/", "change/", "away/", "tell/never_arrived/"):
            assert browser.get(f"/roll/{urn}/pupils/{other.pk}/{rest}").status_code == 404


def test_a_deletion_return_takes_the_name_off_and_gives_a_receipt(browser, page, spell, fernhill):
    asked = browser.get(leaving(page))
    assert "Farah" not in asked.text  # nobody is known to care for the pupil yet

    told = browser.post(leaving(page), {**GOING, "school": "Fernhill Primary"}, follow=True)

    spell.refresh_from_db()
    made = PupilReturn.objects.get()
    assert (spell.to_date, spell.leaving_regime, spell.leaving_ground) == (TODAY, "2024", "a")
    assert spell.destination_school == fernhill
    assert made.receipt in told.text
    assert dict(made.content)["Lives with"] == GOING["parents"]


def test_the_next_school_finds_the_pupil_on_its_roll(browser, browser_of, page, spell, fernhill):
    browser.post(leaving(page), {**GOING, "school": "900002", **boxes("starts_on", TODAY + timedelta(days=3))})

    roll = browser_of(at(fernhill, name="Fergus Fernhill")).get("/roll/900002/").text

    assert "Amina Khan" in roll
    assert "To come" in roll


def test_a_pupil_leaves_once(browser, page, spell):
    sent = {**GOING, "school": "Far Away Academy"}
    browser.post(leaving(page), sent)

    again = browser.post(leaving(page), sent, follow=True)

    assert PupilReturn.objects.count() == 1
    assert "has made this return already" in again.text


def test_what_is_missing_is_asked_for_and_what_was_typed_stays(browser, page, spell):
    told = browser.post(leaving(page), {"parents": "Farah Khan", "telephone": "12", "school": ""}).text

    assert "Enter the new school." in told
    assert "Farah Khan</textarea>" in told
    spell.refresh_from_db()
    assert spell.to_date is None


def test_a_school_that_several_names_fit_is_asked_for_by_its_number(browser, page, fernhill, spell):
    told = browser.post(leaving(page), {**GOING, "school": "primary"}).text

    assert "More than one school fits" in told


def test_only_grounds_of_the_regulations_are_taken(browser, page):
    assert "Select a valid choice" in browser.get(leaving(page, ground="2024-z")).text


def test_home_education_needs_the_day_of_the_letter(browser, page, spell, amina):
    told = browser.post(leaving(page, "2024-f"), {**GOING, "consent": "no"}).text
    assert "Enter the day of the letter" in told

    browser.post(leaving(page, "2024-f"), {**GOING, "consent": "no", **boxes("written_on", TODAY)})

    [held] = EducationArrangement.objects.filter(child=amina)
    assert (held.kind, held.from_date) == ("home_education", TODAY + timedelta(days=1))


def test_twenty_days_of_absence_need_joint_enquiries(browser, page, spell):
    told = words_of(browser.get(leaving(page, "2024-i")))

    assert "Make that first." in told
    assert "Take the name off" not in told


def test_a_form_is_put_off_and_found_again_by_its_own_writer_alone(browser, browser_of, page, hollyfield, spell):
    browser.post(leaving(page), {**GOING, "school": "Fernhill", "keep": "1"})
    spell.refresh_from_db()
    assert spell.to_date is None

    again = browser.get(f"{page}left/", follow=True).text
    others = browser_of(at(hollyfield, name="Otto Other")).get(f"{page}left/", follow=True).text

    assert 'value="Fernhill"' in again
    assert "You began this on" in again
    assert "You began this on" not in others
    browser.post(leaving(page), {**GOING, "school": "Far Away Academy"})
    assert not Draft.objects.exists()


def test_one_who_stays_away_is_returned_looked_for_and_back(browser, page, spell):
    first = TODAY - timedelta(days=40)
    browser.post(f"{page}away/", {"kind": "unauthorised", **boxes("first_day", first)}, follow=True)
    assert "Nobody at school has seen this pupil" in browser.get(page).text
    looked = {"what": "Rang the mother", "finding": "not_found", **boxes("day", TODAY)}
    browser.post(f"{page}enquiry/", looked)
    assert "Rang the mother" in browser.get(page).text

    too_early = browser.post(f"{page}back/", boxes("back_on", first)).text
    assert "cannot be back before the absence began" in too_early
    browser.post(f"{page}back/", boxes("back_on", TODAY))

    [held] = Absence.objects.all()
    assert held.to_date == TODAY - timedelta(days=1)


def test_what_a_school_reports_waits_for_the_council(browser, page, amina):
    told = browser.post(f"{page}tell/never_arrived/", {"said": "Not seen since June"}, follow=True).text

    assert "Not seen since June" in told
    assert Report.objects.get().child == amina


def test_a_pupil_told_of_is_not_confirmed_with_the_class(browser, hollyfield, amina):
    spell = Enrolment.objects.get(child=amina)
    browser.post(f"/roll/900001/pupils/{spell.pk}/tell/changed/", {"said": "Has another date of birth"})

    answer = browser.post("/roll/900001/confirm/", {"pupil": spell.pk}, follow=True)

    assert "Nobody was confirmed" in answer.text
    assert "Everything here is right" not in answer.text
    assert "Of 1 pupil you have told the council something." in words_of(answer)


def test_what_was_told_is_taken_back_and_the_pupil_confirmed(browser, page, spell):
    browser.post(f"{page}tell/never_arrived/", {"said": "Not seen since June"})
    assert "It was not so" in browser.get(page).text

    told = browser.post(f"{page}take-back/", follow=True).text
    browser.post("/roll/900001/confirm/", {"pupil": spell.pk})

    assert "It is taken back" in told
    assert "Confirmed." in browser.get(page).text
    assert Report.objects.get().settled_how == "The school took it back."
    assert "has settled it meanwhile" in browser.post(f"{page}take-back/", follow=True).text


def test_a_list_does_not_confirm_whom_the_school_says_it_never_saw(browser, page):
    assert "Confirmed." in browser.get(page).text

    browser.post(f"{page}tell/never_arrived/", {"said": "Not seen since June"})

    assert "You have told the council something." in browser.get(page).text
    assert "Told the council" in browser.get("/roll/900001/").text


def test_a_nonsense_report_is_no_page(browser, page):
    assert browser.get(f"{page}tell/nonsense/").status_code == 404


def test_a_change_of_address_comes_in_as_a_row_of_a_list(browser, page, amina):
    browser.post(f"{page}change/", {"paon": "9", "street": "Station Road", "town": "Exampleton", "postcode": "B4 7DB"})
    work()

    said = Residence.objects.filter(child=amina).order_by("pk").last()
    assert "Station Road" in str(said.address)


def test_a_change_that_says_nothing_is_asked_what_it_is(browser, page):
    assert "Say what is not right" in browser.post(f"{page}change/", {"more": ""}).text


def test_half_an_address_is_not_taken(browser, page):
    told = browser.post(f"{page}change/", {"street": "Station Road"}).text

    assert "An address needs a house and a postcode" in told
    assert 'value="Station Road"' in told


JOINING = {
    "surname": "Vexley", "forename": "Ottoline", "sex": "F", **boxes("date_of_birth", TODAY - timedelta(days=3000)),
    **boxes("entry_date", TODAY), "year_group": "3", "paon": "2", "street": "Juniper Lane", "postcode": "B4 7DA",
    "carer_forename": "Rosa", "carer_surname": "Vexley", "relationship": "mother", "telephone": "0121 496 0999",
}  # fmt: skip


def test_somebody_new_is_added_with_a_receipt(browser, hollyfield):
    told = browser.post("/roll/900001/join/", JOINING, follow=True).text

    made = PupilReturn.objects.get()
    assert made.receipt in told
    spell = Enrolment.objects.get(school=hollyfield)
    assert (spell.from_date, spell.year_group) == (TODAY, "3")
    assert spell.child.cares.get().carer.surname == "Vexley"


def test_a_joiner_whom_the_council_knows_is_one_child(browser, hollyfield, fernhill):
    born = TODAY - timedelta(days=3000)
    address = Address.objects.none()
    with said_by():
        address = Address.objects.create(paon="2", street="Juniper Lane", town="Exampleton", postcode="B4 7DA")
    child = make_child("Ottoline", "Vexley", born=born, sex="F", address=address)

    browser.post("/roll/900001/join/", JOINING)

    assert Enrolment.objects.get(school=hollyfield).child == child
    assert Child.objects.count() == 1


def test_the_receipt_of_a_joiner_says_what_was_typed_and_no_more(browser, browser_of, hollyfield, fernhill):
    told = browser.post("/roll/900001/join/", JOINING, follow=True)
    receipt = told.redirect_chain[-1][0]

    assert "Juniper Lane" not in told.text.replace("Juniper Lane", "", 1)
    assert browser_of(at(fernhill, name="Fergus Fernhill")).get(receipt).status_code == 404


def test_of_a_shielded_pupil_only_something_can_be_told(browser, hollyfield, amina, page):
    shield(amina)

    text = browser.get(page).text

    assert "14 Example Road" not in text
    assert "Tell the council something else" in text
    for rest in ("left/", "change/", "away/"):
        assert browser.get(f"{page}{rest}").status_code == 404
    assert browser.get(f"{page}tell/changed/").status_code == 200


def test_of_somebody_who_left_the_school_reads_its_own_words(browser, hollyfield, amina, page, spell):
    with said_by(make_source("benefits", kind="council")):
        recording.end(spell, on=TODAY - timedelta(days=5))
        for home in amina.residences.all():
            recording.end(home, on=TODAY - timedelta(days=5))
        new = Address.objects.create(paon="77", street="Secret Street", town="Exampleton", postcode="B4 7DB")
        recording.assert_fact(Residence(child=amina, address=new))

    text = browser.get(page).text

    assert "Secret Street" not in text
    assert "Make the deletion return" in text


def test_somebody_who_left_long_ago_is_no_page(browser, page, spell):
    with said_by():
        recording.end(spell, on=TODAY - timedelta(days=100))

    assert browser.get(page).status_code == 404


def test_what_the_council_has_otherwise_is_told_with_why(browser, hollyfield, data_officer):
    taken(census(on_roll()), hollyfield, as_of=TODAY)
    spell = Enrolment.objects.get()
    with said_by(reason_code="corrected", reason="Birth certificate seen", by=data_officer):
        recording.correct(spell.child.names.get(), surname="Kahn")

    text = browser.get(f"/roll/900001/pupils/{spell.pk}/").text

    assert "What the council has otherwise than you" in text
    assert "The council has corrected it" in text


def test_looking_at_a_pupil_is_recorded(browser, page, office):
    browser.get(page)

    assert AccessEntry.objects.latest("pk").user == office
