"""Which of several open facts leads: pins, then belief in the source, then recency."""

from datetime import date

import pytest

from registry import precedence, recording
from registry.models import Enrolment, Name, Pin, Residence, Slot
from tests.factories import make_address, make_child, make_school, make_source, said_by

pytestmark = pytest.mark.django_db


def lead(child, slot, **options):
    return precedence.leads([child.pk], **options)[child.pk][slot]


def two_homes():
    child = make_child(source=make_source("old", kind="old_system"), address=make_address())
    elsewhere = make_address()
    with said_by(make_source("hollyfield")):
        recording.assert_fact(Residence(child=child, address=elsewhere, from_date=date(2020, 1, 1)))
    old, new = child.residences.order_by("pk")
    return child, old, new


def test_a_source_believed_more_leads_and_the_other_contests():
    child, old, new = two_homes()

    assert lead(child, Slot.HOME) == precedence.Lead(new.pk, (old.pk,))


def test_a_pin_leads_whatever_the_rules_say():
    child, old, _new = two_homes()

    with said_by():
        Pin.objects.create(child=child, slot=Slot.HOME, fact_id=old.pk, reason="Seen at the door")

    assert lead(child, Slot.HOME).fact_id == old.pk


def test_of_equals_the_one_confirmed_last_leads():
    child = make_child(source=make_source("one"))
    with said_by(make_source("two")):
        recording.assert_fact(Name(child=child, forename="Aminah", surname="Khan"))
    first, second = child.names.order_by("pk")

    with said_by(make_source("one")):
        recording.confirm(second, day=date(2026, 1, 1))
        recording.confirm(first, day=date(2099, 1, 1))

    assert lead(child, Slot.REGISTERED_NAME).fact_id == first.pk


def test_a_fact_that_has_ended_leads_only_on_the_days_it_held():
    child = make_child(school=make_school())
    enrolment = child.enrolments.get()
    with said_by():
        recording.end(enrolment, on=date(2024, 7, 19))

    assert Slot.SCHOOL not in precedence.leads([child.pk])[child.pk]
    assert lead(child, Slot.SCHOOL, on=date(2024, 7, 19)).fact_id == enrolment.pk


def test_main_and_subsidiary_registrations_do_not_contest_each_other():
    child, here, there = make_child(), make_school(), make_school()
    with said_by():
        main = recording.assert_fact(Enrolment(child=child, school=here, status="M"))
        recording.assert_fact(Enrolment(child=child, school=there, status="S"))

    assert lead(child, Slot.SCHOOL) == precedence.Lead(main.pk)


def test_two_single_registrations_contest_each_other():
    child = make_child(school=make_school())
    another = make_school()
    with said_by():
        recording.assert_fact(Enrolment(child=child, school=another))

    assert lead(child, Slot.SCHOOL).is_contested
