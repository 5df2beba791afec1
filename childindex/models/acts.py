"""Who says things, and the deeds by which what they say is written down."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from childindex.recorded import append_only, history, recorded, unfinished_acts


class SourceKind(models.TextChoices):
    """What sort of body a source is; precedence and trust are declared by kind."""

    COUNCIL = "council", _("Council")
    SCHOOL = "school", _("School")
    PRACTICE = "practice", _("GP practice")
    HEALTH = "health", _("Health service")
    ADMISSIONS = "admissions", _("Admissions")
    AGENCY = "agency", _("Agency")
    NEIGHBOUR = "neighbour", _("Neighbouring authority")
    OLD_SYSTEM = "old_system", _("Former system")
    FAMILY = "family", _("Family")
    REGISTER = "register", _("National register")


@recorded()
class Source(models.Model):
    """One body or system that says things: a school, a practice list, the council's own officers."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=SourceKind.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="source_kind_is_known",
                condition=Q(kind__in=SourceKind.values),
                violation_error_message=_("Choose what kind of body this source is."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def council(cls) -> Source:
        """The council's own officers: the source of what is typed in by hand on no one else's word."""
        return cls.objects.get(code="council")


class Act(models.Model):
    """One human or machine deed that wrote facts: who, from what source, why and when.

    `at` is the deed's one moment; every history row it wrote carries it. `recorded_at` is when the row was written: the
    two differ only where a history was built backdated (the invented city, the first load of an older system).
    """

    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="acts"
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="acts")
    reason_code = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    rows = models.PositiveIntegerField(default=0)
    subjects = models.PositiveIntegerField(default=0)
    undoes = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by")
    transaction_id = models.BigIntegerField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"]), models.Index(fields=["by", "at"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="act_has_a_reason", condition=~Q(reason_code="")),
            models.CheckConstraint(name="act_is_not_in_the_future", condition=Q(at__lte=F("recorded_at"))),
        ]
        triggers: ClassVar = [*append_only(but="childindex_act_may_finish"), unfinished_acts()]

    def __str__(self) -> str:
        return f"{self.reason_code} at {self.at:%Y-%m-%d %H:%M}"


class Purge(models.Model):
    """One recorded removal of what the law no longer allows to be kept; the only way past append-only tables."""

    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="purges")
    reason = models.TextField()
    what = models.CharField(max_length=80)
    rows = models.PositiveIntegerField(default=0)
    transaction_id = models.BigIntegerField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="purge_has_a_reason", condition=~Q(reason=""))]
        triggers: ClassVar = [*append_only(but="childindex_purge_may_finish")]

    def __str__(self) -> str:
        return f"{self.what} at {self.at:%Y-%m-%d %H:%M}"
