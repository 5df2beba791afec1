"""What schools have returned of two records follows the one that stands for the child."""

from datetime import timedelta

import pytest

from registry.merging import CannotMerge, merge
from schools.models import Absence, AbsenceKind, PupilReturn, Report, ReportKind
from schools.movers import returning
from tests.factories import TODAY, make_child
from tests.schools.people import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(hollyfield):
    return at(hollyfield)


@pytest.fixture
def twice(hollyfield, amina):
    return amina, make_child("Aminah", "Khan", school=hollyfield)


def away(child, school, office):
    spell = child.enrolments.get()
    returning.return_absence(
        school,
        spell.pk,
        kind=AbsenceKind.SICKNESS,
        first_day=TODAY - timedelta(days=20),
        cause="Asthma",
        name=str(child),
        by=office,
    )


def test_returns_absences_and_reports_follow_the_survivor(twice, hollyfield, office, data_officer):
    kept, gone = twice
    away(gone, hollyfield, office)
    spell = gone.enrolments.get()
    returning.report(hollyfield, spell.pk, kind=ReportKind.CHANGED, said="Has moved to Leeds", by=office)

    merge(survivor=kept, superseded=gone, reason="Same passport", by=data_officer)

    for model in (PupilReturn, Absence, Report):
        assert model.objects.get().child == kept


def test_two_open_absences_at_one_school_are_settled_before_a_merge(twice, hollyfield, office, data_officer):
    kept, gone = twice
    for child in twice:
        away(child, hollyfield, office)

    with pytest.raises(CannotMerge, match="Have it say of one of them that the pupil is back"):
        merge(survivor=kept, superseded=gone, reason="Same passport", by=data_officer)


def test_two_open_reports_of_a_kind_are_settled_before_a_merge(twice, hollyfield, office, data_officer):
    kept, gone = twice
    for child in twice:
        returning.report(
            hollyfield, child.enrolments.get().pk, kind=ReportKind.NEVER_ARRIVED, said="Never came", by=office
        )

    with pytest.raises(CannotMerge, match="Settle one of the two reports first"):
        merge(survivor=kept, superseded=gone, reason="Same passport", by=data_officer)
