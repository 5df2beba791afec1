"""Organisations, their services, and who works for which."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from childindex.models.offers import Offer
from childindex.recorded import history, recorded


class ServiceKind(models.TextChoices):
    """What a service does, as far as it matters to somebody who looks for whom to ring."""

    SOCIAL_CARE = "social_care", _("Children’s social care")
    EARLY_HELP = "early_help", _("Early help")
    HEALTH_VISITING = "health_visiting", _("Health visiting")
    SCHOOL_NURSING = "school_nursing", _("School nursing")
    THERAPY = "therapy", _("Therapy")
    MENTAL_HEALTH = "mental_health", _("Mental health")
    SEXUAL_HEALTH = "sexual_health", _("Sexual health")
    SUBSTANCE_MISUSE = "substance_misuse", _("Substance misuse")
    EDUCATION_WELFARE = "education_welfare", _("Education welfare")
    EDUCATION_PSYCHOLOGY = "education_psychology", _("Educational psychology")
    YOUTH_JUSTICE = "youth_justice", _("Youth justice")
    CONNEXIONS = "connexions", _("Connexions")
    HOUSING = "housing", _("Housing")
    POLICE = "police", _("Police")
    OTHER = "other", _("Another service")


@recorded()
class Organisation(models.Model):
    """A body that runs services: the council, an NHS trust, a charity."""

    name = models.CharField(_("name"), max_length=120, unique=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.CheckConstraint(name="organisation_has_a_name", condition=~Q(name=""))]

    def __str__(self) -> str:
        return self.name


@recorded()
class Service(models.Model):
    """One service of an organisation, and how it is reached.

    A sensitive service (SI 2007/2182 reg. 11(3): sexual health, mental health, substance misuse) is named to its own
    people and to custodians alone. `hears_concerns` puts it on the duty list: it is told of every cause for concern.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="services")
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=ServiceKind.choices)
    is_sensitive = models.BooleanField(_("sensitive"), default=False)
    is_universal = models.BooleanField(_("offered to every child of an age"), default=False)
    hears_concerns = models.BooleanField(_("on the duty list for causes for concern"), default=False)
    telephone = models.CharField(_("telephone"), max_length=30)
    duty_telephone = models.CharField(_("duty telephone"), max_length=30, blank=True)
    email = models.EmailField(_("email"), max_length=254, blank=True)
    hours = models.CharField(_("hours"), max_length=120, blank=True)
    gateway = models.CharField(_("lawful gateway"), max_length=300)
    is_active = models.BooleanField(_("in use"), default=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="service_is_named_once",
                fields=["organisation", "name"],
                violation_error_message=_("This organisation has a service of this name already."),
            ),
            models.CheckConstraint(name="service_kind_is_known", condition=Q(kind__in=ServiceKind.values)),
            models.CheckConstraint(
                name="service_can_be_rung",
                condition=~Q(telephone=""),
                violation_error_message=_("Enter the telephone number at which the service is reached."),
            ),
            models.CheckConstraint(
                name="service_names_its_gateway",
                condition=~Q(gateway=""),
                violation_error_message=_("Say by what law the service shares that it knows a child."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rung_at(self) -> str:
        """The number for somebody who has to reach the service now."""
        return self.duty_telephone or self.telephone


@recorded()
class Practitioner(models.Model):
    """Somebody's work for a service. It ends; it is not deleted, since children know them by it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="practices")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="practitioners")
    job_title = models.CharField(_("job title"), max_length=80, blank=True)
    telephone = models.CharField(_("telephone"), max_length=30, blank=True)
    may_override = models.BooleanField(_("may override a shield"), default=False)
    is_suspended = models.BooleanField(_("suspended"), default=False)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["user__full_name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="a_practitioner_once_a_service",
                fields=["user", "service"],
                condition=Q(ended_on=None),
                violation_error_message=_("This person works for the service already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.service}"


@recorded()
class PracticeOffer(Offer):
    """Somebody whom a manager has invited to work for their service."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="practice_offers")
    job_title = models.CharField(max_length=80, blank=True)
    telephone = models.CharField(max_length=30, blank=True)

    history = history()

    class Meta(Offer.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_practice_offer_an_address", fields=["service", "email"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="a_practice_offer_taken_up_has_ended",
                condition=Q(taken_up_by=None) | Q(ended_at__isnull=False),
            ),
        ]
