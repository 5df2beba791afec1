"""GP practices, and the children registered with them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded
from registry.models.facts import Fact, fact


class PracticeStatus(models.TextChoices):
    ACTIVE = "active", _("Open")
    CLOSED = "closed", _("Closed")
    DORMANT = "dormant", _("Dormant")
    PROPOSED = "proposed", _("Proposed")


@recorded()
class Practice(models.Model):
    """A GP practice, as the NHS Organisation Data Service has it. Codes are closed, never used again."""

    ods_code = models.CharField(_("ODS code"), max_length=8, unique=True)
    name = models.CharField(_("name"), max_length=160)
    line1 = models.CharField(_("address line 1"), max_length=100, blank=True)
    line2 = models.CharField(_("address line 2"), max_length=100, blank=True)
    line3 = models.CharField(_("address line 3"), max_length=100, blank=True)
    town = models.CharField(_("town"), max_length=100, blank=True)
    county = models.CharField(_("county"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=8, blank=True)
    telephone = models.CharField(_("telephone"), max_length=30, blank=True)
    commissioner = models.CharField(_("commissioner"), max_length=8, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=PracticeStatus.choices, default=PracticeStatus.ACTIVE)
    open_date = models.DateField(_("opened"), null=True, blank=True)
    close_date = models.DateField(_("closed"), null=True, blank=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["name", "ods_code"]
        constraints: ClassVar = [
            models.CheckConstraint(name="practice_status_is_known", condition=Q(status__in=PracticeStatus.values)),
            models.CheckConstraint(name="ods_code_has_its_shape", condition=Q(ods_code__regex=r"^[A-Z][A-Z0-9]{2,7}$")),
        ]

    def __str__(self) -> str:
        return self.name


@fact(identity=["practice_id"])
class Registration(Fact):
    """A spell on one GP practice's list."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="registrations")

    history = history()

    class Meta(Fact.Meta):
        constraints: ClassVar = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                name="open_registration_is_said_once",
                fields=["child", "practice"],
                condition=Q(to_date__isnull=True),
                violation_error_message=_("This child is already registered with this practice."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.practice)
