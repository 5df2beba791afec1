"""A practitioner's own pages: the caseload, what they are told, and a concern."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from agencies import brokering, hearing, involving, listed, mediating, raising, roles
from agencies.belonging import practices_of, services_of, source_of
from agencies.brokering import CannotBroker
from agencies.caseload import Case, caseload, cases
from agencies.forms import AnswerForm, CloseForm, SubscriptionsForm
from agencies.listed import Entry
from agencies.models import Concern, ContactRequest
from agencies.raising import CannotRaise
from agencies.views.asking import Asked, ask
from agencies.views.record import concern_row, raiser_of
from childindex import words
from childindex.accounts.permissions import requires
from childindex.models import Source
from registry import access, disclosure
from registry.access.noting import context_of
from registry.disclosure import Context
from registry.disclosure.views import record_address

CASELOAD, NOTICES, CONTACT = "agencies:caseload", "agencies:notices", "agencies:contact_requests"
ON_A_PAGE = 100


@never_cache
@requires(roles.KNOWN)
def my_children(request: HttpRequest) -> HttpResponse:
    """The caseload: the longest unconfirmed first, with what changed; the ticked are confirmed."""
    to, whole = context_of(request), request.GET.get("whose") == "service"
    if request.method == "POST":
        return _say_again(request)
    if request.GET.get("whose") == "listed":
        return _listed(request)
    page = Paginator(caseload(to, whole_service=whole), ON_A_PAGE).get_page(request.GET.get("page"))
    shown = cases(list(page), to=to)
    access.note(request, kind="listed", asked={"page": "caseload", "whose": "service" if whole else "own"})
    context = {
        "cases": [_case(one) for one in shown],
        "caption": words.sentence(words.count(page.paginator.count, "child")),
        "faded": sum(one.has_faded for one in shown),
        "tabs": _tabs("service" if whole else ""),
        "page": page,
        "section": CASELOAD,
    }
    return render(request, "agencies/caseload.html", context)


def _tabs(current: str) -> list[dict[str, Any]]:
    parts = {"": "Mine", "service": "All of our service", "listed": "On our lists, not confirmed"}
    href = reverse(CASELOAD)
    return [
        {"text": text, "href": f"{href}?whose={whose}" if whose else href, "current": whose == current}
        for whose, text in parts.items()
    ]


def _listed(request: HttpRequest) -> HttpResponse:
    """Whom the lists of one's services name and nobody there has confirmed: the lists' own words, and no child."""
    services = {one.service_id: one.service for one in practices_of(context_of(request).user)}
    entries = listed.Entries(services)
    page = Paginator(range(entries.count()), ON_A_PAGE).get_page(request.GET.get("page"))
    shown = entries.part((page.number - 1) * ON_A_PAGE, ON_A_PAGE)
    access.note(request, kind="listed", asked={"page": "caseload", "whose": "listed"})
    context = {
        "rows": [_entry(one, str(services[one.service_id])) for one in shown],
        "columns": ["Name on the list", "Date of birth", "List", "Do"],
        "caption": words.sentence(words.count(page.paginator.count, "entry", "entries")),
        "tabs": _tabs("listed"),
        "page": page,
        "section": CASELOAD,
    }
    return render(request, "agencies/listed.html", context)


def _entry(one: Entry, service: str) -> list[Any]:
    asked = urlencode({**one.sought_by, "listed": one.key})
    return [
        one.name,
        words.day(one.birth) if one.birth else "Not given",
        {"text": one.list_name, "note": f"{service}, {words.day(one.as_of)}"},
        {"text": "Find this child", "href": f"{reverse('agencies:find')}?{asked}", "what": one.name},
    ]


def _case(one: Case) -> dict[str, Any]:
    born = words.day(one.child.date_of_birth) if one.child.date_of_birth else "Not known"
    held = one.involvement
    return {
        "id": held.pk,
        "name": one.child.name,
        "href": record_address(one.child.index_number) + "sections/services/",
        "born": born,
        "service": str(held.service),
        "confirmed": words.day(held.confirmed_on),
        "faded": one.has_faded,
        "missing": words.day(held.missing_since) if held.missing_since else "",
        "end": reverse("agencies:involvement", args=[one.child.index_number, held.pk]) + "?doing=end",
        "changes": one.changes,
    }


def _say_again(request: HttpRequest) -> HttpResponse:
    by = context_of(request).user
    chosen = [int(text) for text in request.POST.getlist("known") if text.isascii() and text.isdigit()]
    count = sum(involving.say_again(chosen, service=one.service, by=by) for one in practices_of(by)) if chosen else 0
    access.note(request, kind="edited", asked={"page": "caseload", "confirmed": count})
    if count:
        messages.success(request, f"{words.sentence(words.count(count, 'child'))} confirmed as known to you still.")
    else:
        messages.warning(request, "Nobody was confirmed. Tick the children whom you know still.")
    return redirect(request.get_full_path())


@never_cache
@requires(roles.CONCERN)
def notices(request: HttpRequest) -> HttpResponse:
    """What one's services were told: concerns, those not acknowledged first; and answers of the index team."""
    to = context_of(request)
    own = services_of(to.user)
    found = list(raising.visible(to).order_by("review_date", "pk"))
    answered = list(brokering.visible(to).filter(service__in=own).order_by("-answered_at", "-asked_at")[:20])
    shown = disclosure.disclose([*(one.child_id for one in found), *(one.child_id for one in answered)], to=to)
    access.note(request, kind="listed", asked={"page": "notices"})
    found = [one for one in found if one.child_id in shown]
    answered = [one for one in answered if one.child_id in shown]
    waiting = [one for one in found if _waits(one, own)]
    rest = [one for one in found if one not in waiting]
    context = {
        "waiting": [_notice(one, shown[one.child_id].name, to) for one in waiting],
        "rest": [_notice(one, shown[one.child_id].name, to) for one in rest],
        "answers": [_answer(one, shown[one.child_id].name) for one in answered],
        "looks": [
            {
                "key": str(one.requester),
                "value": one.asked,
                "href": reverse("agencies:mediated_look", args=[one.pk]),
                "source": f"{one.mediator} is looking" if one.mediator else "Nobody has taken it yet",
            }
            for one in mediating.asked_of(to.user)
        ],
        "count": words.count(len(waiting), "cause for concern", "causes for concern"),
        "section": NOTICES,
    }
    return render(request, "agencies/notices.html", context)


