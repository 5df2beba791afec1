"""Cases worked on by several: schools and services that tell, brothers and sisters, and the enquiry that school and
council owe together."""

import csv
from datetime import date, timedelta

import pytest

from registry import recording
from registry.balance.lines import Line
from registry.models import BalancePlace, Child, EducationArrangement, Enrolment, Residence
from schools.home_education import keeping
from schools.home_education.keeping import Notice
from schools.letters import mailing
from schools.missing import cases, collection, opening
from schools.models import Absence, Case, CaseEnquiry, Enquiry, EnquiryKind
from schools.movers import returning
from schools.movers.grounds import GROUNDS
from tests.agencies.people import make_service, works_for
from tests.factories import TODAY, make_address, make_carer, make_child, make_school, make_source, said_by, shield
from tests.schools.boxes import boxes
from tests.schools.people import at

pytestmark = pytest.mark.django_db
TEN = date(TODAY.year - 10, 1, 15)


@pytest.fixture
def hollyfield(db):
    return make_school("Hollyfield Primary", urn=999_101)


@pytest.fixture
def officer(browser_of, data_officer):
    return browser_of(data_officer)


@pytest.fixture
def family(db):
    """Three children of one home."""
    home, carer = make_address(paon="14"), make_carer()
    return [make_child(name, "Khan", born=TEN, address=home, carer=carer) for name in ("Amina", "Bilal", "Chandra")]


def where(child):
    return BalancePlace.objects.get(child=child).line


def test_a_school_tells_and_there_is_a_case_while_the_name_stays_on_the_roll(browser_of, hollyfield):
    child = make_child("Amina", "Khan", born=TEN, school=hollyfield)
    spell, browser = Enrolment.objects.get(child=child), browser_of(at(hollyfield))
    assert "May be missing education" in browser.get(f"/roll/999101/pupils/{spell.pk}/").text

    page = browser.post(
        f"/roll/999101/pupils/{spell.pk}/missing/", {"told": "The house stands empty"}, follow=True
    ).text

    made = Case.objects.get()
    assert "The council has been told." in page
    assert (made.source, made.told, made.owner) == ("school", "Hollyfield Primary: The house stands empty", None)
    assert where(child) == Line.NOT_CONFIRMED


def test_a_school_tells_of_nobody_elses_pupil(browser_of, hollyfield):
    other = make_child("Zoe", "Okafor", born=TEN, school=make_school("Larkmoor Primary"))
    spell = Enrolment.objects.get(child=other)

    answer = browser_of(at(hollyfield)).post(f"/roll/999101/pupils/{spell.pk}/missing/", {"told": "Gone"})

    assert answer.status_code == 404
    assert not Case.objects.exists()


def test_a_service_tells_and_does_not_learn_whether_somebody_told_before(browser_of, data_officer):
    child = make_child("Amina", "Khan", born=TEN)
    browser = browser_of(works_for(make_service("Health visiting", "health_visiting")))
    browser.post(f"/children/{child.index_number}/why/", {"reason": "working"})
    url = f"/children/{child.index_number}/missing/tell/"

    pages = [browser.post(url, {"told": f"Not seen, {which}"}, follow=True).text for which in ("first", "second")]

    case = Case.objects.get()
    assert all("The council has been told." in page for page in pages)
    assert (case.source, case.told) == ("service", "Not seen, first")
    assert CaseEnquiry.objects.get().outcome == "A service: Not seen, second"


def test_what_is_told_of_a_shielded_child_is_for_custodians(browser_of, officer, custodian, hollyfield):
    said_so = make_source("school-999101", name="Hollyfield Primary")
    child = make_child("Amina", "Khan", born=TEN, school=hollyfield, source=said_so)
    shield(child)
    spell = Enrolment.objects.get(child=child)

    answer = browser_of(at(hollyfield)).post(f"/roll/999101/pupils/{spell.pk}/missing/", {"told": "Not seen"})
    assert answer.status_code == 302

    assert "Amina" not in officer.get("/missing/?show=all").text
    assert "Amina Khan" in browser_of(custodian).get("/missing/?show=all").text


