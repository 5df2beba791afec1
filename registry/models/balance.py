"""The balance as it is kept: where each child stands now, every move from line to line, and what was published."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from childindex.models import Act
from childindex.recorded import append_only, gated
from registry.models.children import Child


class BalancePlace(models.Model):
    """In which line a child stands now. Derived from the facts, and nothing in it is true in its own right."""

    child = models.OneToOneField(
        Child, primary_key=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="balance_place"
    )
    line = models.CharField(max_length=13)
    since = models.DateField()

    class Meta:
        indexes: ClassVar = [models.Index(name="children_of_a_line", fields=["line", "child"])]

    def __str__(self) -> str:
        return f"{self.child_id}: {self.line}"


class BalanceMove(models.Model):
    """A child went from one line to another, on a day and by an act: the passing of days is an act of its own.

    From no line: the child came into the index. To none: another record stands for the child, or it was added by
    mistake and that was undone: the move stays. Append-only.
    """

    child = models.ForeignKey(
        Child, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="balance_moves"
    )
    day = models.DateField()
    from_line = models.CharField(max_length=13, blank=True)
    to_line = models.CharField(max_length=13, blank=True)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(name="moves_of_a_child", fields=["child", "-id"]),
            models.Index(name="moves_of_a_day", fields=["day"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="a_move_goes_somewhere", condition=~Q(from_line=models.F("to_line")))
        ]
        triggers: ClassVar = [*gated(), *append_only()]

    def __str__(self) -> str:
        return f"{self.child_id}: {self.from_line or 'new'} to {self.to_line or 'gone'}"


class BalanceDay(models.Model):
    """What was published for a day: how many children in each line, those behind a shield apart. It is never altered.

    `lines` maps a line to two counts: of children who were behind no shield then, and of those who were. `last_move` is
    the last move before it: with every later one it comes to where children stand now.
    """

    day = models.DateField(unique=True)
    published_at = models.DateTimeField(auto_now_add=True)
    lines = models.JSONField()
    total = models.PositiveIntegerField()
    last_move = models.BigIntegerField()
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-day"]
        triggers: ClassVar = [*gated(), *append_only()]

    def __str__(self) -> str:
        return f"{self.day}: {self.total}"
