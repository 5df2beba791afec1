"""Requests to the index team to make contact, where whom to ring is not shown."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models.services import Service
from childindex.recorded import history, recorded
from registry.models import Child


@recorded()
class ContactRequest(models.Model):
    """A practitioner asks the index team to have a hidden service, or a hidden family, make contact."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="contact_requests")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="contact_requests")
    why = models.CharField(_("why"), max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    due_date = models.DateField(_("due"))
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.CharField(_("answer"), max_length=300, blank=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["due_date", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_contact_request",
                fields=["child", "service"],
                condition=Q(answered_at=None),
                violation_error_message=_("Your service has asked for this already."),
            ),
            models.CheckConstraint(name="a_contact_request_says_why", condition=~Q(why="")),
            models.CheckConstraint(
                name="an_answered_request_says_what",
                condition=Q(answered_at=None, answered_by=None, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.why}"