def _notice(one: Concern, name: str, to: Context) -> dict[str, Any]:
    return {**concern_row(one, to), "key": name, "more": [str(one.kind)]}


@never_cache
@requires(roles.KNOWN)
def subscriptions(request: HttpRequest) -> HttpResponse:
    """What somebody hears of by letter, of whom, and how often."""
    by = context_of(request).user
    access.note(request, kind="edited", asked={"page": "subscriptions"})
    form = SubscriptionsForm(request.POST or None, chosen=hearing.chosen_by(by))
    if request.method == "POST" and form.is_valid():
        count = hearing.choose(by, form.wanted())
        messages.success(request, "Kept." if count else "Nothing is different from before.")
        return redirect(NOTICES)
    return render(request, "agencies/subscriptions.html", {"form": form, "section": NOTICES})


def _waits(one: Concern, own: frozenset[int]) -> bool:
    return any(each.service_id in own and each.acknowledged_at is None for each in one.audience.all())


def _answer(one: ContactRequest, name: str) -> dict[str, Any]:
    if one.answered_at:
        return {"key": name, "value": one.answer, "source": words.day(timezone.localtime(one.answered_at).date())}
    return {"key": name, "value": "Not answered yet", "source": f"Due on {words.day(one.due_date)}", "detail": one.why}


@never_cache
@requires(roles.SEE)
def concern(request: HttpRequest, concern_id: int) -> HttpResponse:
    """One concern: its basis, who knows of it; acknowledged, or closed with what became of it."""
    to = context_of(request)
    found = raising.visible(to).filter(pk=concern_id).first()
    found = found or get_object_or_404(raising.visible(to, closed=True), pk=concern_id)
    child = disclosure.disclose([found.child_id], to=to).get(found.child_id)
    if child is None:
        raise PermissionDenied("This child is not yours to know of.")
    access.note(request, kind="opened", asked={"page": "concern", "concern": found.pk}, purpose=f"Concern {found.pk}")
    form = CloseForm(request.POST if request.POST.get("doing") == "close" else None)
    if request.method == "POST":
        if request.POST.get("doing") == "acknowledge":
            count = raising.acknowledge(found, by=to.user)
            messages.success(request, "Acknowledged." if count else "It was acknowledged already.")
            return redirect(request.path)
        if form.is_valid() and raising.may_close(found, to):
            return _close(request, found, form)
    own = services_of(to.user)
    context = {
        "child": child,
        "concern": found,
        "rows": _told(found, raiser_of(found, to)),
        "audience": [_heard(one) for one in found.audience.all()],
        "waits": _waits(found, own),
        "form": form if found.closed_at is None and raising.may_close(found, to) else None,
        "section": NOTICES,
    }
    return render(request, "agencies/concern.html", context)


