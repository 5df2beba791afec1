"""That a child is known to a service."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.models.services import Practitioner, Service
from childindex.recorded import history, recorded
from registry.dates.holding import true_on
from registry.models import Child

BASIS = "sensitive_service_has_a_basis"


class EndReason(models.TextChoices):
    FINISHED = "finished", _("The work is done")
    MOVED = "moved", _("The child has moved away")
    HANDED_OVER = "handed_over", _("Handed over to another service")
    DECLINED = "declined", _("The family does not want it any more")
    AGE = "age", _("Too old for the service")
    MISTAKE = "mistake", _("It was never so")
    UNLISTED = "unlisted", _("On the service’s list no more")


class ConsentOf(models.TextChoices):
    CHILD = "child", _("The child")
    PARENT = "parent", _("A parent, as the child cannot decide it")


class Capacity(models.TextChoices):
    COMPETENT = "competent", _("Judged competent to decide, as under Gillick")
    OF_AGE = "of_age", _("16 or over, and able to decide")
    NOT_COMPETENT = "not_competent", _("Not able to decide: a parent decided")


class InvolvementQuerySet(models.QuerySet["Involvement"]):
    def open(self, on: date | None = None) -> Self:
        """Those that hold on a day."""
        day = on or timezone.localdate()
        return self.filter(true_on(day))

    def confirmed(self) -> Self:
        """Those that a person has said, and not a list alone."""
        return self.filter(confirmed_by__isnull=False)

    def shareable(self) -> Self:
        """Those that may be told of to others: of a sensitive service by consent, or for suspected significant harm."""
        return self.filter(
            Q(service__is_sensitive=False)
            | ~Q(suspected_harm="")
            | Q(consent_on__isnull=False, consent_withdrawn_on__isnull=True)
        )


@pgtrigger.register(
    pgtrigger.Trigger(
        name=BASIS,
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            IF NEW.consent_on IS NULL AND NEW.suspected_harm = ''
               AND (SELECT is_sensitive FROM agencies_service WHERE id = NEW.service_id) THEN
                RAISE EXCEPTION 'A sensitive service needs consent, or reasonable cause to suspect significant harm.'
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{BASIS}';
            END IF;
            RETURN NEW;
        """,
    )
)
@recorded()
class Involvement(models.Model):
    """A child is known to a service, from a day on: whom to ring, who leads, and when the service last said so.

    Of a sensitive service it needs the consent of the child or a parent, or reasonable cause to suspect significant
    harm, which the withdrawal of consent does not defeat (SI 2007/2182 reg. 11(3)).

    `confirmed_by` is who said it first, and when. Without one the child is only *listed*: a list of the service means
    the child, in the words of `listed_forename`, `listed_surname` and `listed_born` (as 2017-02-28). Of that the
    service itself is told nothing (`agencies/listed.py`). Once somebody has said it, the words are those by which that
    person says that the lists mean the child, if any.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="involvements")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="involvements")
    practitioner = models.ForeignKey(
        Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="involvements"
    )
    contact = models.CharField(_("contact"), max_length=120, blank=True)
    from_date = models.DateField(_("known since"))
    to_date = models.DateField(_("until"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=12, choices=EndReason.choices, blank=True)
    confirmed_on = models.DateField(_("last confirmed"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    listed_forename = models.CharField(_("forename on the list"), max_length=100, blank=True, default="")
    listed_surname = models.CharField(_("surname on the list"), max_length=100, blank=True, default="")
    listed_born = models.CharField(_("date of birth on the list"), max_length=10, blank=True, default="")
    missing_since = models.DateField(_("missing from the service’s list since"), null=True, blank=True)
    is_lead = models.BooleanField(_("lead professional"), default=False)
    consent_of = models.CharField(_("who consented"), max_length=6, choices=ConsentOf.choices, blank=True)
    consent_capacity = models.CharField(_("capacity"), max_length=14, choices=Capacity.choices, blank=True)
    consent_on = models.DateField(_("consented on"), null=True, blank=True)
    consent_withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    suspected_harm = models.CharField(_("cause to suspect significant harm"), max_length=300, blank=True)

    objects = InvolvementQuerySet.as_manager()
    history = history()

    class Meta:
        ordering: ClassVar = ["from_date", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="a_service_knows_a_child_once",
                fields=["child", "service"],
                condition=Q(to_date=None),
                violation_error_message=_("The child is known to this service already."),
            ),
            models.UniqueConstraint(
                name="one_lead_professional_a_child",
                fields=["child"],
                condition=Q(to_date=None, is_lead=True),
                violation_error_message=_("Somebody else is the lead professional. Ring them first."),
            ),
            models.CheckConstraint(
                name="involvement_ends_after_it_starts",
                condition=Q(to_date=None) | Q(to_date__gte=F("from_date")),
                violation_error_message=_("It cannot end before it began."),
            ),
            models.CheckConstraint(
                name="an_ended_involvement_says_why",
                condition=Q(to_date=None, end_reason="") | (Q(to_date__isnull=False) & ~Q(end_reason="")),
                violation_error_message=_("Say why it ended."),
            ),
            models.CheckConstraint(
                name="known_by_a_persons_word_or_by_a_list",
                condition=Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
                | (Q(confirmed_by=None, confirmed_at=None) & ~Q(listed_forename="", listed_surname="", listed_born="")),
                violation_error_message=_("Say who confirmed that the child is known, and when."),
            ),
            models.CheckConstraint(
                name="consent_is_whole",
                condition=Q(consent_on=None, consent_of="", consent_capacity="", consent_withdrawn_on=None)
                | (Q(consent_on__isnull=False) & ~Q(consent_of="") & ~Q(consent_capacity="")),
                violation_error_message=_("Of consent: say who gave it, on what footing, and on which day."),
            ),
        ]

    def __str__(self) -> str:
        return f"Known to {self.service}"

    @property
    def is_listed(self) -> bool:
        """Whether only a list of the service says so, and nobody of the service has found the child yet."""
        return self.confirmed_by_id is None

    @property
    def is_shareable(self) -> bool:
        """Whether others may be told that it exists."""
        consented = self.consent_on is not None and self.consent_withdrawn_on is None
        return not self.service.is_sensitive or bool(self.suspected_harm) or consented

    def has_faded(self, on: date | None = None) -> bool:
        """Whether the service has not confirmed it for longer than an involvement lasts unsaid."""
        lasts = timedelta(days=settings.INVOLVEMENT_LASTS_DAYS)
        return self.confirmed_on + lasts < (on or timezone.localdate())
