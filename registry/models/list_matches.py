"""Lists that somebody has had matched, to get them back with what was found."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from childindex.models import User


class MatchStage(models.TextChoices):
    """How far a list to be matched has come."""

    RECEIVED = "received", _("Waiting to be matched")
    REFUSED = "refused", _("Refused")
    MATCHED = "matched", _("Matched")
    PURGED = "purged", _("Removed")


class Returned(models.TextChoices):
    """What can be added to a list of what was found."""

    INDEX_NUMBER = "index_number", _("Index number")
    UPN = "upn", _("UPN")
    ULN = "uln", _("ULN")
    NHS_NUMBER = "nhs_number", _("NHS number")
    SCHOOL = "school", _("School")
    POSTCODE = "postcode", _("Postcode of the home")


class ListMatchQuerySet(models.QuerySet):
    """Matched lists, in phrases."""

    def of(self, user: User) -> Self:
        """Those that this person asked for: nobody else sees what is in one."""
        return self.filter(by=user)

    def kept(self) -> Self:
        """Those whose content has not been removed."""
        return self.exclude(stage=MatchStage.PURGED)


class ListMatch(models.Model):
    """A list, who had it matched, for what and by what right. No fact is written by it.

    `content` is the file as it came. `children` and `outcomes` say of each row, in order, whom it is (0: nobody) and
    how that was found (a letter each); what is returned of a child is read when the list is fetched. On `kept_until`
    all of it is removed, and who asked for what stays.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="list_matches")
    asked_at = models.DateTimeField(auto_now_add=True)
    name = models.CharField(_("file"), max_length=255)
    purpose = models.CharField(_("what it is for"), max_length=300)
    recipient = models.CharField(_("for whom"), max_length=200)
    gateway = models.CharField(_("lawful gateway"), max_length=300)
    wanted = ArrayField(models.CharField(max_length=12, choices=Returned.choices), verbose_name=_("what comes back"))
    headings = models.JSONField(default=dict)
    stage = models.CharField(max_length=8, choices=MatchStage.choices, default=MatchStage.RECEIVED)
    refusal = models.TextField(blank=True)
    kept_until = models.DateField()
    rows = models.PositiveIntegerField(default=0)
    content = models.BinaryField(null=True)
    numbers = ArrayField(models.PositiveIntegerField(), default=list)
    children = ArrayField(models.BigIntegerField(), default=list)
    outcomes = models.TextField(blank=True)

    objects = ListMatchQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="match_stage_is_known", condition=Q(stage__in=MatchStage.values)),
            models.CheckConstraint(
                name="a_match_says_why_and_by_what_right",
                condition=~Q(purpose="") & ~Q(gateway="") & ~Q(recipient=""),
                violation_error_message=_("Say what the list is for, for whom, and by what law."),
            ),
            models.CheckConstraint(
                name="a_refused_match_says_why", condition=~Q(stage=MatchStage.REFUSED) | ~Q(refusal="")
            ),
            models.CheckConstraint(
                name="what_is_removed_is_gone",
                condition=~Q(stage=MatchStage.PURGED)
                | Q(content__isnull=True, children__len=0, numbers__len=0, outcomes=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name
