"""The history of an account as sentences, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from childindex import roles, words
from childindex.models import User
from childindex.models.users import UserState


@dataclass(frozen=True)
class Entry:
    """One change: when, who made it (None: the installation itself), what it was, and why."""

    at: datetime
    by: User | None
    sentences: list[str]
    reason: str


def story_of(user: User) -> list[Entry]:
    """Every recorded change of the account, newest first, in three queries however many there are."""
    rows = list(user.history.select_related("history_user").order_by("history_date", "history_id"))
    entries = [_entry(rows[0], _created(rows[0]))] if rows else []
    entries += [_entry(now, list(_differences(before, now))) for before, now in pairwise(rows)]
    return entries[::-1]


def _entry(row: Any, sentences: list[str]) -> Entry:
    return Entry(row.history_date, row.history_user, sentences, row.history_change_reason or "")


def _created(row: Any) -> list[str]:
    how = "Invited" if row.state == UserState.INVITED else "Account created"
    told = [f"{how} as {roles.label(row.role).lower()}."]
    if row.custodian:
        told.append("Custodian of the index team.")
    return told + [_review(kind, value) for kind, value in _reviews(row) if value]


def _differences(before: Any, now: Any) -> Iterable[str]:
    if now.state != before.state:
        yield _STATES.get((before.state, now.state), f"Now {now.state}.")
    elif now.invited_at != before.invited_at:
        yield "Invited again."
    if now.role != before.role:
        yield f"Role changed from {roles.label(before.role).lower()} to {roles.label(now.role).lower()}."
    if now.custodian != before.custodian:
        yield "Made a custodian of the index team." if now.custodian else "No longer a custodian of the index team."
    if now.second_factor_reset_at != before.second_factor_reset_at:
        yield "Second factor reset."
    if now.full_name != before.full_name:
        yield f"Name changed from {before.full_name} to {now.full_name}."
    if now.email != before.email:
        yield f"Email address changed from {before.email} to {now.email}."
    for (kind, old), (_, new) in zip(_reviews(before), _reviews(now), strict=True):
        if old != new:
            yield _review(kind, new, old)


_STATES = {
    (UserState.INVITED, UserState.ACTIVE): "Invitation accepted.",
    (UserState.SUSPENDED, UserState.ACTIVE): "Resumed.",
    (UserState.SUSPENDED, UserState.INVITED): "Resumed, and still invited.",
    **{(state, UserState.SUSPENDED): "Suspended." for state in (UserState.INVITED, UserState.ACTIVE)},
    **{(state, UserState.CLOSED): "Closed." for state in (UserState.INVITED, UserState.ACTIVE, UserState.SUSPENDED)},
}


def _reviews(row: Any) -> list[tuple[str, date | None]]:
    return [("Training", row.training_review_date), ("Vetting", row.vetting_review_date)]


def _review(kind: str, new: date | None, old: date | None = None) -> str:
    before = f" (before: {words.day(old)})" if old else ""
    return f"{kind} to be reviewed by {words.day(new)}{before}." if new else f"{kind} has no review date{before}."
