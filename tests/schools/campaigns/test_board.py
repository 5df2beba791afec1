"""Campaigns: opening, measuring, reminding and closing."""

import csv
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.models import Enrolment
from schools.campaigns import board
from schools.campaigns.board import State
from schools.models import Campaign, Report
from schools.movers import returning
from schools.rolls.due import due_of, usually
from tests.factories import TODAY, make_child, said_by, shield
from tests.registry.intake.lists import compared, school_source
from tests.schools.people import at
from tests.schools.returns.written import census, on_roll, taken

pytestmark = pytest.mark.django_db


def boxes(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def lines(campaign):
    return {line.school.name: line for line in board.lines_of(campaign)}


OPENING = {
    "name": "Spring return", **boxes("reference_date", TODAY), **boxes("due_date", TODAY + timedelta(days=20)),
}  # fmt: skip


def test_a_campaign_is_opened_for_every_school(manager, hollyfield, fernhill):
    manager.post("/campaigns/open/", {**OPENING, "which": "all", "named": ""})

    assert Campaign.objects.get().members.count() == 2


def test_a_campaign_is_opened_for_the_schools_named(manager, hollyfield, fernhill):
    wrong = manager.post("/campaigns/open/", {**OPENING, "which": "some", "named": "900002\n123"}).text
    assert "Spring return" in wrong
    assert not Campaign.objects.exists()

    manager.post("/campaigns/open/", {**OPENING, "which": "some", "named": "900002\n\n900002"})

    assert [one.school for one in Campaign.objects.get().members.all()] == [fernhill]


def test_what_is_due_before_its_day_is_refused(manager, hollyfield):
    told = manager.post("/campaigns/open/", {**OPENING, **boxes("due_date", TODAY - timedelta(days=1)), "which": "all"})

    assert "The due date cannot be before the reference date." in told.text


def test_a_name_is_used_once(manager, campaign):
    told = manager.post("/campaigns/open/", {**OPENING, "name": "Autumn return", "which": "all"})

    assert "A campaign has this name already." in told.text


def test_a_roll_is_measured_by_its_campaign(hollyfield, campaign):
    assert due_of(hollyfield).since == campaign.reference_date
    assert str(due_of(hollyfield)) == "for Autumn return"


def test_no_figure_falls_to_nothing_on_the_first_of_september():
    from datetime import date

    assert usually(date(2026, 9, 1)).since == date(2026, 4, 1)
    assert usually(date(2026, 10, 5)).since == date(2026, 9, 1)


def test_the_board_counts_what_each_school_has_confirmed(hollyfield, amina, campaign):
    make_child("Zoe", "Okafor", school=hollyfield)
    taken(census(on_roll()), hollyfield, as_of=TODAY)

    found = lines(campaign)

    assert (found["Hollyfield Primary"].pupils, found["Hollyfield Primary"].confirmed) == (2, 1)
    assert found["Hollyfield Primary"].state == State.UNDER_WAY
    assert found["Fernhill Primary"].state == State.NOTHING
    assert found["Fernhill Primary"].days_late(TODAY) == 3


def test_what_was_said_before_the_reference_date_does_not_count(hollyfield, amina, campaign):
    taken(census(on_roll()), hollyfield, as_of=TODAY - timedelta(days=60))

    assert lines(campaign)["Hollyfield Primary"].confirmed == 0


def test_a_pupil_told_of_to_the_council_is_explained(hollyfield, amina, campaign, head):
    spell = Enrolment.objects.get(child=amina)
    returning.report(hollyfield, spell.pk, kind="never_arrived", said="Never seen", by=head)

    line = lines(campaign)["Hollyfield Primary"]

    assert (line.reported, line.left, line.state) == (1, 0, State.COMPLETE)
    assert Report.objects.exists()


def test_a_pupil_said_never_to_have_come_is_not_confirmed_by_a_list(hollyfield, amina, campaign, head):
    returning.report(hollyfield, Enrolment.objects.get(child=amina).pk, kind="never_arrived", said="Never", by=head)
    taken(census(on_roll()), hollyfield, as_of=TODAY)

    line = lines(campaign)["Hollyfield Primary"]

    assert (line.confirmed, line.reported) == (0, 1)
    assert dict(board.course(campaign))[TODAY] == 0


def test_the_course_rises_with_what_is_confirmed(hollyfield, amina, campaign):
    taken(census(on_roll()), hollyfield, as_of=TODAY - timedelta(days=10))

    course = dict(board.course(campaign))

    assert course[TODAY - timedelta(days=11)] == 0
    assert course[TODAY - timedelta(days=10)] == course[TODAY] == 1


def test_the_citys_figure_is_of_children_confirmed_by_the_latest_return(hollyfield, amina, campaign):
    make_child("Zoe", "Okafor", born=TODAY - timedelta(days=3000), school=hollyfield)
    taken(census(on_roll()), hollyfield, as_of=TODAY)

    found = board.coverage()

    assert (found.children, found.confirmed) == (2, 1)


def test_the_board_shows_and_exports_the_same_schools(manager, hollyfield, amina, campaign):
    page = f"/campaigns/{campaign.pk}/"

    assert "Fernhill Primary" in manager.get(page).text
    assert "Fernhill Primary" not in manager.get(f"{page}?name=holly").text
    assert "No school fits these filters" in manager.get(f"{page}?state=declared").text
    answer = manager.get(f"{page}board.csv?name=fern")
    rows = list(csv.reader(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()))
    assert [row[1] for row in rows] == ["School", "Fernhill Primary"]


def test_the_board_takes_as_many_queries_for_many_schools(manager, hollyfield, amina, campaign, fernhill):
    page = f"/campaigns/{campaign.pk}/"
    manager.get(page)
    with CaptureQueriesContext(
        connection,
    ) as one:
        manager.get(f"{page}?name=holly")
    with CaptureQueriesContext(connection) as both:
        manager.get(page)

    assert len(one) == len(both)


@pytest.mark.parametrize("role", ["head", "school_office"])
def test_the_board_is_for_those_who_manage_campaigns(browser_of, hollyfield, campaign, role):
    browser = browser_of(at(hollyfield, name="Somebody Else", role=role))

    for page in ("/campaigns/", f"/campaigns/{campaign.pk}/", f"/campaigns/{campaign.pk}/board.csv", "/terms/"):
        assert browser.get(page).status_code == 403


def test_dates_are_mended_and_a_campaign_is_closed(manager, campaign):
    manager.post(f"/campaigns/{campaign.pk}/change/", {**OPENING, "name": "Autumn return 2"})
    manager.post(f"/campaigns/{campaign.pk}/close/")

    campaign.refresh_from_db()
    assert (campaign.name, campaign.closed_on) == ("Autumn return 2", TODAY)


def test_said_by_is_needed_to_open_one(hollyfield):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.create(name="Nobody", reference_date=TODAY, due_date=TODAY)
    with said_by():
        Campaign.objects.create(name="Somebody", reference_date=TODAY, due_date=TODAY)
    assert Campaign.objects.get().name == "Somebody"


def test_a_return_of_a_shielded_child_alone_is_no_return_on_the_board(hollyfield, amina, campaign):
    shield(amina)
    source = school_source(hollyfield)
    row = "7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,"
    compared([row], feed="contacts", source=source, as_of=campaign.reference_date + timedelta(days=1))

    line = lines(campaign)[hollyfield.name]

    assert (line.last_return, line.waiting) == (None, 0)
    compared(["8,Nobody,Odile,01/02/2018,F,,,,"], feed="contacts", source=source, name="other.csv", as_of=TODAY)
    line = lines(campaign)[hollyfield.name]
    assert (line.last_return, line.waiting) == (TODAY, 1)