def test_cases_of_brothers_and_sisters_are_opened_worked_and_given_together(
    officer, data_officer, data_manager, family
):
    amina, bilal, chandra = family
    said = {"source": "public", "told": "All gone", "reason": "gone", "mine": "on", "also": [bilal.pk]}
    page = officer.get(f"/children/{amina.index_number}/missing/").text
    assert "Bilal Khan" in page

    officer.post(f"/children/{amina.index_number}/missing/", said)
    mine, his = Case.objects.get(child=amina), Case.objects.get(child=bilal)
    kind = EnquiryKind.objects.get(name="Visit the last home")
    step = {"kind": kind.pk, "outcome": "Nobody there", **boxes("day", TODAY), **boxes("next_by", TODAY)}
    officer.post(f"/missing/{mine.pk}/enquire/", {**step, "also": [his.pk]})
    officer.post(f"/missing/{mine.pk}/give/", {"owner": data_manager.pk, "also": [his.pk]})

    his.refresh_from_db()
    assert his.enquiries.get().outcome == "Nobody there"
    assert (his.owner, his.told) == (data_manager, "All gone")
    assert not Case.objects.filter(child=chandra).exists()


def test_a_case_that_is_nobodys_brothers_cannot_be_worked_along(officer, data_officer, family):
    mine = opening.open_case(family[0], source="public", told="", owner=None, by=data_officer)
    zoe = make_child("Zoe", "Okafor", born=TEN)
    other = opening.open_case(zoe, source="public", told="", owner=None, by=data_officer)
    kind = EnquiryKind.objects.first()
    step = {"kind": kind.pk, "outcome": "Nobody there", **boxes("day", TODAY), **boxes("next_by", TODAY)}

    officer.post(f"/missing/{mine.pk}/enquire/", {**step, "also": [other.pk]})

    assert not other.enquiries.exists()


def test_what_the_council_does_in_a_case_is_its_half_of_the_enquiry_together(officer, data_officer, hollyfield):
    child, since = make_child("Amina", "Khan", born=TEN, school=hollyfield), TODAY - timedelta(days=60)
    with said_by():
        absence = Absence.objects.create(school=hollyfield, child=child, kind="unauthorised", from_date=since)
    returning.enquire(absence, of="school", day=TODAY, what="Rang", finding="not_found", by=at(hollyfield))
    ground = GROUNDS["2024-i"]
    assert "The council has not yet" in returning.why_blocked(ground, absence, on=TODAY)
    case = opening.open_case(child, source="school", told="", owner=None, by=data_officer)
    kind = EnquiryKind.objects.get(name="Visit the last home")
    step = {"kind": kind.pk, "outcome": "Nobody opened", **boxes("day", TODAY), **boxes("next_by", TODAY)}
    url = f"/missing/{case.pk}/enquire/"
    assert "Hollyfield Primary has returned that it has not seen the child." in officer.get(url).text
    assert "Error" in officer.post(url, step).text

    officer.post(url, {**step, "finding": "not_found"})

    made = Enquiry.objects.get(of="council")
    assert (made.what, made.finding) == ("Visit the last home: Nobody opened", "not_found")
    assert returning.why_blocked(ground, absence, on=TODAY) == ""


def located(case, where, place, **more):
    return cases.Evidence(where, place, "Ann Smith", "confirmed", TODAY, **more)


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("home", Line.AT_HOME),
        ("other", Line.OTHER),
        ("elsewhere", Line.MOVED_AWAY),
        ("abroad", Line.LEFT_ENGLAND),
    ],
)
def test_where_a_child_is_located_stands_on_the_record_and_the_balance_knows_it(data_officer, kind, line):
    child = make_child("Amina", "Khan", born=TEN, address=make_address(paon="14"))
    case = opening.open_case(child, source="public", told="", owner=None, by=data_officer)

    cases.locate(case, located(case, kind, "Somewhere"), by=data_officer)

    assert where(child) == line


def test_a_child_located_at_a_school_of_the_index_is_put_on_its_roll(officer, data_officer, hollyfield):
    child = make_child("Amina", "Khan", born=TEN)
    case = opening.open_case(child, source="public", told="", owner=None, by=data_officer)
    said = {"where": "school", "place": "999101", "said_by": "Ann Smith", "sure": "confirmed"}

    officer.post(f"/missing/{case.pk}/locate/", {**said, **boxes("known_on", TODAY)})

    case.refresh_from_db()
    assert case.place == "Hollyfield Primary"
    assert where(child) == Line.NOT_CONFIRMED


def test_a_child_who_went_abroad_does_not_live_at_the_last_address_any_more(data_officer):
    child = make_child("Amina", "Khan", born=TEN, address=make_address(paon="14"))
    case = opening.open_case(child, source="public", told="", owner=None, by=data_officer)

    cases.locate(case, located(case, "abroad", "Pakistan"), by=data_officer)

    assert Residence.objects.get(child=child, to_date=None).standing == "left_intention_unknown"


def test_thousands_are_noticed_with_a_fixed_number_of_statements(django_assert_max_num_queries):
    for number in range(12):
        make_child(f"Child{number}", "Khan", born=TEN)
    BalancePlace.objects.update(since=TODAY - timedelta(days=1))

    with django_assert_max_num_queries(75):
        assert opening.notice() == 12

    assert set(BalancePlace.objects.values_list("line", flat=True)) == {"missing"}


