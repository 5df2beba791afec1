"""Causes for concern. None is a referral: whoever raises one has been told whom to ring first."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models.services import Service
from childindex.recorded import history, recorded
from registry.models import Child

LONGEST = 500


class Outcome(models.TextChoices):
    """What became of a concern."""

    SETTLED = "settled", _("It was looked into, and is settled")
    REFERRED = "referred", _("It was referred to social care")
    HELP = "help", _("A service has begun to help")
    UNFOUNDED = "unfounded", _("There was no cause")


@recorded()
class ConcernKind(models.Model):
    """A kind of concern, from a list that the council keeps."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    is_active = models.BooleanField(_("in use"), default=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


@recorded()
class Concern(models.Model):
    """A cause for concern: its kind, its basis in a few words, and by when it is looked at again."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="concerns")
    kind = models.ForeignKey(ConcernKind, on_delete=models.PROTECT, related_name="concerns")
    basis = models.CharField(_("basis"), max_length=LONGEST)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="concerns_raised")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(auto_now_add=True)
    review_date = models.DateField(_("review by"))
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)
    closed_how = models.CharField(_("what was done"), max_length=LONGEST, blank=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["-raised_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="a_concern_says_its_basis", condition=~Q(basis="")),
            models.CheckConstraint(
                name="a_closed_concern_says_its_outcome",
                condition=Q(closed_at=None, closed_by=None, outcome="", closed_how="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.kind)


@recorded()
class ConcernAudience(models.Model):
    """A service that is told of a concern: as the raiser chose, or as it is on the duty list."""

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="audience")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="concerns_heard")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    told_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["service__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_service_hears_a_concern_once", fields=["concern", "service"]),
            models.CheckConstraint(
                name="who_acknowledged_and_when_go_together",
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service}, {self.concern}"
