"""The people who care for children, shared by siblings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded
from registry.models.addresses import Address
from registry.models.facts import Fact, fact


class YesNo(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("Not known")


class CareKind(models.TextChoices):
    MOTHER = "mother", _("Mother")
    FATHER = "father", _("Father")
    STEP_PARENT = "step_parent", _("Step-parent")
    GRANDPARENT = "grandparent", _("Grandparent")
    OTHER_RELATIVE = "other_relative", _("Other relative")
    FOSTER_CARER = "foster_carer", _("Foster carer")
    GUARDIAN = "guardian", _("Guardian")
    SOCIAL_WORKER = "social_worker", _("Social worker")
    OTHER = "other", _("Other")


@recorded(subjects="SELECT child_id FROM registry_care WHERE carer_id IN (SELECT id FROM {rows})")
class Carer(models.Model):
    """A grown person with care of one child or several, and how to reach them."""

    title = models.CharField(_("title"), max_length=20, blank=True)
    forename = models.CharField(_("forename"), max_length=100, blank=True)
    surname = models.CharField(_("surname"), max_length=100, blank=True)
    telephone = models.CharField(_("telephone"), max_length=30, blank=True)
    other_telephone = models.CharField(_("other telephone"), max_length=30, blank=True)
    email = models.EmailField(_("email"), blank=True)
    address = models.ForeignKey(Address, null=True, blank=True, on_delete=models.PROTECT, related_name="carers")

    history = history()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["telephone"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="carer_has_a_name",
                condition=~Q(forename="", surname=""),
                violation_error_message=_("Enter a forename or a surname."),
            )
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.title, self.forename, self.surname) if part)


@fact(identity=["carer_id", "kind"])
class Care(Fact):
    """What a carer is to a child."""

    carer = models.ForeignKey(Carer, on_delete=models.PROTECT, related_name="cares")
    kind = models.CharField(_("relationship"), max_length=14, choices=CareKind.choices, default=CareKind.OTHER)
    parental_responsibility = models.CharField(
        _("parental responsibility"), max_length=7, choices=YesNo.choices, default=YesNo.UNKNOWN
    )
    lives_with = models.CharField(_("lives with the child"), max_length=7, choices=YesNo.choices, default=YesNo.UNKNOWN)
    priority = models.PositiveSmallIntegerField(_("order of contact"), null=True, blank=True)

    history = history()

    class Meta(Fact.Meta):
        constraints: ClassVar = [
            *Fact.Meta.constraints,
            models.CheckConstraint(name="care_kind_is_known", condition=Q(kind__in=CareKind.values)),
            models.CheckConstraint(
                name="care_answers_are_known",
                condition=Q(parental_responsibility__in=YesNo.values, lives_with__in=YesNo.values),
            ),
            models.UniqueConstraint(
                name="open_care_is_said_once",
                fields=["child", "carer", "kind"],
                condition=Q(to_date__isnull=True),
                violation_error_message=_("This carer is already on the record."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carer} ({self.get_kind_display().lower()})"
