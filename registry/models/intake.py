"""What arrives: the files that come by feeds, their rows, and what became of each."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from childindex.models import Act, Source
from childindex.recorded import history, recorded
from registry.models.children import Child
from registry.models.feeds import Feed, Says
from registry.models.sources import SourceRecord
from registry.models.suspicions import Weights


class Stage(models.TextChoices):
    """How far a delivery has come."""

    RECEIVED = "received", _("Received")
    REFUSED = "refused", _("Refused")
    CHECKED = "checked", _("Checked")
    HELD = "held", _("Held")
    COMPARED = "compared", _("Compared")
    APPLIED = "applied", _("Applied")
    UNDONE = "undone", _("Undone")


class Outcome(models.TextChoices):
    """What a row of a list comes to."""

    CONFIRMED = "confirmed", _("Confirmed")
    CHANGED = "changed", _("Changed")
    JOINED = "joined", _("Joined")
    LEFT = "left", _("Left")
    TO_DECIDE = "to_decide", _("To decide")
    REFUSED = "refused", _("Refused")
    RECEIVED = "received", _("Received")
    """For custodians of the index team, who alone read and write what it says; that it came is all that is told."""


class DeliveryQuerySet(models.QuerySet):
    """Deliveries, in phrases."""

    def standing(self) -> Self:
        """Those whose word stands: applied and not undone."""
        return self.filter(stage=Stage.APPLIED)

    def of(self, feed: Feed, source: Source) -> Self:
        return self.filter(feed=feed, source=source)


class Delivery(models.Model):
    """One file that came by a feed, from one source, as of a day. It is a claim until it is applied.

    The rows are those of the file that have anything in them; each is in exactly one outcome from *compared* on. Those
    whose turn it is of the custodians are counted as received, whatever became of them.
    `warnings` are sentences: what is odd about the file as a whole. `brakes` say why it is held, each with its figures
    (`braking.Brake`). `absent` counts children missing from a full list, who are no rows of the file. `act` is the
    first in which it was applied, `further_acts` those of rows decided since. `part_of` names what came as one file and
    was sorted into many, like a national collection. Since `let_go_at` the file itself and the cells of its rows are
    gone (`registry.letting_go`).
    """

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="deliveries")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="deliveries")
    name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    as_of = models.DateField()
    received_at = models.DateTimeField(auto_now_add=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    part_of = models.CharField(max_length=40, blank=True, default="", db_default="")
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.RECEIVED)
    refusal = models.TextField(blank=True)
    headings = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    brakes = models.JSONField(default=list)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    released_because = models.TextField(blank=True)
    rows = models.PositiveIntegerField(default=0)
    confirmed = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    joined = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    to_decide = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(default=0, db_default=0)
    absent = models.PositiveIntegerField(default=0)
    weights = models.ForeignKey(Weights, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    act = models.OneToOneField(Act, null=True, blank=True, on_delete=models.PROTECT, related_name="delivery")
    let_go_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(name="delivery_latest_first", fields=["feed", "source", "-as_of"]),
            models.Index(name="delivery_by_sender", fields=["received_by", "received_at"]),
            models.Index(
                name="delivery_under_work",
                fields=["source"],
                condition=Q(stage__in=["received", "checked", "compared", "held"]),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="delivery_stage_is_known", condition=Q(stage__in=Stage.values)),
            models.CheckConstraint(
                name="every_row_is_in_one_outcome",
                condition=Q(stage__in=[Stage.RECEIVED, Stage.REFUSED, Stage.CHECKED])
                | Q(
                    rows=F("confirmed")
                    + F("changed")
                    + F("joined")
                    + F("left")
                    + F("to_decide")
                    + F("refused")
                    + F("received")
                ),
            ),
            models.CheckConstraint(
                name="an_applied_delivery_has_its_act",
                condition=Q(stage__in=[Stage.APPLIED, Stage.UNDONE], act__isnull=False)
                | (~Q(stage__in=[Stage.APPLIED, Stage.UNDONE]) & Q(act__isnull=True)),
            ),
            models.CheckConstraint(
                name="a_refused_delivery_says_why", condition=~Q(stage=Stage.REFUSED) | ~Q(refusal="")
            ),
            models.CheckConstraint(
                name="a_released_delivery_says_why",
                condition=Q(released_by__isnull=True) | ~Q(released_because=""),
                violation_error_message=_("Say why the file is right as it is."),
            ),
            models.CheckConstraint(
                name="a_file_let_go_of_is_not_read_again",
                condition=Q(let_go_at__isnull=True) | Q(stage__in=[Stage.APPLIED, Stage.UNDONE, Stage.REFUSED]),
                violation_error_message=_("The file itself was let go of, and cannot be read again."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} from {self.source}"

    @property
    def is_applied(self) -> bool:
        """Whether what its rows say has been written; rows decided since are written in further acts."""
        return self.stage == Stage.APPLIED


class DeliveryAct(models.Model):
    """A further act by which a delivery was applied: of rows that people decided after the first one."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="further_acts")
    act = models.OneToOneField(Act, on_delete=models.PROTECT, related_name="further_of")

    def __str__(self) -> str:
        return f"{self.delivery_id}, act {self.act_id}"


