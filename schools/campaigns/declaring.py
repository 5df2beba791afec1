"""The head's declaration: not possible while one pupil is neither confirmed nor told of to the council."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from childindex import acts, words
from childindex.models import Source, User
from registry.models import School
from schools.models import Declaration
from schools.returns.belonging import source_of
from schools.rolls.due import Due
from schools.rolls.reading import Pupil


class CannotDeclare(Exception):
    """Nothing was declared; the text says why and what to do."""


@dataclass(frozen=True)
class Readiness:
    """Whether a roll can be declared, and what stands in the way."""

    due: Due
    pupils: int
    reported: int
    left: tuple[Pupil, ...]

    @property
    def confirmed(self) -> int:
        return self.pupils - self.reported - len(self.left)


def readiness(school: School, pupils: Iterable[Pupil], due: Due) -> Readiness:
    """Of a school's roll as its head may see it. Who only comes later is no pupil yet."""
    present = [pupil for pupil in pupils if not pupil.is_to_come]
    open_ones = [pupil for pupil in present if not pupil.is_confirmed(due.since)]
    left = tuple(pupil for pupil in open_ones if not pupil.is_explained(due.since))
    return Readiness(due, len(present), len(open_ones) - len(left), left)


def standing(school: School, due: Due) -> Declaration | None:
    """The declaration that holds for what is due now, if there is one."""
    return Declaration.objects.filter(school=school, since=due.since, reopened_at=None).first()


def declare(school: School, found: Readiness, *, name: str, position: str, by: User) -> Declaration:
    """Declare a roll. Raises CannotDeclare while a pupil is unexplained, or where it has been declared."""
    if found.left:
        raise CannotDeclare(f"{words.sentence(words.count(len(found.left), 'pupil'))} still to be explained.")
    if not found.pupils:
        raise CannotDeclare("Nobody is on this roll.")
    reason = f"{name}, {position}"[:200]
    with transaction.atomic(), acts.act(by=by, source=source_of(school), reason_code="roll_declared", reason=reason):
        School.objects.select_for_update(no_key=True).get(pk=school.pk)
        if standing(school, found.due) is not None:
            raise CannotDeclare("The roll has been declared already. Look at the page again.")
        return Declaration.objects.create(
            school=school,
            campaign=found.due.campaign,
            since=found.due.since,
            name=name,
            position=position,
            pupils=found.pupils,
            reported=found.reported,
            made_by=by,
        )


def reopen(declaration: Declaration, *, because: str, by: User) -> None:
    """Have a school look at its roll again. Raises CannotDeclare where it is open already."""
    with transaction.atomic(), acts.act(by=by, source=Source.council(), reason_code="roll_reopened", reason=because):
        held = Declaration.objects.select_for_update().get(pk=declaration.pk)
        if held.reopened_at is not None:
            raise CannotDeclare("This roll has been reopened already.")
        held.reopened_at, held.reopened_by, held.reopened_because = timezone.now(), by, because
        held.save()
