"""Two records found to be one child, found to be two after all, and what somebody decided about who is who."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from childindex.models import Act, Source, User
from childindex.recorded import append_only, gated
from registry.models.children import Child


class MergeQuerySet(models.QuerySet):
    """Merges, in phrases."""

    def standing(self) -> Self:
        """Merges that nobody has taken apart."""
        return self.filter(undone_by__isnull=True)


class Merge(models.Model):
    """One joining of two records. The manifest says what moved, was combined or chosen, with former values.

    Append-only, but for `undone_by`: the act that took the two apart again.
    """

    survivor = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="merges_survived")
    superseded = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="merges_superseded")
    act = models.OneToOneField(Act, on_delete=models.PROTECT, related_name="merge")
    manifest = models.JSONField()
    undone_by = models.OneToOneField(Act, null=True, blank=True, on_delete=models.PROTECT, related_name="unmerge")

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="merge_joins_two", condition=~Q(survivor=F("superseded"))),
            models.UniqueConstraint(
                name="one_standing_merge_a_superseded_record",
                fields=["superseded"],
                condition=Q(undone_by__isnull=True),
            ),
        ]
        triggers: ClassVar = [*gated(), *append_only(but="registry_merge_may_be_undone")]

    def __str__(self) -> str:
        return f"{self.superseded} into {self.survivor}"


class Verdict(models.TextChoices):
    SAME = "same", _("The same child")
    NOT_SAME = "not_same", _("Not the same child")


class Decision(models.Model):
    """What somebody decided about two records, and why. The latest of a pair stands; `first` has the lower id."""

    first = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="decisions")

    class Meta:
        indexes: ClassVar = [models.Index(name="decision_of_a_pair", fields=["first", "second", "-id"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="decision_is_about_two_in_order", condition=Q(first__lt=F("second"))),
            models.CheckConstraint(name="decision_verdict_is_known", condition=Q(verdict__in=Verdict.values)),
        ]
        triggers: ClassVar = [*gated(), *append_only()]

    def __str__(self) -> str:
        return f"{self.first} and {self.second}: {self.verdict}"


class Recognition(models.Model):
    """What somebody decided about whom a source means by a reference: this child, or not this child. The latest stands.

    Every later list from that source obeys it, whatever the score.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=60)
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(name="recognition_of_a_reference", fields=["source", "reference", "-id"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="recognition_verdict_is_known", condition=Q(verdict__in=Verdict.values)),
            models.CheckConstraint(name="recognition_has_a_reference", condition=~Q(reference="")),
        ]
        triggers: ClassVar = [*gated(), *append_only()]

    def __str__(self) -> str:
        return f"{self.source}, {self.reference}: {self.child}, {self.verdict}"