class DeliveryPart(models.Model):
    """A piece of a file as it came, in order: kept so that a row can be read again as it was written."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="a_part_comes_once", fields=["delivery", "number"])]

    def __str__(self) -> str:
        return f"{self.delivery_id}, part {self.number}"


class DeliveryRow(models.Model):
    """One row of a file, or one child missing from a full list (then without a number and without cells).

    `cells` is the row as it was written, `claim` what it says by field, `problems` what could not be read (field, code,
    sentence). From *compared* on: `child` is whom it is about, `candidates` whom else it could be about (id, bits),
    `changes` what applying would do, `questions` why a person must decide (`asking`). `revision` is the child's when it
    was compared: where that has moved on, the row is compared again. `decision` is what a person chose (`deciding`); a
    row decided after its delivery was applied `waits` to be applied in an act of its own. `digest` is of all that the
    row says and the terms it is compared on: a row that says the same again is known by it. `asked_of`, `note` and
    `put_off_at` are about the question, not about the answer.

    A row of which what is open to everybody meets a child behind a shield is `for_custodians`: it holds nothing of
    that child until a custodian writes what it says (`ShieldedFinding`).
    """

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="all_rows")
    number = models.PositiveIntegerField(null=True)
    cells = models.JSONField(default=list)
    digest = models.UUIDField(null=True)
    claim = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)
    child = models.ForeignKey(Child, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(null=True)
    score = models.FloatField(null=True)
    candidates = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    questions = models.JSONField(default=list)
    decision = models.JSONField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    waits = models.BooleanField(default=False, db_default=False)
    for_custodians = models.BooleanField(default=False, db_default=False)
    asked_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(blank=True)
    put_off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="delivery_row_by_outcome", fields=["delivery", "outcome", "number"]),
            models.Index(
                name="delivery_row_to_decide",
                fields=["asked_of", "delivery"],
                condition=Q(outcome=Outcome.TO_DECIDE),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_row_comes_once", fields=["delivery", "number"]),
            models.UniqueConstraint(
                name="a_child_is_missed_once", fields=["delivery", "child"], condition=Q(number=None)
            ),
            models.CheckConstraint(
                name="row_outcome_is_known", condition=Q(outcome="") | Q(outcome__in=Outcome.values)
            ),
            models.CheckConstraint(
                name="a_received_row_tells_of_nobody",
                condition=~Q(outcome=Outcome.RECEIVED)
                | Q(
                    for_custodians=True, child=None, revision=None, score=None, candidates=[], changes=[], questions=[]
                ),
            ),
            models.CheckConstraint(
                name="who_and_when_of_a_decision",
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False, decision__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Row {self.number} of {self.delivery_id}"


class FindingKind(models.TextChoices):
    """What the look behind shields found of a row, of a list or of a form."""

    MET = "met", _("The row may be this child’s")
    BEYOND = "beyond", _("What is hidden says that the row is this child’s")
    NUMBER = "number", _("A number of this child’s was given to somebody else")
    ABSENT = "absent", _("Missing from a list")
    UNDONE = "undone", _("Written by custodians, and taken back with its file")


class FindingState(models.TextChoices):
    """What became of a finding."""

    WAITS = "waits", _("To decide")
    WRITTEN = "written", _("Written")
    LET_GO = "let_go", _("Let go")


class FindingQuerySet(models.QuerySet):
    """Findings, in phrases."""

    def open(self) -> Self:
        """Those that wait for a custodian."""
        return self.filter(state=FindingState.WAITS)


class ShieldedFinding(models.Model):
    """Something that arrived and is about a shielded child, as far as custodians know: they decide what becomes of it.

    `row` is the row of the file, None for a child missing from it (then `row` is made when it is decided) and for what
    was typed into a form; `other` is the child to whom it was written, as far as what is open to everybody says, and
    `said` what was said, such as the number. `score` and `reasons` are those of the match. Deleted with its delivery's
    rows, which a file that is read again has anew.
    """

    kind = models.CharField(max_length=6, choices=FindingKind.choices)
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey(Delivery, null=True, blank=True, on_delete=models.CASCADE, related_name="findings")
    row = models.ForeignKey(DeliveryRow, null=True, blank=True, on_delete=models.CASCADE, related_name="findings")
    other = models.ForeignKey(Child, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    said = models.CharField(max_length=200, blank=True)
    score = models.FloatField(null=True)
    reasons = models.JSONField(default=list)
    found_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=7, choices=FindingState.choices, default=FindingState.WAITS)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    because = models.CharField(max_length=200, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(name="finding_waits", fields=["found_at"], condition=Q(state=FindingState.WAITS))
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="finding_kind_is_known", condition=Q(kind__in=FindingKind.values)),
            models.CheckConstraint(name="finding_state_is_known", condition=Q(state__in=FindingState.values)),
            models.UniqueConstraint(
                name="one_finding_a_row_and_child", fields=["row", "child"], condition=Q(row__isnull=False)
            ),
            models.UniqueConstraint(
                name="one_open_finding_missing",
                fields=["delivery", "child"],
                condition=Q(kind=FindingKind.ABSENT, state=FindingState.WAITS),
            ),
            models.CheckConstraint(
                name="a_decided_finding_says_by_whom",
                condition=Q(state=FindingState.WAITS, decided_by=None, decided_at=None)
                | (~Q(state=FindingState.WAITS) & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.child_id}"

    @property
    def is_early(self) -> bool:
        """Whether it waits for its file to be applied."""
        return self.kind != FindingKind.UNDONE and self.delivery is not None and not self.delivery.is_applied


class LastSaid(models.Model):
    """What a source last said of a child by a feed, so that a row that says the same again needs no comparing.

    `digest` is of the row, `revision` the child's once the row was applied, `act` that in which its facts were last
    confirmed one by one: the same act for all rows of one source record. Derived: without it every row is compared
    anew, and the result is the same.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="+")
    source_record = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="+")
    digest = models.UUIDField()
    revision = models.PositiveIntegerField()
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="last_said_once_by_a_feed", fields=["feed", "source_record", "digest"])
        ]
        indexes: ClassVar = [models.Index(name="last_said_by_digest", fields=["feed", "digest"])]

    def __str__(self) -> str:
        return f"{self.source_record} by {self.feed}"


