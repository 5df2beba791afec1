"""Two records that may be one child, the weights by which that was judged, and the sweeps that look for them."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from childindex.models import Act, User
from childindex.recorded import append_only, gated, history, recorded
from registry.models.children import Child, ChildState
from registry.models.shields import Shield


class Weights(models.Model):
    """One version of the matcher's weights with its thresholds, as `registry.matching.model.Model.as_json` writes it.

    Written once: whatever was decided by a version can be worked out again from it.
    """

    name = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    model = models.JSONField()
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "weights"
        constraints: ClassVar = [
            models.UniqueConstraint(name="weights_have_a_version_once", fields=["name", "version"])
        ]
        triggers: ClassVar = [*gated(), *append_only()]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class CommonValue(models.Model):
    """How many records have a value, as the matcher reads it, when the whole index was last compared.

    `kind` is a column of the matcher, or one with “sound of” before it. The empty value counts all that have any, and
    of the empty kind all records. Derived, like the index itself: nothing here is true in its own right, and what only
    one record has is left out.
    """

    kind = models.CharField(max_length=30)
    value = models.TextField()
    records = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="common_value_is_counted_once", fields=["kind", "value"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}: {self.records}"


class Sweep(models.Model):
    """One comparison of the whole index with itself: how far it has come, and what it found.

    Records are compared in order of id; all up to `reached` have been. A sweep that was stopped goes on from there:
    what has changed meanwhile was compared when it changed. `went_on` is when it last began or went on, with
    `went_on_at` records compared by then, and `moved` when it last came further.
    """

    weights = models.ForeignKey(Weights, on_delete=models.PROTECT, related_name="+")
    begun = models.DateTimeField(default=timezone.now)
    went_on = models.DateTimeField(default=timezone.now)
    went_on_at = models.PositiveIntegerField(default=0)
    moved = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True, blank=True)
    records = models.PositiveIntegerField()
    compared = models.PositiveIntegerField(default=0)
    reached = models.BigIntegerField(default=0)
    proposed = models.PositiveIntegerField(default=0)
    taken_off = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                IsNull(F("ended"), True), name="one_sweep_at_a_time", condition=Q(ended__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"Sweep of {self.begun:%d %B %Y}"

    @property
    def is_over(self) -> bool:
        """Whether it ended, or was given up for another that begins afresh."""
        return self.ended is not None

    @property
    def is_done(self) -> bool:
        return self.is_over and self.compared >= self.records

    @property
    def seconds_left(self) -> float | None:
        """How long it still takes at the pace since it last went on; None before there is any."""
        done, taken = self.compared - self.went_on_at, (self.moved - self.went_on).total_seconds()
        return (self.records - self.compared) * taken / done if done > 0 else None


class ToCompare(models.Model):
    """A child whose record has changed since it was last compared with the others."""

    child = models.OneToOneField(Child, primary_key=True, on_delete=models.DO_NOTHING, db_constraint=False)

    class Meta:
        verbose_name_plural = "to compare"

    def __str__(self) -> str:
        return f"To compare: {self.child_id}"


class SuspicionState(models.TextChoices):
    PROPOSED = "proposed", _("To be looked at")
    SAME = "same", _("The same child, not merged yet")
    DIFFERENT = "different", _("Not the same child")


class Difference(models.TextChoices):
    """Why two records that look alike are of two children."""

    TWINS = "twins", _("They are twins")
    SIBLINGS = "siblings", _("They are brothers or sisters, or cousins")
    NAMESAKES = "namesakes", _("Two children with one name")
    OTHER = "other", _("Something else")


class SuspicionQuerySet(models.QuerySet):
    """Suspicions, in phrases."""

    def between_records_in_use(self) -> Self:
        return self.exclude(first__state=ChildState.SUPERSEDED).exclude(second__state=ChildState.SUPERSEDED)

    def to_look_at(self) -> Self:
        """What nobody has decided, the likeliest first."""
        return self.between_records_in_use().filter(state=SuspicionState.PROPOSED).best_first()

    def best_first(self) -> Self:
        return self.order_by("-score", "pk")

    def may_be_told(self, *, behind_shields: bool, family: Collection[int] = ()) -> Self:
        """What somebody may know of: a pair with a shielded child in it is for custodians, and absent for others.

        Absent too is a pair with a child of the person's own `family`.
        """
        found = self.between_records_in_use()
        if family:
            found = found.exclude(first__in=family).exclude(second__in=family)
        if behind_shields:
            return found
        either = Q(child=OuterRef("first")) | Q(child=OuterRef("second"))
        hidden = Shield.objects.in_force(timezone.localdate()).filter(either)
        return found.filter(~Exists(hidden))

    def nobody_spoke_of(self) -> Self:
        """What is on the list on the matcher's word alone, and leaves it by the same."""
        return self.filter(state=SuspicionState.PROPOSED, owner__isnull=True)

    def put_off(self) -> Self:
        """What somebody has put off to a later day."""
        return self.filter(put_off_until__gt=timezone.localdate())


@recorded()
class Suspicion(models.Model):
    """A pair of records that the matcher holds to be one child, and what became of that; `first` has the lower id.

    `score` is in bits and `reasons` are its parts (field, how alike, bits) without any value, by `weights`. `compared`
    is a digest of all that was compared. `owner` was asked to look at it, with `note`.
    """

    first = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=SuspicionState.choices, default=SuspicionState.PROPOSED)
    score = models.FloatField()
    may_be_twins = models.BooleanField(default=False)
    reasons = models.JSONField()
    weights = models.ForeignKey(Weights, on_delete=models.PROTECT, related_name="+")
    compared = models.CharField(max_length=32)
    proposed_on = models.DateField(default=timezone.localdate)
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    put_off_until = models.DateField(null=True, blank=True)

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
