"""The change of the school year: what each school's roll is expected to become, and that it was rolled over."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded
from registry.models import School


@recorded()
class Cohort(models.Model):
    """What one school's roll becomes on the first of September of `school_year`, as far as it is known beforehand.

    `staying` go up a year; `leaving` end with the last year that the school has, of whom `unplaced` are of compulsory
    school age and are expected at no other school yet; `joining` are expected from August on.
    """

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="cohorts")
    school_year = models.PositiveSmallIntegerField(_("school year"))
    staying = models.PositiveIntegerField()
    leaving = models.PositiveIntegerField()
    unplaced = models.PositiveIntegerField(default=0, db_default=0)
    joining = models.PositiveIntegerField()

    history = history()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_cohort_a_school_and_year", fields=["school", "school_year"])
        ]

    def __str__(self) -> str:
        return f"{self.school}, {self.school_year}"


@recorded()
class Rollover(models.Model):
    """That all rolls went up a year, once a school year: `moved_up` pupils; `ended` left with their final year."""

    school_year = models.PositiveSmallIntegerField(_("school year"), unique=True)
    moved_up = models.PositiveIntegerField()
    ended = models.PositiveIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    history = history()

    class Meta:
        ordering: ClassVar = ["-school_year"]

    def __str__(self) -> str:
        return f"Rollover of {self.school_year}"
