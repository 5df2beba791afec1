"""Who is on the staff of which school."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from childindex.models.offers import Offer
from childindex.recorded import history, recorded
from registry.models import School


@recorded()
class Post(models.Model):
    """Somebody's post at a school: its pupils, and no others, are whom they may see, as far as their role goes.

    The head's nominee invites others of the school's staff, as the head does.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="posts")
    is_nominee = models.BooleanField(_("may invite staff, as the head's nominee"), default=False, db_default=False)

    history = history()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_post_a_person_and_school",
                fields=["user", "school"],
                violation_error_message=_("This person has a post at this school already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.school}"


@recorded()
class PostOffer(Offer):
    """Somebody whom a head, or the head's nominee, has invited to the staff of their school."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="post_offers")
    is_nominee = models.BooleanField(null=True)  # empty where whoever invited may not say

    history = history()

    class Meta(Offer.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_post_offer_an_address", fields=["school", "email"], condition=models.Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="a_post_offer_taken_up_has_ended",
                condition=models.Q(taken_up_by=None) | models.Q(ended_at__isnull=False),
            ),
        ]
