"""Whose records are closed to whom, since they are of their own family."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded


@recorded()
class DeclaredRelative(models.Model):
    """Somebody has declared that a child is of their family: the record is closed to them, whatever their role."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="relatives")
    child = models.ForeignKey("registry.Child", on_delete=models.PROTECT, related_name="declared_by")
    relation = models.CharField(_("what the child is to them"), max_length=80)
    declared_at = models.DateTimeField(auto_now_add=True)

    history = history()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_relative_is_declared_once", fields=["user", "child"]),
            models.CheckConstraint(name="a_relative_is_somebody", condition=~Q(relation="")),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.relation}"
