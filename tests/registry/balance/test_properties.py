"""Whatever happens to children, the balance is what the facts say, everybody stands in it once, and it adds up."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry import recording
from registry.balance import counting, keeping
from registry.models import BalanceMove, BalancePlace, Child, EducationArrangement, Enrolment, Residence
from registry.recording import CannotRecord
from schools.models import Absence
from tests.factories import TODAY, make_child, make_school, make_source, said_by, shield

pytestmark = pytest.mark.django_db
AGES = st.integers(0, 20 * 365)
DAYS = st.integers(-400, 30)


def enrol(child, world, school, days):
    status = "S" if days % 5 == 0 else "C"
    with said_by(world["sources"][school]):
        recording.assert_fact(
            Enrolment(
                child=child, school=world["schools"][school], status=status, from_date=TODAY + timedelta(days=days),
                year_group="5",
            )
        )  # fmt: skip


def leave(child, world, school, days):
    for place in child.enrolments.filter(to_date=None)[:1]:
        with said_by():
            recording.end(place, on=max(place.from_date, TODAY + timedelta(days=days)))


def confirm(child, world, school, days):
    for place in child.enrolments.filter(to_date=None, school=world["schools"][school]):
        with said_by(world["sources"][school]):
            recording.confirm(place, day=TODAY + timedelta(days=min(days, 0)))


def arrange(child, world, school, days):
    kind = ("home_education", "awaiting_place", "other_provision", "case_open")[days % 4]
    with said_by():
        recording.assert_fact(EducationArrangement(child=child, kind=kind, from_date=TODAY + timedelta(days=days)))


def settle(child, world, school, days):
    for one in child.educationarrangements.filter(to_date=None)[:1]:
        with said_by():
            recording.end(one, on=max(one.from_date, TODAY + timedelta(days=days)))


def leave_england(child, world, school, days):
    with said_by():
        recording.assert_fact(
            Residence(child=child, standing="left_intention_unknown", from_date=TODAY + timedelta(days=days))
        )


def stay_away(child, world, school, days):
    with said_by():
        Absence.objects.create(
            school=world["schools"][school], child=child, kind="unauthorised",
            from_date=TODAY + timedelta(days=min(days, 0)),
        )  # fmt: skip


def become(state):
    def changed(child, world, school, days):
        with said_by():
            Child.objects.filter(pk=child.pk).update(**state(days))

    changed.__name__ = "become"
    return changed


def hide(child, world, school, days):
    shield(child)


def give_way(child, world, school, days):
    other = Child.objects.current().exclude(pk=child.pk).order_by("pk").first()
    if other is not None:
        with said_by():
            Child.objects.filter(pk=child.pk).update(state="superseded", superseded_by=other)


DEEDS = [
    enrol, leave, confirm, arrange, settle, leave_england, stay_away, hide, give_way,
    become(lambda days: {"state": "moved_away" if days % 2 else "archived"}),
    become(lambda days: {"date_of_death": TODAY + timedelta(days=min(days, 0))}),
    become(lambda days: {"date_of_birth": None, "date_of_birth_standing": "missing"}),
]  # fmt: skip
DEED = st.tuples(st.integers(0, 3), st.sampled_from(DEEDS), st.integers(0, 2), DAYS)
HISTORY = st.lists(st.one_of(DEED, st.just("a day passes")), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(ages=st.lists(AGES, min_size=4, max_size=4), history=HISTORY)
def test_whatever_happens_the_balance_is_what_the_facts_say_and_adds_up(ages, history):
    with transaction.atomic():
        world = made(ages)
        for step in history:
            happen(world, step)

        assert_it_holds()
        transaction.set_rollback(True)


def made(ages):
    schools = [make_school("Hollyfield"), make_school("Larkmoor"), make_school("Fernhill")]
    with said_by():
        type(schools[2]).objects.filter(pk=schools[2].pk).update(in_area=False)
    sources = [make_source(f"school-{school.urn}") for school in schools]
    children = [
        make_child(f"Child{place}", "Random", born=TODAY - timedelta(days=age)) for place, age in enumerate(ages)
    ]
    keeping.publish(on=date(2020, 1, 1))
    keeping.pass_days()
    return {"schools": schools, "sources": sources, "children": children}


def happen(world, step):
    """One deed, where it is possible: what the door refuses has not happened."""
    if step == "a day passes":
        keeping.pass_days()
        return
    who, deed, school, days = step
    child = Child.objects.get(pk=world["children"][who].pk)
    try:
        with transaction.atomic():
            deed(child, world, school, days)
    except (CannotRecord, ValidationError, IntegrityError):
        pass


def assert_it_holds():
    found = counting.present(TODAY, behind_shields=True)
    assert found.faults == ()
    assert counting.stale(TODAY) == 0
    assert found.lines == counting.recounted(TODAY).lines
    assert found.total == Child.objects.current().count()
    assert counting.present(TODAY, behind_shields=False).total == found.total
    for child in Child.objects.all():
        moves = list(BalanceMove.objects.filter(child=child).order_by("pk").values_list("from_line", "to_line"))
        assert all(before[1] == after[0] for before, after in pairwise([("", ""), *moves]))
        place = BalancePlace.objects.filter(child=child).values_list("line", flat=True).first()
        assert (moves[-1][1] if moves else "") == (place or "")
