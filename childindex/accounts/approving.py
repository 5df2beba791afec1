"""The pages on which a second person approves or refuses what somebody asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from childindex import words
from childindex.accounts import approvals
from childindex.accounts.changes import CannotChange
from childindex.accounts.permissions import requires
from childindex.accounts.views import ManagerRequest
from childindex.forms import Form, RadioSelect
from childindex.models import Approval

SECTION = "approvals"
LATELY = 50
WAITING, DECIDED = ["What is asked", "Asked by", "On"], ["What was asked", "Asked by", "Decided", "Decided by"]
WITH_ALL = ("user", "asked_by", "decided_by")


class DecisionForm(Form):
    """Yes, or no with a reason."""

    decision = forms.ChoiceField(
        label="Do you approve it?",
        choices=[("approve", "Yes, approve it"), ("refuse", "No, refuse it")],
        widget=RadioSelect(),
        error_messages={"required": "Choose whether you approve it."},
    )
    refusal = forms.CharField(
        label="If not, why?",
        required=False,
        max_length=500,
        help_text="Told to whoever asked, and to the person concerned. No details about children.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("decision") == "refuse" and not said.get("refusal", "").strip():
            self.add_error("refusal", "Say why it is refused.")
        return said


@requires(approvals.PERMISSION)
def waiting(request: ManagerRequest) -> HttpResponse:
    """What waits for a second person, and what was decided lately."""
    found = Approval.objects.select_related(*WITH_ALL)
    open_ones = list(found.waiting())
    decided = found.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")[:LATELY]
    context = {
        "waiting": [_waiting(one, request) for one in open_ones],
        "waiting_columns": WAITING,
        "waiting_caption": f"{words.count(len(open_ones), 'right')} to approve",
        "decided": [_decided(one) for one in decided],
        "decided_columns": DECIDED,
        "section": SECTION,
    }
    return render(request, "accounts/approvals.html", context)


@requires(approvals.PERMISSION)
def approval(request: ManagerRequest, pk: int) -> HttpResponse:
    """One thing that was asked for; whoever may decide it does so here."""
    found = get_object_or_404(Approval.objects.select_related(*WITH_ALL), pk=pk)
    why_not = _why_not(found, request)
    form = None if why_not or found.decided_at else DecisionForm(request.POST or None)
    if form is not None and form.is_valid():
        said, site = form.cleaned_data, request.build_absolute_uri("/").rstrip("/")
        yes = said["decision"] == "approve"
        try:
            approvals.decide(found, is_approved=yes, refusal=said["refusal"], by=request.user, site=site)
        except CannotChange as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Approved. It holds from now on." if yes else "Refused. Nothing was changed.")
            return redirect("approvals")
    context = {"form": form, "rows": _facts(found), "why_not": why_not, "section": SECTION}
    context["title"] = approvals.sentence(found)
    return render(request, "accounts/approval.html", context)


def _why_not(found: Approval, request: ManagerRequest) -> str:
    if found.decided_at is not None:
        return ""
    if found.asked_by_id == request.user.pk:
        return approvals.OWN
    return "Somebody else has to decide: this is about your own account." if found.email == request.user.email else ""


def _waiting(one: Approval, request: ManagerRequest) -> list[Any]:
    note = "You asked for it: somebody else decides" if one.asked_by_id == request.user.pk else ""
    about = {"text": approvals.sentence(one), "href": reverse("approval", args=[one.pk]), "note": note}
    return [about, str(one.asked_by), _day(one.asked_at)]


def _decided(one: Approval) -> list[Any]:
    tag = {"tag": "Approved", "tone": "good"} if one.is_approved else {"tag": "Refused", "tone": "alert"}
    about = {"text": approvals.sentence(one), "href": reverse("approval", args=[one.pk])}
    return [about, str(one.asked_by), {**tag, "note": _day(one.decided_at)}, str(one.decided_by)]


def _facts(one: Approval) -> list[dict[str, Any]]:
    rows = [
        {"key": "Asked by", "value": str(one.asked_by), "note": f"On {_day(one.asked_at)}"},
        {"key": "Reason", "value": one.reason},
    ]
    if one.user is not None:
        rows.insert(0, {"key": "Role now", "value": one.user.role_label, "note": one.user.get_state_display()})
    else:
        rows.insert(0, {"key": "Account", "value": "To be made: the invitation goes out once it is approved"})
    if one.decided_at is not None:
        told = "Approved" if one.is_approved else f"Refused: {one.refusal}"
        rows.append({"key": "Decision", "value": told, "note": f"By {one.decided_by} on {_day(one.decided_at)}"})
    return rows


def _day(moment: Any) -> str:
    return words.day(timezone.localdate(moment))