def test_the_figures_of_the_collection_come_as_a_file_without_names(officer, data_officer, hollyfield):
    for name, reason in (("Amina", "gone"), ("Zoe", "gone"), ("Bilal", "no_place")):
        child = make_child(name, "Khan", born=TEN)
        opening.open_case(child, source="public", told="", owner=None, by=data_officer, reason=reason)
    hidden = make_child("Ottoline", "Vexley", born=TEN)
    opening.open_case(hidden, source="public", told="", owner=None, by=data_officer)
    shield(hidden)

    answer = officer.get("/missing/figures.csv")

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert [(row["Reason"], row["Children"]) for row in rows] == [
        ("Has applied for a place, or waits for it to begin", "1"),
        ("Has moved, and nobody knows where", "2"),
    ]
    assert "Khan" not in text
    assert "on=" in officer.get("/missing/figures/").text


@pytest.mark.parametrize(
    ("year", "month", "which", "day"), [(2026, 10, 1, 1), (2027, 1, 3, 21), (2026, 5, 3, 21), (2025, 10, 1, 2)]
)
def test_the_days_of_the_census_are_thursdays(year, month, which, day):
    found = collection.census_day(year, month, which)

    assert found == date(year, month, day)
    assert found.weekday() == 3


def test_cases_are_counted_by_owner(officer, data_officer, family):
    for child, owner in zip(family, (data_officer, data_officer, None), strict=True):
        opening.open_case(child, source="public", told="", owner=owner, by=data_officer)

    page = officer.get("/missing/owners/").text

    assert f"owner={data_officer.pk}" in page
    assert "Nobody’s yet" in page
    mine = officer.get(f"/missing/?show=all&owner={data_officer.pk}").text
    assert "Amina Khan" in mine
    assert "Chandra Khan" not in mine


def test_whom_a_source_says_to_be_missing_gets_a_case_the_same_night():
    child = make_child("Amina", "Khan", born=TEN)
    with said_by():
        recording.assert_fact(EducationArrangement(child=child, kind="case_open", from_date=TODAY))

    assert opening.notice() == 1

    assert Case.objects.get().child == child
    assert EducationArrangement.objects.count() == 1


def test_who_is_not_of_school_age_stays_on_the_list_and_is_not_in_the_collection(officer, data_officer):
    grown = make_child("Grown", "Up", born=date(TODAY.year - 17, 1, 15))
    opening.open_case(grown, source="public", told="", owner=None, by=data_officer)

    assert "Grown Up" in officer.get("/missing/?show=all").text
    page = officer.get("/missing/figures/").text
    assert "0 open cases" in page
    assert "1 more open case of children who are not of compulsory school age" in page
    assert len(b"".join(officer.get("/missing/figures.csv").streaming_content).splitlines()) == 1


def test_what_is_followed_stands_on_the_record(officer, browser_of, data_officer, family):
    amina = family[0]
    case = opening.open_case(amina, source="public", told="", owner=data_officer, by=data_officer)
    keeping.notify(amina, Notice("parent", TODAY, TODAY), owner=None, by=data_officer)

    page = officer.get(f"/children/{amina.index_number}/").text

    assert "Followed up" in page
    assert f'href="/missing/{case.pk}/"' in page
    assert "Home education" in page.split("<main")[1]
    assert "Followed up" not in officer.get(f"/children/{family[1].index_number}/").text


def test_that_nobody_may_contact_the_home_stands_beside_the_name_for_everybody(
    browser_of, officer, data_officer, family
):
    amina = family[0]
    mailing.bar(amina, reason="The father must not learn of it", by=data_officer)
    visitor = browser_of(works_for(make_service("Health visiting", "health_visiting")))
    visitor.post(f"/children/{amina.index_number}/why/", {"reason": "working"})

    for browser in (officer, visitor):
        page = browser.get(f"/children/{amina.index_number}/").text
        assert "Nobody may contact the home" in page
        assert "The father must not learn of it" not in page
    shield(amina)
    assert "Nobody may contact the home" not in officer.get(f"/children/{amina.index_number}/").text


def test_nothing_is_added_to_a_record_for_which_another_stands(officer, family):
    amina, bilal, _ = family
    with said_by():
        Child.objects.filter(pk=amina.pk).update(state="superseded", superseded_by=bilal)

    for page in ("missing", "home-education", "not-in-school"):
        assert officer.get(f"/children/{amina.index_number}/{page}/").status_code == 404
