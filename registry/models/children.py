"""The child: what the index itself says, apart from the dated facts."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded


class Sex(models.TextChoices):
    """As returns carry it: U where a source did not know, X where it is stated not to be specified."""

    FEMALE = "F", _("Girl")
    MALE = "M", _("Boy")
    UNKNOWN = "U", _("Sex not known")
    NOT_SPECIFIED = "X", _("Sex not specified")


class BirthStanding(models.TextChoices):
    KNOWN = "known", _("Known")
    ESTIMATED = "estimated", _("Estimated")
    DISPUTED = "disputed", _("Disputed")
    MISSING = "missing", _("Missing")


class ChildState(models.TextChoices):
    LIVE = "live", _("Live")
    MOVED_AWAY = "moved_away", _("Moved away")
    ARCHIVED = "archived", _("Archived")
    SUPERSEDED = "superseded", _("Superseded")


class ChildQuerySet(models.QuerySet):
    """Children, in phrases."""

    def current(self) -> Self:
        """Children whose record has not been superseded by another."""
        return self.exclude(state=ChildState.SUPERSEDED)

    def in_lock_order(self) -> Self:
        """Locked for writing, in the one order that keeps two acts from waiting for each other."""
        return self.order_by("pk").select_for_update(no_key=True)


@recorded(subjects="SELECT id FROM {rows}")
class Child(models.Model):
    """One child of the area, or known to it; superseded where another record turned out to be the same child."""

    index_number = models.CharField(_("index number"), max_length=14, unique=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    date_of_birth = models.DateField(_("date of birth"), null=True, blank=True)
    date_of_birth_standing = models.CharField(
        _("standing of the date of birth"), max_length=9, choices=BirthStanding.choices, default=BirthStanding.KNOWN
    )
    other_date_of_birth = models.DateField(_("other date of birth claimed"), null=True, blank=True)
    date_of_birth_evidence = models.CharField(_("evidence seen"), max_length=200, blank=True)
    date_of_death = models.DateField(_("date of death"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ChildState.choices, default=ChildState.LIVE)
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )
    revision = models.PositiveIntegerField(default=0)

    objects = ChildQuerySet.as_manager()
    history = history(excluded=["revision"])

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="index_number_has_its_shape",
                condition=Q(index_number__regex=r"^CI-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]$"),
                violation_error_message=_("An index number looks like CI-4F7K-29QX-M."),
            ),
            models.CheckConstraint(name="sex_is_known", condition=Q(sex__in=Sex.values)),
            models.CheckConstraint(name="child_state_is_known", condition=Q(state__in=ChildState.values)),
            models.CheckConstraint(
                name="missing_date_of_birth_is_said",
                condition=Q(date_of_birth__isnull=False) ^ Q(date_of_birth_standing=BirthStanding.MISSING),
                violation_error_message=_("Enter a date of birth, or say that it is missing."),
            ),
            models.CheckConstraint(
                name="other_date_of_birth_means_disputed",
                condition=Q(other_date_of_birth__isnull=True)
                | (Q(date_of_birth_standing=BirthStanding.DISPUTED) & ~Q(other_date_of_birth=F("date_of_birth"))),
                violation_error_message=_("A second date of birth is given only where the date of birth is disputed."),
            ),
            models.CheckConstraint(
                name="nobody_dies_before_birth",
                condition=Q(date_of_death__gte=F("date_of_birth")),
                violation_error_message=_("The date of death cannot be before the date of birth."),
            ),
            models.CheckConstraint(
                name="superseded_by_another",
                condition=(Q(state=ChildState.SUPERSEDED, superseded_by__isnull=False) & ~Q(superseded_by=F("id")))
                | (~Q(state=ChildState.SUPERSEDED) & Q(superseded_by__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.index_number

    def age_on(self, day: date) -> int | None:
        """Whole years old on `day`; None where no date of birth is known or the child was not yet born."""
        born = self.date_of_birth
        if born is None or day < born:
            return None
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
