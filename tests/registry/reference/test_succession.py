"""A school that becomes another: nobody has left, and nobody has joined."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from childindex.models import Act
from registry.models import Enrolment, School, SchoolLink
from registry.reference.succession import Split, Succession, follow, pending
from tests.factories import make_child, make_school, said_by
from tests.registry.intake.lists import compared, school_source

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 1)


@pytest.fixture
def old(db):
    return make_school("Hollyfield Primary", urn=900001, status="closed", close_date=date(2026, 8, 31))


@pytest.fixture
def academy(db):
    return make_school("Hollyfield Academy", urn=900002, open_date=DAY)


def link(old, new, kind="Successor"):
    with said_by():
        SchoolLink.objects.create(
            urn=old.urn, school=old, linked_urn=new.urn, linked_school=new, linked_name=new.name, kind=kind
        )


def spells(child):
    found = Enrolment.objects.filter(child=child).order_by("pk")
    return [(one.school.name, one.from_date, one.to_date) for one in found]


def test_pupils_go_on_at_the_academy_with_all_that_was_known_of_their_place(old, academy):
    amina, zoe = make_child(school=old), make_child("Zoe", "Okafor", school=old)
    with said_by():
        Enrolment.objects.filter(child=amina).update(class_name="5A")
    link(old, academy)

    [(found, pupils)] = follow()

    assert (str(found), pupils) == (
        "Hollyfield Primary (900001) became Hollyfield Academy (900002) on 1 September 2026",
        2,
    )
    for child in (amina, zoe):
        assert spells(child) == [
            ("Hollyfield Primary", date(2022, 9, 7), date(2026, 8, 31)),
            ("Hollyfield Academy", DAY, None),
        ]
    now = Enrolment.objects.open().get(child=amina)
    assert (now.class_name, now.year_group, now.status) == ("5A", "5", "C")


def test_it_is_one_act_of_the_registers(old, academy):
    make_child(school=old)
    link(old, academy)

    list(follow())

    deed = Act.objects.latest("pk")
    assert (deed.reason_code, deed.source.code, deed.subjects) == ("school_succeeded", "school-register", 1)


def test_following_twice_changes_nothing(old, academy):
    amina = make_child(school=old)
    link(old, academy)
    list(follow())
    before = spells(amina)

    assert list(follow()) == []
    assert spells(amina) == before


def test_who_is_on_the_new_roll_already_is_there_once(old, academy):
    amina = make_child(school=old)
    with said_by() as deed:
        Enrolment.objects.create(child=amina, school=academy, from_date=DAY, source=deed.source)
    link(old, academy)

    list(follow())

    assert spells(amina) == [
        ("Hollyfield Primary", date(2022, 9, 7), date(2026, 8, 31)),
        ("Hollyfield Academy", DAY, None),
    ]


def test_a_spell_that_began_after_the_day_is_the_academys_from_its_start(old, academy):
    amina = make_child(school=old)
    with said_by():
        Enrolment.objects.update(from_date=date(2026, 9, 3))
    link(old, academy)

    list(follow())

    assert spells(amina) == [("Hollyfield Academy", date(2026, 9, 3), None)]


def test_the_academys_first_roll_confirms_everybody_and_nobody_is_missing(old, academy):
    make_child("Amina", "Khan", born=date(2017, 2, 28), school=old)
    link(old, academy)
    list(follow())

    delivery = compared(
        ["Khan,Amina,28/02/2017,F"],
        headings="Surname,Forename,Date of birth,Sex",
        source=school_source(academy),
        feed="roll",
    )

    assert (delivery.confirmed, delivery.joined, delivery.left, delivery.absent) == (1, 0, 0, 0)


def test_a_school_that_was_split_is_left_for_people(old, academy):
    amina = make_child(school=old)
    link(old, academy)
    link(old, make_school("Hollyfield Juniors", urn=900003))

    [found] = pending()

    assert isinstance(found, Split)
    assert str(found) == (
        "Hollyfield Primary (900001) was split into Hollyfield Academy, Hollyfield Juniors: say of each pupil which."
    )
    assert list(follow()) == []
    assert len(spells(amina)) == 1


def test_a_school_that_is_open_has_no_successor_yet(academy):
    going_on = make_school("Fernhill Primary")
    make_child(school=going_on)
    link(going_on, academy)

    assert pending() == []


def test_another_kind_of_link_is_no_succession(old, academy):
    make_child(school=old)
    link(old, academy, kind="Sixth Form Centre Link")

    [found] = pending()
    assert "the register names no successor" in str(found)


def test_the_command_says_what_it_did_and_what_is_left(old, academy):
    make_child(school=old)
    link(old, academy)
    rehearsed, out = StringIO(), StringIO()

    call_command("follow_schools", dry_run=True, stdout=rehearsed)
    assert "became Hollyfield Academy (900002) on 1 September 2026." in rehearsed.getvalue()
    assert isinstance(pending()[0], Succession)

    call_command("follow_schools", json=True, stdout=out)

    said = json.loads(out.getvalue().splitlines()[-1])
    assert said == {"followed": [{"old": 900001, "new": 900002, "day": "2026-09-01", "pupils": 1}], "left": []}


def test_what_people_must_see_to_ends_with_three(old):
    make_child(school=old)

    with pytest.raises(SystemExit) as ending:
        call_command("follow_schools", stdout=StringIO())

    assert ending.value.code == 3
    assert School.objects.get(pk=old.pk).enrolments.open().count() == 1


def test_a_link_that_only_the_successor_tells_is_followed_too(old, academy):
    amina = make_child(school=old)
    link(academy, old, kind="Predecessor")

    assert [str(found) for found, _ in follow()] == [
        "Hollyfield Primary (900001) became Hollyfield Academy (900002) on 1 September 2026"
    ]
    assert spells(amina)[-1] == ("Hollyfield Academy", DAY, None)


def test_a_chain_of_conversions_is_followed_in_one_run(old, academy):
    with said_by():
        School.objects.filter(pk=academy.pk).update(status="closed", close_date=date(2026, 10, 31))
    last = make_school("Hollyfield Learning Academy", urn=900003, open_date=date(2026, 11, 1))
    amina = make_child(school=old)
    link(old, academy)
    link(academy, last)

    list(follow())

    assert spells(amina) == [
        ("Hollyfield Primary", date(2022, 9, 7), date(2026, 8, 31)),
        ("Hollyfield Academy", DAY, date(2026, 10, 31)),
        ("Hollyfield Learning Academy", date(2026, 11, 1), None),
    ]
    assert pending() == []


@pytest.mark.parametrize(
    ("on", "named"),
    [
        (date(2026, 6, 1), "Hollyfield Primary"),
        (DAY, "Hollyfield Academy"),
        (date(2027, 3, 31), "Hollyfield Academy"),
        (date(2027, 4, 1), "Hollyfield Trust Academy"),
    ],
)
def test_of_schools_with_one_number_the_one_of_the_day_is_meant(on, named, old, academy):
    proposed = make_school("Hollyfield Trust Academy", urn=100001, status="proposed", open_date=date(2027, 4, 1))
    with said_by():
        School.objects.filter(pk__in=[old.pk, academy.pk, proposed.pk]).update(la_code="330", estab_number="2031")
        School.objects.filter(pk=academy.pk).update(close_date=date(2027, 3, 31))

    assert School.objects.numbered("330", "2031", on=on).first().name == named
