"""Shields: children whose whereabouts must not be learnt from the index."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
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


class AskedFor(models.TextChoices):
    """For whom a shield is asked for."""

    PARENT = "parent", _("A parent or carer")
    CHILD = "child", _("The child")
    SERVICE = "service", _("A service that works with the family")
    COURT = "court", _("A court")


@recorded()
class ShieldRequest(models.Model):
    """Somebody asks that a child be shielded, with grounds; a custodian decides.

    What is asked is read by custodians and by whoever asked: that it was asked is as telling as the shield.
    """

    child = models.ForeignKey("registry.Child", on_delete=models.PROTECT, related_name="shield_requests")
    asked_for = models.CharField(_("for whom"), max_length=7, choices=AskedFor.choices)
    ground = models.TextField(_("ground"))
    reached_by = models.CharField(_("how they are reached safely"), max_length=200)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shields_asked_for")
    asked_at = models.DateTimeField(auto_now_add=True)
    due_date = models.DateField(_("answer by"))
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_agreed = models.BooleanField(_("agreed"), default=False, db_default=False)
    answer = models.TextField(_("answer"), blank=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["due_date", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="a_shield_request_has_a_ground", condition=~Q(ground="")),
            models.CheckConstraint(name="a_shield_is_asked_for_somebody", condition=Q(asked_for__in=AskedFor.values)),
            models.CheckConstraint(
                name="a_decided_shield_request_says_how",
                condition=Q(decided_at=None, decided_by=None, is_agreed=False, answer="")
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(answer="")),
            ),
            models.UniqueConstraint(
                name="one_waiting_shield_request",
                fields=["child", "asked_by"],
                condition=Q(decided_at__isnull=True),
            ),
            models.CheckConstraint(
                name="nobody_decides_their_own_shield_request",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"Asked on {self.asked_at:%Y-%m-%d}"
