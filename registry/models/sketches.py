"""What is kept of a list that somebody sent, so that the same list with something tried out in it is known again."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from registry.models.intake import Delivery
from registry.models.list_matches import ListMatch


class ListSketch(models.Model):
    """A few keyed digests of the rows of one file or one list to be matched, of who sent it. Kept for a month.

    `sketch` has, under `""`, the smallest digests of whole rows, and under each field those of the rows without it.
    None can be turned back into a row, or compared with one by anybody who does not know the installation's secret.
    `changed` names the field in which alone the list differs from one that the same person sent before, if it does.
    """

    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    delivery = models.OneToOneField(Delivery, null=True, on_delete=models.CASCADE, related_name="sketch")
    list_match = models.OneToOneField(ListMatch, null=True, on_delete=models.CASCADE, related_name="sketch")
    rows = models.PositiveIntegerField()
    sketch = models.JSONField()
    changed = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(name="sketch_of_a_sender", fields=["sender", "at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_sketch_is_of_one_list",
                condition=Q(delivery__isnull=False, list_match=None) | Q(delivery=None, list_match__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender_id}, {self.rows} rows"
