"""The queues: what is left of leavers, joiners, absences and reports, and whose turn it is."""

from datetime import date, timedelta

import pytest

from registry import recording
from registry.disclosure import Context
from registry.models import Child, EducationArrangement, Enrolment
from schools.models import Absence, AbsenceKind, PupilReturn, Report, ReportKind
from schools.movers import queue, returning
from schools.movers.leavers import is_phase_transfer, leavers
from schools.movers.queue import Kind, Turn
from tests.factories import TODAY, make_child, make_school, said_by, shield
from tests.schools.people import at
from tests.schools.returns.written import census, on_roll, taken

pytestmark = pytest.mark.django_db
RECENTLY = TODAY - timedelta(days=30)


def kinds(items):
    return [(item.kind, item.turn) for item in items]


def council(user):
    return queue.for_council(to=Context(user=user))


def leave(spell, **values):
    with said_by():
        recording.end(spell, on=RECENTLY, **values)
    spell.refresh_from_db()


def test_a_leaver_stays_open_until_another_school_says_it_has_the_pupil(data_officer, spell, fernhill, amina):
    leave(spell)
    assert (Kind.LEAVER, Turn.COUNCIL) in kinds(council(data_officer))
    with said_by():
        place = recording.assert_fact(Enrolment(child=amina, school=fernhill, from_date=RECENTLY + timedelta(days=1)))
    assert (Kind.LEAVER, Turn.NEXT) in kinds(council(data_officer))

    with said_by(returning.source_of(fernhill)):
        recording.confirm(place)

    assert Kind.LEAVER not in {item.kind for item in council(data_officer)}


def test_a_leaver_without_a_ground_owes_a_return(data_officer, spell):
    leave(spell)

    assert (Kind.DELETION, Turn.SCHOOL) in kinds(council(data_officer))


def test_a_school_is_not_told_where_its_leaver_is_expected(office, hollyfield, spell, fernhill, amina):
    leave(spell)
    with said_by():
        recording.assert_fact(Enrolment(child=amina, school=fernhill, from_date=RECENTLY + timedelta(days=1)))

    told = " ".join(item.what for item in queue.for_school(hollyfield.pk, to=Context(user=office)))

    assert "Another school has still to say" in told
    assert "Fernhill" not in told


def test_a_shielded_leaver_is_on_the_queue_of_custodians_alone(data_officer, custodian, spell, amina):
    leave(spell)
    shield(amina)

    assert council(data_officer) == []
    assert kinds(council(custodian))


def test_a_joiner_is_returned_by_the_end_of_the_fifth_day(office, hollyfield, amina):
    first = TODAY - timedelta(days=2)
    if first.month == 9 and first.day < 20:
        pytest.skip("It is the start of the school year, when nobody is late.")
    taken(census(on_roll(surname="Vexley", forename="Ottoline", year="4", entry=first)), hollyfield, as_of=TODAY)
    with said_by():
        Enrolment.objects.filter(school=hollyfield, child=amina).update(year_group="1")

    [item] = [one for one in queue.for_school(hollyfield.pk, to=Context(user=office)) if one.kind == Kind.JOINER]

    assert item.due == first + timedelta(days=5)


@pytest.mark.parametrize(
    ("year", "day", "final", "is_one"),
    [
        ("6", date(2026, 7, 21), "6", True),
        ("11", date(2026, 6, 26), "11", True),
        ("11", date(2026, 5, 26), "11", False),
        ("5", date(2026, 7, 21), "6", False),
        ("", date(2026, 7, 21), "", False),
    ],
)
def test_who_ends_the_final_year_owes_nothing(year, day, final, is_one):
    assert is_phase_transfer(year, day, final) is is_one


def test_on_two_rolls_of_one_of_which_nobody_knows_since_when_that_one_is_the_earlier(data_officer, spell, amina):
    other = make_school("Larkmoor Primary", urn=900003)
    with said_by():
        Enrolment.objects.filter(pk=spell.pk).update(from_date=RECENTLY)
        recording.assert_fact(Enrolment(child=amina, school=other))

    [item] = [one for one in council(data_officer) if one.kind == Kind.TWO_ROLLS]

    assert item.school == "Larkmoor Primary"
    assert "Hollyfield Primary" in item.what


def test_on_two_rolls_the_earlier_school_is_asked(data_officer, spell, amina):
    other = make_school("Larkmoor Primary", urn=900003)
    with said_by():
        recording.assert_fact(Enrolment(child=amina, school=other, from_date=RECENTLY))

    [item] = [one for one in council(data_officer) if one.kind == Kind.TWO_ROLLS]

    assert item.school == "Hollyfield Primary"
    assert "Larkmoor Primary" in item.what


def test_an_absence_is_the_councils_turn_until_it_has_looked(data_officer, office, hollyfield, spell):
    returning.return_absence(
        hollyfield, spell.pk, kind=AbsenceKind.UNAUTHORISED, first_day=RECENTLY, cause="", name="Amina", by=office
    )
    assert (Kind.ABSENCE, Turn.COUNCIL) in kinds(council(data_officer))

    returning.enquire(
        Absence.objects.get(), of="council", day=TODAY, what="Visited", finding="not_found", by=data_officer
    )

    assert (Kind.ABSENCE, Turn.SCHOOL) in kinds(council(data_officer))


@pytest.fixture
def officer(browser_of, data_officer):
    return browser_of(data_officer)


