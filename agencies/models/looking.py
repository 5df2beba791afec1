"""Looking that is not plain: behind a shield by override, and for a colleague who may not look."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models.services import Service
from childindex.recorded import history, recorded
from registry.models import Child


class Finding(models.TextChoices):
    """What governance finds of an override."""

    JUSTIFIED = "justified", _("It was justified")
    TALKED_OVER = "talked_over", _("It was not, and was talked over with the person")
    BREACH = "breach", _("It was a breach, and is dealt with as one")


@recorded()
class Override(models.Model):
    """Somebody looked behind a shield by override: why, and what information governance finds of it.

    After the shielding factsheet of ContactPoint: its use is always investigated, lasts until the record is left, and
    changes nothing of what others see.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="overrides")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="overrides")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(_("reason"), max_length=300)
    due_date = models.DateField(_("to be reviewed by"))
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    finding = models.CharField(_("finding"), max_length=11, choices=Finding.choices, blank=True)
    finding_words = models.CharField(_("in a few words"), max_length=300, blank=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["due_date", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="an_override_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="a_reviewed_override_has_a_finding",
                condition=Q(reviewed_at=None, reviewed_by=None, finding="", finding_words="")
                | (Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(finding="")),
            ),
            models.CheckConstraint(
                name="nobody_reviews_their_own_override",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=models.F("by")),
                violation_error_message=_("Somebody else has to review this."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by}, {self.at:%Y-%m-%d %H:%M}"


@recorded()
class MediatedLook(models.Model):
    """Somebody who may not look asks a colleague to: both stand in the record of looking (Hansard, 24 July 2007)."""

    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="mediated_looks")
    asked = models.CharField(_("what is asked, and why"), max_length=300)
    asked_at = models.DateTimeField(auto_now_add=True)
    mediator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["asked_at"]
        constraints: ClassVar = [
            models.CheckConstraint(name="a_mediated_look_says_what", condition=~Q(asked="")),
            models.CheckConstraint(
                name="who_mediates_and_since_when_go_together",
                condition=Q(mediator=None, taken_at=None) | Q(mediator__isnull=False, taken_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_answered_look_was_mediated",
                condition=Q(answered_at=None, answer="") | (Q(mediator__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="nobody_mediates_their_own_look",
                condition=Q(mediator=None) | ~Q(mediator=models.F("requester")),
                violation_error_message=_("Somebody else has to look for you."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requester}: {self.asked}"
