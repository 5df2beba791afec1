"""Two records that may be one child."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded
from registry.models.children import Child, ChildState


class SuspicionState(models.TextChoices):
    PROPOSED = "proposed", _("To be looked at")
    SAME = "same", _("The same child")
    DIFFERENT = "different", _("Not the same child")
    UNSURE = "unsure", _("Nobody can tell yet")


class SuspicionQuerySet(models.QuerySet):
    """Suspicions, in phrases."""

    def between_records_in_use(self) -> Self:
        return self.exclude(first__state=ChildState.SUPERSEDED).exclude(second__state=ChildState.SUPERSEDED)

    def to_look_at(self) -> Self:
        """What nobody has decided, the likeliest first."""
        return self.between_records_in_use().filter(state=SuspicionState.PROPOSED).order_by("-score", "pk")


@recorded()
class Suspicion(models.Model):
    """A pair of records that the matcher holds to be one child, and what became of that; `first` has the lower id.

    `score` is in bits and `reasons` are its parts (field, how alike, bits) without any value, by the weights that
    `engine` names. `compared` is a digest of all that was compared: while it is the same, what somebody said stands.
    """

    first = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=SuspicionState.choices, default=SuspicionState.PROPOSED)
    score = models.FloatField()
    may_be_twins = models.BooleanField(default=False)
    reasons = models.JSONField()
    engine = models.CharField(max_length=60)
    compared = models.CharField(max_length=32)

    objects = SuspicionQuerySet.as_manager()
    history = history()

    class Meta:
        indexes: ClassVar = [models.Index(name="suspicion_best_first", fields=["state", "-score"])]
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_pair_is_suspected_once", fields=["first", "second"]),
            models.CheckConstraint(name="suspicion_is_of_two_in_order", condition=Q(first__lt=F("second"))),
            models.CheckConstraint(name="suspicion_state_is_known", condition=Q(state__in=SuspicionState.values)),
        ]

    def __str__(self) -> str:
        return f"{self.first} and {self.second}: {self.state}"
