"""Campaigns: the returns that are due by a day, and the heads' declarations that their rolls are right."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded
from registry.models import School


@recorded()
class Campaign(models.Model):
    """One round of returns: of which day the rolls are to be, and by when they are due."""

    name = models.CharField(_("name"), max_length=80)
    reference_date = models.DateField(_("reference date"))
    due_date = models.DateField(_("due date"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["-reference_date", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_return_is_due_after_its_day",
                condition=Q(due_date__gte=F("reference_date")),
                violation_error_message=_("The due date cannot be before the reference date."),
            ),
            models.UniqueConstraint(
                name="campaign_is_named_once",
                fields=["name"],
                violation_error_message=_("A campaign has this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@recorded()
class CampaignSchool(models.Model):
    """A school of which a campaign asks a return."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="members")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="campaigns")

    history = history()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_school_is_asked_once_a_campaign", fields=["campaign", "school"])
        ]

    def __str__(self) -> str:
        return f"{self.school}, {self.campaign}"


@recorded()
class Declaration(models.Model):
    """A head's word that every pupil of the roll is explained. The council may reopen it, and says why."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="declarations")
    campaign = models.ForeignKey(Campaign, null=True, blank=True, on_delete=models.PROTECT, related_name="declarations")
    since = models.DateField(_("confirmed since"))
    name = models.CharField(_("name"), max_length=120)
    position = models.CharField(_("position"), max_length=80)
    pupils = models.PositiveIntegerField()
    reported = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reopened_because = models.CharField(_("why it is reopened"), max_length=300, blank=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["-made_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_reopened_declaration_says_why",
                condition=Q(reopened_at=None, reopened_by=None, reopened_because="")
                | (Q(reopened_at__isnull=False, reopened_by__isnull=False) & ~Q(reopened_because="")),
            ),
            models.UniqueConstraint(
                name="one_standing_declaration",
                fields=["school", "since"],
                condition=Q(reopened_at=None),
                violation_error_message=_("The roll has been declared already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school}: {self.receipt}"

    @property
    def receipt(self) -> str:
        """The number on the receipt: D-2026-000123."""
        return f"D-{self.made_at.year}-{self.pk:06}"


class Reminder(models.Model):
    """A letter to a school whose return is outstanding, and whether it could be sent."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="reminders")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="reminders")
    to = models.TextField(blank=True)
    sent_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    failure = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.school}, {self.sent_at:%Y-%m-%d %H:%M}"
