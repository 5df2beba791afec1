"""No figure of the balance tells in which line a shielded child stands or stood, alone or beside another figure.

A data officer reads the same, byte for byte, whichever line the child was in before the shield went up. A shield that
goes up or down is no change of any line.
"""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import transaction

from registry import recording
from registry.balance import counting, keeping, withheld
from registry.balance.lines import Line
from registry.models import BalanceDay, BalancePlace, Child, EducationArrangement, Enrolment, Shield
from tests.factories import TODAY, make_address, make_child, make_school, said_by, shield
from tests.walks import visit

pytestmark = pytest.mark.django_db
TEN = date(TODAY.year - 10, 1, 15)
LONG_AGO = date(2024, 1, 10)
LINES = (Line.NOT_CONFIRMED, Line.AT_HOME, Line.MOVED_AWAY, Line.NO_ROLL)
SPAN = (
    f"since_day=1&since_month=1&since_year=2020&until_day={TODAY.day}&until_month={TODAY.month}&until_year={TODAY.year}"
)


@pytest.fixture
def hollyfield(db):
    return make_school("Hollyfield Primary", urn=999_101)


@pytest.fixture
def amina(hollyfield):
    """A child among others, in each of whose lines somebody else stands too."""
    make_child("Zoe", "Okafor", born=TEN, school=hollyfield, address=make_address())
    make_child("Odile", "Newcomer", born=TEN)
    place(make_child("Kofi", "Mensah", born=TEN), Line.AT_HOME)
    return make_child("Amina", "Khan", born=TEN)


def place(child, line):
    """Bring a child to a line by what is true of it."""
    with said_by():
        if line == Line.NOT_CONFIRMED:
            school = Enrolment.objects.first().school
            recording.assert_fact(Enrolment(child=child, school=school, from_date=LONG_AGO, year_group="5"))
        elif line == Line.AT_HOME:
            recording.assert_fact(EducationArrangement(child=child, kind="home_education", from_date=LONG_AGO))
        elif line == Line.MOVED_AWAY:
            Child.objects.filter(pk=child.pk).update(state="moved_away")
    assert BalancePlace.objects.get(child=child).line == line


def lift(child):
    with said_by(reason_code="shield_lifted"):
        Shield.objects.filter(child=child, lifted_date=None).update(lifted_date=TODAY)


def publish(*, days_ago):
    keeping.publish(on=TODAY - timedelta(days=days_ago))


@contextmanager
def taken_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def pages():
    """Every page and file of the balance: lines, breakdowns, filters, moves, and the home page."""
    yield from ("/", "/balance/", "/balance/movements/", f"/balance/movements/?{SPAN}")
    for line in LINES:
        yield f"/balance/{line}/"
        yield f"/balance/{line}/list.csv"
        yield from (f"/balance/{line}/?by={by}" for by in ("area", "school", "age", "sex"))
        yield f"/balance/movements/?{SPAN}&from=&to={line}"
    yield f"/balance/movements/?{SPAN}&from=no_roll&to=not_confirmed"


def shielded_today(child, line, other):
    place(child, line)
    publish(days_ago=7)
    publish(days_ago=1)
    shield(child)


def shielded_between_two_days(child, line, other):
    place(child, line)
    publish(days_ago=7)
    shield(child)
    publish(days_ago=1)


def shielded_lifted_and_shielded_again(child, line, other):
    place(child, line)
    publish(days_ago=9)
    shield(child)
    publish(days_ago=7)
    lift(child)
    publish(days_ago=1)
    shield(child)


def moved_behind_the_shield(child, line, other):
    place(child, line)
    publish(days_ago=7)
    shield(child)
    if other != line:
        place(child, other)
    publish(days_ago=1)


@pytest.mark.parametrize("role", ["data_officer", "data_manager"])
@pytest.mark.parametrize(
    "happens",
    [shielded_today, shielded_between_two_days, shielded_lifted_and_shielded_again, moved_behind_the_shield],
    ids=lambda one: one.__name__,
)
def test_every_page_is_the_same_whichever_line_the_shielded_child_stood_in(browser_of, request, amina, happens, role):
    browser = browser_of(request.getfixturevalue(role))
    worlds = []
    for line in (Line.NOT_CONFIRMED, Line.AT_HOME, Line.MOVED_AWAY):
        with taken_back():
            happens(amina, line, Line.MOVED_AWAY)
            worlds.append({address: visit(browser, address).steady for address in pages()})

    one, *others = worlds
    assert "Withheld: 1 child" in one["/balance/"]
    assert "Khan" not in "".join(one.values())
    for other in others:
        assert {address for address in one if one[address] != other[address]} == set()


