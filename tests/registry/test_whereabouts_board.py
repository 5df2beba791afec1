"""The board of whereabouts: how sure each kind of thing is of each child, where to ask, and the oldest first."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from childindex.models import SourceKind
from registry import disclosure, recording
from registry.disclosure import Context
from registry.models import Residence, WhereaboutsDay, WhereaboutsMark
from registry.whereabouts import board
from registry.whereabouts.freshness import freshness
from tests.factories import (
    TODAY,
    make_address,
    make_carer,
    make_child,
    make_practice,
    make_school,
    make_source,
    said_by,
    shield,
)

pytestmark = pytest.mark.django_db
TEN = date(TODAY.year - 10, 1, 15)


@pytest.fixture
def hollyfield(db):
    return make_school("Hollyfield Primary", urn=999_101)


@pytest.fixture
def amina(hollyfield):
    return make_child(
        "Amina", "Khan", born=TEN, school=hollyfield, address=make_address(), carer=make_carer(),
        practice=make_practice(),
    )  # fmt: skip


def marks(child):
    return dict(WhereaboutsMark.objects.filter(child=child).values_list("what", "mark"))


def test_every_child_has_a_mark_for_every_kind_of_thing(amina):
    zoe = make_child("Zoe", "Okafor", born=TEN)

    board.reckon()

    assert marks(amina) == dict.fromkeys(board.THINGS, "fresh")
    assert marks(zoe) == dict.fromkeys(board.THINGS, "unknown")


def test_the_marks_are_those_of_the_childs_record(amina, data_officer):
    old = make_source("old", kind=SourceKind.OLD_SYSTEM)
    for days, forename, source in ((10, "One", None), (150, "Two", None), (500, "Three", None), (90, "Four", old)):
        child = make_child(forename, "Random", born=TEN)
        with said_by(source):
            home = recording.assert_fact(Residence(child=child, address=None, standing="no_known_address"))
            recording.withdraw(home)
        address = make_address()
        with said_by(source):
            home = Residence(child=child, address=address, from_date=date(2020, 1, 1))
            home.source = source or child.names.get().source
            home.save()
            recording.confirm(home, day=TODAY - timedelta(days=days))

        board.reckon()

        view = disclosure.record(child, to=Context(user=data_officer))
        told = freshness(view.leading("home"), on=TODAY)
        assert marks(child)["home"] == told.mark, days


def test_two_homes_that_disagree_are_contested_and_one_that_nobody_knows_is_unknown(amina):
    nowhere, elsewhere = make_child("Zoe", "Okafor", born=TEN), make_address(paon="99")
    with said_by(make_source("practice", kind="practice")):
        recording.assert_fact(Residence(child=amina, address=elsewhere, from_date=TODAY))
    with said_by():
        recording.assert_fact(Residence(child=nowhere, standing="no_known_address"))

    board.reckon()

    assert (marks(amina)["home"], marks(nowhere)["home"]) == ("contested", "unknown")


def test_it_is_published_once_a_day_and_marked_as_often_as_asked(amina):
    first = board.reckon()
    make_child("Zoe", "Okafor", born=TEN)

    assert board.reckon() == first
    assert WhereaboutsDay.objects.get().known == [1, 0]
    assert WhereaboutsMark.objects.count() == 8


def test_the_command_says_how_many_are_known(amina):
    out = StringIO()

    call_command("whereabouts", "--json", stdout=out)

    told = json.loads(out.getvalue().splitlines()[-1])
    assert (told["known"], told["children"], told["counts"]["home"]["fresh"]) == (1, 1, 1)


def test_the_page_says_the_one_figure_and_where_it_would_help_to_ask(browser_of, data_officer, amina, hollyfield):
    make_child("Zoe", "Okafor", born=TEN, school=hollyfield)
    browser = browser_of(data_officer)
    assert "Nothing has been reckoned yet" in browser.get("/whereabouts/").text
    board.reckon()

    page = browser.get("/whereabouts/").text

    assert "Whereabouts known of 1 of 2 children" in page
    assert "Hollyfield Primary" in page


def test_the_children_of_a_mark_are_listed_those_never_confirmed_first(browser_of, data_officer, amina, hollyfield):
    make_child("Zoe", "Okafor", born=TEN, school=hollyfield)
    board.reckon()
    browser = browser_of(data_officer)

    assert "Zoe Okafor" in browser.get("/whereabouts/home/unknown/").text
    assert "Amina Khan" in browser.get("/whereabouts/home/fresh/?school=999101").text
    assert "Amina Khan" not in browser.get("/whereabouts/home/fresh/?school=999102").text
    assert browser.get("/whereabouts/home/nonsense/").status_code == 404


def test_a_shielded_child_is_withheld_from_who_may_not_see_it(browser_of, data_officer, custodian, amina):
    shield(amina)
    board.reckon()

    page = browser_of(data_officer).get("/whereabouts/").text
    assert "Whereabouts known of 0 of 0 children" in page
    assert "Children behind a shield are left out." in page
    assert "Amina" not in browser_of(data_officer).get("/whereabouts/home/fresh/").text
    assert "Amina Khan" in browser_of(custodian).get("/whereabouts/home/fresh/").text
    assert "Whereabouts known of 1 of 1 children" in browser_of(custodian).get("/whereabouts/").text


def test_it_is_for_those_who_see_the_balance(browser_of, governance, outsider):
    for user in (governance, outsider):
        assert browser_of(user).get("/whereabouts/").status_code == 403
        assert browser_of(user).get("/whereabouts/home/stale/").status_code == 403


def test_of_who_is_not_of_school_age_no_school_is_asked_for(hollyfield):
    baby = make_child("Baby", "Khan", born=date(TODAY.year - 2, 1, 15))
    early = make_child("Early", "Khan", born=date(TODAY.year - 3, 1, 15), school=hollyfield)
    undated = make_child("Undated", "Khan", born=None, date_of_birth_standing="missing")

    board.reckon()

    assert "school" not in marks(baby)
    assert marks(early)["school"] == "fresh"
    assert marks(undated)["school"] == "unknown"
