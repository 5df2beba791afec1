"""Who said what: source records, confirmations, and the rules by which one fact leads."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from childindex.models import Act, Source, SourceKind
from childindex.recorded import append_only, gated, history, recorded


class FactKind(models.TextChoices):
    """The kinds of fact, by the model that holds them."""

    NAME = "name", _("Name")
    IDENTIFIER = "identifier", _("Identifier")
    RESIDENCE = "residence", _("Home")
    CARE = "care", _("Carer")
    ENROLMENT = "enrolment", _("School")
    ARRANGEMENT = "educationarrangement", _("Education arrangement")
    REGISTRATION = "registration", _("GP practice")


class Slot(models.TextChoices):
    """What a child should have one of at a time: where two facts are open in one, they contest it."""

    REGISTERED_NAME = "registered_name", _("Registered name")
    PREFERRED_NAME = "preferred_name", _("Preferred name")
    HOME = "home", _("Home")
    SCHOOL = "school", _("School")
    PRACTICE = "practice", _("GP practice")
    UPN = "upn", _("UPN")
    ULN = "uln", _("ULN")
    NHS_NUMBER = "nhs_number", _("NHS number")


@recorded(subjects="SELECT child_id FROM {rows}", also_of_new=False)
class SourceRecord(models.Model):
    """A child as one source knows it, by that source's own reference. It belongs to at most one child that is open.

    To whoever may not see behind a shield a shielded child's reference is nobody's: given to another child, it is that
    child's to them, and both rows stand (`registry.linking.looks`).

    That another source knows a child changes nothing of the child's record; that a reference is another child's does.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="records")
    reference = models.CharField(_("reference"), max_length=60)
    child = models.ForeignKey(
        "registry.Child", null=True, blank=True, on_delete=models.PROTECT, related_name="source_records"
    )

    history = history()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["reference"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="source_knows_a_child_by_a_reference_once", fields=["source", "reference", "child"]
            )
        ]

    def __str__(self) -> str:
        return self.reference


class Confirmation(models.Model):
    """A source repeated a fact on a day. Append-only and apart from history, to which repetition adds nothing."""

    kind = models.CharField(max_length=20, choices=FactKind.choices)
    fact_id = models.BigIntegerField()
    source_record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="confirmations")
    day = models.DateField()
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="confirmations")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["fact_id", "kind", "-day"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="confirmation_kind_is_known", condition=Q(kind__in=FactKind.values))
        ]
        triggers: ClassVar = [*gated(), *append_only()]

    def __str__(self) -> str:
        return f"{self.kind} {self.fact_id} on {self.day}"


class Repetition(models.Model):
    """A source said again, on a day, exactly what it had said in the act `of`: all its confirmations then, repeated.

    One narrow row where a nightly file would otherwise confirm every fact of every child anew. In the view `Said` each
    repetition stands as confirmations.
    """

    source_record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="repetitions")
    of = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="repetitions")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="repeated_once_an_act", fields=["source_record", "of", "act"])
        ]
        triggers: ClassVar = [*gated(), *append_only()]

    def __str__(self) -> str:
        return f"{self.source_record} on {self.day}"


class Said(models.Model):
    """What sources have said of facts, one by one or by repeating it all, in acts that were not undone. A view.

    Whoever asks what was confirmed, and when, asks here and nowhere else. That an act was undone stands: undoing an
    undo is refused. `registry_ever_said` is the same with what was undone, for what was believed on a past day.
    """

    pk = models.CompositePrimaryKey("kind", "fact_id", "source_record_id", "day", "act_id")
    kind = models.CharField(max_length=20, choices=FactKind.choices)
    fact_id = models.BigIntegerField()
    source_record = models.ForeignKey(SourceRecord, on_delete=models.DO_NOTHING, related_name="+")
    day = models.DateField()
    act = models.ForeignKey(Act, on_delete=models.DO_NOTHING, related_name="+")

    class Meta:
        managed = False
        db_table = "registry_said"

    def __str__(self) -> str:
        return f"{self.kind} {self.fact_id} on {self.day}"


@recorded()
class PrecedenceRule(models.Model):
    """How much one kind of source is believed about one slot: the lower the rank, the sooner it leads."""

    slot = models.CharField(max_length=15, choices=Slot.choices)
    source_kind = models.CharField(max_length=12, choices=SourceKind.choices)
    rank = models.PositiveSmallIntegerField()

    history = history()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_rank_a_slot_and_source_kind", fields=["slot", "source_kind"])
        ]

    def __str__(self) -> str:
        return f"{self.slot}: {self.source_kind} {self.rank}"


@recorded(subjects="SELECT child_id FROM {rows}")
class Pin(models.Model):
    """An officer's word that one fact leads its slot, whatever the rules say, until it is unpinned."""

    child = models.ForeignKey("registry.Child", on_delete=models.PROTECT, related_name="pins")
    slot = models.CharField(max_length=15, choices=Slot.choices)
    fact_id = models.BigIntegerField()
    reason = models.CharField(_("why"), max_length=200)

    history = history()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_pin_a_slot", fields=["child", "slot"]),
            models.CheckConstraint(name="pin_slot_is_known", condition=Q(slot__in=Slot.values)),
            models.CheckConstraint(
                name="pin_has_a_reason", condition=~Q(reason=""), violation_error_message=_("Say why it is pinned.")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot} of {self.child_id}"
