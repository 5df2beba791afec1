"""When schools are open: the council's term dates, and a school's own where it has others."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from childindex import words
from childindex.recorded import history, recorded
from registry.models import School


@recorded()
class TermDates(models.Model):
    """A stretch of days between two holidays, both dates inclusive: mostly half a term.

    Without a school they are the council's, and hold for every school that has none of its own in that school year.
    """

    school = models.ForeignKey(School, null=True, blank=True, on_delete=models.PROTECT, related_name="term_dates")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    history = history()

    class Meta:
        ordering: ClassVar = ["first_day"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="term_ends_after_it_starts",
                condition=Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.UniqueConstraint(
                name="a_term_begins_once",
                fields=["school", "first_day"],
                nulls_distinct=False,
                violation_error_message=_("A term that begins on this day is here already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{words.day(self.first_day)} to {words.day(self.last_day)}"


@recorded()
class ClosedDay(models.Model):
    """A day in term on which no pupils come: for all schools (a bank holiday), or for one (training of its staff)."""

    school = models.ForeignKey(School, null=True, blank=True, on_delete=models.PROTECT, related_name="closed_days")
    day = models.DateField(_("day"))
    why = models.CharField(_("why"), max_length=80)

    history = history()

    class Meta:
        ordering: ClassVar = ["day"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="a_day_is_closed_once",
                fields=["school", "day"],
                nulls_distinct=False,
                violation_error_message=_("This day is here already."),
            )
        ]

    def __str__(self) -> str:
        return f"{words.day(self.day)}: {self.why}"
