"""After a return is undone, what it said counts nowhere: on the roll, the board, the balance, nor for whom it shows."""

from datetime import date, timedelta

import pytest
from django.db import connection

from childindex.models import Source
from registry import recording
from registry.balance import counting
from registry.balance.lines import Line
from registry.disclosure import Context
from registry.intake.undoing import undo
from registry.models import BalancePlace, Enrolment, Repetition, Said, School
from schools import accounting, rollover
from schools.campaigns import board
from schools.campaigns.declaring import CannotDeclare, declare, readiness
from schools.models import Campaign, CampaignSchool, Declaration
from schools.movers.leavers import Standing, joiners, leavers
from schools.returns.belonging import source_of
from schools.rolls.due import due_of
from schools.rolls.reading import roll_of
from schools.rolls.scope import pupils_among
from tests.factories import TODAY, make_school, said_by, shield
from tests.schools.people import at
from tests.schools.returns.written import census, on_roll, taken

pytestmark = pytest.mark.django_db
BECAUSE = "The wrong file was sent"
AS_OF, RECENTLY = TODAY - timedelta(days=1), TODAY - timedelta(days=30)


@pytest.fixture
def head(hollyfield):
    return at(hollyfield, name="Helen Head", role="head")


@pytest.fixture
def campaign(hollyfield):
    with said_by(reason_code="campaign_opened"):
        days = {"reference_date": TODAY - timedelta(days=20), "due_date": TODAY - timedelta(days=3)}
        made = Campaign.objects.create(name="Autumn return", **days)
        CampaignSchool.objects.create(campaign=made, school=hollyfield)
    return made


@pytest.fixture
def returned(hollyfield, amina, campaign):
    """What the school sent, applied: it has Amina."""
    return taken(census(on_roll()), hollyfield, as_of=AS_OF)


@pytest.fixture
def undone(returned, data_officer):
    return undo(returned, data_officer, BECAUSE)


def pupil(school, user):
    [found] = roll_of(school, to=Context(user=user))
    return found


def ready(school, user):
    return readiness(school, roll_of(school, to=Context(user=user)), due_of(school))


def test_the_roll_no_longer_has_the_pupil_confirmed(hollyfield, head, returned, data_officer):
    assert pupil(hollyfield, head).confirmed_on == AS_OF

    undo(returned, data_officer, BECAUSE)

    assert pupil(hollyfield, head).confirmed_on is None


def test_the_board_and_its_course_count_nobody_as_confirmed_and_no_return_as_come(campaign, returned, data_officer):
    [before] = board.lines_of(campaign)
    assert (before.confirmed, before.last_return, board.course(campaign)[-1][1]) == (1, AS_OF, 1)

    undo(returned, data_officer, BECAUSE)

    [line] = board.lines_of(campaign)
    assert (line.confirmed, line.last_return, line.state) == (0, None, board.State.NOTHING)
    assert board.course(campaign)[-1][1] == 0
    assert board.coverage().confirmed == 0


def test_the_head_cannot_declare_the_roll(hollyfield, head, undone):
    found = ready(hollyfield, head)

    with pytest.raises(CannotDeclare, match="1 pupil still to be explained"):
        declare(hollyfield, found, name="Helen Head", position="Headteacher", by=head)
    assert not Declaration.objects.exists()


def test_the_child_goes_back_to_the_line_of_those_not_confirmed_by_the_act_of_undoing(amina, returned, data_officer):
    assert BalancePlace.objects.get(child=amina).line == Line.CONFIRMED

    reversal = undo(returned, data_officer, BECAUSE)

    assert BalancePlace.objects.get(child=amina).line == Line.NOT_CONFIRMED
    assert amina.balance_moves.order_by("pk").last().act == reversal
    assert counting.stale(TODAY) == 0


def test_a_repetition_that_is_undone_leaves_what_was_said_before(hollyfield, head, returned, data_officer):
    later = taken(census(on_roll()), hollyfield, as_of=TODAY, name="again.xml")
    assert Repetition.objects.filter(act=later.act).exists()
    assert pupil(hollyfield, head).confirmed_on == TODAY

    undo(later, data_officer, BECAUSE)

    assert pupil(hollyfield, head).confirmed_on == AS_OF


def test_a_leaver_is_looked_for_again_where_the_next_schools_word_is_undone(hollyfield, amina, data_officer):
    fernhill = make_school("Fernhill Primary", urn=900002, la_code="330", estab_number="2032")
    spell = Enrolment.objects.get(child=amina)
    with said_by():
        recording.end(spell, on=RECENTLY)
        place = recording.assert_fact(Enrolment(child=amina, school=fernhill, from_date=RECENTLY + timedelta(days=1)))
    with said_by(source_of(fernhill)) as deed:
        recording.confirm(place)
    assert [one.standing for one in leavers()] == [Standing.FOUND]

    with said_by(Source.council(), reason_code="undone", undoes=deed):
        pass

    assert [one.standing for one in leavers()] == [Standing.EXPECTED]
    assert [one.is_said for one in joiners() if one.school_id == fernhill.pk] == [False]


def test_a_school_that_said_it_has_a_shielded_child_and_took_it_back_knows_of_it_no_more(
    hollyfield, head, amina, returned, data_officer
):
    shield(amina)
    assert pupils_among(head, [amina.pk]) == {amina.pk}

    undo(returned, data_officer, BECAUSE)

    assert pupils_among(head, [amina.pk]) == set()


def test_a_pupil_whom_another_source_placed_and_took_back_is_the_schools_own_word_again(hollyfield, head, amina):
    with said_by(source_of(hollyfield)) as own:
        Enrolment.objects.filter(child=amina).update(source=own.source)
    spell = Enrolment.objects.get(child=amina)
    assert not pupil(hollyfield, head).is_own_word  # the council has said it too
    for deed in spell_acts(spell):
        with said_by(reason_code="undone", undoes=deed):
            pass

    assert pupil(hollyfield, head).is_own_word
    assert (f"school-{hollyfield.urn}", amina.pk) not in groups()


def spell_acts(spell):
    return [one.act for one in Said.objects.filter(kind="enrolment", fact_id=spell.pk).select_related("act")]


def groups():
    with connection.cursor() as cursor:
        cursor.execute(accounting.PUPILS)
        return set(cursor.fetchall())


def test_what_a_school_said_since_september_and_took_back_keeps_nobody_from_going_up(hollyfield, amina):
    year = TODAY.year if TODAY.month >= 9 else TODAY.year - 1
    spell = Enrolment.objects.get(child=amina)
    with said_by():
        Enrolment.objects.filter(pk=spell.pk).update(year_group="4")
        School.objects.filter(pk=hollyfield.pk).update(high_age=11)
    with said_by(source_of(hollyfield)) as deed:
        recording.confirm(spell, day=date(year, 9, 2))
    with said_by(reason_code="undone", undoes=deed):
        pass

    made = rollover.roll_over(year, by=None, on=TODAY)

    assert made.moved_up == 1
