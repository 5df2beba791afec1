"""A manager's monthly sample of what their people looked at."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models.services import Service
from childindex.recorded import history, recorded
from registry.models import Child


class Verdict(models.TextChoices):
    FITS = "fits", _("It fits the work")
    QUERIED = "queried", _("It is to be asked about")


@recorded()
class LookReview(models.Model):
    """One look of one practitioner, drawn for their manager to sign off. What is asked about, governance closes."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="look_reviews")
    looker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entry = models.BigIntegerField()
    month = models.DateField()
    verdict = models.CharField(_("what the manager says"), max_length=7, choices=Verdict.choices, blank=True)
    words = models.CharField(_("what is to be asked"), max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_how = models.CharField(_("what came of it"), max_length=300, blank=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["month", "looker__full_name", "entry"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_look_is_drawn_once_a_service", fields=["service", "entry"]),
            models.CheckConstraint(
                name="an_answered_look_has_a_verdict",
                condition=Q(answered_at=None, answered_by=None, verdict="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(verdict="")),
            ),
            models.CheckConstraint(
                name="what_is_asked_about_is_said", condition=~Q(verdict=Verdict.QUERIED) | ~Q(words="")
            ),
            models.CheckConstraint(
                name="nobody_signs_off_their_own_look",
                condition=Q(answered_by=None) | ~Q(answered_by=models.F("looker")),
            ),
            models.CheckConstraint(
                name="a_closed_query_says_how",
                condition=Q(closed_at=None, closed_by=None, closed_how="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_how="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.looker}, entry {self.entry}"


class PatternKind(models.TextChoices):
    """What in somebody's looking is worth a question, and may well have an answer."""

    SURNAME = "surname", _("A child of the same surname")
    MANY = "many", _("Many records that are on no caseload")
    NIGHT = "night", _("Records opened at night")
    STREET = "street", _("A child who lives where the looker does")
    RUN = "run", _("Records opened one after another")
    NEWS = "news", _("A child who is in the news")
    NOBODY = "nobody", _("Lists of which most rows find nobody")
    COLUMN = "column", _("The same list again with one column changed")
    HELD = "held", _("Files that are held and never released")
    CLIENTS = "clients", _("Client lists of children whom the service did not know")
    SEARCHES = "searches", _("Very many searches")
    LISTED = "listed", _("Children whom the looker’s service had just listed")


@recorded()
class Pattern(models.Model):
    """Something in what one person looked at, sent or asked in a day that is asked about, until it is closed.

    Its evidence is a sentence without anything of a child's; `entry` is where in the record of looking it stands, if in
    one place.
    """

    kind = models.CharField(max_length=12, choices=PatternKind.choices)
    looker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    entry = models.BigIntegerField()
    evidence = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_how = models.CharField(_("what came of it"), max_length=300, blank=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["-day", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_pattern_is_raised_once", fields=["kind", "looker", "day", "entry"]),
            models.CheckConstraint(name="pattern_kind_is_known", condition=Q(kind__in=PatternKind.values)),
            models.CheckConstraint(
                name="a_closed_pattern_says_how",
                condition=Q(closed_at=None, closed_by=None, closed_how="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_how="")),
            ),
            models.CheckConstraint(
                name="nobody_closes_a_pattern_of_their_own",
                condition=Q(closed_by=None) | ~Q(closed_by=models.F("looker")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.looker}"


@recorded()
class InTheNews(models.Model):
    """A child of whom the news speaks: whoever opens the record without working with the child is asked why."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="in_the_news")
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("until"))
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    history = history()

    class Meta:
        ordering: ClassVar = ["to_date", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="the_news_ends_after_it_begins", condition=Q(to_date__gte=models.F("from_date"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child}, until {self.to_date}"
