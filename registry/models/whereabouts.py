"""How sure the index is of where each child is, as it was reckoned last, and what that came to on a day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from childindex.models import Act
from childindex.recorded import append_only, gated
from registry.models.children import Child


class WhereaboutsMark(models.Model):
    """How sure one kind of thing is of one child: derived each night, and nothing in it is true in its own right."""

    pk = models.CompositePrimaryKey("child_id", "what")
    child = models.ForeignKey(
        Child, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="whereabouts"
    )
    what = models.CharField(max_length=8)
    mark = models.CharField(max_length=9)
    confirmed_on = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(name="marks_oldest_first", fields=["what", "mark", "confirmed_on"])]

    def __str__(self) -> str:
        return f"{self.child_id}: {self.what} {self.mark}"


class WhereaboutsShare(models.Model):
    """Of how many children of a group, a school's or a service's, whereabouts were known on a day. Nobody behind a
    shield is counted: the group reads it."""

    day = models.ForeignKey("WhereaboutsDay", on_delete=models.PROTECT, related_name="shares")
    code = models.CharField(max_length=40)
    known = models.PositiveIntegerField()
    total = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["day"]
        indexes: ClassVar = [models.Index(name="shares_of_a_group", fields=["code", "day"])]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_share_a_group_and_day", fields=["day", "code"]),
            models.CheckConstraint(
                name="no_more_are_known_than_there_are", condition=models.Q(known__lte=models.F("total"))
            ),
        ]
        triggers: ClassVar = [*gated(), *append_only()]

    def __str__(self) -> str:
        return f"{self.code}: {self.known} of {self.total}"


class WhereaboutsDay(models.Model):
    """What the marks came to on a day, as it was published: by thing and mark, shielded children apart."""

    day = models.DateField(unique=True)
    counts = models.JSONField()
    known = models.JSONField()
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-day"]
        triggers: ClassVar = [*gated(), *append_only()]

    def __str__(self) -> str:
        return f"{self.day}"
