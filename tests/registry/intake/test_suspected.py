"""Rows that fit two records of one child: the list of duplicates asks whether they are one, the row does not."""

from datetime import date

import pytest

from registry.intake.asking import Asks, codes_of
from registry.models import Outcome, SuspicionState
from tests.factories import make_child, suspect
from tests.registry.intake.lists import compared, row_of

pytestmark = pytest.mark.django_db
AMINA = "7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,"


@pytest.fixture
def again(amina):
    """The same child, recorded a second time with a slip in her name."""
    home = amina.residences.get().address
    return make_child("Ameena", "Khan", born=date(2017, 2, 28), sex="F", address=home)


def asked_by(delivery, number=2):
    return codes_of(row_of(delivery, number).questions)


def test_a_row_that_fits_two_records_asks_which_where_nobody_suspects_that_they_are_one(amina, again, births):
    assert asked_by(compared([AMINA], source=births)) == {Asks.MANY}


@pytest.mark.parametrize("state", [SuspicionState.PROPOSED, SuspicionState.SAME])
def test_a_row_that_fits_two_records_of_one_suspected_child_confirms_the_better(amina, again, births, state):
    suspect(amina, again, score=12, state=state)

    delivery = compared([AMINA], source=births)

    row = row_of(delivery)
    assert (row.child, row.outcome, row.questions) == (amina, Outcome.CONFIRMED, [])
    assert {child for child, *_ in row.candidates} == {amina.pk, again.pk}


@pytest.mark.parametrize(
    "fields",
    [{"state": SuspicionState.DIFFERENT}, {"may_be_twins": True}],
    ids=["held apart by somebody", "perhaps twins"],
)
def test_a_suspicion_that_is_none_settles_nothing(amina, again, births, fields):
    suspect(amina, again, **fields)

    assert asked_by(compared([AMINA], source=births)) == {Asks.MANY}


def test_two_rows_of_one_list_that_fit_the_same_two_records_are_still_asked_about(amina, again, births):
    suspect(amina, again, score=12)

    delivery = compared([AMINA, AMINA.replace("7,", "8,", 1)], source=births)

    assert asked_by(delivery, 2) == asked_by(delivery, 3) == {Asks.TWICE}
