"""Why a practitioner opens a record: from the caseload where the child is on it, and asked for otherwise.

A reason given holds for the child and the sign-in, for some hours. It stands beside every entry in the record of
looking that it led to.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from agencies import mediating
from agencies.belonging import services_of
from agencies.models import Involvement
from childindex.forms import Form, RadioSelect
from registry.access.noting import context_of
from registry.models import Child

LASTS = timedelta(hours=4)
KEPT = "agencies-reasons"
REASONS = {
    "working": "I am working with this child or family, or am about to",
    "asked": "Somebody has asked me about this child",
    "worried": "I am worried about this child",
    "checking": "I am checking that what my service holds is right",
}


class ReasonForm(Form):
    """Why the record is opened."""

    reason = forms.ChoiceField(label="Why do you open this record?", choices=[*REASONS.items()], widget=RadioSelect())
    more = forms.CharField(
        label="In a few words, if that does not say it",
        required=False,
        max_length=150,
        help_text="Your manager may read it. Nothing about the child’s health or family life.",
    )
    on_behalf = forms.CharField(label="On whose behalf, if not your own?", required=False, max_length=80)

    @property
    def said(self) -> str:
        found = self.cleaned_data
        parts = [REASONS[found["reason"]], found["more"]]
        if found["on_behalf"]:
            parts.append(f"For {found['on_behalf']}")
        return ". ".join(part.strip().rstrip(".") for part in parts if part)


def keep(request: HttpRequest, child: Child, said: str) -> None:
    """Let this person open this child's record for a while, for the reason given."""
    kept = _kept(request)
    kept[child.index_number] = [said, timezone.now().isoformat()]
    request.session[KEPT] = kept


def _kept(request: HttpRequest) -> dict[str, list[str]]:
    """The reasons given lately, by index number."""
    since = timezone.now() - LASTS
    held = request.session.get(KEPT, {})
    return {number: one for number, one in held.items() if datetime.fromisoformat(one[1]) >= since}


def of_caseload(request: HttpRequest, child: Child) -> str:
    """The service of theirs that knows the child by a person’s word, where one does. Listing it is no reason."""
    ours = Involvement.objects.open().confirmed().filter(child=child, service__in=services_of(context_of(request).user))
    found = ours.select_related("service").first()
    return f"On the caseload of {found.service}" if found else ""


def gate(request: HttpRequest, child: Child) -> HttpResponse | None:
    """Let a practitioner through who has a reason; ask anybody else for one first."""
    if mediating.note_purpose(request):
        return None
    context = context_of(request)
    said = of_caseload(request, child) or _kept(request).get(child.index_number, [""])[0]
    if said:
        context.purpose = said
        return None
    asked = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
    address = reverse("agencies:why", args=[child.index_number])
    return redirect(f"{address}?{asked}" if asked else address)
