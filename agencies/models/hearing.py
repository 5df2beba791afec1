"""What people choose to hear of, beyond what they are told because somebody chose them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded


class What(models.TextChoices):
    """What may be new of a child."""

    MOVED = "moved", _("The child has moved")
    SCHOOL = "school", _("The child has joined or left a school")
    SERVICE = "service", _("Another service is involved")
    CONCERN = "concern", _("There is a cause for concern that I may read")
    FADED = "faded", _("What my service says has not been confirmed for a year")


class Whose(models.TextChoices):
    """Of which children."""

    MINE = "mine", _("My own children")
    SERVICE = "service", _("All children of my service")


class Often(models.TextChoices):
    """How often it is written."""

    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every week")
    NEVER = "never", _("Never")


@recorded()
class Subscription(models.Model):
    """That somebody hears of one kind of news, of whom and how often. Without one: of their own children, weekly."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="subscriptions")
    what = models.CharField(max_length=7, choices=What.choices)
    whose = models.CharField(max_length=7, choices=Whose.choices, default=Whose.MINE)
    often = models.CharField(max_length=6, choices=Often.choices, default=Often.WEEKLY)

    history = history()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_subscription_a_kind_of_news", fields=["user", "what"]),
            models.CheckConstraint(
                name="a_subscription_is_of_something_known",
                condition=Q(what__in=What.values, whose__in=Whose.values, often__in=Often.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.what}, {self.often}"
