"""Children missing education: noticed, looked for, and located only with evidence; nobody is dropped."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies.models import Involvement
from registry import conflicts
from registry.balance.lines import Line
from registry.disclosure import Context
from registry.models import AccessPayload, BalancePlace, EducationArrangement
from schools import merging
from schools.missing import cases, opening
from schools.missing.cases import Evidence
from schools.missing.figures import figures
from schools.models import Case, EnquiryKind
from tests.agencies.people import basis, make_service
from tests.factories import TODAY, make_address, make_carer, make_child, make_school, said_by, shield

pytestmark = pytest.mark.django_db
TEN = date(TODAY.year - 10, 1, 15)
AT_FERNHILL = Evidence("school", "Fernhill", "Ann", "seen", TODAY)


@pytest.fixture
def amina(db):
    return make_child("Amina", "Khan", born=TEN, address=make_address(paon="14"), carer=make_carer())


@pytest.fixture
def officer(browser_of, data_officer):
    return browser_of(data_officer)


@pytest.fixture
def opened(amina, data_officer):
    return opening.open_case(amina, source="public", told="Seen in the park", owner=data_officer, by=data_officer)


def boxes(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def where(child):
    return BalancePlace.objects.get(child=child).line


def days_pass(case, *, days):
    """The same case as if it had been opened so many days before."""
    then = TODAY - timedelta(days=days)
    with said_by():
        Case.objects.filter(pk=case.pk).update(opened_on=then, due_date=then)
        EducationArrangement.objects.filter(child=case.child_id).update(from_date=then)


def take_every_step(case, by):
    for kind in EnquiryKind.objects.all():
        cases.enquire(case, kind=kind, day=TODAY, outcome="Nobody knows", next_by=TODAY, by=by)


def test_an_officer_opens_a_case_and_the_balance_knows_it(officer, data_officer, amina):
    said = {"source": "public", "told": "Seen in the park", "reason": "new", "mine": "on"}

    page = officer.post(f"/children/{amina.index_number}/missing/", said, follow=True).text

    made = Case.objects.get()
    assert "The case is open. The first steps are due by" in page
    assert (made.owner, made.told, made.reason) == (data_officer, "Seen in the park", "new")
    assert where(amina) == Line.MISSING


def test_a_child_has_one_open_case(officer, opened, amina, data_officer):
    with pytest.raises(cases.CannotWork, match="A case is open already"):
        opening.open_case(amina, source="public", told="", owner=None, by=data_officer)

    answer = officer.get(f"/children/{amina.index_number}/missing/")

    assert answer.url == f"/missing/{opened.pk}/"


def test_each_night_a_case_is_opened_for_whoever_is_on_no_roll_without_a_reason():
    old, new = make_child(born=TEN), make_child("Zoe", born=TEN)
    BalancePlace.objects.filter(child=old).update(since=TODAY - timedelta(days=1))

    def run():
        out = StringIO()
        call_command("open_cases", "--json", stdout=out)
        return json.loads(out.getvalue().splitlines()[-1])["opened"]

    assert (run(), run()) == (1, 0)
    assert Case.objects.get().child == old
    assert (where(old), where(new)) == (Line.MISSING, Line.NO_ROLL)


def test_what_is_done_is_written_down_and_the_next_step_is_due(officer, opened, data_officer):
    kind = EnquiryKind.objects.get(name="Visit the last home")
    later = TODAY + timedelta(days=9)
    said = {"kind": kind.pk, "outcome": "Nobody opened", **boxes("day", TODAY), **boxes("next_by", later)}

    page = officer.post(f"/missing/{opened.pk}/enquire/", said, follow=True).text

    opened.refresh_from_db()
    assert opened.due_date == later
    assert "Nobody opened" in page
    assert "Visit the last home" not in page.split("Not done yet")[1]


def test_a_child_is_located_with_evidence_and_leaves_the_line(officer, opened, amina):
    days_pass(opened, days=3)
    evidence = {"where": "school", "place": "Fernhill Primary", "said_by": "Ann Smith, office", "sure": "confirmed"}
    url = f"/missing/{opened.pk}/locate/"

    assert "Error" in officer.post(url, {**evidence, "said_by": "", **boxes("known_on", TODAY)}).text
    page = officer.post(url, {**evidence, **boxes("known_on", TODAY)}, follow=True).text

    opened.refresh_from_db()
    assert (opened.outcome, opened.closed_at is not None) == ("located", True)
    assert "Add the school to the record" in page
    assert where(amina) == Line.NO_ROLL


def test_the_database_refuses_an_end_without_evidence(opened, data_officer):
    with said_by():
        for values in (
            {"outcome": "located", "decided_by": data_officer, "closed_at": timezone.now()},
            {"outcome": "not_found", "decided_by": data_officer, "closed_at": timezone.now()},
            {"closed_at": timezone.now()},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Case.objects.update(**values)


def test_who_was_not_found_stays_on_the_list_and_needs_every_step_and_a_manager(
    officer, browser_of, opened, data_officer, data_manager
):
    url, later = f"/missing/{opened.pk}/not-found/", TODAY + timedelta(days=60)
    said = {"how": "Every step was taken", **boxes("review", later)}
    assert officer.post(url, said).status_code == 403
    assert "Not yet: Ask the last school" in browser_of(data_manager).post(url, said).text
    take_every_step(opened, data_officer)

    browser_of(data_manager).post(url, said)

    opened.refresh_from_db()
    assert (opened.outcome, opened.closed_at, opened.due_date) == ("not_found", None, later)
    assert "Amina Khan" in officer.get("/missing/?show=not_found").text
    assert Case.objects.open().count() == 1


def test_a_mistake_needs_an_enquiry_first(officer, opened, data_officer):
    url = f"/missing/{opened.pk}/mistake/"
    assert "Write down first how you found out." in officer.post(url, {"how": "She is at Fernhill"}).text

    cases.enquire(
        opened, kind=EnquiryKind.objects.first(), day=TODAY, outcome="She is there", next_by=TODAY, by=data_officer
    )
    officer.post(url, {"how": "She is at Fernhill"})

    assert Case.objects.get().outcome == "mistake"


def test_a_case_that_has_ended_is_ended_once(opened, data_officer):
    cases.locate(opened, AT_FERNHILL, by=data_officer)

    with pytest.raises(cases.CannotWork, match="This case ended on"):
        cases.locate(opened, AT_FERNHILL, by=data_officer)


def test_the_list_has_its_parts_and_counts(officer, opened, data_officer):
    late = make_child("Zoe", "Okafor", born=TEN)
    days_pass(opening.open_case(late, source="school", told="", owner=None, by=data_officer), days=9)

    page = officer.get("/missing/?show=new").text
    assert "Zoe Okafor" in page
    assert "Amina Khan" not in page
    assert "9 days late" in page
    assert "Mine (1)" in page
    assert "Overdue (1)" in page


def test_a_case_is_given_to_somebody(officer, opened, data_manager):
    officer.post(f"/missing/{opened.pk}/give/", {"owner": data_manager.pk})

    assert Case.objects.get().owner == data_manager


def test_brothers_and_sisters_and_earlier_cases_are_shown(officer, opened, amina, data_officer):
    brother = make_child("Bilal", "Khan", born=TEN, address=amina.residences.get().address)
    cases.locate(opened, AT_FERNHILL, by=data_officer)
    again = opening.open_case(amina, source="public", told="", owner=None, by=data_officer)

    page = officer.get(f"/missing/{again.pk}/").text

    assert "Missing before: 1 earlier case" in page
    assert "Bilal Khan" in page
    assert "No roll, no reason" in page
    assert brother.pk in AccessPayload.objects.order_by("entry_id").last().children


def test_the_sheet_has_what_a_visit_needs_and_no_more(officer, opened):
    page = officer.get(f"/missing/{opened.pk}/visit/").text

    assert "14 Example Road" in page
    assert "Farah Khan" in page
    assert "Seen in the park" not in page


def test_a_shielded_childs_case_is_for_custodians(officer, browser_of, custodian, opened, amina):
    shield(amina)

    assert "Amina" not in officer.get("/missing/?show=all").text
    for page in ("", "visit/", "locate/"):
        assert officer.get(f"/missing/{opened.pk}/{page}").status_code == 404
    assert officer.get(f"/children/{amina.index_number}/missing/").status_code == 404
    assert "Amina Khan" in browser_of(custodian).get(f"/missing/{opened.pk}/").text


def test_cases_are_for_those_who_work_on_them(browser_of, governance, outsider, opened):
    for user in (governance, outsider):
        for page in ("/missing/", f"/missing/{opened.pk}/", "/missing/figures/", "/missing/checklist/"):
            assert browser_of(user).get(page).status_code == 403


def test_the_figures_count_by_sex_year_group_reason_and_duration(browser_of, custodian, officer, opened, data_officer):
    days_pass(opened, days=40)
    hidden = make_child("Ottoline", "Vexley", born=TEN)
    opening.open_case(hidden, source="school", told="", owner=None, by=data_officer)
    shield(hidden)

    page = officer.get("/missing/figures/").text
    found = figures(TODAY, to=Context(user=data_officer))

    assert found.by_duration["4 to 12 weeks"] == 1
    assert "1 open case on" in page
    assert "Children behind a shield are left out." in page
    assert "2 open cases on" in browser_of(custodian).get("/missing/figures/").text
    assert "A member of the public" in page
    assert "A school" not in page


def test_how_long_it_took_to_locate_is_told(opened, data_officer):
    days_pass(opened, days=12)
    cases.locate(Case.objects.get(), AT_FERNHILL, by=data_officer)

    found = figures(TODAY, to=Context(user=data_officer))

    assert (found.total, found.located, found.days_to_locate) == (0, 1, 12)


def test_a_manager_keeps_the_checklist(browser_of, data_manager, officer):
    browser = browser_of(data_manager)
    first = EnquiryKind.objects.first()

    browser.post("/missing/checklist/", {"name": "Ask the mosque"})
    assert (
        "There is a step of this name already." in browser.post("/missing/checklist/", {"name": "ask the mosque"}).text
    )
    browser.post("/missing/checklist/", {"kind": first.pk})

    assert EnquiryKind.objects.filter(name="Ask the mosque", is_active=True).exists()
    assert not EnquiryKind.objects.get(pk=first.pk).is_active
    assert officer.get("/missing/checklist/").status_code == 403


def test_what_makes_it_urgent_is_shown_as_far_as_the_reader_may_know(officer, opened, amina):
    care = make_service("Social work", "social_care")
    with said_by():
        Involvement.objects.create(child=amina, service=care, from_date=TODAY, confirmed_on=TODAY, **basis())

    assert "Social care is involved" in officer.get(f"/missing/{opened.pk}/").text
    assert "Social care is involved" in officer.get("/missing/?show=all").text


def test_of_ones_own_family_no_case_is_shown(officer, data_officer, opened, amina):
    conflicts.declare(by=data_officer, forename="Amina", surname="Khan", born=TEN, relation="My niece")

    assert "Amina" not in officer.get("/missing/?show=all").text
    assert officer.get(f"/missing/{opened.pk}/").status_code == 404


def test_two_records_merged_leave_one_open_case(opened, amina, data_officer):
    other = make_child("Amina", "Khan-Begum", born=TEN, school=make_school())
    opening.open_case(other, source="school", told="", owner=None, by=data_officer)

    assert merging.leaves_case_behind(opened, other)
