"""Children missing education: one case a child at a time, what was done to find them, and what came of it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded
from registry.models import Child

LONGEST = 500


class CaseSource(models.TextChoices):
    """Who said that a child is missing education, or how it was noticed."""

    BALANCE = "balance", _("The balance: on no roll, for no reason")
    CLOCK = "clock", _("The balance: left, and no school has reported the child")
    SCHOOL = "school", _("A school")
    SERVICE = "service", _("A service")
    PUBLIC = "public", _("A member of the public")
    AUTHORITY = "authority", _("Another authority")
    HOME = "home", _("The council: home education is not suitable")


class CaseReason(models.TextChoices):
    """Why a child is missing education, as the termly collection asks for it. Words are ours."""

    UNKNOWN = "unknown", _("Not known yet")
    NO_PLACE = "no_place", _("Has applied for a place, or waits for it to begin")
    NOT_APPLIED = "not_applied", _("Has applied for no place")
    NEW = "new", _("New to the area or the country")
    UNSUITABLE = "unsuitable", _("Educated at home, not suitably")
    GONE = "gone", _("Has moved, and nobody knows where")
    ABROAD = "abroad", _("Has gone abroad, as it is thought")
    EXCLUDED = "excluded", _("Excluded, and waits for other education")
    HEALTH = "health", _("Health")
    OFF_ROLL = "off_roll", _("Taken off a roll without a place elsewhere")
    OTHER = "other", _("Another reason")


class CaseOutcome(models.TextChoices):
    """What came of a case. A child who was not found stays on the list; no case ends for age or for want of effort."""

    LOCATED = "located", _("Located")
    NOT_FOUND = "not_found", _("Not found")
    MISTAKE = "mistake", _("Was never missing: the index was wrong")


class Where(models.TextChoices):
    """What sort of place a child is located at: what becomes of the record follows from it."""

    SCHOOL = "school", _("At a school")
    HOME = "home", _("Educated at home, and it seems suitable")
    OTHER = "other", _("In other arranged education, such as with a tutor or in hospital")
    ELSEWHERE = "elsewhere", _("In the area of another authority, which has taken over")
    ABROAD = "abroad", _("Outside England")


class Sure(models.TextChoices):
    """How it is known where a child is."""

    SEEN = "seen", _("The child was seen there")
    CONFIRMED = "confirmed", _("Whoever is in charge there confirmed it")


class CaseQuerySet(models.QuerySet):
    """Cases, in phrases."""

    def open(self) -> Self:
        """Cases that are worked on, those of children who were not found among them."""
        return self.filter(closed_at=None)


@recorded(subjects="SELECT child_id FROM {rows}")
class Case(models.Model):
    """A child who is, or may be, missing education, until it is known where the child is being educated."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="cases")
    source = models.CharField(_("who told"), max_length=9, choices=CaseSource.choices)
    told = models.CharField(_("what was told"), max_length=LONGEST, blank=True)
    reason = models.CharField(_("reason"), max_length=11, choices=CaseReason.choices, default=CaseReason.UNKNOWN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    opened_on = models.DateField(_("opened on"))
    due_date = models.DateField(_("next step by"))
    outcome = models.CharField(_("outcome"), max_length=9, choices=CaseOutcome.choices, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    where = models.CharField(_("what sort of place"), max_length=9, choices=Where.choices, blank=True)
    place = models.CharField(_("where the child is educated"), max_length=200, blank=True)
    said_by = models.CharField(_("who says so"), max_length=200, blank=True)
    sure = models.CharField(_("how it is known"), max_length=9, choices=Sure.choices, blank=True)
    known_on = models.DateField(_("since when it is known"), null=True, blank=True)
    how = models.CharField(_("in words"), max_length=LONGEST, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()
    history = history()

    class Meta:
        ordering: ClassVar = ["due_date", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_open_case_a_child", fields=["child"], condition=Q(closed_at=None)),
            models.CheckConstraint(name="case_source_is_known", condition=Q(source__in=CaseSource.values)),
            models.CheckConstraint(name="case_reason_is_known", condition=Q(reason__in=CaseReason.values)),
            models.CheckConstraint(name="case_outcome_is_known", condition=Q(outcome__in=["", *CaseOutcome.values])),
            models.CheckConstraint(
                name="a_child_is_located_with_evidence",
                condition=~Q(outcome=CaseOutcome.LOCATED)
                | (
                    Q(where__in=Where.values)
                    & ~Q(place="")
                    & ~Q(said_by="")
                    & Q(sure__in=Sure.values)
                    & Q(known_on__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="only_a_case_with_an_outcome_ends",
                condition=Q(closed_at=None) | Q(outcome__in=[CaseOutcome.LOCATED, CaseOutcome.MISTAKE]),
            ),
            models.CheckConstraint(
                name="an_outcome_says_who_decided",
                condition=Q(outcome="", decided_by=None) | (~Q(outcome="") & Q(decided_by__isnull=False)),
            ),
            models.CheckConstraint(name="a_case_is_due_after_it_is_opened", condition=Q(due_date__gte=F("opened_on"))),
        ]

    def __str__(self) -> str:
        return f"Opened on {self.opened_on:%Y-%m-%d}"


@recorded()
class EnquiryKind(models.Model):
    """A step of the checklist, which the council keeps."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    place = models.PositiveSmallIntegerField(_("place in the list"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["place", "name"]

    def __str__(self) -> str:
        return self.name


@recorded(subjects="SELECT child_id FROM {rows}")
class CaseEnquiry(models.Model):
    """One thing that was done to find a child: what, by whom, when, and what came of it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="enquiries")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="case_enquiries")
    kind = models.ForeignKey(EnquiryKind, on_delete=models.PROTECT, related_name="enquiries")
    day = models.DateField(_("on which day"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("what came of it"), max_length=LONGEST)

    history = history()

    class Meta:
        verbose_name_plural = "enquiries of cases"
        ordering: ClassVar = ["day", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="a_case_enquiry_says_what_came_of_it", condition=~Q(outcome="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.outcome}"
