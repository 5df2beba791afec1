"""What is counted of people so that nobody asks too much: how often they searched, and what lists they sent."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class SearchTally(models.Model):
    """How often somebody searched within one minute, and how often that was refused. Kept for a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    minute = models.DateTimeField()
    number = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="searches_of_a_minute", fields=["user", "minute"])]

    def __str__(self) -> str:
        return f"{self.user_id}, {self.minute:%Y-%m-%d %H:%M}: {self.number}"
