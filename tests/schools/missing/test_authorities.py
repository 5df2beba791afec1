"""Requests between authorities: asked, answered, handed over and taken over."""

from datetime import date, timedelta

import pytest

from registry.balance.lines import Line
from registry.models import BalancePlace
from schools.missing import authorities, opening
from schools.missing.authorities import Answer
from schools.missing.opening import CannotWork
from schools.models import AuthorityRequest, Case
from tests.factories import TODAY, make_child, shield
from tests.schools.boxes import boxes

pytestmark = pytest.mark.django_db
TEN = date(TODAY.year - 10, 1, 15)
LEEDS = {"authority": "Leeds City Council", "contact": "CME team, 0113 496 0000", "said": "Moved to us, as it is said"}


@pytest.fixture
def amina(db):
    return make_child("Amina", "Khan", born=TEN)


@pytest.fixture
def officer(browser_of, data_officer):
    return browser_of(data_officer)


@pytest.fixture
def case(amina, data_officer):
    return opening.open_case(amina, source="public", told="", owner=data_officer, by=data_officer)


@pytest.fixture
def asked(officer):
    """Another authority has asked."""
    said = {**LEEDS, "kind": "asked_us", "name": "Amina Kahn", **boxes("born", TEN), **boxes("asked_on", TODAY)}
    officer.post("/authorities/asks/", said)
    return AuthorityRequest.objects.get()


def where(child):
    return BalancePlace.objects.get(child=child).line


def answered(outcome, **more):
    return {"outcome": outcome, "answer": "She lived here until May", **boxes("day", TODAY), **more}


def test_another_authority_asks_and_is_answered(officer, asked, amina):
    page = officer.get(f"/authorities/{asked.pk}/").text
    assert "Amina Kahn" in page
    assert "/search/?q=Amina+Kahn" in page
    assert "Enter which child of the index it is." in officer.post(f"/authorities/{asked.pk}/", answered("known")).text

    officer.post(f"/authorities/{asked.pk}/", answered("known", child=amina.index_number))

    asked.refresh_from_db()
    assert (asked.child, asked.outcome, asked.answer) == (amina, "known", "She lived here until May")
    assert "Amina Khan" in officer.get("/authorities/?show=done").text


@pytest.mark.parametrize(
    ("typed", "refused"), [("CI-0000", "index number"), ("CI-2222-2222-2", "")], ids=["no number", "nobody's"]
)
def test_a_child_that_is_none_is_refused_and_the_words_stay(officer, asked, typed, refused):
    page = officer.post(f"/authorities/{asked.pk}/", answered("known", child=typed)).text

    assert refused in page
    assert "She lived here until May" in page
    assert AuthorityRequest.objects.get().answered_at is None


def test_the_answer_is_written_down_once(asked, data_officer):
    authorities.answer(asked, Answer("not_known", "", TODAY), by=data_officer)

    with pytest.raises(CannotWork, match="has written down an answer already"):
        authorities.answer(asked, Answer("not_told", "", TODAY), by=data_officer)


def test_a_request_about_a_shielded_child_is_answered_by_custodians_alone(officer, browser_of, custodian, asked, amina):
    shield(amina)

    answer = officer.post(f"/authorities/{asked.pk}/", answered("known", child=amina.index_number), follow=True)

    asked.refresh_from_db()
    assert "The request is the custodians’ now" in answer.text
    assert (asked.child, asked.answered_at) == (amina, None)
    browser_of(custodian).post(f"/authorities/{asked.pk}/", answered("known"))
    asked.refresh_from_db()
    assert (asked.outcome, asked.answered_by) == ("known", custodian)
    assert officer.get(f"/authorities/{asked.pk}/").status_code == 404
    assert "Amina Khan" in browser_of(custodian).get(f"/authorities/{asked.pk}/").text


def test_an_officer_asks_another_authority_and_the_answer_comes_back_to_the_case(officer, case):
    officer.post(f"/missing/{case.pk}/ask-authority/", LEEDS)
    made = AuthorityRequest.objects.get()
    assert (made.kind, made.child, made.name) == ("asked_them", case.child, "Amina Khan")
    assert "Asked Leeds City Council" in officer.get(f"/missing/{case.pk}/").text

    officer.post(f"/authorities/{made.pk}/", answered("not_known"))

    page = officer.get(f"/missing/{case.pk}/").text
    assert "Leeds City Council answers: Not known there." in page
    assert "Ask another authority</li>" not in page.split("Not done yet")[1]


def test_a_child_is_ours_until_the_other_authority_has_taken_over(officer, case, amina):
    officer.post(f"/missing/{case.pk}/hand-over/", LEEDS)
    assert where(amina) == Line.MISSING

    officer.post(f"/authorities/{AuthorityRequest.objects.get().pk}/", answered("accepted"))

    case.refresh_from_db()
    assert (case.outcome, case.where, case.place) == ("located", "elsewhere", "Leeds City Council")
    assert where(amina) == Line.MOVED_AWAY


def test_a_hand_over_that_is_refused_leaves_the_case_open(officer, case, amina):
    officer.post(f"/missing/{case.pk}/hand-over/", LEEDS)

    officer.post(f"/authorities/{AuthorityRequest.objects.get().pk}/", answered("refused"))

    case.refresh_from_db()
    assert case.closed_at is None
    assert where(amina) == Line.MISSING


def test_whom_we_take_over_has_a_case(officer, data_officer, amina):
    said = {**LEEDS, "kind": "handed_to_us", "name": "Amina Khan", **boxes("asked_on", TODAY)}
    officer.post("/authorities/asks/", said)

    officer.post(f"/authorities/{AuthorityRequest.objects.get().pk}/", answered("accepted", child=amina.index_number))

    made = Case.objects.get()
    assert (made.child, made.source, made.owner) == (amina, "authority", data_officer)


def test_what_should_have_been_answered_is_among_ones_work(officer, asked, case, data_officer):
    authorities.ask("asked_them", **LEEDS, by=data_officer, name="Amina Khan", case=case)

    page = officer.get("/my-work/?of=authorities").text

    assert "Answer Leeds City Council" in page
    assert "Ask Leeds City Council again" not in page


def test_an_answer_before_the_question_is_refused(officer, asked):
    early = {**answered("not_known"), **boxes("day", TODAY - timedelta(days=1))}

    assert "It was asked on" in officer.post(f"/authorities/{asked.pk}/", early).text


def test_requests_are_for_those_who_work_on_cases(browser_of, outsider, governance, asked):
    for user in (outsider, governance):
        for page in ("/authorities/", f"/authorities/{asked.pk}/", "/authorities/asks/"):
            assert browser_of(user).get(page).status_code == 403
