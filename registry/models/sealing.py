"""New identities: the sealed link between the record of an identity that is closed and the record of the new one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded
from registry.models.children import Child


class SealGround(models.TextChoices):
    """Why a child has another identity."""

    ADOPTION = "adoption", _("Adoption")
    PROTECTION = "protection", _("Protection: a new identity was given")


@recorded()
class SealedLink(models.Model):
    """That two records are of one child, which custodians alone may know.

    A new identity is a new record, never a rename: a former name or a former UPN would lead to the child. The old
    record is closed, and nothing that arrives under it reaches the new one.
    """

    old = models.OneToOneField(Child, on_delete=models.PROTECT, related_name="sealed_to")
    new = models.OneToOneField(Child, on_delete=models.PROTECT, related_name="sealed_from")
    ground = models.CharField(_("why"), max_length=10, choices=SealGround.choices)
    sealed_at = models.DateTimeField(auto_now_add=True)

    history = history()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="a_sealed_link_joins_two", condition=~Q(old=F("new"))),
            models.CheckConstraint(name="seal_ground_is_known", condition=Q(ground__in=SealGround.values)),
        ]

    def __str__(self) -> str:
        return f"Sealed: {self.get_ground_display()}"