def _close(request: HttpRequest, found: Concern, form: CloseForm) -> HttpResponse:
    to = context_of(request)
    practice = practices_of(to.user).first()
    source = source_of(practice.service) if practice else Source.council()
    try:
        raising.close(
            found, outcome=form.cleaned_data["outcome"], how=form.cleaned_data["how"], source=source, by=to.user
        )
    except CannotRaise as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "The concern is closed.")
    return redirect(NOTICES if to.may(roles.CONCERN) else CONTACT)


def _told(found: Concern, raiser: str) -> list[dict[str, str]]:
    raised = words.day(timezone.localtime(found.raised_at).date())
    rows = [
        {"key": "Basis", "value": found.basis},
        {"key": "Raised by", "value": f"{raiser}, {raised}"},
        {"key": "Review by", "value": words.day(found.review_date)},
    ]
    if found.closed_at:
        closed = words.day(timezone.localtime(found.closed_at).date())
        rows.append({"key": "Closed", "value": f"{found.get_outcome_display()}, {closed}. {found.closed_how}".strip()})
    return rows


def _heard(one: Any) -> dict[str, str]:
    if one.acknowledged_at:
        day = words.day(timezone.localtime(one.acknowledged_at).date())
        return {"key": str(one.service), "value": f"Acknowledged by {one.acknowledged_by}, {day}"}
    told = one.failure or ("Written to. Not acknowledged yet." if one.told_at else "Being told.")
    return {"key": str(one.service), "value": told}


@never_cache
@requires("see_shielded")
def contact_requests(request: HttpRequest) -> HttpResponse:
    """What practitioners have asked the index team to broker, the first due first."""
    to = context_of(request)
    found = list(brokering.visible(to).filter(answered_at=None))
    shown = disclosure.disclose([one.child_id for one in found], to=to)
    access.note(request, kind="listed", asked={"page": "contact requests"})
    today = timezone.localdate()
    rows = []
    for one in (each for each in found if each.child_id in shown):
        late = max(0, (today - one.due_date).days)
        tag = f"{words.count(late, 'day')} late" if late else ""
        name = {"text": shown[one.child_id].name, "href": reverse("agencies:contact_request", args=[one.pk])}
        due = {"text": words.day(one.due_date), "tag": tag, "tone": "alert"}
        rows.append([name, str(one.service), one.why, due])
    context = {
        "rows": rows,
        "columns": ["Child", "Who asks", "Why", "Due"],
        "caption": words.count(len(rows), "request"),
        "section": CONTACT,
    }
    return render(request, "agencies/contact_requests.html", context)


@never_cache
@requires("see_shielded")
def contact_request(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request, to be answered."""
    to = context_of(request)
    found = get_object_or_404(brokering.visible(to), pk=request_id)
    child = disclosure.disclose([found.child_id], to=to).get(found.child_id)
    if child is None:
        raise PermissionDenied("This child is not yours to know of.")
    access.note(request, kind="opened", asked={"page": "contact request", "request": found.pk})
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            brokering.answer(found, said=form.cleaned_data["answer"], by=to.user)
        except CannotBroker as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, f"{found.service} reads the answer among its notices.")
        return redirect(CONTACT)
    told = [
        {"key": "Child", "value": child.name, "href": f"{child.url}sections/services/"},
        {"key": "Who asks", "value": f"{found.asked_by}, {found.service}, {found.service.rung_at}"},
        {"key": "Why", "value": found.why},
        {"key": "Due", "value": words.day(found.due_date)},
    ]
    if found.answered_at:
        told.append({"key": "Answered", "value": f"{found.answer} ({found.answered_by})"})
    asked = Asked(f"Make contact about {child.name}", "", "Send the answer", reverse(CONTACT))
    return ask(request, form if not found.answered_at else None, asked, section=CONTACT, told=told)  # type: ignore[arg-type]