@pytest.mark.parametrize("line", [Line.NOT_CONFIRMED, Line.AT_HOME, Line.MOVED_AWAY])
def test_neither_a_shield_that_goes_up_nor_one_that_is_lifted_changes_a_line(browser_of, data_officer, amina, line):
    page = browser_of(data_officer)
    place(amina, line)
    publish(days_ago=7)

    shield(amina)
    behind = page.get("/balance/").text
    publish(days_ago=1)
    lift(amina)
    open_again = page.get("/balance/").text

    for text in (behind, open_again):
        assert "As many as last week" in text or "As many as yesterday and last week" in text
        assert "fewer than" not in text
        assert "more than" not in text
    assert "Withheld" not in open_again


def test_what_really_changes_is_told_beside_a_shield(browser_of, data_officer, amina):
    publish(days_ago=1)
    shield(amina)
    place(make_child("Ada", "Newly", born=TEN), Line.AT_HOME)

    text = browser_of(data_officer).get("/balance/").text

    assert text.count("1 more than yesterday") == 1
    assert "fewer than" not in text


def test_a_child_that_comes_into_the_index_behind_a_shield_is_a_change_of_those_withheld(
    browser_of, data_officer, amina
):
    publish(days_ago=1)
    shield(make_child("Ada", "Newly", born=TEN))

    text = browser_of(data_officer).get("/balance/").text

    assert text.count("1 more than yesterday") == 1
    assert "1 more than yesterday. Earlier days are counted with the same children withheld" in text


@pytest.mark.parametrize("may", [True, False])
def test_the_changes_of_all_lines_and_of_those_withheld_come_to_that_of_the_total(amina, may):
    place(amina, Line.NOT_CONFIRMED)
    publish(days_ago=2)
    shield(amina)
    place(make_child("Ada", "Newly", born=TEN), Line.AT_HOME)
    publish(days_ago=1)
    shield(make_child("Ben", "Newly", born=TEN))

    days = counting.published(BalanceDay.objects.all(), behind_shields=may)
    now = counting.present(TODAY, behind_shields=may)

    for day in BalanceDay.objects.all():
        then = days[day.day]
        by_line = sum(now.lines[line] - then.lines[line] for line in Line)
        assert then.total == day.total
        assert now.total - then.total == by_line + now.withheld - then.withheld
    assert min(min(one.lines.values()) for one in days.values()) == 0


def test_where_they_stood_is_told_for_any_days_and_none(amina):
    place(amina, Line.NOT_CONFIRMED)
    publish(days_ago=7)
    place(amina, Line.MOVED_AWAY)
    publish(days_ago=1)
    shield(amina)
    before, after = BalanceDay.objects.order_by("day").values_list("last_move", flat=True)

    found = withheld.standing_at([after, before, 0])

    assert [dict(found[move]) for move in (0, before, after)] == [{}, {"not_confirmed": 1}, {"moved_away": 1}]
    assert withheld.standing_at([]) == {}


def test_what_does_not_add_up_names_a_line_to_custodians_alone(browser_of, data_officer, custodian, amina):
    place(amina, Line.NOT_CONFIRMED)
    publish(days_ago=1)
    shield(amina)
    BalancePlace.objects.filter(child=amina).update(line="dead")

    officers, custodians = (browser_of(who).get("/balance/").text for who in (data_officer, custodian))

    assert "The line dead should have" in custodians
    assert "The line" not in officers.replace("The lines", "")
    assert "The lines are not what was published last, with every move since." in officers


def test_a_custodian_is_told_what_was_published(amina):
    place(amina, Line.NOT_CONFIRMED)
    publish(days_ago=1)
    shield(amina)

    [told] = counting.published(BalanceDay.objects.all(), behind_shields=True).values()

    assert (told.lines[Line.NOT_CONFIRMED], told.withheld) == (2, 0)
