"""Who supports a school's pupils is shown of those alone whom somebody else than the school places on its roll."""

import re
from datetime import date, timedelta

import pytest

from agencies.models import Involvement, Service
from childindex.models import Source
from registry import recording
from registry.disclosure import Context
from registry.models import Enrolment
from schools.rolls.confirming import confirm
from schools.rolls.reading import roll_of
from tests.agencies.people import basis, make_service
from tests.factories import TODAY, make_child, make_school, make_source, said_by, shield
from tests.schools.movers.test_pupil import JOINING
from tests.schools.people import at
from tests.schools.returns.written import census, on_roll, taken

pytestmark = pytest.mark.django_db
SUPPORT = "/roll/900001/support/"
UNPLACED = "Placement not confirmed by anybody but the school yet: ask the council"


@pytest.fixture
def head(hollyfield):
    return at(hollyfield, name="Helen Head", role="head")


@pytest.fixture
def browser(browser_of, head):
    return browser_of(head)


@pytest.fixture
def amina(db):
    """On no roll, and known to health visiting."""
    child = make_child("Amina", "Khan", born=date(2017, 2, 28), sex="F")
    known(child)
    return child


def known(child, **values):
    service = Service.objects.first() or make_service()
    said = {"from_date": TODAY, "confirmed_on": TODAY, **basis(), **values}
    with said_by():
        Involvement.objects.create(child=child, service=service, **said)


def placed(child, *, by):
    """Somebody says that the child is on the roll."""
    with said_by(by):
        recording.confirm(Enrolment.objects.get(child=child))


def told(browser):
    page = browser.get(SUPPORT).text
    return "Health visiting" in page, UNPLACED in page


def test_of_a_child_who_came_by_a_census_return_nothing_until_the_council_says_so(browser, hollyfield, amina):
    taken(census(on_roll()), hollyfield, as_of=TODAY)
    assert Enrolment.objects.get().child == amina
    assert told(browser) == (False, True)

    placed(amina, by=Source.council())

    assert told(browser) == (True, False)


def test_of_a_child_who_came_by_a_new_pupil_return_nothing_until_the_family_says_so(browser, browser_of, hollyfield):
    child = make_child("Ottoline", "Vexley", born=TODAY - timedelta(days=3000), sex="F")
    known(child)
    browser_of(at(hollyfield)).post("/roll/900001/join/", JOINING)
    assert Enrolment.objects.get(school=hollyfield).child == child
    assert told(browser) == (False, True)

    placed(child, by=make_source("family", kind="family"))

    assert told(browser) == (True, False)


def test_confirming_its_roll_online_a_school_confirms_nothing_but_its_own_word(browser, hollyfield, head, amina):
    taken(census(on_roll()), hollyfield, as_of=TODAY)
    pupils = roll_of(hollyfield, to=Context(user=head))

    confirm(hollyfield, pupils, enrolments=[pupils[0].enrolment_id], by=head)

    assert told(browser) == (False, True)


def test_the_school_before_places_a_leaver_at_the_next(browser, hollyfield, amina):
    fernhill = make_school("Fernhill Primary", urn=900002)
    with said_by(make_source("school-900002")):
        spell = recording.assert_fact(Enrolment(child=amina, school=fernhill, from_date=date(2022, 9, 7)))
        recording.end(spell, on=date(2026, 7, 17))
    taken(census(on_roll(entry="2026-09-07")), hollyfield, as_of=TODAY)
    assert told(browser) == (False, True)

    with said_by(make_source("school-900002")):
        Enrolment.objects.filter(pk=spell.pk).update(
            destination_school=hollyfield, leaving_ground="A", leaving_regime="2024"
        )

    assert told(browser) == (True, False)


def test_a_school_that_says_of_itself_that_another_sent_the_child_places_nobody(browser, hollyfield, amina):
    fernhill = make_school("Fernhill Primary", urn=900002)
    with said_by(make_source("school-900001")):
        Enrolment.objects.create(
            child=amina, school=fernhill, from_date=date(2022, 9, 7), to_date=date(2026, 7, 17),
            source=Source.objects.get(code="school-900001"), destination_school=hollyfield,
        )  # fmt: skip
    taken(census(on_roll(entry="2026-09-07")), hollyfield, as_of=TODAY)

    assert told(browser) == (False, True)


def test_a_list_of_a_service_is_marked_as_one(browser, hollyfield):
    child = make_child("Zoe", "Okafor", school=hollyfield)
    known(child, confirmed_by=None, confirmed_at=None, listed_surname="Okafor")

    assert "Listed, not confirmed" in browser.get(SUPPORT).text


PAGES = ("", "support/", "movers/", "corrections/", "declare/", "whereabouts/")


def test_of_a_shielded_pupils_other_rolls_a_school_reads_nothing_at_all(browser, browser_of, hollyfield):
    """A byte more or less would tell that the child is on another roll."""
    child = make_child("Zoe", "Okafor", school=hollyfield, source=make_source("school-900001"))
    shield(child)
    office = browser_of(at(hollyfield))
    pages = [f"/roll/900001/{page}" for page in PAGES]
    pages += [f"/roll/900001/pupils/{Enrolment.objects.get().pk}/"]
    before = [steady(one.get(page)) for page in pages for one in (browser, office)]
    fernhill = make_school("Fernhill Primary", urn=900002)

    with said_by(make_source("school-900002")):
        recording.assert_fact(Enrolment(child=child, school=fernhill, from_date=date(2026, 9, 7)))

    assert [steady(one.get(page)) for page in pages for one in (browser, office)] == before
    assert b"Zoe Okafor" in before[0][1]
    assert before[-1][0] == 200


def test_of_a_pupil_who_is_not_shielded_the_other_roll_is_told(browser, hollyfield):
    child = make_child("Zoe", "Okafor", school=hollyfield)
    fernhill = make_school("Fernhill Primary", urn=900002)
    with said_by(make_source("school-900002")):
        recording.assert_fact(Enrolment(child=child, school=fernhill, from_date=date(2026, 9, 7)))

    assert "On another school’s roll too" in browser.get("/roll/900001/").text


def steady(answer):
    return answer.status_code, re.sub(rb'csrfmiddlewaretoken" value="[^"]+', b"", answer.content)
