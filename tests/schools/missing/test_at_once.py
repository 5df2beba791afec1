"""Two people at one moment: one case, one notice, one answer, one end; and nobody's word is lost unsaid."""

from datetime import date

import pytest

from schools.home_education import keeping
from schools.home_education.keeping import CannotKeep, Notice
from schools.missing import authorities, cases, opening
from schools.missing.authorities import Answer
from schools.missing.opening import CannotWork
from schools.models import Case, CaseEnquiry, HomeEducation, NotInSchool
from schools.not_in_school import keeping as register
from schools.not_in_school.eligible import Basis, Eligible, Line
from tests.factories import TODAY, make_child
from tests.together import at_once, refusals

TEN = date(TODAY.year - 10, 1, 15)


@pytest.fixture
def amina(own_database):
    return make_child("Amina", "Khan", born=TEN)


def opened(child, by):
    return opening.open_case(child, source="public", told="Gone", owner=by, by=by)


def test_two_who_open_a_case_at_once_open_one(amina, data_officer, data_manager):
    came = at_once(lambda: opened(amina, data_officer), lambda: opened(amina, data_manager))

    [refusal] = refusals(came)
    assert isinstance(refusal, CannotWork)
    assert Case.objects.count() == 1


def test_a_school_and_a_service_that_tell_at_once_are_both_heard(amina, data_officer, data_manager):
    came = at_once(
        lambda: opening.report(amina, source="school", told="Not here", by=data_officer),
        lambda: opening.report(amina, source="service", told="Not seen", by=data_manager),
    )

    assert not refusals(came)
    heard = Case.objects.get().told + CaseEnquiry.objects.get().outcome
    assert "Not here" in heard
    assert "Not seen" in heard


def test_two_who_end_a_case_at_once_end_it_once(amina, data_officer, data_manager):
    case = opened(amina, data_officer)

    def located(place, by):
        return lambda: cases.locate(case, cases.Evidence("other", place, "Ann", "seen", TODAY), by=by)

    came = at_once(located("A tutor", data_officer), located("A hospital", data_manager))

    assert len(refusals(came)) == 1
    assert "This case ended on" in str(refusals(came)[0])


def test_two_who_write_down_a_notice_at_once_write_one(amina, data_officer, data_manager):
    notice = Notice("parent", TODAY, TODAY)

    came = at_once(
        lambda: keeping.notify(amina, notice, owner=None, by=data_officer),
        lambda: keeping.notify(amina, notice, owner=None, by=data_manager),
    )

    assert [type(one) for one in refusals(came)] == [CannotKeep]
    assert HomeEducation.objects.count() == 1


def test_two_who_enter_a_child_at_once_enter_it_once(amina, data_officer, data_manager):
    found = [Eligible(amina.pk, Basis.NOT_ON_ROLL, TODAY, Line.NO_ROLL)]

    came = at_once(lambda: register.enter(found, by=data_officer), lambda: register.enter(found, by=data_manager))

    assert not refusals(came)
    assert sorted(came) == [0, 1]
    assert NotInSchool.objects.count() == 1


def test_two_who_answer_at_once_answer_once(amina, data_officer, data_manager):
    asked = authorities.ask(
        "asked_us", authority="Leeds", contact="CME team", said="Is she with you?", name="Amina", by=data_officer
    )

    came = at_once(
        lambda: authorities.answer(asked, Answer("not_known", "No", TODAY), by=data_officer),
        lambda: authorities.answer(asked, Answer("not_told", "No", TODAY), by=data_manager),
    )

    assert len(refusals(came)) == 1
    assert "has written down an answer already" in str(refusals(came)[0])
