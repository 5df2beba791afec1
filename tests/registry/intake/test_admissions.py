"""What admissions send: who has applied, was offered or refused a place, and is on no roll yet."""

from datetime import date

import pytest

from registry.intake.applying import apply
from registry.models import EducationArrangement, Outcome
from tests.factories import make_source
from tests.registry.intake.lists import compared, row_of

pytestmark = pytest.mark.django_db
HEADINGS = "Reference,Surname,Forename,Date of birth,Sex,House,Street,Postcode,Application status,Date of application"
AMINA = "7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA"


@pytest.fixture
def admissions():
    return make_source("admissions", kind="admissions", name="School admissions")


def sent(rows, admissions, **options):
    delivery = compared(rows, headings=HEADINGS, source=admissions, feed="admissions", **options)
    apply(delivery, by=None)
    return delivery


@pytest.mark.parametrize("word", ["Applied", "In-year request", "Offered", "Refused", "Waiting list"])
def test_whoever_has_no_place_yet_is_awaiting_one_in_the_words_of_the_list(amina, admissions, word):
    sent([f"{AMINA},{word},01/09/2026"], admissions)

    found = EducationArrangement.objects.get(child=amina)
    assert (found.kind, found.detail, found.from_date) == ("awaiting_place", word, date(2026, 9, 1))


def test_an_application_that_is_refused_later_is_the_same_wait_in_another_word(amina, admissions):
    sent([f"{AMINA},Applied,01/09/2026"], admissions)
    later = sent([f"{AMINA},Refused,01/09/2026"], admissions, as_of=date(2026, 11, 1))

    assert row_of(later).outcome == Outcome.CHANGED
    assert [one.detail for one in EducationArrangement.objects.open()] == ["Refused"]


def test_a_family_that_moves_into_the_city_is_added_with_its_wait(admissions):
    delivery = sent(["9,Okafor,Zoe,06/05/2016,F,3,High Street,B4 7DB,In-year request,01/09/2026"], admissions)

    found = EducationArrangement.objects.get()
    assert delivery.joined == 1
    assert (str(found.child.names.get()), found.kind) == ("Zoe Okafor", "awaiting_place")


def test_the_plain_name_of_an_arrangement_is_no_detail_of_it(amina, admissions):
    sent([f"{AMINA},Awaiting a school place,"], admissions)

    assert EducationArrangement.objects.get().detail == ""
