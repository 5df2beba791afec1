"""Looking that is not plain: behind a shield by override, and for a colleague who may not look."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from agencies import mediating, overriding, roles
from agencies.belonging import practices_of
from agencies.looking_forms import AskColleagueForm, LookAnswerForm, OverrideForm, ReviewForm
from agencies.mediating import CannotMediate
from agencies.models import MediatedLook, Override
from agencies.overriding import CannotReview
from agencies.views.asking import Asked, ask, summary_of
from agencies.views.record import content
from childindex import words
from childindex.accounts.permissions import requires
from registry import access, disclosure, sealing
from registry.access.noting import context_of
from registry.disclosure import shielded_among
from registry.models import Child
from registry.views.facts import GROUPS, about, groups
from registry.views.opening import frame, of_child
from registry.whereabouts import sentences

FIND, NOTICES, OVERRIDES, COLLEAGUE = (
    "agencies:find",
    "agencies:notices",
    "agencies:overrides",
    "agencies:colleague",
)


@never_cache
@of_child(roles.KNOWN)
def override(request: HttpRequest, child: Child) -> HttpResponse:
    """Look behind a shield: a warning, a reason, and the record once, as the answer to the form."""
    to = context_of(request)
    practice = overriding.right_of(to.user)
    if practice is None or not shielded_among([child.pk]):
        raise Http404("There is nothing to override here.")
    form = OverrideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, site = form.cleaned_data["reason"], f"{request.scheme}://{request.get_host()}"
        made = overriding.override(child, practice=practice, reason=reason, site=site, by=to.user)
        if not sealing.closed_among([child.pk]):
            to.override()
        access.note(request, kind="opened", asked={"page": "override", "override": made.pk}, purpose=reason)
        to.refuse_family(child)
        return _shown(request, child)
    shown = summary_of(request, child)
    access.note(request, kind="listed", asked={"page": "override asked"})
    asked = Asked(
        f"Override the shield of {shown.name}?",
        "Your use of it is investigated at once. You see the record until you leave the page; nobody else sees more.",
        "Override the shield",
        shown.url,
    )
    return ask(request, form, asked, section=FIND)


def _shown(request: HttpRequest, child: Child) -> HttpResponse:
    view = disclosure.record(child, to=context_of(request))
    page: dict[str, Any] = {
        **frame(request, view, current=""),
        "sentences": sentences(view),
        "groups": [about(view), *groups(view, of=tuple(GROUPS), on=timezone.localdate())],
        **content(request, view),
    }
    return render(request, "agencies/overridden.html", page)


@never_cache
@requires(overriding.GOVERNANCE)
def overrides(request: HttpRequest) -> HttpResponse:
    """Every use of an override, those to be reviewed first. Who the child is stands on the page of each."""
    found = Override.objects.exclude(child__in=context_of(request).family).select_related("by", "service")
    found = found.order_by("reviewed_at", "due_date", "pk")
    today, rows = timezone.localdate(), []
    for one in found[:200]:
        late = max(0, (today - one.due_date).days) if one.reviewed_at is None else 0
        due = {
            "text": words.day(one.due_date),
            "tag": f"{words.count(late, 'day')} late" if late else "",
            "tone": "alert",
        }
        when = words.day(timezone.localtime(one.at).date())
        who = {
            "text": str(one.by),
            "href": reverse("agencies:override_review", args=[one.pk]),
            "note": str(one.service),
        }
        state = str(one.get_finding_display()) if one.reviewed_at else "To be reviewed"
        rows.append([who, when, one.reason, state, due if one.reviewed_at is None else ""])
    context = {
        "rows": rows,
        "columns": ["Who", "When", "Reason", "What was found", "Due"],
        "caption": words.count(len(rows), "override"),
        "waiting": sum(one.reviewed_at is None for one in found),
        "section": OVERRIDES,
    }
    return render(request, "agencies/overrides.html", context)


@never_cache
@requires(overriding.GOVERNANCE)
def override_review(request: HttpRequest, override_id: int) -> HttpResponse:
    """One override, with its reason; what is found of it."""
    to = context_of(request)
    others = Override.objects.exclude(child__in=to.family).select_related("by", "service", "reviewed_by")
    found = get_object_or_404(others, pk=override_id)
    child = disclosure.disclose([found.child_id], to=to)[found.child_id]
    access.note(request, kind="log_read", asked={"page": "override", "override": found.pk})
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            overriding.review(found, finding=said["finding"], words=said["words"], by=to.user)
        except CannotReview as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, "It is reviewed.")
        return redirect(OVERRIDES)
    at = timezone.localtime(found.at)
    told = [
        {"key": "Child", "value": f"{child.name}, {child.index_number}"},
        {"key": "Who", "value": f"{found.by}, {found.service}, {found.service.rung_at}"},
        {
            "key": "When",
            "value": f"{words.day(at.date())}, {at:%H:%M}",
        },
        {"key": "Reason", "value": found.reason},
    ]
    if found.reviewed_at:
        told.append({"key": "Found", "value": f"{found.get_finding_display()}. {found.finding_words}".strip()})
    asked = Asked("A shield was overridden", "", "Answer the review", reverse(OVERRIDES))
    open_form: Any = form if found.reviewed_at is None else None
    return ask(request, open_form, asked, section=OVERRIDES, told=told)


@never_cache
@requires(roles.ASK)
def colleague(request: HttpRequest) -> HttpResponse:
    """Ask a colleague to look, where one may not, and read what they found."""
    by = context_of(request).user
    practices = practices_of(by)
    form = AskColleagueForm(request.POST or None, practices=practices)
    if request.method == "POST" and form.is_valid():
        mediating.ask(service=form.cleaned_data["practice"].service, asked=form.cleaned_data["asked"], by=by)
        messages.success(request, "Your colleagues have been asked. Ring one of them if it cannot wait.")
        return redirect(COLLEAGUE)
    mine = MediatedLook.objects.filter(requester=by).select_related("mediator").order_by("-asked_at")[:20]
    context = {
        "form": form if practices.exists() else None,
        "looks": [_look(one) for one in mine],
        "section": COLLEAGUE,
    }
    return render(request, "agencies/colleague.html", context)


def _look(one: MediatedLook) -> dict[str, str]:
    asked = words.day(timezone.localtime(one.asked_at).date())
    told = one.answer or (f"{one.mediator} is looking" if one.mediator else "Nobody has taken it yet")
    return {"key": asked, "value": told, "detail": one.asked, "source": str(one.mediator or "")}


@never_cache
@requires(roles.FIND)
def mediated_look(request: HttpRequest, look_id: int) -> HttpResponse:
    """What a colleague asks: taken, looked up as theirs, and answered."""
    by = context_of(request).user
    found = get_object_or_404(mediating.asked_of(by), pk=look_id)
    form = LookAnswerForm(request.POST if request.POST.get("doing") == "answer" else None)
    try:
        if request.method == "POST" and request.POST.get("doing") == "take":
            mediating.take(found, request)
            return redirect(FIND)
        if form.is_bound and form.is_valid():
            mediating.answer(found, said=form.cleaned_data["answer"], request=request)
            messages.success(request, f"{found.requester} reads the answer.")
            return redirect(NOTICES)
    except CannotMediate as refusal:
        messages.warning(request, str(refusal))
        return redirect(NOTICES)
    told = [
        {"key": "Who asks", "value": f"{found.requester}, {found.service}"},
        {"key": "What, and why", "value": found.asked},
    ]
    context = {"look": found, "told": told, "form": form if found.mediator == by else None, "section": NOTICES}
    return render(request, "agencies/mediated_look.html", context)
