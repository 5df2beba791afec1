"""Shields that stand, and their reviews: none ends by itself, so each is looked at again within six months."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from childindex import acts, words
from childindex.accounts.permissions import requires
from childindex.forms import DateField, Form, RadioSelect
from childindex.models import Source
from registry import access, disclosure, shield_requests
from registry.access.noting import context_of
from registry.models import AskedFor, Child, Shield, ShieldRequest
from registry.shield_requests import CannotAsk
from registry.views.merging import user_of
from registry.views.opening import address_of, of_child

SECTION, PERMISSION, REQUESTS = "registry:shields", "manage_shields", "registry:shield_requests"
ON_A_PAGE = 50
LONGEST = timedelta(days=183)
COLUMNS = ["Child", "Shielded since", "Ground", "Review by", "What to do"]


def _latest() -> date:
    return timezone.localdate() + LONGEST


class KeepForm(Form):
    """Why a shield stays, and until when."""

    reason = forms.CharField(
        label="Why does the shield stay?", max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    review_date = DateField(
        label="Review it again by", noun="the review date", latest=_latest, help_text="Within six months."
    )

    def clean_review_date(self) -> date:
        return _to_come(self.cleaned_data["review_date"])


def _to_come(day: date) -> date:
    if day <= timezone.localdate():
        raise forms.ValidationError("Enter a review date that is still to come.")
    return day


class AskForm(Form):
    """For whom a shield is asked for, on what ground, and how they are reached."""

    asked_for = forms.ChoiceField(label="Who asks for it?", choices=AskedFor.choices, widget=RadioSelect())
    ground = forms.CharField(
        label="Who could cause significant harm if the whereabouts were known, and how do you know?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Custodians of the index team read this, and nobody else.",
    )
    reached_by = forms.CharField(
        label="How can they be reached safely?",
        max_length=200,
        help_text="The index team rings to check. Where nobody can be reached, the shield may be refused.",
    )


class DecideForm(Form):
    """Whether a child is shielded."""

    agreed = forms.ChoiceField(
        label="Is the child shielded?",
        choices=[("yes", "Yes, from now on"), ("no", "No")],
        widget=RadioSelect(),
    )
    review_date = DateField(
        label="Review it by", noun="the review date", latest=_latest, help_text="Within six months.", required=False
    )
    answer = forms.CharField(
        label="What do you tell whoever asked?", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_review_date(self) -> date | None:
        day = self.cleaned_data["review_date"]
        return _to_come(day) if day else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        wants_a_day = cleaned.get("agreed") == "yes" and "review_date" not in self.errors
        if wants_a_day and not cleaned.get("review_date"):
            self.add_error("review_date", "Enter the review date, like 3 10 2027.")
        return cleaned


@never_cache
@requires(PERMISSION)
def shields(request: HttpRequest) -> HttpResponse:
    """Every shield that stands, the first to be reviewed first."""
    to, today = context_of(request), timezone.localdate()
    standing = Shield.objects.in_force(today).filter(child__sealed_to=None).exclude(child__in=to.family)
    standing = standing.order_by("review_date", "pk")
    page = Paginator(standing, ON_A_PAGE).get_page(request.GET.get("page"))
    children = disclosure.disclose([one.child_id for one in page], to=to)
    access.note(request, kind="listed", asked={"page": "shields"})
    rows = [_row(one, children[one.child_id], today) for one in page if one.child_id in children]
    context = {
        "rows": rows,
        "columns": COLUMNS,
        "caption": words.count(page.paginator.count, "shield"),
        "late": standing.filter(review_date__lt=today).count(),
        "asked": shield_requests.waiting().exclude(child__in=to.family).count(),
        "page": page,
        "section": SECTION,
    }
    return render(request, "registry/shields.html", context)


def _row(one: Shield, child: disclosure.Summary, today: date) -> list[Any]:
    late = max(0, (today - one.review_date).days)
    due = {
        "text": words.day(one.review_date),
        "tag": f"{words.count(late, 'day')} late" if late else "",
        "tone": "alert",
    }
    name = {"text": child.name, "href": child.url, "note": child.index_number}
    keep = {
        "text": "Keep or lift it",
        "href": address_of("shield_review", child.index_number),
        "what": f"of {child.name}",
    }
    return [name, words.day(one.from_date), one.ground, due, keep]


@never_cache
@of_child(PERMISSION)
def shield_review(request: HttpRequest, child: Child) -> HttpResponse:
    """Keep a shield for another while, with a reason; to lift it is a page of its own."""
    to = context_of(request)
    held = Shield.objects.in_force(timezone.localdate()).filter(child=child, child__sealed_to=None).first()
    shown = disclosure.disclose([child.pk], to=to).get(child.pk)
    if held is None or shown is None:
        raise Http404("No shield stands over this record.")
    access.note(request, kind="edited", asked={"page": "shield review"})
    form = KeepForm(request.POST or None, initial={"review_date": _latest()})
    if request.method == "POST" and form.is_valid():
        reason, source = form.cleaned_data["reason"], Source.council()
        with acts.act(by=user_of(request), source=source, reason_code="shield_kept", reason=reason[:200]):
            Shield.objects.filter(pk=held.pk).update(review_date=form.cleaned_data["review_date"])
        messages.success(request, f"The shield of {shown.name} stays.")
        return redirect(SECTION)
    told = [
        {"key": "Ground", "value": held.ground},
        {"key": "Shielded since", "value": words.day(held.from_date)},
        {"key": "Review by", "value": words.day(held.review_date)},
    ]
    context = {
        "child": shown,
        "told": told,
        "form": form,
        "lift": address_of("shield", shown.index_number),
        "section": SECTION,
    }
    return render(request, "registry/shield_review.html", context)


@never_cache
@of_child("ask_shield")
def shield_ask(request: HttpRequest, child: Child) -> HttpResponse:
    """Ask the index team to shield a child."""
    to = context_of(request)
    shown = disclosure.disclose([child.pk], to=to).get(child.pk)
    if shown is None:
        raise Http404("No such record.")
    access.note(request, kind="edited", asked={"page": "shield request"})
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            shield_requests.ask(child, **form.cleaned_data, site=_site(request), by=user_of(request))
        except CannotAsk as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The index team has been told. They decide by tomorrow at the latest.")
            return redirect(REQUESTS)
    return render(request, "registry/shield_ask.html", {"child": shown, "form": form})


@never_cache
@requires("ask_shield")
def requests(request: HttpRequest) -> HttpResponse:
    """Shields that were asked for: custodians see all, everybody else what they asked for themselves."""
    to, today = context_of(request), timezone.localdate()
    page = Paginator(shield_requests.visible(to), ON_A_PAGE).get_page(request.GET.get("page"))
    children = disclosure.disclose([one.child_id for one in page], to=to)
    access.note(request, kind="listed", asked={"page": "shield requests"})
    context = {
        "rows": [_asked_row(one, children[one.child_id], today) for one in page if one.child_id in children],
        "columns": ["Child", "Asked", "Answer"],
        "caption": words.count(page.paginator.count, "request"),
        "page": page,
        "decides": to.may(PERMISSION),
        "section": SECTION if to.may(PERMISSION) else "",
    }
    return render(request, "registry/shield_requests.html", context)


def _asked_row(one: ShieldRequest, child: disclosure.Summary, today: date) -> list[Any]:
    href = address_of("shield_request", one.pk)
    name = {"text": child.name, "href": href, "note": child.index_number}
    asked = {"text": words.day(timezone.localdate(one.asked_at)), "note": f"By {one.asked_by}"}
    if one.decided_at:
        said = _decision(one)
        return [name, asked, {"text": said, "note": words.day(timezone.localdate(one.decided_at))}]
    late = max(0, (today - one.due_date).days)
    tag = f"{words.count(late, 'day')} late" if late else ""
    return [name, asked, {"text": f"Waits: answer by {words.day(one.due_date)}", "tag": tag, "tone": "alert"}]


def _decision(one: ShieldRequest) -> str:
    """What a decided request came to; one that found the child shielded already made no second shield."""
    return "Shielded" if one.is_agreed else "Not shielded"


@never_cache
@requires("ask_shield")
def request_for_a_shield(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request: a custodian decides it, and whoever asked reads the answer."""
    to = context_of(request)
    one = shield_requests.visible(to).filter(pk=request_id).first()
    shown = disclosure.disclose([one.child_id], to=to).get(one.child_id) if one else None
    if one is None or shown is None:
        raise Http404("No such request.")
    access.note(request, kind="listed", asked={"page": "shield request"})
    may_decide = to.may(PERMISSION) and one.decided_at is None and one.asked_by_id != to.user.pk
    form = DecideForm(request.POST or None, initial={"review_date": _latest()}) if may_decide else None
    if request.method == "POST" and form and form.is_valid():
        try:
            _decide(request, one, form.cleaned_data)
        except CannotAsk as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Decided. {one.asked_by} has been told.")
            return redirect(REQUESTS)
    context = {"child": shown, "one": one, "told": _told_of(one), "form": form, "decides": to.may(PERMISSION)}
    return render(request, "registry/shield_request.html", context)


def _decide(request: HttpRequest, one: ShieldRequest, said: dict[str, Any]) -> None:
    known = {"answer": said["answer"], "site": _site(request), "by": user_of(request)}
    if said["agreed"] == "yes":
        shield_requests.agree(one, review_date=said["review_date"], **known)
    else:
        shield_requests.refuse(one, **known)


def _told_of(one: ShieldRequest) -> list[dict[str, str]]:
    rows = [
        {"key": "Who asks", "value": str(one.get_asked_for_display())},
        {"key": "Ground", "value": one.ground},
        {"key": "How they are reached safely", "value": one.reached_by},
        {"key": "Sent by", "value": f"{one.asked_by}, {words.day(timezone.localdate(one.asked_at))}"},
        {"key": "Answer by", "value": words.day(one.due_date)},
    ]
    if one.decided_at:
        decided = f"{_decision(one)}, decided by {one.decided_by} on {words.day(timezone.localdate(one.decided_at))}"
        rows += [{"key": "Decision", "value": decided}, {"key": "Answer", "value": one.answer}]
    return rows


def _site(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"
