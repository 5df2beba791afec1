"""The extract of the system that a council had before: its tables, and what became of every row."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from childindex.models import Act, Source
from registry.models.children import Child


class LoadStage(models.TextChoices):
    """How far a first load has come."""

    RECEIVED = "received", _("Received")
    REFUSED = "refused", _("Refused")
    REHEARSED = "rehearsed", _("Rehearsed")
    LOADED = "loaded", _("Loaded")


class LoadOutcome(models.TextChoices):
    """What a row of an extract comes to. *Joined* is with what the index holds already."""

    LOADED = "loaded", _("Loaded")
    JOINED = "joined", _("Joined")
    SET_ASIDE = "set_aside", _("Set aside")
    REFUSED = "refused", _("Refused")


class ExtractTable(models.TextChoices):
    """What a table of an extract is about."""

    CHILDREN = "children", _("Children")
    NAMES = "names", _("Names")
    IDENTIFIERS = "identifiers", _("Identifiers")
    ADDRESSES = "addresses", _("Addresses")
    CARERS = "carers", _("Carers")
    ENROLMENTS = "enrolments", _("Enrolments")
    REGISTRATIONS = "registrations", _("GP registrations")


class FirstLoad(models.Model):
    """One extract of a former system, rehearsed as often as wanted and loaded once.

    The figures of its files are those of the last rehearsal, or of the load. `refusal` is why it cannot be read. Since
    `let_go_at` the tables as they were sent are gone (`registry.letting_go`).
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="first_loads")
    as_of = models.DateField()
    received_at = models.DateTimeField(auto_now_add=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    stage = models.CharField(max_length=9, choices=LoadStage.choices, default=LoadStage.RECEIVED)
    refusal = models.TextField(blank=True)
    rehearsed_at = models.DateTimeField(null=True, blank=True)
    children = models.PositiveIntegerField(default=0)
    joined = models.PositiveIntegerField(default=0)
    seconds = models.JSONField(default=dict)
    act = models.OneToOneField(Act, null=True, blank=True, on_delete=models.PROTECT, related_name="first_load")
    let_go_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="load_stage_is_known", condition=Q(stage__in=LoadStage.values)),
            models.CheckConstraint(
                name="a_load_has_its_act",
                condition=Q(stage=LoadStage.LOADED, act__isnull=False)
                | (~Q(stage=LoadStage.LOADED) & Q(act__isnull=True)),
            ),
            models.CheckConstraint(
                name="a_refused_load_says_why", condition=~Q(stage=LoadStage.REFUSED) | ~Q(refusal="")
            ),
            models.CheckConstraint(
                name="an_extract_let_go_of_is_not_rehearsed_again",
                condition=Q(let_go_at__isnull=True) | Q(stage__in=[LoadStage.LOADED, LoadStage.REFUSED]),
                violation_error_message=_("The tables themselves were let go of, and cannot be read again."),
            ),
        ]

    def __str__(self) -> str:
        return f"Extract of {self.source}, as of {self.as_of:%-d %B %Y}"


class FirstLoadFile(models.Model):
    """One table of an extract. Every row of it that has anything in it is in exactly one outcome."""

    load = models.ForeignKey(FirstLoad, on_delete=models.CASCADE, related_name="files")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, blank=True)
    table = models.CharField(max_length=13, choices=ExtractTable.choices, blank=True)
    headings = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    rows = models.PositiveIntegerField(default=0)
    loaded = models.PositiveIntegerField(default=0)
    joined = models.PositiveIntegerField(default=0)
    set_aside = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_table_of_an_extract_comes_once", fields=["load", "number"]),
            models.CheckConstraint(name="extract_table_is_known", condition=Q(table__in=["", *ExtractTable.values])),
            models.CheckConstraint(
                name="every_row_of_an_extract_is_in_one_outcome",
                condition=Q(rows=F("loaded") + F("joined") + F("set_aside") + F("refused")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FirstLoadPart(models.Model):
    """A piece of a table as it was sent, in order."""

    file = models.ForeignKey(FirstLoadFile, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_part_of_a_table_comes_once", fields=["file", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.file_id}, part {self.number}"


class FirstLoadProblem(models.Model):
    """What is wrong with one row of an extract, for whoever looks after the former system.

    `outcome` is empty where the row was loaded all the same.
    """

    file = models.ForeignKey(FirstLoadFile, on_delete=models.CASCADE, related_name="problems")
    row = models.PositiveIntegerField()
    field = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=30)
    sentence = models.TextField()
    outcome = models.CharField(max_length=9, blank=True, choices=LoadOutcome.choices)

    class Meta:
        indexes: ClassVar = [models.Index(name="problems_by_row", fields=["file", "row"])]

    def __str__(self) -> str:
        return f"Row {self.row}: {self.sentence}"


class FirstLoadSuspect(models.Model):
    """Two records of an extract that may be of one child, or a record and a child whom the index holds (`child`).

    `label` and `other_label` are the names and dates of birth as the extract has them. `score` is in bits.
    """

    load = models.ForeignKey(FirstLoad, on_delete=models.CASCADE, related_name="suspects")
    reference = models.CharField(max_length=60)
    label = models.CharField(max_length=250)
    other_reference = models.CharField(max_length=60, blank=True)
    other_label = models.CharField(max_length=250, blank=True)
    child = models.ForeignKey(Child, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField()
    reasons = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [models.Index(name="suspects_likeliest_first", fields=["load", "-score"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_suspect_is_in_the_extract_or_the_index",
                condition=Q(other_reference="", child__isnull=False) | (~Q(other_reference="") & Q(child__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} and {self.other_reference or self.child_id}"
