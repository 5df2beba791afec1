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
from childindex.forms import DateField, Form
from childindex.models import Source
from registry import access, disclosure
from registry.access.noting import context_of
from registry.models import Child, Shield
from registry.views.merging import user_of
from registry.views.opening import address_of, of_child

SECTION, PERMISSION = "registry:shields", "manage_shields"
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
        day: date = self.cleaned_data["review_date"]
        if day <= timezone.localdate():
            raise forms.ValidationError("Enter a review date that is still to come.")
        return day


@never_cache
@requires(PERMISSION)
def shields(request: HttpRequest) -> HttpResponse:
    """Every shield that stands, the first to be reviewed first."""
    to, today = context_of(request), timezone.localdate()
    standing = Shield.objects.in_force(today).order_by("review_date", "pk")
    page = Paginator(standing, ON_A_PAGE).get_page(request.GET.get("page"))
    children = disclosure.disclose([one.child_id for one in page], to=to)
    access.note(request, kind="listed", asked={"page": "shields"})
    rows = [_row(one, children[one.child_id], today) for one in page if one.child_id in children]
    context = {
        "rows": rows,
        "columns": COLUMNS,
        "caption": words.count(page.paginator.count, "shield"),
        "late": standing.filter(review_date__lt=today).count(),
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
    held = Shield.objects.in_force(timezone.localdate()).filter(child=child).first()
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
