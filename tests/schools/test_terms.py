"""Term dates and closed days, as they are entered and counted."""

from datetime import date, timedelta

import pytest

from registry.dates import school_year
from schools.models import ClosedDay, TermDates
from schools.terms import Calendar
from tests.factories import TODAY, make_school, said_by
from tests.schools.people import at

pytestmark = pytest.mark.django_db
YEAR = school_year(TODAY)
FIRST, LAST = date(YEAR, 9, 7), date(YEAR, 10, 23)


def boxes(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


TERM = {"adding": "term", **boxes("term-first_day", FIRST), **boxes("term-last_day", LAST)}


@pytest.fixture
def manager(browser_of, data_manager):
    return browser_of(data_manager)


def test_without_any_the_usual_ones_are_counted_and_said_to_be(manager):
    assert "as nobody has entered any" in manager.get("/terms/").text
    assert 185 <= Calendar.of().count(None, date(YEAR, 9, 1), date(YEAR + 1, 8, 31)) <= 196


def test_the_councils_hold_for_every_school_without_its_own(manager, hollyfield):
    manager.post("/terms/", TERM)

    calendar = Calendar.of([hollyfield.pk])
    assert calendar.first_day(hollyfield.pk, YEAR) == next(
        day for day in (FIRST + timedelta(days=more) for more in range(3)) if day.weekday() < 5
    )
    assert not calendar.is_estimated(hollyfield.pk, YEAR)


def test_a_school_enters_its_own(browser_of, hollyfield):
    other = make_school("Fernhill Primary", urn=900002)
    office = browser_of(at(hollyfield))

    office.post("/roll/900001/terms/", TERM)

    assert TermDates.objects.get().school == hollyfield
    assert Calendar.of([other.pk]).is_estimated(other.pk, YEAR)
    assert office.post("/roll/900002/terms/", TERM).status_code == 404


def test_a_closed_day_is_no_school_day(manager):
    monday = next(day for day in (FIRST + timedelta(days=more) for more in range(7)) if day.weekday() == 0)
    with said_by():
        TermDates.objects.create(first_day=FIRST, last_day=LAST)
    before = Calendar.of().count(None, FIRST, LAST)

    manager.post("/terms/", {"adding": "closed", **boxes("closed-day", monday), "closed-why": "Bank holiday"})

    assert Calendar.of().count(None, FIRST, LAST) == before - 1


def test_what_was_entered_twice_is_refused_and_stays_typed(manager):
    manager.post("/terms/", TERM)

    told = manager.post("/terms/", TERM).text

    assert "A term that begins on this day is here already." in told
    assert TermDates.objects.count() == 1


@pytest.mark.parametrize(
    ("last", "told"),
    [(FIRST - timedelta(days=1), "cannot be before the first"), (FIRST + timedelta(days=200), "longer than a term")],
)
def test_a_stretch_that_cannot_be_is_refused(manager, last, told):
    assert told in manager.post("/terms/", {**TERM, **boxes("term-last_day", last)}).text
    assert not TermDates.objects.exists()


def test_an_entry_is_taken_away_once(manager):
    with said_by():
        day = ClosedDay.objects.create(day=FIRST, why="Training")

    manager.post("/terms/", {"remove": f"closed-{day.pk}"})
    again = manager.post("/terms/", {"remove": f"closed-{day.pk}"}, follow=True).text

    assert not ClosedDay.objects.exists()
    assert "That is not here any more." in again


def test_a_school_does_not_take_away_the_councils(browser_of, hollyfield):
    with said_by():
        day = ClosedDay.objects.create(day=FIRST, why="Bank holiday")

    browser_of(at(hollyfield)).post("/roll/900001/terms/", {"remove": f"closed-{day.pk}"})

    assert ClosedDay.objects.exists()
