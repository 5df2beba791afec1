"""Accounts in the shape that the page components take: rows, tags and entries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from childindex import words
from childindex.accounts import approvals
from childindex.accounts.deeds import Deed
from childindex.accounts.story import Entry
from childindex.models import Approval, User
from childindex.models.users import UserState

COLUMNS = ["Name", "Role", "State", "Reviews", "Last signed in"]
TONES = {UserState.ACTIVE: "good", UserState.INVITED: "info", UserState.SUSPENDED: "alert", UserState.CLOSED: ""}


def row(user: User) -> list[dict[str, Any]]:
    """One account in the list of accounts."""
    overdue = user.overdue_reviews() if user.is_active else []
    custodian = "Custodian of the index team" if user.custodian else ""
    return [
        {"text": user.full_name, "href": reverse("user", args=[user.pk]), "note": user.email},
        {"text": user.role_label, "note": custodian},
        {"tag": user.get_state_display(), "tone": TONES[UserState(user.state)]},
        {"tag": f"{words.listed(overdue).capitalize()} overdue", "tone": "alert"} if overdue else {"text": "In date"},
        {"text": words.day(user.last_login.date()) if user.last_login else "Never"},
    ]


def facts(user: User, *, second_factor: bool) -> list[dict[str, Any]]:
    """What is true of one account, as question and answer."""
    return [
        {"key": "Email address", "value": user.email},
        {"key": "Role", "value": user.role_label},
        {"key": "Custodian of the index team", "value": "Yes" if user.custodian else "No"},
        {"key": "State", "value": user.get_state_display(), "note": _since(user)},
        {"key": "Second factor", "value": "Set up" if second_factor else "Not set up"},
        {"key": "Training to be reviewed by", "value": _day(user.training_review_date)},
        {"key": "Vetting to be reviewed by", "value": _day(user.vetting_review_date)},
        {"key": "Last signed in", "value": _day(user.last_login) if user.last_login else "Never"},
    ]


def own_facts(user: User, *, second_factor: bool, sign_ins: int) -> list[dict[str, Any]]:
    """The same for the owner, with what they may change themselves."""
    change = [{"text": "Change", "href": reverse("account_change_password"), "what": "your password"}]
    look = [
        {"text": "Look after" if second_factor else "Set up", "href": reverse("mfa_index"), "what": "second factor"}
    ]
    see = [{"text": "See", "href": reverse("usersessions_list"), "what": "where you are signed in"}]
    return [
        {"key": "Name", "value": user.full_name},
        {"key": "Email address", "value": user.email},
        {"key": "Role", "value": user.role_label},
        {"key": "Password", "value": "Set" if user.has_usable_password() else "Not set", "actions": change},
        {"key": "Second factor", "value": "Set up" if second_factor else "Not set up", "actions": look},
        {"key": "Signed in", "value": f"In {words.count(sign_ins, 'browser')}", "actions": see},
        {"key": "Training to be reviewed by", "value": _day(user.training_review_date)},
        {"key": "Vetting to be reviewed by", "value": _day(user.vetting_review_date)},
    ]


def waits_for(approval: Approval) -> str:
    """What the page of an account says while something waits for a second person."""
    asked = f"{approval.asked_by} asked for it on {_day(approval.asked_at)}"
    return f"Waits for approval: {approvals.sentence(approval)}. {asked}."


def buttons(user: User, deeds: Iterable[Deed]) -> list[dict[str, str]]:
    return [
        {
            "text": deed.label,
            "href": reverse("user_deed", args=[user.pk, deed.code]),
            "kind": "warning" if deed.warning else "secondary",
        }
        for deed in deeds
    ]


def timeline(story: Iterable[Entry]) -> list[dict[str, Any]]:
    return [
        {
            "title": " ".join(entry.sentences),
            "by": entry.by.full_name if entry.by else "the installation",
            "at": entry.at,
            "why": entry.reason,
        }
        for entry in story
    ]


def _since(user: User) -> str:
    by = f" by {user.state_by.full_name}" if user.state_by else ""
    why = f": {user.state_reason}" if user.state_reason else ""
    return f"Since {_day(user.state_at)}{by}{why}"


def _day(value: Any) -> str:
    return words.day(value) if value else "No date"