def test_an_officer_finds_a_leaver_at_a_school_outside(officer, data_officer, spell, amina):
    far = make_school("Far Away Academy", urn=900009)
    with said_by():
        type(far).objects.filter(pk=far.pk).update(in_area=False)
    leave(spell, leaving_regime="2024", leaving_ground="a", destination="Far Away Academy")
    page = f"/movers/leavers/{spell.pk}/"
    assert "Said to go to" in officer.get(page).text

    lacking = officer.post(page, {"found": "school", "school": "", "how": "Rang"}).text
    assert "Enter which school has the pupil." in lacking
    officer.post(page, {"found": "school", "school": "900009", "how": "Rang its office"})

    assert council(data_officer) == []
    assert Enrolment.objects.open().get(child=amina).school == far


def test_an_officer_opens_a_case_of_a_leaver_whom_nobody_finds(officer, data_officer, spell, amina):
    leave(spell, leaving_regime="2024", leaving_ground="g")

    officer.post(f"/movers/leavers/{spell.pk}/", {"found": "missing", "how": "Nobody at home, three times"})

    assert EducationArrangement.objects.get(child=amina).kind == "case_open"
    assert Kind.LEAVER not in {item.kind for item in council(data_officer)}


def test_home_education_is_news_until_the_council_has_looked_into_it(officer, data_officer, browser, spell, page):
    day = TODAY - timedelta(days=1)
    sent = {"parents": "Farah Khan", "telephone": "0121 496 0123", "consent": "no", "written_on": day.isoformat()}
    browser.post(f"{page}left/?last_day={day}&ground=2024-f", sent)
    assert PupilReturn.objects.exists()
    [item] = [one for one in council(data_officer) if one.kind == Kind.LEAVER]
    assert "educated at home" in item.what

    officer.post(f"/movers/leavers/{spell.pk}/", {"found": "home", "how": "Spoke to the mother"})

    assert council(data_officer) == []


def test_a_report_is_settled_by_taking_the_place_away(officer, office, hollyfield, amina):
    spell = Enrolment.objects.get(child=amina)
    said = returning.report(hollyfield, spell.pk, kind=ReportKind.NEVER_ARRIVED, said="Never seen", by=office)

    officer.post(f"/movers/reports/{said.pk}/", {"how": "The family moved", "ends": "yes"})

    said.refresh_from_db()
    assert said.settled_how == "The family moved"
    assert not Enrolment.objects.open().filter(child=amina).exists()


def test_a_report_is_settled_once(officer, office, hollyfield, amina):
    spell = Enrolment.objects.get(child=amina)
    said = returning.report(hollyfield, spell.pk, kind=ReportKind.CHANGED, said="Lives elsewhere", by=office)
    page = f"/movers/reports/{said.pk}/"
    officer.post(page, {"how": "Asked"})

    again = officer.post(page, {"how": "Asked again"}).text

    assert "Somebody has settled this already" in again
    assert Report.objects.get().settled_how == "Asked"


def test_the_next_thing_opens_and_one_that_is_put_aside_is_passed_over(officer, office, hollyfield, amina):
    zoe = make_child("Zoe", "Okafor", school=hollyfield)
    made = [
        returning.report(
            hollyfield, Enrolment.objects.get(child=child).pk, kind=ReportKind.CHANGED, said="Wrong", by=office
        )
        for child in (amina, zoe)
    ]
    first = officer.get("/movers/next/").url
    second = officer.get(f"/movers/next/?after=report-{made[0].pk}").url

    assert first.startswith(f"/movers/reports/{made[0].pk}/")
    assert second.startswith(f"/movers/reports/{made[1].pk}/")
    assert officer.get(f"/movers/next/?after=report-{made[1].pk}").url.startswith("/movers/?")


def test_the_queue_is_narrowed(officer, office, hollyfield, spell):
    leave(spell)

    assert "Amina Khan" in officer.get("/movers/?kind=leaver").text
    assert "Amina Khan" not in officer.get("/movers/?kind=absence").text
    assert "Amina Khan" in officer.get("/movers/?school=holly").text
    assert "Nothing fits these filters" in officer.get("/movers/?school=fern").text


def test_a_shielded_childs_item_is_no_page(officer, spell, amina):
    leave(spell)
    shield(amina)

    assert officer.get(f"/movers/leavers/{spell.pk}/").status_code == 404


@pytest.mark.parametrize("role", ["school_office", "information_governance"])
def test_the_councils_queue_is_for_those_who_follow_movers(browser_of, hollyfield, role):
    assert browser_of(at(hollyfield, name="Somebody Else", role=role)).get("/movers/").status_code == 403


def test_a_school_sees_what_is_left_for_it(browser, spell):
    leave(spell)

    text = browser.get("/roll/900001/movers/").text

    assert "1 thing for you to do." in text
    assert "Amina Khan" in text


def test_pages_take_as_many_queries_for_many_as_for_few(
    officer, browser, hollyfield, amina, django_assert_max_num_queries
):
    for number in range(12):
        child = make_child(f"Child{number}", "Okafor", school=hollyfield)
        leave(Enrolment.objects.get(child=child))

    with django_assert_max_num_queries(45):
        officer.get("/movers/")
    with django_assert_max_num_queries(45):
        browser.get("/roll/900001/movers/")


def test_leavers_of_a_superseded_record_are_not_told_twice(spell, amina):
    leave(spell)
    other = make_child("Amina", "Kahn")
    with said_by(reason_code="merged"):
        Child.objects.filter(pk=amina.pk).update(state="superseded", superseded_by=other)

    assert leavers() == []
