"""Shields: children whose whereabouts must not be learnt from the index."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded
from registry.models.facts import SUBJECT


class ShieldQuerySet(models.QuerySet):
    def in_force(self, day: date) -> Self:
        """Shields that hold on `day`. One past its review stays in force until it is lifted."""
        return self.filter(from_date__lte=day).exclude(lifted_date__lte=day)


@recorded(subjects=SUBJECT)
class Shield(models.Model):
    """The council's decision that only a child's name, sex, date of birth, index number and carers' names may be read.

    After SI 2007/2182 reg. 6(5) and (6). It is lifted by a person, never by the passing of its review date.
    """

    child = models.ForeignKey("registry.Child", on_delete=models.PROTECT, related_name="shields")
    from_date = models.DateField(_("from"))
    review_date = models.DateField(_("review by"))
    lifted_date = models.DateField(_("lifted"), null=True, blank=True)
    ground = models.TextField(_("ground"))

    objects = ShieldQuerySet.as_manager()
    history = history()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_shield_at_a_time",
                fields=["child"],
                condition=Q(lifted_date__isnull=True),
                violation_error_message=_("This child is already shielded."),
            ),
            models.CheckConstraint(
                name="shield_is_reviewed_after_it_starts",
                condition=Q(review_date__gte=F("from_date")),
                violation_error_message=_("The review cannot be before the first day."),
            ),
            models.CheckConstraint(name="shield_has_a_ground", condition=~Q(ground="")),
        ]

    def __str__(self) -> str:
        return f"Shield from {self.from_date}"
