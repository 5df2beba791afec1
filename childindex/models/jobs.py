"""Long work as rows: what was asked for, by whom, how far it has come and how it ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from childindex.models.users import User


class JobState(models.TextChoices):
    """Where a piece of work stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    STOPPED = "stopped", _("Stopped")


UNDER_WAY = (JobState.WAITING, JobState.RUNNING)
ENDED = (JobState.DONE, JobState.FAILED, JobState.STOPPED)
LEAST_TO_JUDGE_BY = timedelta(seconds=3)


class JobQuerySet(models.QuerySet["Job"]):
    def under_way(self) -> Self:
        """Work that waits or runs, or that a killed process left behind."""
        return self.filter(state__in=UNDER_WAY)

    def visible_to(self, user: User) -> Self:
        """What somebody asked for themselves; all of it for whoever watches over long work."""
        return self if user.may("watch_jobs") else self.filter(by=user)

    def about(self, kind: str, subject: str) -> Self:
        return self.filter(kind=kind, subject=subject)

    def ended(self) -> Self:
        return self.filter(state__in=ENDED)

    def short(self) -> Self:
        """What is done in a few seconds, as far as its weight tells."""
        return self.filter(weight__lte=settings.SHORT_WORK_BYTES)

    def worked_on_since(self, moment: datetime) -> Self:
        """Work to which a worker gave time since then, whether or not it has ended."""
        return self.filter(Q(ended_at__gt=moment) | Q(state__in=UNDER_WAY), begun_at__isnull=False, heard_at__gt=moment)

    def to_do(self, kinds: Iterable[str]) -> Self:
        """What a worker may find something to do in, what was asked first first."""
        return self.under_way().filter(kind__in=kinds).order_by("pk")


class Job(models.Model):
    """One piece of long work; the row outlives the process that works on it.

    `subject` says what it is about, such as `delivery:12`: work of one kind on one thing is under way once at most.
    `weight` says how much there is to do, in bytes of what is read: by it short work is told from long.
    `done` of `total` is counted in `unit` (rows) within `stage`, of which `done_before` were done when the stage began.
    `attempts` counts how often it was taken up and not given back. No column ever holds anything of a child's: whoever
    may look after the work need not be somebody who may see the child.
    """

    kind = models.SlugField(max_length=40)
    subject = models.CharField(max_length=120)
    arguments = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="jobs"
    )
    weight = models.PositiveBigIntegerField(default=0, db_default=0)
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.WAITING)
    stop_asked = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(db_default=Now())
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    stage = models.CharField(max_length=120, blank=True)
    stage_at = models.DateTimeField(null=True, blank=True)
    done = models.BigIntegerField(default=0)
    done_before = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    result = models.JSONField(default=dict, blank=True)
    problem = models.TextField(blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(name="job_lately", fields=["-ended_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="job_is_under_way_once",
                fields=["kind", "subject"],
                condition=Q(state__in=UNDER_WAY),
                violation_error_message=_("This work is under way already."),
            ),
            models.CheckConstraint(
                name="job_state_is_known",
                condition=Q(state__in=JobState.values),
                violation_error_message=_("Choose a state for the work."),
            ),
            models.CheckConstraint(
                name="job_is_about_something",
                condition=~Q(subject=""),
                violation_error_message=_("Say what the work is about."),
            ),
            models.CheckConstraint(
                name="job_ended_has_a_moment",
                condition=Q(state__in=ENDED, ended_at__isnull=False) | Q(state__in=UNDER_WAY, ended_at__isnull=True),
                violation_error_message=_("Work that has ended says when, and other work does not."),
            ),
            models.CheckConstraint(
                name="job_runs_since_a_moment",
                condition=~Q(state=JobState.RUNNING) | Q(begun_at__isnull=False, heard_at__isnull=False),
                violation_error_message=_("Work that is under way says since when."),
            ),
            models.CheckConstraint(
                name="job_failed_says_why",
                condition=Q(state=JobState.FAILED) & ~Q(problem="") | ~Q(state=JobState.FAILED) & Q(problem=""),
                violation_error_message=_("Work that failed says why, and other work does not."),
            ),
            models.CheckConstraint(
                name="job_counts_from_nought",
                condition=Q(done__gte=0, done_before__gte=0) & (Q(total__isnull=True) | Q(total__gte=0)),
                violation_error_message=_("Count what is done from nought."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}: {self.state}"

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def time_left(self) -> timedelta | None:
        """How long the stage still takes at the pace it has had; None before that can be told."""
        if self.state != JobState.RUNNING or not self.total or not self.stage_at or not self.heard_at:
            return None
        lately, to_come = self.done - self.done_before, self.total - self.done
        passed = self.heard_at - self.stage_at
        if lately <= 0 or to_come < 0 or passed < LEAST_TO_JUDGE_BY:
            return None
        return passed * (to_come / lately)
