"""What a room offers somebody whom it knows by an address alone: a place among its people, to be taken up by them."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from childindex.models.users import LowerCaseEmailField, User, UserState


class OfferQuerySet(models.QuerySet["Offer"]):
    def open(self) -> Self:
        return self.filter(ended_at=None)

    def clashing(self) -> Self:
        """Open ones whose address has an account that cannot take them up as it is."""
        return self.open().filter(Exists(_accounts_at_the_address(~Q(role=OuterRef("role")) | Q(state__in=SHUT))))

    def for_account(self, user: User) -> Self:
        return self.open().filter(email=user.email)


SHUT = (UserState.SUSPENDED, UserState.CLOSED)


def _accounts_at_the_address(which: Q) -> models.QuerySet[User]:
    return User.objects.filter(which, email=OuterRef("email"))


class Offer(models.Model):
    """Somebody was invited by their address: the row shows what was typed, whether the address has an account or not.

    Nothing here says which: it stands among a room's people as it was written until whoever holds the address takes it
    up, or it is taken back.
    """

    email = LowerCaseEmailField(max_length=254)
    full_name = models.CharField(max_length=120)
    role = models.SlugField(max_length=40)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    taken_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfferQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering: ClassVar = ["full_name", "email"]

    def __str__(self) -> str:
        return self.full_name
