"""What one person asked for and another has to approve: rights over what a shield hides, and who may give them."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from childindex.models.users import LowerCaseEmailField, User
from childindex.recorded import history, recorded


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def waiting(self) -> Self:
        return self.filter(decided_at=None).order_by("asked_at", "pk")

    def for_decision_by(self, user: User) -> Self:
        """What waits and is neither this person's own asking nor about them."""
        return self.waiting().exclude(asked_by=user).exclude(email=user.email)


@recorded()
class Approval(models.Model):
    """A right that somebody asked for on behalf of an account, and what a second person said.

    `kind` is one that `childindex.accounts.approvals` knows; `details` is what carrying it out needs. `user` is empty
    for an account that is still to be made; `email` is the address of whom it concerns in either case.
    """

    kind = models.SlugField(max_length=20)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="approvals"
    )
    email = LowerCaseEmailField(max_length=254)
    details = models.JSONField(default=dict, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    is_approved = models.BooleanField(null=True, blank=True)
    refusal = models.CharField(_("why it is refused"), max_length=500, blank=True)

    history = history()

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_approval_of_a_kind_an_account",
                fields=["kind", "email"],
                condition=Q(decided_at=None),
                violation_error_message=_("The same is asked for this account already, and waits to be approved."),
            ),
            models.CheckConstraint(
                name="nobody_approves_what_they_asked_for",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                violation_error_message=_("Somebody else has to decide: you asked for this yourself."),
            ),
            models.CheckConstraint(
                name="nobody_asks_or_approves_for_themselves",
                condition=Q(user=None) | (~Q(asked_by=F("user")) & (Q(decided_by=None) | ~Q(decided_by=F("user")))),
                violation_error_message=_("Somebody else has to decide: this is about your own account."),
            ),
            models.CheckConstraint(
                name="an_approval_is_decided_whole_or_not",
                condition=Q(decided_by=None, decided_at=None, is_approved=None, refusal="")
                | Q(decided_by__isnull=False, decided_at__isnull=False, is_approved__isnull=False),
            ),
            models.CheckConstraint(
                name="a_refused_approval_says_why",
                condition=Q(is_approved=None)
                | Q(is_approved=True, refusal="")
                | (Q(is_approved=False) & ~Q(refusal="")),
                violation_error_message=_("Say why it is refused."),
            ),
            models.CheckConstraint(name="an_approval_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.email}"
