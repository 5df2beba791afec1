"""What waits for each person, once a week by email: how much of each kind and how much of it is overdue. No names."""

from __future__ import annotations

from django.utils import timezone

from childindex.models import User
from childindex.models.users import UserState
from registry.disclosure import Context
from registry.waiting import Found, kinds_for

MOST = 2_000
"""Things of one kind that are looked through for what is overdue."""


def digest() -> dict[User, list[str]]:
    """The sentences for each person for whom anything waits."""
    found: dict[User, list[str]] = {}
    for user in User.objects.filter(state=UserState.ACTIVE).order_by("pk"):
        to = Context(user=user)
        waiting = [(kind.label, kind.find(to, MOST)) for kind in kinds_for(to)] if to.may("do_work") else []
        said = [_sentence(label, one) for label, one in waiting if one.total]
        if said:
            found[user] = said
    return found


def _sentence(label: str, found: Found) -> str:
    """*Missing education: 12 wait, 3 of them overdue.*"""
    today = timezone.localdate()
    late = sum(one.due is not None and one.due < today for one in found.items)
    waits = "waits" if found.total == 1 else "wait"
    if not late:
        return f"{label}: {found.total:,} {waits}."
    overdue = f"{late:,} of them" if found.total > 1 else "it is"
    least = "at least " if found.total > len(found.items) else ""
    return f"{label}: {found.total:,} {waits}, {least}{overdue} overdue."
