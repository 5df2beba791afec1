"""What the council finds out of a leaver: which school has the pupil, or why none does."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from childindex import acts
from childindex.models import Source, User
from registry import recording
from registry.models import ArrangementKind, Child, EducationArrangement, Enrolment, School
from registry.recording import CannotRecord
from schools.home_education import keeping as home_education
from schools.home_education.keeping import Notice
from schools.missing import opening
from schools.models import Case, CaseReason, CaseSource, ToldBy
from schools.movers.returning import CannotReturn


class Found(models.TextChoices):
    """What came of looking."""

    SCHOOL = "school", _("A school has the pupil")
    HOME = "home", _("Educated at home: the council has spoken to the parents")
    OTHER = "other", _("Has other education, such as a tutor or a hospital")
    MISSING = "missing", _("Nobody knows: open a case as missing education")


def settle(spell: Enrolment, *, found: str, school: School | None, since: date | None, how: str, by: User) -> None:
    """Write down where a leaver is: one act of the council. Raises CannotReturn."""
    first_day = since or (spell.to_date or date.min) + timedelta(days=1)
    if spell.to_date is not None and first_day <= spell.to_date:
        raise CannotReturn("The pupil cannot be elsewhere before the last day on the roll. Give a later day.")
    try:
        with acts.act(by=by, source=Source.council(), reason_code="leaver_settled", reason=how[:200]):
            child = Child.objects.in_lock_order().get(pk=spell.child_id)
            if found == Found.SCHOOL:
                if school is None:
                    raise CannotReturn("Enter which school has the pupil.")
                recording.assert_or_confirm(Enrolment(child=child, school=school, from_date=first_day))
            elif found == Found.MISSING:
                _missing(child, how, by)
            elif found == Found.HOME:
                home_education.begin(child, Notice(ToldBy.COUNCIL, timezone.localdate(), first_day))
            else:
                kind, detail = ArrangementKind.OTHER_PROVISION, how[:200]
                recording.assert_or_confirm(
                    EducationArrangement(child=child, kind=kind, from_date=first_day, detail=detail)
                )
    except CannotRecord as refusal:
        raise CannotReturn(str(refusal)) from refusal


def _missing(child: Child, how: str, by: User) -> None:
    if not Case.objects.open().filter(child=child).exists():
        opening.begin([child.pk], source=CaseSource.CLOCK, told=how, owner=by, reason=CaseReason.OFF_ROLL)
