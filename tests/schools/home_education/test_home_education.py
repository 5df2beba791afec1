"""Home education: a notice, what was found, how it ended, and where the balance has the child meanwhile."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from registry import conflicts, recording
from registry.balance import counting
from registry.balance.lines import Line
from registry.models import BalancePlace, EducationArrangement, Enrolment
from schools.home_education import keeping
from schools.home_education.keeping import CannotKeep, Notice
from schools.models import Case, HomeContact, HomeEducation
from schools.movers import finding, returning
from schools.movers.grounds import GROUNDS
from schools.movers.returning import CannotReturn
from tests.factories import TODAY, make_address, make_carer, make_child, make_school, said_by, shield
from tests.schools.boxes import boxes
from tests.schools.people import at

pytestmark = pytest.mark.django_db
TEN = date(TODAY.year - 10, 1, 15)
YESTERDAY, SOON = TODAY - timedelta(days=1), TODAY + timedelta(days=9)
HOME_GROUND = GROUNDS["2024-f"]


@pytest.fixture
def hollyfield(db):
    return make_school("Hollyfield Primary", urn=999_101)


@pytest.fixture
def amina(db):
    return make_child("Amina", "Khan", born=TEN, address=make_address(paon="14"), carer=make_carer("Farah", "Khan"))


@pytest.fixture
def officer(browser_of, data_officer):
    return browser_of(data_officer)


def told(child, by, *, told_by="parent", from_date=TODAY, owner=None, told_on=TODAY, **more):
    return keeping.notify(child, Notice(told_by, told_on, from_date, **more), owner=owner, by=by)


def where(child):
    return BalancePlace.objects.get(child=child).line


def asked(home, by, *, day=TODAY, how="visit", suitability="suitable"):
    return keeping.contact(
        home, day=day, how=how, seen=True, suitability=suitability, said="Work was shown", next_by=None, by=by
    )


def leaving(last_day, *, home_from=None):
    return returning.Leaving(last_day, HOME_GROUND, None, "", {}, home_from=home_from)


def test_an_officer_writes_down_a_notice_and_the_balance_knows_it(officer, data_officer, amina):
    said = {
        "told_by": "parent", "reason": "philosophy", "carers": [amina.cares.get().carer_id], "owner": data_officer.pk,
        **boxes("told_on", TODAY), **boxes("from_date", TODAY),
    }  # fmt: skip

    page = officer.post(f"/children/{amina.index_number}/home-education/", said, follow=True).text

    made = HomeEducation.objects.get()
    assert "Written down. The first contact is due by" in page
    assert "Farah Khan" in page
    assert (made.reason, made.owner, made.due_date > TODAY) == ("philosophy", data_officer, True)
    assert where(amina) == Line.AT_HOME


def test_a_notice_is_written_down_once(officer, amina, data_officer):
    made = told(amina, data_officer)

    with pytest.raises(CannotKeep, match="on record already"):
        told(amina, data_officer)
    assert officer.get(f"/children/{amina.index_number}/home-education/").url == f"/home-education/{made.pk}/"


def test_a_notice_to_come_leaves_the_child_on_the_roll_until_then(officer, data_officer, hollyfield):
    child = make_child("Amina", "Khan", born=TEN, school=hollyfield)

    made = told(child, data_officer, from_date=SOON)

    page = officer.get(f"/home-education/{made.pk}/").text
    assert where(child) == Line.NOT_CONFIRMED
    assert "Until then the name stays on the roll of Hollyfield Primary" in page
    assert "Amina Khan" in officer.get("/home-education/?show=to_come").text
    assert counting.recounted(SOON + timedelta(days=1)).lines[Line.AT_HOME] == 0


def test_a_school_takes_a_name_off_only_after_the_notice_takes_effect(data_officer, hollyfield):
    child = make_child("Amina", "Khan", born=TEN, school=hollyfield)
    told(child, data_officer, from_date=SOON)
    office, spell = at(hollyfield), Enrolment.objects.get(child=child)

    for too_soon in (leaving(TODAY), leaving(TODAY, home_from=SOON), leaving(SOON - timedelta(days=2))):
        with pytest.raises(CannotReturn, match="Until the day before, the name stays on the roll"):
            returning.make_deletion_return(hollyfield, spell.pk, too_soon, name="Amina Khan", by=office)
    returning.make_deletion_return(
        hollyfield, spell.pk, leaving(SOON - timedelta(days=1)), name="Amina Khan", by=office
    )

    assert where(child) == Line.NOT_CONFIRMED
    assert counting.recounted(SOON).lines[Line.AT_HOME] == 1


def test_a_pupil_whom_a_school_takes_off_on_that_ground_is_followed_from_then_on(hollyfield):
    child = make_child("Amina", "Khan", born=TEN, school=hollyfield)
    spell = Enrolment.objects.get(child=child)

    returning.make_deletion_return(hollyfield, spell.pk, leaving(YESTERDAY), name="Amina Khan", by=at(hollyfield))

    made = HomeEducation.objects.get(child=child)
    assert (made.told_by, made.from_date, made.owner) == ("school", TODAY, None)
    assert where(child) == Line.AT_HOME


def test_the_form_of_a_deletion_return_asks_from_when(browser_of, hollyfield):
    child = make_child("Amina", "Khan", born=TEN, school=hollyfield)
    spell, browser = Enrolment.objects.get(child=child), browser_of(at(hollyfield))
    asked_for = "&".join(f"{key}={value}" for key, value in {**boxes("last_day", TODAY), "ground": "2024-f"}.items())
    url = f"/roll/999101/pupils/{spell.pk}/left/?{asked_for}"
    said = {
        "parents": "Farah Khan", "telephone": "0121 496 0101", "consent": "no", **boxes("written_on", TODAY),
        **boxes("home_from", SOON),
    }  # fmt: skip

    page = browser.post(url, said).text

    assert "Until the day before, the name stays on the roll" in page
    assert 'value="Farah Khan"' in page or "Farah Khan</textarea>" in page
    assert not HomeEducation.objects.exists()


def test_what_is_not_suitable_ends_and_the_child_counts_as_missing_education(officer, data_officer, amina):
    home = told(amina, data_officer, from_date=TODAY - timedelta(days=30), told_on=TODAY - timedelta(days=30))
    said = {"how": "visit", "said": "Nothing is taught", "suitability": "unsuitable", **boxes("day", TODAY)}

    officer.post(f"/home-education/{home.pk}/contact/", said)

    home.refresh_from_db()
    made = Case.objects.get(child=amina)
    assert (home.ended_how, home.to_date) == ("unsuitable", YESTERDAY)
    assert (made.source, made.reason, made.told) == ("home", "unsuitable", "Nothing is taught")
    assert where(amina) == Line.MISSING
    assert counting.present(TODAY, behind_shields=True).statutory == 1


def test_what_is_suitable_is_asked_about_again_in_a_year(data_officer, amina):
    home = told(amina, data_officer)

    asked(home, data_officer)

    home.refresh_from_db()
    assert (home.suitability, home.due_date) == ("suitable", TODAY + timedelta(days=365))
    assert HomeContact.objects.get().by == data_officer


def test_where_nobody_answered_nothing_is_suitable(officer, data_officer, amina):
    home = told(amina, data_officer)
    said = {"how": "no_answer", "said": "Nobody opened", "suitability": "suitable", **boxes("day", TODAY)}

    page = officer.post(f"/home-education/{home.pk}/contact/", said).text

    assert "nothing shows that the education is suitable" in page
    assert "Nobody opened" in page
    assert not HomeContact.objects.exists()


def test_back_to_school_puts_the_child_on_the_roll(officer, data_officer, amina, hollyfield):
    home = told(amina, data_officer, from_date=TODAY - timedelta(days=30), told_on=TODAY - timedelta(days=30))
    url, said = f"/home-education/{home.pk}/end/", {"how": "school", **boxes("on", YESTERDAY)}

    assert "Enter which school has the child now." in officer.post(url, said).text
    officer.post(url, {**said, "school": "999101"})

    home.refresh_from_db()
    assert (home.ended_how, home.to_date) == ("school", YESTERDAY)
    assert where(amina) == Line.NOT_CONFIRMED


def test_nobody_is_over_age_before_the_day(data_officer, amina):
    home = told(amina, data_officer)

    with pytest.raises(CannotKeep, match="not over compulsory school age"):
        keeping.end(home, "age", on=TODAY, by=data_officer)


def test_what_never_was_leaves_no_trace_on_the_record(data_officer, amina):
    home = told(amina, data_officer)

    keeping.end(home, "mistake", on=TODAY, by=data_officer)

    assert not EducationArrangement.objects.filter(child=amina).exists()
    assert where(amina) == Line.NO_ROLL


def test_each_night_whoever_the_record_says_is_educated_at_home_is_followed(amina):
    gone = make_child("Zoe", "Okafor", born=TEN)
    with said_by():
        for child in (amina, gone):
            recording.assert_fact(EducationArrangement(child=child, kind="home_education", from_date=YESTERDAY))

    def run():
        out = StringIO()
        call_command("open_cases", "--json", stdout=out)
        found = json.loads(out.getvalue().splitlines()[-1])
        return found["taken_up"], found["let_go"]

    assert run() == (2, 0)
    with said_by():
        recording.end(EducationArrangement.objects.get(child=gone), on=YESTERDAY)
    assert run() == (0, 1)
    assert HomeEducation.objects.open().get().child == amina
    assert HomeEducation.objects.get(child=gone).ended_how == "record"


def test_whom_a_school_has_again_is_shown_to_be_confirmed(officer, data_officer, amina, hollyfield):
    home = told(amina, data_officer, from_date=TODAY - timedelta(days=30), told_on=TODAY - timedelta(days=30))
    with said_by():
        recording.assert_fact(Enrolment(child=amina, school=hollyfield, from_date=YESTERDAY))

    assert "Amina Khan" in officer.get("/home-education/?show=back").text
    assert "Hollyfield Primary has had the child on its roll since." in officer.get(f"/home-education/{home.pk}/").text


def test_details_change_and_who_educates(officer, data_officer, amina):
    home = told(amina, data_officer, carers=[amina.cares.get().carer_id])

    officer.post(f"/home-education/{home.pk}/change/", {"reason": "bullying", "owner": "", "carers": []})

    home.refresh_from_db()
    assert (home.reason, home.owner, home.educators.count()) == ("bullying", None, 0)


def test_a_leaver_found_to_be_educated_at_home_is_followed_and_one_whom_nobody_knows_has_a_case(
    data_officer, hollyfield
):
    for number, (found, expected) in enumerate((("home", Line.AT_HOME), ("missing", Line.MISSING))):
        child = make_child(f"Child{number}", "Khan", born=TEN, school=hollyfield)
        spell = Enrolment.objects.get(child=child)
        with said_by():
            recording.end(spell, on=YESTERDAY)
        finding.settle(spell, found=found, school=None, since=None, how="Rang the mother", by=data_officer)
        assert where(child) == expected
    assert (HomeEducation.objects.count(), Case.objects.count()) == (1, 1)


def test_a_shielded_childs_home_education_is_for_custodians(officer, browser_of, custodian, data_officer, amina):
    home = told(amina, data_officer)
    shield(amina)

    assert "Amina" not in officer.get("/home-education/?show=all").text
    for page in ("", "contact/", "end/"):
        assert officer.get(f"/home-education/{home.pk}/{page}").status_code == 404
    assert officer.get(f"/children/{amina.index_number}/home-education/").status_code == 404
    assert "Amina Khan" in browser_of(custodian).get(f"/home-education/{home.pk}/").text


def test_of_ones_own_family_nothing_is_shown(officer, data_officer, amina):
    home = told(amina, data_officer)
    conflicts.declare(by=data_officer, forename="Amina", surname="Khan", born=TEN, relation="My niece")

    assert officer.get(f"/home-education/{home.pk}/").status_code == 404


def test_the_pages_are_for_those_who_work_on_cases(browser_of, governance, outsider, data_officer, amina):
    home = told(amina, data_officer)
    for user in (governance, outsider):
        for page in ("/home-education/", f"/home-education/{home.pk}/", f"/home-education/{home.pk}/end/"):
            assert browser_of(user).get(page).status_code == 403


def test_the_database_refuses_an_end_without_a_how_and_a_second_that_is_open(data_officer, amina):
    home = told(amina, data_officer)
    with said_by():
        for broken in ({"to_date": TODAY}, {"ended_how": "school"}, {"to_date": YESTERDAY, "ended_how": "school"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                HomeEducation.objects.filter(pk=home.pk).update(**broken)
        with pytest.raises(IntegrityError), transaction.atomic():
            HomeEducation.objects.create(child=amina, told_by="parent", told_on=TODAY, from_date=TODAY, due_date=TODAY)


def test_a_school_is_asked_to_take_the_name_off_when_a_parent_told_the_council(
    browser_of, officer, data_officer, hollyfield
):
    child = make_child("Amina", "Khan", born=TEN, school=hollyfield)
    told(child, data_officer, from_date=SOON)

    page = browser_of(at(hollyfield)).get("/roll/999101/movers/").text

    assert "A parent has told the council: educated at home from" in page
    assert "Amina Khan" in officer.get("/movers/?kind=notice").text
    with said_by():
        recording.end(Enrolment.objects.get(child=child), on=SOON - timedelta(days=1))
    assert "A parent has told the council" not in officer.get("/movers/?kind=notice").text


def test_whoever_is_above_school_age_is_not_taken_up_and_is_to_be_ended(officer, data_officer):
    grown = make_child("Grown", "Up", born=date(TODAY.year - 17, 1, 15))
    followed = make_child("Zoe", "Okafor", born=date(TODAY.year - 17, 1, 15))
    told(followed, data_officer)
    with said_by():
        recording.assert_fact(EducationArrangement(child=grown, kind="home_education", from_date=YESTERDAY))

    assert keeping.take_up() == (0, 0)

    page = officer.get("/home-education/?show=past").text
    assert "Zoe Okafor" in page
    assert "1 child educated at home" not in officer.get("/missing/figures/").text
