"""Whom nobody asks to show that an account is still theirs: a school in the week before and after its return is due."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from childindex.models import User
from schools.models import Campaign

AROUND = timedelta(days=7)


def has_a_return_due(user: User) -> bool:
    """Whether a school of this person has a return due within a week, or has had one."""
    today = timezone.localdate()
    near = Campaign.objects.filter(due_date__range=(today - AROUND, today + AROUND), closed_on=None)
    return near.filter(members__school__posts__user=user).exists()