class CorrectionQuerySet(models.QuerySet):
    """Corrections, in phrases."""

    def open(self) -> Self:
        """Those that the source has not made in its own system yet, as far as its files say."""
        return self.filter(closed_at=None)


@recorded(subjects="SELECT child_id FROM {rows}")
class Correction(models.Model):
    """Something a source has wrong of a child and should mend in its own system.

    `said` is what it says, `held` what the index has, both for people; `value` is what it says in the form of a claim,
    by field, by which the next file that still says it is recognised: that is reported, not obeyed. It is closed by the
    delivery that says otherwise (`closed_by`), or by an officer with a reason.
    """

    source_record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="corrections")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="corrections")
    says = models.CharField(max_length=14, choices=Says.choices)
    value = models.JSONField(default=dict)
    said = models.TextField()
    held = models.TextField(blank=True)
    why = models.CharField(max_length=200)
    since = models.DateField()
    last_said = models.DateField()
    delivery = models.ForeignKey(Delivery, null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        Delivery, null=True, blank=True, on_delete=models.PROTECT, related_name="closed_corrections"
    )
    closed_because = models.CharField(max_length=200, blank=True)

    history = history()

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_correction_a_value",
                fields=["source_record", "says", "value"],
                condition=Q(closed_at=None),
            ),
            models.CheckConstraint(name="correction_says_is_known", condition=Q(says__in=Says.values)),
            models.CheckConstraint(
                name="a_closed_correction_says_how",
                condition=Q(closed_at=None, closed_by=None, closed_because="")
                | Q(closed_at__isnull=False, closed_by__isnull=False)
                | (Q(closed_at__isnull=False) & ~Q(closed_because="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_record}: {self.get_says_display()}"
