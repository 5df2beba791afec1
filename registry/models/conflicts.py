"""Whose records are closed to whom, since they are of their own family."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
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


@recorded()
class StaffHome(models.Model):
    """In which postcode a member of staff has said that they live, and by what surname their family goes.

    Children of that surname in that postcode are likely to be of their family, and their records are closed to them.
    What was said stands until information governance lets it go, so that nobody opens a record to themselves.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="homes")
    surname = models.CharField(_("surname"), max_length=100)
    postcode = models.CharField(_("postcode"), max_length=8)
    said_at = models.DateTimeField(auto_now_add=True)
    let_go_at = models.DateTimeField(null=True, blank=True)
    let_go_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    history = history()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="a_home_is_said_once", fields=["user", "surname", "postcode"], condition=Q(let_go_at=None)
            ),
            models.CheckConstraint(name="a_staff_home_has_a_postcode", condition=~Q(postcode="")),
            models.CheckConstraint(
                name="nobody_lets_their_own_home_go", condition=Q(let_go_by=None) | ~Q(let_go_by=F("user"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.postcode}"
