"""Ending somebody's sign-ins everywhere, at once."""

from __future__ import annotations

from allauth.usersessions.models import UserSession

from childindex.models import User


def end_sessions(user: User) -> int:
    """Sign `user` out of every browser; returns how many sign-ins that ended."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)
