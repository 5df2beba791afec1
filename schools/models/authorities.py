"""What this council and other authorities ask one another about children, and hand over."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded
from registry.models import Child
from schools.models.missing import Case

LONGEST_ANSWER = 1000


class RequestKind(models.TextChoices):
    """Who asks whom for what."""

    ASKED_US = "asked_us", _("Another authority asks whether we know a child")
    ASKED_THEM = "asked_them", _("We ask another authority about a child")
    HANDED_OVER = "handed_over", _("We hand a child over")
    HANDED_TO_US = "handed_to_us", _("Another authority hands a child over to us")


OURS_TO_ANSWER = (RequestKind.ASKED_US, RequestKind.HANDED_TO_US)


class RequestOutcome(models.TextChoices):
    """What the answer came to."""

    KNOWN = "known", _("Known there")
    NOT_KNOWN = "not_known", _("Not known there")
    ACCEPTED = "accepted", _("Taken over")
    REFUSED = "refused", _("Not taken over")
    NOT_TOLD = "not_told", _("Nothing may be told")


class RequestQuerySet(models.QuerySet):
    """Requests, in phrases."""

    def open(self) -> Self:
        """Requests without an answer."""
        return self.filter(answered_at=None)


@recorded(subjects="SELECT child_id FROM {rows} WHERE child_id IS NOT NULL")
class AuthorityRequest(models.Model):
    """One thing asked between authorities under s.436A of the Education Act 1996, and the answer.

    Another authority asks by name and date of birth; who it is, if the index has the child, is said with the answer.
    """

    kind = models.CharField(max_length=12, choices=RequestKind.choices)
    authority = models.CharField(_("authority"), max_length=120)
    contact = models.CharField(_("whom to answer or to ask"), max_length=200)
    name = models.CharField(_("name of the child, as they wrote it"), max_length=200)
    born = models.DateField(_("date of birth, as they wrote it"), null=True, blank=True)
    said = models.CharField(_("what is asked or told"), max_length=LONGEST_ANSWER)
    asked_on = models.DateField(_("asked on"))
    due_date = models.DateField(_("answer by"))
    child = models.ForeignKey(Child, null=True, blank=True, on_delete=models.PROTECT, related_name="authority_requests")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="authority_requests")
    outcome = models.CharField(_("outcome"), max_length=9, choices=RequestOutcome.choices, blank=True)
    answer = models.CharField(_("answer"), max_length=LONGEST_ANSWER, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = RequestQuerySet.as_manager()
    history = history()

    class Meta:
        ordering: ClassVar = ["due_date", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="authority_request_kind_is_known", condition=Q(kind__in=RequestKind.values)),
            models.CheckConstraint(
                name="our_own_request_is_of_a_child",
                condition=Q(kind__in=[str(one) for one in OURS_TO_ANSWER]) | Q(child__isnull=False),
            ),
            models.CheckConstraint(
                name="an_answered_request_says_what_came_of_it",
                condition=Q(answered_at=None, answered_by=None, answered_on=None, outcome="", answer="")
                | (
                    Q(answered_at__isnull=False, answered_by__isnull=False, answered_on__isnull=False)
                    & Q(outcome__in=RequestOutcome.values)
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority}: {self.get_kind_display()}"
